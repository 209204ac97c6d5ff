"""The end of an image: deprecation, disabling, protection from deregistration."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from moto.core.parse import default_timestamp_parser
from moto.core.utils import utcnow

from emulator.ec2.api import Parameters, refuse, serve
from emulator.gateway.patching import patch
from emulator.images.ami import Image, own, own_and_settled
from emulator.images.states import announce

COOLDOWN: Final = timedelta(hours=24)
TOLERANCE: Final = timedelta(minutes=1)  # rounding to the minute may end just before now
MOST_YEARS, MOST_YEARS_PUBLIC = 10, 2
WITH_COOLDOWN: Final = "enabled-with-cooldown"


def _years(start: datetime, years: int) -> datetime:
    return start + timedelta(days=365.25 * years)


def deprecate(backend: Any, parameters: Parameters) -> dict[str, Any]:
    image = own(backend, parameters["ImageId"])
    at = parameters["DeprecateAt"]
    at = default_timestamp_parser(at) if isinstance(at, str) else at
    at = at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    at = (at + timedelta(seconds=30)).replace(second=0, microsecond=0)
    latest = _years(image.creation_date, MOST_YEARS_PUBLIC) if image.is_public else _years(utcnow(), MOST_YEARS)
    if at < utcnow() - TOLERANCE:
        refuse("InvalidParameterValue", "DeprecateAt can't be in the past")
    if at > latest:
        refuse("InvalidParameterValue", f"DeprecateAt can't be after {latest:%Y-%m-%dT%H:%M:%SZ} for this AMI")
    if image.is_public and image.deprecation_time and at > image.deprecation_time:
        refuse("InvalidParameterValue", "The deprecation of a public AMI can only be moved to an earlier time")
    image.deprecation_time = at
    return {"Return": True}


def undeprecate(backend: Any, parameters: Parameters) -> dict[str, Any]:
    own(backend, parameters["ImageId"]).deprecation_time = None
    return {"Return": True}


def disable(backend: Any, parameters: Parameters) -> dict[str, Any]:
    """The launch permissions are gone for good."""
    image = own_and_settled(backend, parameters["ImageId"], "available", "disabled")
    if image.state == "available":
        image.state, image.launch_permissions = "disabled", []
        announce(image, "disabled")
    return {"Return": True}


def enable(backend: Any, parameters: Parameters) -> dict[str, Any]:
    image = own_and_settled(backend, parameters["ImageId"], "available", "disabled")
    if image.state == "disabled":
        image.state = "available"
        announce(image, "available")
    return {"Return": True}


def protect(backend: Any, parameters: Parameters) -> dict[str, Any]:
    image = own(backend, parameters["ImageId"])
    image.protection = WITH_COOLDOWN if parameters.get("WithCooldown") else "enabled-without-cooldown"
    image.protected_until = None
    return {"Return": "true"}


def unprotect(backend: Any, parameters: Parameters) -> dict[str, Any]:
    """With a cooldown the image stays protected for a day, though its protection reads `disabled`."""
    image = own(backend, parameters["ImageId"])
    if image.protection == WITH_COOLDOWN:
        image.protected_until = utcnow() + COOLDOWN
    image.protection = "disabled"
    return {"Return": "true"}


def check_not_protected(image: Image) -> None:
    if image.protection != "disabled":
        refuse("OperationNotPermitted", f"The image {image.id} is protected from deregistration ({image.protection})")
    if image.protected_until and image.protected_until > utcnow():
        until = f"{image.protected_until:%Y-%m-%dT%H:%M:%SZ}"
        refuse("OperationNotPermitted", f"The image {image.id} is protected from deregistration until {until}")


@patch("moto does not know deprecation")
def ami_deprecation() -> None:
    serve(enable_image_deprecation=deprecate, disable_image_deprecation=undeprecate)


@patch("moto disables anybody's image, keeps its launch permissions, and sends no event")
def ami_disable() -> None:
    serve(disable_image=disable, enable_image=enable)


@patch("moto does not know protection from deregistration")
def ami_protection() -> None:
    serve(enable_image_deregistration_protection=protect, disable_image_deregistration_protection=unprotect)
