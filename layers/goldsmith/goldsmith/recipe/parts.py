"""What an image is made of and how it is looked at: the parts of a recipe up to its gate."""

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from goldsmith.recipe import shapes
from goldsmith.recipe.bundle import CLOSING
from goldsmith.recipe.shapes import Architecture, Family, File, InstanceType, Name, Objection, RecipePart, twice

MARKETPLACE: Final = {"aws-marketplace", "679593333241"}  # one account under its alias and its number
_GRAVITON: Final = re.compile(r"^(a1|[a-z]+[0-9]+g[a-z]*)\.")


def per_architecture(name: str, given: Iterable[str], wanted: Iterable[str]) -> Iterator[Objection]:
    """Objections unless a map has exactly the recipe's architectures as its keys."""
    given, wanted = list(given), list(wanted)
    for architecture in wanted:
        if architecture not in given:
            yield Objection(
                (name,), f"says nothing about {architecture}", f"add {architecture}, or take it out of architectures"
            )
    for architecture in given:
        if architecture not in wanted:
            remedy = f"leave it out, or add {architecture} to architectures"
            yield Objection((name, architecture), "is no architecture of this recipe", remedy)


class Owner(RecipePart):
    """Who answers for the image and hears of what happens to it."""

    team: Annotated[str, Field(pattern=shapes.LINE, max_length=64)] = Field(description="Name of the team.")
    email: Annotated[str, Field(pattern=shapes.EMAIL, max_length=254)] = Field(description="The team's mailbox.")
    slack: Annotated[str, Field(pattern=shapes.SLACK)] = Field(description="The team's Slack channel, in quotes.")


class Channel(RecipePart):
    """The newest image that another family has released to one of its channels."""

    family: Family = Field(description="The other family.")
    name: Name = Field(description="Its channel.")


class Filter(RecipePart):
    """The newest AMI of a name that a named account owns.

    The owner is a must, because anybody may call an AMI anything; the name is never only wildcards.
    """

    owner: Annotated[str, Field(pattern=shapes.ACCOUNT_OR_MARKETPLACE)] = Field(description="Account that owns it.")
    name: Annotated[str, Field(pattern=shapes.IMAGE_NAME)] = Field(description="Name of the AMI, with wildcards.")
    product_code: Annotated[str, Field(pattern=shapes.PRODUCT_CODE)] | None = Field(
        default=None, description="Product code of the AMI; a must for AWS Marketplace."
    )

    def objections(self) -> Iterator[Objection]:
        if not self.name.strip("*?"):
            yield Objection(("name",), "is only wildcards", "name what the AMI is called, e.g. debian-12-*")
        if self.owner in MARKETPLACE and not self.product_code:
            remedy = "add the product code: all sellers of AWS Marketplace share one owner"
            yield Objection(("product_code",), "is missing", remedy)


class Base(RecipePart):
    """The image that is built upon: exactly one of `parameter`, `channel` and `filter`.

    No family may be built on itself, be it by way of others.
    """

    parameter: dict[Architecture, Annotated[str, Field(pattern=shapes.PARAMETER, max_length=1011)]] | None = Field(
        default=None, description="SSM parameters that name the AMI."
    )
    channel: Channel | None = Field(default=None, description="Channel of another family.")
    filter: Filter | None = Field(default=None, description="Owner and name of AMIs, of which the newest is taken.")

    def objections(self) -> Iterator[Objection]:
        return shapes.one_of(self, "parameter", "channel", "filter")

    def mismatches(self, architectures: Iterable[str]) -> Iterator[Objection]:
        return iter(()) if self.parameter is None else per_architecture("parameter", self.parameter, architectures)


class Builder(RecipePart):
    """The machine that the image is made on.

    Its instance types are told for each of the recipe's architectures and for no other; Graviton is `arm64`.
    """

    instance_types: dict[Architecture, Annotated[tuple[InstanceType, ...], Field(min_length=1)]] = Field(
        description="Instance types; the next is taken when AWS has none left of the one before."
    )
    subnets: tuple[Annotated[str, Field(pattern=shapes.SUBNET)], ...] = Field(
        default=(), description="Subnets, tried in order; without any, those of the default VPC."
    )
    user_data: File | None = Field(
        default=None, description="Script that runs as user data at first boot, for bases without an SSM agent."
    )

    def objections(self) -> Iterator[Objection]:
        yield from twice(("subnets",), self.subnets)
        for architecture, types in self.instance_types.items():
            yield from twice(("instance_types", architecture), types)
            for index, type_ in enumerate(types):
                if bool(_GRAVITON.match(type_)) != (architecture == "arm64"):
                    other = "x86_64" if architecture == "arm64" else "arm64"
                    remedy = f"name a type of {architecture}, or move it to {other}"
                    yield Objection(("instance_types", architecture, index), f"{type_} is {other}", remedy)

    def mismatches(self, architectures: Iterable[str]) -> Iterator[Objection]:
        return per_architecture("instance_types", self.instance_types, architectures)


class RootVolume(RecipePart):
    """The volume that the image boots from.

    The image has the base's other EBS volumes too, as large as they are and encrypted. Whether such a volume is deleted
    with its instance stays as the base has it.
    """

    gib: int = Field(default=8, ge=1, le=1024, description="Its size in GiB; no smaller than the base's.")
    type: Literal["gp2", "gp3"] = Field(default="gp3", description="Its EBS type.")


class Component(RecipePart):
    """One thing that is done to the host: a script of the repository (`file`) or an SSM `document`.

    After the last, every build goes on with steps named `inventory`, `sbom`, `cleanup` and `hygiene`.
    """

    name: Name = Field(description="What it is called in logs, evidence and messages; each name once.")
    file: File | None = Field(default=None, description="Script in the repository.")
    document: Annotated[str, Field(pattern=shapes.DOCUMENT)] | None = Field(default=None, description="SSM document.")
    minutes: int = Field(
        ge=1,
        le=720,
        description="Time limit in minutes, reboots included. Of SSM documents only AWS-RunShellScript and "
        "AWS-RunPowerShellScript take it; others keep their own.",
    )
    arguments: tuple[Annotated[str, Field(max_length=1024)], ...] = Field(
        default=(), description="Arguments of the script."
    )
    parameters: dict[str, tuple[str, ...]] = Field(
        default={}, description="Parameters of the SSM document, each a list of texts."
    )

    def objections(self) -> Iterator[Objection]:
        yield from shapes.one_of(self, "file", "document")
        if self.name in CLOSING:
            yield Objection(("name",), f"{self.name} is a step that ends every build", "choose another name")
        if self.arguments and not self.file:
            yield Objection(("arguments",), "go with a script", "write them as parameters of the document")
        if self.parameters and not self.document:
            yield Objection(("parameters",), "go with a document", "write them as arguments of the script")
