"""The calls by which Goldsmith changes something, with the context keys that AWS sends for them, and IAM's answer.

A denied case is a call that must never pass, or shows that a condition is read at all.  What is not here only reads, or
is asked about as its own statement says it (aws_check/derived.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

Value = str | bool | tuple[str, ...]
Context = Mapping[str, Value]

IMAGE: Final = "arn:{partition}:ec2:{region}::image/ami-0123456789abcdef0"
SNAPSHOT: Final = "arn:{partition}:ec2:{region}::snapshot/snap-0123456789abcdef0"
INSTANCE: Final = "arn:{partition}:ec2:{region}:{account}:instance/i-0123456789abcdef0"
VOLUME: Final = "arn:{partition}:ec2:{region}:{account}:volume/vol-0123456789abcdef0"
TEMPLATE: Final = "arn:{partition}:ec2:{region}:{account}:launch-template/lt-0123456789abcdef0"
REPORT: Final = "arn:{partition}:ec2:{region}:{account}:image-usage-report/report-0123456789abcdef0"
KEY: Final = "arn:{partition}:kms:{region}:{account}:key/11111111-2222-3333-4444-555555555555"
PARAMETER: Final = "arn:{partition}:ssm:{region}:{account}:parameter/goldsmith/webapp/stable/x86_64"
DOCUMENT: Final = "arn:{partition}:ssm:{region}::document/AWS-RunShellScript"

STAGE: Final = "goldsmith:stage"
MOVED: Final = (STAGE, "goldsmith:stage-since", "goldsmith:stage-before")
OF_A_RUN: Final = {"aws:ResourceTag/goldsmith:run": "goldsmith-build-1"}


@dataclass(frozen=True)
class Case:
    """`role` is the logical id of the role after SAM's transform; `resource` is filled with account and region."""

    role: str
    action: str
    resource: str
    context: Context = field(default_factory=dict)
    allowed: bool = True

    def __str__(self) -> str:
        shown = ", ".join(f"{key}={value}" for key, value in self.context.items())
        return f"{self.action} on {self.resource}" + (f" with {shown}" if shown else "")


def at(stage: str) -> Context:
    """What is called upon is tagged with this stage."""
    return {f"aws:ResourceTag/{STAGE}": stage}


def written(*keys: str, stage: str = "") -> Context:
    """The tags that CreateTags writes."""
    return {"aws:TagKeys": keys} | ({f"aws:RequestTag/{STAGE}": stage} if stage else {})


def moves(role: str, old: str, new: str, *, never: str) -> Iterator[Case]:
    """An image and its snapshots go from one stage to another; from the stage `never` they must not."""
    for resource in (IMAGE, SNAPSHOT):
        tags = written(*MOVED, stage=new)
        yield Case(role, "ec2:CreateTags", resource, {**at(old), **tags})
        yield Case(role, "ec2:CreateTags", resource, {**at(never), **tags}, allowed=False)
        more = written(*MOVED, "goldsmith:image", stage=new)
        yield Case(role, "ec2:CreateTags", resource, {**at(old), **more}, allowed=False)


def staged(role: str, action: str, resource: str, stage: str, *, never: str) -> Iterator[Case]:
    """A call that one stage allows, and another does not."""
    yield Case(role, action, resource, at(stage))
    yield Case(role, action, resource, at(never), allowed=False)


def with_key(role: str) -> Iterator[Case]:
    """EC2 uses our key for us, and nobody uses it otherwise."""
    through: Context = {"kms:ViaService": "ec2.{region}.amazonaws.com"}
    for action in ("Decrypt", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo"):
        yield Case(role, f"kms:{action}", KEY, through)
        yield Case(role, f"kms:{action}", KEY, allowed=False)
    yield Case(role, "kms:CreateGrant", KEY, {**through, "kms:GrantIsForAWSResource": True})
    yield Case(role, "kms:CreateGrant", KEY, {**through, "kms:GrantIsForAWSResource": False}, allowed=False)


def of_a_run(role: str, action: str) -> Iterator[Case]:
    """A call that concerns hosts of our runs, and no other instance."""
    yield Case(role, action, INSTANCE, OF_A_RUN)
    yield Case(role, action, INSTANCE, allowed=False)
