"""The bundles that were accepted: a family's current one, or the very version that a build has pinned."""

from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from goldsmith.errors import NeedsAPerson, code_of
from goldsmith.recipe.bundle import Bundle, accepted_of
from goldsmith.values.build import Pinned


def current(family: str, *, s3: Any, bucket: str) -> tuple[Bundle, Pinned, datetime] | None:
    """The bundle of a family, where it lies, and when it was accepted; None if it never had one."""
    try:
        found = s3.get_object(Bucket=bucket, Key=accepted_of(family))
    except ClientError as error:
        if code_of(error) == "NoSuchKey":
            return None
        raise
    bundle = Bundle.model_validate_json(found["Body"].read())
    pinned = Pinned(key=accepted_of(family), version_id=found["VersionId"], sha=bundle.sha)
    return bundle, pinned, found["LastModified"]


def bundle_of(pinned: Pinned, *, s3: Any, bucket: str) -> Bundle:
    """The bundle that was pinned; NeedsAPerson if somebody deleted it meanwhile."""
    try:
        found = s3.get_object(Bucket=bucket, Key=pinned.key, VersionId=pinned.version_id)
    except ClientError as error:
        if code_of(error) in {"NoSuchKey", "NoSuchVersion"}:
            raise NeedsAPerson(f"{pinned.key} ({pinned.version_id}) is gone from {bucket}: build again") from error
        raise
    return Bundle.model_validate_json(found["Body"].read())
