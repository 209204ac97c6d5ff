"""Values kept in a bucket by key: what is too large to travel, and what must outlive everything."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import ClientError

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
        except ClientError as error:
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


def birth_of(image: ImageRef) -> str:
    """Where it is kept that an AMI was made, copied or taken in by Goldsmith."""
    return f"births/{image.account}/{image.region}/{image.image_id}.json"


def sight_of(run: str, account: str, region: str) -> str:
    """Where a sweep keeps what it saw in a place."""
    return f"sweeps/{run}/places/{account}-{region}.json"


def tombstones_of(family: str, version: str) -> str:
    """Where all tombstones of a version lie."""
    return f"tombstones/{family}/{version}/"


def tombstone_of(family: str, version: str, image: ImageRef) -> str:
    """Where that is kept which brings an AMI back."""
    return f"{tombstones_of(family, version)}{image.account}/{image.region}/{image.image_id}.json"
