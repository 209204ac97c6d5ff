"""Delete volumes that hosts left behind."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from goldsmith.errors import BUSY, TryAgain, code_of
from goldsmith.values.reap import Undeleted


def delete_volumes(
    left: Mapping[str, Sequence[str]], *, client: Callable[[str, str], Any]
) -> tuple[tuple[str, ...], tuple[Undeleted, ...]]:
    """The ids of the volumes that were deleted, and those that could not be; `left` has volume ids by region.

    A volume that is gone already is in neither.  Raises TryAgain if EC2 is busy.
    """
    deleted, undeleted = [], []
    for region, volumes in left.items():
        for volume_id in volumes:
            try:
                client("ec2", region).delete_volume(VolumeId=volume_id)
            except ClientError as error:
                if code_of(error) in BUSY:
                    raise TryAgain(f"EC2 is busy: {error}") from error
                if code_of(error) != "InvalidVolume.NotFound":
                    undeleted.append(Undeleted(volume_id=volume_id, region=region, why=str(error)))
                continue
            deleted.append(volume_id)
    return tuple(deleted), tuple(undeleted)


def keep_volumes(left: Mapping[str, Sequence[str]], why: str) -> tuple[Undeleted, ...]:
    """Volumes by region that are reported and left alone."""
    return tuple(Undeleted(volume_id=each, region=region, why=why) for region, ids in left.items() for each in ids)
