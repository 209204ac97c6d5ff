"""Where an image goes.  There is no word for everybody: an image cannot be made public."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from goldsmith.recipe import shapes
from goldsmith.recipe.shapes import Objection, RecipePart, twice


class Region(RecipePart):
    """A region that gets a copy of the image."""

    name: Annotated[str, Field(pattern=shapes.REGION)] = Field(description="The region.")
    kms_key: Annotated[str, Field(pattern=shapes.KEY)] = Field(
        default="alias/goldsmith", description="Key that encrypts the copy; region.yaml makes the default one."
    )
    best_effort: bool = Field(
        default=False, description="Whether the image goes out without this region where a copy fails."
    )

    def objections(self) -> Iterator[Objection]:
        elsewhere = self.kms_key.startswith("arn:") and self.kms_key.split(":")[3] != self.name
        if elsewhere:
            yield Objection(("kms_key",), f"is a key of {self.kms_key.split(':')[3]}", f"name a key of {self.name}")


class Distribution(RecipePart):
    """Where an image goes: to which regions, and who may launch it there.

    It cannot be made public.  One that is shared needs a key of your own in every region: with AWS's `alias/aws/ebs` no
    other account could launch it.
    """

    regions: tuple[Region, ...] = Field(min_length=1, description="Regions that get a copy.")
    accounts: tuple[Annotated[str, Field(pattern=shapes.ACCOUNT)], ...] = Field(
        default=(), description="Accounts that may launch it."
    )
    organizations: tuple[Annotated[str, Field(pattern=shapes.ORGANIZATION)], ...] = Field(
        default=(), description="Organizations of which every account may launch it."
    )
    organizational_units: tuple[Annotated[str, Field(pattern=shapes.UNIT)], ...] = Field(
        default=(), description="Organizational units of which every account may launch it."
    )

    @property
    def shared(self) -> bool:
        return bool(self.accounts or self.organizations or self.organizational_units)

    def objections(self) -> Iterator[Objection]:
        yield from twice(("regions",), (region.name for region in self.regions), "name")
        for name in ("accounts", "organizations", "organizational_units"):
            yield from twice((name,), getattr(self, name))
        for index, region in enumerate(self.regions):
            if self.shared and "alias/aws/" in region.kms_key:
                what = f"{region.kms_key} is AWS's, and with it no other account can launch a shared image"
                yield Objection(("regions", index, "kms_key"), what, "name a key of your own, e.g. alias/goldsmith")
