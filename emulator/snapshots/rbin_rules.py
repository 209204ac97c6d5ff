"""Retention rules of the Recycle Bin (service `rbin`), and which resources each retains."""

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

KINDS: Final = ("EBS_SNAPSHOT", "EC2_IMAGE", "EBS_VOLUME")
MOST_DAYS: Final = {"EBS_SNAPSHOT": 365, "EC2_IMAGE": 365, "EBS_VOLUME": 7}
MOST_TAGS, MOST_EXCLUDED = 50, 5
LETTERS: Final = string.ascii_letters + string.digits
Tags = list[dict[str, str]]


class RuleError(Exception):
    """A rule that AWS refuses, or that is not there: error name, HTTP status, message, reason."""

    def __init__(self, name: str, status: int, message: str, reason: str) -> None:
        super().__init__(message)
        self.name, self.status, self.reason = name, status, reason


def invalid(message: str, reason: str = "INVALID_PARAMETER_VALUE") -> RuleError:
    return RuleError("ValidationException", 400, message, reason)


@dataclass
class Rule:
    account: str
    region: str
    kind: str
    days: int
    description: str = ""
    resource_tags: Tags = field(default_factory=list)
    excluded_tags: Tags = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    id: str = field(default_factory=lambda: "".join(secrets.choice(LETTERS) for _ in range(11)))

    @property
    def arn(self) -> str:
        return f"arn:aws:rbin:{self.region}:{self.account}:rule/{self.id}"

    def retains(self, kind: str, tags: Mapping[str, str]) -> bool:
        """A rule with tags retains what has any of them; one without, all but what has an excluded tag."""
        if kind != self.kind:
            return False
        if self.resource_tags:
            return any(_carries(tags, tag) for tag in self.resource_tags)
        return not any(_carries(tags, tag) for tag in self.excluded_tags)

    def summary(self) -> dict[str, Any]:
        return {
            "Identifier": self.id,
            "Description": self.description,
            "RetentionPeriod": {"RetentionPeriodValue": self.days, "RetentionPeriodUnit": "DAYS"},
            "LockState": "unlocked",
            "RuleArn": self.arn,
        }

    def described(self) -> dict[str, Any]:
        return self.summary() | {
            "ResourceType": self.kind,
            "ResourceTags": self.resource_tags,
            "ExcludeResourceTags": self.excluded_tags,
            "Status": "available",
        }


def _carries(tags: Mapping[str, str], tag: Mapping[str, str]) -> bool:
    key, value = tag["ResourceTagKey"], tag.get("ResourceTagValue")
    return key in tags and value in {None, "", tags[key]}


RULES: Final[dict[tuple[str, str], dict[str, Rule]]] = {}


def rules_of(account: str, region: str) -> list[Rule]:
    return list(RULES.get((account, region), {}).values())


def rule(account: str, region: str, identifier: str) -> Rule:
    found = RULES.get((account, region), {}).get(identifier)
    if found is None:
        raise RuleError("ResourceNotFoundException", 404, f"There is no rule {identifier}", "RULE_NOT_FOUND")
    return found


def create(account: str, region: str, body: Mapping[str, Any]) -> Rule:
    """CreateRule's input, as boto3 or CloudFormation give it."""
    if body.get("ResourceType") not in KINDS:
        raise invalid(f"ResourceType is one of {', '.join(KINDS)}")
    made = Rule(account, region, body["ResourceType"], 1)
    change(made, {"RetentionPeriod": None, **body})
    made.tags = {tag["Key"]: tag.get("Value", "") for tag in body.get("Tags") or []}
    RULES.setdefault((account, region), {})[made.id] = made
    return made


def change(changed: Rule, body: Mapping[str, Any]) -> None:
    """UpdateRule's input, or CreateRule's: what is absent stays as it is."""
    if body.get("LockConfiguration"):
        raise invalid("not modelled by the embedded AWS: locked Recycle Bin rules")
    if body.get("ResourceType", changed.kind) != changed.kind:
        raise invalid("The resource type of a rule can't be changed")
    days = _days(changed.kind, body["RetentionPeriod"]) if "RetentionPeriod" in body else changed.days
    wanted = body.get("ResourceTags", changed.resource_tags) or []
    excluded = body.get("ExcludeResourceTags", changed.excluded_tags) or []
    if wanted and excluded:
        raise invalid("Only a rule for the whole region can exclude tags")
    if len(wanted) > MOST_TAGS or len(excluded) > MOST_EXCLUDED:
        raise invalid(f"At most {MOST_TAGS} tags and {MOST_EXCLUDED} excluded tags")
    changed.days, changed.resource_tags, changed.excluded_tags = days, list(wanted), list(excluded)
    changed.description = body.get("Description", changed.description)


def _days(kind: str, period: Any) -> int:
    value, unit = str((period or {}).get("RetentionPeriodValue")), (period or {}).get("RetentionPeriodUnit")
    if unit != "DAYS" or not value.isdigit() or not 1 <= int(value) <= MOST_DAYS[kind]:
        raise invalid(f"The retention period is 1 to {MOST_DAYS[kind]} DAYS")
    return int(value)
