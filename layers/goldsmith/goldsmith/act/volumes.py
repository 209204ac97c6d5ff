"""Delete volumes that hosts left behind."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from goldsmith.errors import code_of
from goldsmith.reaping import Undeleted


def delete_volumes(
    left: Mapping[str, Sequence[str]], *, client: Callable[[str, str], Any]
) -> tuple[tuple[str, ...], tuple[Undeleted, ...]]:
    """The ids of the volumes that were deleted, and those that could not be; `left` has volume ids by region.

    One that is gone already is in neither.
    """
    deleted, undeleted = [], []
    for region, volumes in left.items():
        for volume_id in volumes:
            try:
                client("ec2", region).delete_volume(VolumeId=volume_id)
            except ClientError as error:
                if code_of(error) != "InvalidVolume.NotFound":
                    undeleted.append(Undeleted(volume_id=volume_id, region=region, why=str(error)))
                continue
            deleted.append(volume_id)
    return tuple(deleted), tuple(undeleted)
