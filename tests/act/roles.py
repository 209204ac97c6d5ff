"""What member-account.yaml grants to a role, as far as it turns on the stage of an image."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from botocore import xform_name

from tests.deployment import resources

STAGE: Final = "goldsmith:stage"


@dataclass(frozen=True)
class Grant:
    """`stages` that a thing must be in, `after` that it may be put in, `keys` that may be written; None: any."""

    operations: frozenset[str]
    stages: frozenset[str] | None
    after: frozenset[str] | None
    keys: frozenset[str] | None

    def covers(self, operation: str, stage: str, written: dict[str, str]) -> bool:
        return (
            operation in self.operations
            and (self.stages is None or stage in self.stages)
            and (self.after is None or written.get(STAGE) in self.after)
            and (self.keys is None or written.keys() <= self.keys)
        )


@cache
def grants(role: str) -> tuple[Grant, ...]:
    policies = resources("AWS::IAM::Role", "member-account.yaml")[role]["Policies"]
    return tuple(_grant(each) for policy in policies for each in policy["PolicyDocument"]["Statement"])


def _grant(statement: dict[str, Any]) -> Grant:
    condition = statement.get("Condition", {})
    equals = condition.get("StringEquals", {})
    return Grant(
        operations=frozenset(xform_name(each.removeprefix("ec2:")) for each in _all(statement["Action"])),
        stages=_set(equals.get(f"aws:ResourceTag/{STAGE}")),
        after=_set(equals.get(f"aws:RequestTag/{STAGE}")),
        keys=_set(condition.get("ForAllValues:StringEquals", {}).get("aws:TagKeys")),
    )


def _set(values: Any) -> frozenset[str] | None:
    return None if values is None else frozenset(_all(values))


def _all(values: Any) -> list[str]:
    return [values] if isinstance(values, str) else list(values)


def may(role: str, operation: str, stage: str, written: dict[str, str]) -> bool:
    return any(each.covers(operation, stage, written) for each in grants(role))
