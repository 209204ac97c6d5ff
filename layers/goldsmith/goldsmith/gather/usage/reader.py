"""Reads one account in one region, and says how what it finds there names an image."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from goldsmith.errors import CannotTell
from goldsmith.values.usage import Use

IMAGE_ID: Final = re.compile(r"\bami-(?:[0-9a-f]{17}|[0-9a-f]{8})\b")
TEMPLATE_ID: Final = re.compile(r"\blt-(?:[0-9a-f]{17}|[0-9a-f]{8})\b")
ALIAS: Final = re.compile(r"resolve:ssm:([\w.\-/:]+)")
WITH_EMPTY_LISTS: Final = {"ec2", "query"}  # the protocols whose answers always hold their list, even an empty one


@dataclass(frozen=True)
class RegionReader:
    account: str
    region: str
    client: Callable[[str], Any]

    def arn(self, service: str, resource: str) -> str:
        partition = {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(self.region.rsplit("-", 2)[0], "aws")
        return f"arn:{partition}:{service}:{self.region}:{self.account}:{resource}"

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Iterator[Any]:
        """All that a list call lists, to the end of its last page.

        CannotTell if a page lacks its list: an answer that was cut off is not an answer that there is nothing.
        """
        client = self.client(service)
        strict = client.meta.service_model.protocol in WITH_EMPTY_LISTS
        for page in client.get_paginator(operation).paginate(**parameters):
            if strict and key not in page:
                raise CannotTell(f"{service}: {operation} answered a page without {key}")
            yield from page.get(key, [])


@dataclass(frozen=True, slots=True)
class Mention:
    """`image` is an AMI id, or an alias: `resolve:ssm:` and a parameter's name or ARN, perhaps with a version."""

    image: str
    use: Use


@dataclass(frozen=True, slots=True)
class Through:
    """A launch template stands between: `template` is its id or name, `version` a number, $Latest or $Default."""

    template: str
    version: str
    use: Use


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a launch template; `image` as in Mention, or empty.  `names` are all that may be said for it.

    `template` is what EC2 said of its template.
    """

    image: str
    use: Use
    names: frozenset[tuple[str, str]]
    number: int
    created: datetime | None
    template: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TemplateMention:
    """A launch template is named, and no image through it; `version` is empty where it is not said which."""

    template: str
    version: str
    use: Use


Found = Mention | Through | Version | TemplateMention


@dataclass
class Usage:
    """What one place holds: uses by image id, by source how much was found, and by source why it was not seen."""

    uses: dict[str, list[Use]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    unseen: dict[str, str] = field(default_factory=dict)

    def add(self, image: str, use: Use) -> None:
        self.uses.setdefault(image, []).append(use)


def through(specification: dict[str, Any] | None, use: Use) -> Iterator[Through]:
    """A LaunchTemplateSpecification, in whichever case and with whichever of its names a service writes it."""
    lower = {key.lower().removeprefix("launchtemplate"): value for key, value in (specification or {}).items()}
    if template := lower.get("id") or lower.get("name"):
        yield Through(template, str(lower.get("version") or "$Default"), use)


def named_in(text: str, kind: str, arn: str, how: str) -> Iterator[Mention | TemplateMention]:
    """Every AMI id, every alias and every launch template's id that stands in a text."""
    use = Use(kind=kind, arn=arn, how=how)
    yield from (Mention(image, use) for image in sorted(set(IMAGE_ID.findall(text))))
    yield from (Mention(f"resolve:ssm:{name}", use) for name in sorted(set(ALIAS.findall(text))))
    yield from (TemplateMention(template, "", use) for template in sorted(set(TEMPLATE_ID.findall(text))))


def named(images: Iterable[str | None], use: Use) -> Iterator[Mention]:
    """The images that fields of an answer name; empty fields name none."""
    yield from (Mention(image, use) for image in images if image)
