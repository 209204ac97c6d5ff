"""What the texts of a recipe look like, and how a part of it says what is wrong with it.

`WORDS` says each pattern in plain words, for the messages and for docs/recipe.md.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Final, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

FAMILY: Final = "^[a-z][a-z0-9-]{1,40}$"
NAME: Final = "^[a-z][a-z0-9-]{0,40}$"
LINE: Final = r"^[^\x00-\x1f\x7f\u0085\u2028\u2029]*[^\s\x00-\x1f][^\x00-\x1f\x7f\u0085\u2028\u2029]*$"
EMAIL: Final = r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$"
SLACK: Final = "^#[a-z0-9_-]{1,79}$"
FILE: Final = r"^[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*(/[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*)*$"
DOCUMENT: Final = "^[a-zA-Z0-9_.:/-]{3,128}$"
PARAMETER: Final = r"^/[a-zA-Z0-9_.-]+(/[a-zA-Z0-9_.-]+)*$"
ACCOUNT: Final = "^[0-9]{12}$"
ACCOUNT_OR_MARKETPLACE: Final = "^([0-9]{12}|aws-marketplace)$"
PRODUCT_CODE: Final = "^[a-z0-9]{1,40}$"
IMAGE_NAME: Final = r"^[a-zA-Z0-9()\[\] ./'@_*?-]{3,128}$"
TEMPLATE: Final = r"^[a-zA-Z0-9().\-/_]{3,128}$"
INSTANCE_TYPE: Final = r"^[a-z][a-z0-9-]*\.[a-z0-9-]+$"
SUBNET: Final = "^subnet-([0-9a-f]{8}|[0-9a-f]{17})$"
REGION: Final = "^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$"
KEY: Final = (
    "^(arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:)?"
    "(alias/[a-zA-Z0-9/_-]+|(key/)?(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}))$"
)
ORGANIZATION: Final = "^arn:aws[a-z-]*:organizations::[0-9]{12}:organization/o-[a-z0-9]{10,32}$"
UNIT: Final = "^arn:aws[a-z-]*:organizations::[0-9]{12}:ou/o-[a-z0-9]{10,32}/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$"
CVE: Final = "^CVE-[0-9]{4}-[0-9]{4,}$"
PORT: Final = "^(tcp|udp)/[1-9][0-9]{0,4}$"
WORD: Final = r"^[A-Za-z0-9_][A-Za-z0-9_.+:@\\-]*$"
URL: Final = r"^https?://[^\s/]+(/[^\s]*)?$"
ITEM: Final = "^(boot|service|hygiene|hardening|secrets):[A-Za-z0-9_./-]+$"

WORDS: Final[dict[str, str]] = {
    FAMILY: "2 to 41 small letters, digits and dashes, a letter first",
    NAME: "up to 41 small letters, digits and dashes, a letter first",
    LINE: "one line of text",
    EMAIL: "an e-mail address",
    SLACK: 'a Slack channel in quotes, e.g. "#web"',
    FILE: "a path in the repository without `..`, e.g. components/linux/update",
    DOCUMENT: "the name or ARN of an SSM document",
    PARAMETER: "the full name of an SSM parameter, e.g. /aws/service/...",
    ACCOUNT: "an account of 12 digits in quotes",
    ACCOUNT_OR_MARKETPLACE: "an account of 12 digits in quotes, or aws-marketplace",
    PRODUCT_CODE: "the product code that AWS Marketplace shows, small letters and digits",
    IMAGE_NAME: "3 to 128 characters that the name of an AMI may have, `*` and `?` as wildcards",
    TEMPLATE: "the exact name of a launch template: 3 to 128 letters, digits and `().-/_`",
    INSTANCE_TYPE: "an instance type, e.g. m6i.large",
    SUBNET: "a subnet's id, e.g. subnet-0a1b2c3d4e5f60718",
    REGION: "a region, e.g. eu-central-1",
    KEY: "a KMS key: its alias (alias/goldsmith), id or ARN",
    ORGANIZATION: "the ARN of an organization: arn:aws:organizations::ACCOUNT:organization/o-...",
    UNIT: "the ARN of an organizational unit: arn:aws:organizations::ACCOUNT:ou/o-.../ou-...",
    CVE: "a CVE, e.g. CVE-2026-12345",
    PORT: "a protocol and port, e.g. tcp/443",
    WORD: "a name of letters, digits and `_.+:@-`, without spaces",
    URL: "an http or https address, as the host itself sees it",
    ITEM: "a check and its item, e.g. hardening:4.2.13",
}

Architecture = Literal["x86_64", "arm64"]
Family = Annotated[str, Field(pattern=FAMILY)]
Name = Annotated[str, Field(pattern=NAME)]
Line = Annotated[str, Field(pattern=LINE, max_length=256)]
File = Annotated[str, Field(pattern=FILE, max_length=256)]
InstanceType = Annotated[str, Field(pattern=INSTANCE_TYPE)]
Days = Annotated[int, Field(ge=1, le=3650)]


Path = tuple[str | int, ...]


class Objection(NamedTuple):
    """What is wrong at a path below the part that says so, and what would be right."""

    path: Path
    what: str
    remedy: str


def refuse(objections: Iterable[Objection]) -> None:
    """All of them in one error of pydantic's, since a validator can raise but one.  Nothing, if there are none."""
    if found := tuple(objections):
        text = "; ".join(f"{objection.what}; {objection.remedy}" for objection in found)
        raise PydanticCustomError("objections", "{text}", {"text": text, "found": found})


class RecipePart(BaseModel):
    """Immutable and strict: no unknown key, no text taken for a number or the other way round."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    def objections(self) -> Iterator[Objection]:
        """What is wrong though each value by itself is right."""
        return iter(())

    def lapses(self, today: date) -> Iterator[Objection]:  # noqa: ARG002 - most parts know no day
        """What is wrong from some day on."""
        return iter(())

    @model_validator(mode="after")
    def _has_no_objections(self, info: ValidationInfo) -> Self:
        today = (info.context or {}).get("today", date.min)  # without a date nothing is past
        refuse((*self.objections(), *self.lapses(today)))
        return self


def twice(path: Path, values: Iterable[str], *below: str) -> Iterator[Objection]:
    """An objection for each value of the list at `path` that was there before."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield Objection((*path, index, *below), f"{value} is there twice", "leave it out here")
        seen.add(value)


def one_of(part: RecipePart, *names: str) -> Iterator[Objection]:
    """An objection unless exactly one of these fields is given."""
    given = [name for name in names if getattr(part, name) is not None]
    most, last = ", ".join(names[:-1]), names[-1]
    if not given:
        yield Objection((), f"has neither {most} nor {last}", "write exactly one of them")
    for name in given[1:]:
        yield Objection((name,), f"stands beside {given[0]}", f"write exactly one of {most} and {last}")
