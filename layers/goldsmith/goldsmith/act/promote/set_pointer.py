"""Let a channel point to an AMI in one region, and see that it does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.errors import NeedsAPerson, TryAgain, code_of
from goldsmith.gather.promote.facts import Parameter, read_parameter
from goldsmith.ledger.channels import channels
from goldsmith.ledger.table import Ledger
from goldsmith.policy.promote import can_be_set
from goldsmith.values.promote import POINTER, Pointed, PointerValue, Pointing

AGAIN_AFTER: Final = 4  # looks; what was not valid then is written once more


@dataclass(frozen=True)
class PointerSetter:
    client: Callable[[str, str], Any]
    ledger: Ledger
    now: datetime

    def set(self, asked: Pointing) -> Pointed:
        """Systems Manager answers before it has looked at the AMI, so only what is read back counts.

        The ledger says which version is to be held: where a slow old run was in between, this mends it.  TryAgain while
        it does not hold; NeedsAPerson if another parameter is in the way.
        """
        place, ssm = asked.pointer, self.client("ssm", asked.pointer.region)
        if not can_be_set(place):
            raise NeedsAPerson(f"{place.region} has no distributed AMI of {asked.version} yet: it is caught up later")
        known = channels(self.ledger)
        wanted = known.claim(asked, self.now)
        seen = _read(asked, ssm)
        if not _holds(seen, wanted) and _is_to_be_written(asked, seen, wanted):
            _write(place.parameter, wanted.image_id, ssm)
            seen = _read(asked, ssm)
        if not _holds(seen, wanted):
            raise TryAgain(
                f"{place.parameter} in {place.region} was given {wanted.image_id} and holds "
                f"{seen.value if seen else 'nothing'}: Systems Manager has not found that AMI to be valid there"
            )
        known.confirm(asked, wanted)
        return Pointed(held=wanted)


def _holds(seen: Parameter | None, wanted: PointerValue) -> bool:
    return seen is not None and seen.value == wanted.image_id


def _is_to_be_written(asked: Pointing, seen: Parameter | None, wanted: PointerValue) -> bool:
    """At first and now and then; at once where this very run has just put an older one in the place of a newer."""
    mine = asked.pointer.image.image_id if asked.pointer.image else ""
    return asked.tries % AGAIN_AFTER == 0 or (seen is not None and seen.value == mine != wanted.image_id)


def _read(asked: Pointing, ssm: Any) -> Parameter | None:
    place = asked.pointer
    seen = read_parameter(place.parameter, ssm=ssm)
    if seen and seen.data_type != POINTER:
        raise NeedsAPerson(
            f"the parameter {place.parameter} in {place.region} is of type {seen.data_type}, not {POINTER}: "
            "Systems Manager would not check what it holds. Delete it, then promote again"
        )
    return seen


def _write(name: str, image_id: str, ssm: Any) -> None:
    try:
        ssm.put_parameter(Name=name, Value=image_id, Type="String", DataType=POINTER, Overwrite=True)
    except ClientError as error:
        if code_of(error) != "TooManyUpdates":
            raise
        raise TryAgain(f"{name} is being changed by somebody else: {error}") from error
