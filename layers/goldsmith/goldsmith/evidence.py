"""Values kept in a bucket by key: what is too large to travel, and what must outlive everything.

All keys of the evidence, of the bucket of sweeps and of what hosts print are made here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol, TypeVar

from goldsmith.errors import code_of
from goldsmith.model import ImageRef, Model

Kept = TypeVar("Kept", bound=Model)


@dataclass(frozen=True)
class Evidence:
    """A bucket of JSON values: the evidence, or the one in which sweeps keep what they read."""

    bucket: str
    s3: Any

    def put(self, key: str, value: Model) -> str:
        body = value.model_dump_json(by_alias=True).encode()
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType="application/json")
        return key

    def get(self, key: str, kind: type[Kept]) -> Kept | None:
        """None if nothing was kept there."""
        try:
            found = self.s3.get_object(Bucket=self.bucket, Key=key)
        except Exception as error:  # without botocore: values and messages name keys, and import no AWS
            if code_of(error) == "NoSuchKey":
                return None
            raise
        return kind.model_validate_json(found["Body"].read())

    def all(self, prefix: str, kind: type[Kept]) -> Iterator[Kept]:
        """Everything below a prefix."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        for key in [each["Key"] for page in pages for each in page.get("Contents", [])]:
            if (found := self.get(key, kind)) is not None:
                yield found

    def has(self, key: str) -> bool:
        """Listed, not read: a HEAD of what is not there is answered with 403 to whom may not list."""
        found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=key, MaxKeys=1).get("Contents", [])
        return any(each["Key"] == key for each in found)


# ── images ──


def birth_of(image: ImageRef) -> str:
    """Where it is kept that an AMI was made, copied or taken in by Goldsmith."""
    return f"births/{image.account}/{image.region}/{image.image_id}.json"


def tombstones_of(family: str, version: str) -> str:
    """Where all tombstones of a version lie."""
    return f"tombstones/{family}/{version}/"


def tombstone_of(family: str, version: str, image: ImageRef) -> str:
    """Where that is kept which brings an AMI back."""
    return f"{tombstones_of(family, version)}{image.account}/{image.region}/{image.image_id}.json"


# ── decisions ──


def decision_of(verb: str, place: str, name: str) -> str:
    """Where a decision is kept; `place` is that of its subject."""
    return f"decisions/{verb}/{place.replace('#', '/')}/{name}.json"


# ── builds and verifications ──


class Run(Protocol):
    """A run that builds or verifies a version."""

    @property
    def run(self) -> str: ...

    @property
    def family(self) -> str: ...

    @property
    def version(self) -> str: ...


class ArchitectureRun(Run, Protocol):
    """What it does for one architecture."""

    @property
    def architecture(self) -> str: ...


class Host(ArchitectureRun, Protocol):
    """What it does on one of the two hosts of an architecture."""

    @property
    def twin(self) -> str: ...


def output_of_host(folder: str, instance_id: str, run: str) -> str:
    """Where a host itself may write what it prints, in the bucket of hosts; `folder` names its role."""
    return f"{folder}:{instance_id}/{run}"


def output_of_build(part: ArchitectureRun, index: int, step: str) -> str:
    """The folder of what a step of a build printed."""
    return f"builds/{part.family}/{part.version}/{part.run}/{part.architecture}/{index:02}-{step}"


def verification_of(run: Run) -> str:
    """The folder of all that a verification keeps."""
    return f"verifications/{run.family}/{run.version}/{run.run}"


def findings_of(part: ArchitectureRun) -> str:
    """Where Inspector's findings are kept."""
    return f"{verification_of(part)}/{part.architecture}/findings.json"


def console_of(host: Host) -> str:
    """Where it is kept what the console of a host said."""
    return f"{verification_of(host)}/{host.architecture}/{host.twin}/console"


def output_of_test(host: Host, index: int, test: str, attempt: int) -> str:
    """The folder of what a test on a host printed."""
    again = "-again" if attempt > 1 else ""
    return f"{verification_of(host)}/{host.architecture}/{host.twin}/{index:02}-{test}{again}"


# ── sweeps ──

BASELINE: Final = "baseline.json"  # outside of `sweeps/`, which expires


def due_list_of(now: datetime) -> str:
    """Where the list of those is kept that a step is due for."""
    return f"sweeps/due/{now:%Y-%m-%dT%H%M%S.%f}.json"


def sight_of(run: str, account: str, region: str) -> str:
    """Where a sweep keeps what it saw in a place."""
    return f"sweeps/{run}/places/{account}-{region}.json"


def batch_of(run: str, number: int) -> str:
    """Where a sweep keeps one of its lists of facts."""
    return f"sweeps/{run}/facts/{number:04}.json"
