"""DescribeImageAttribute, ModifyImageAttribute, ResetImageAttribute, and the consumer's way out of a share."""

from collections.abc import Callable
from typing import Any, Final

from emulator.ec2.api import Parameters, refuse, serve
from emulator.gateway.patching import patch
from emulator.images.ami import Image, find, own, own_and_settled
from emulator.images.describe import stamp
from emulator.images.sharing import changes, share

LONGEST_DESCRIPTION: Final = 255
SHARING: Final = (
    "LaunchPermission", "UserIds", "UserGroups", "OrganizationArns", "OrganizationalUnitArns", "OperationType",
)  # fmt: skip
VALUES: Final[dict[str, tuple[str, Callable[[Image], Any]]]] = {
    "description": ("Description", lambda image: image.description),
    "kernel": ("KernelId", lambda image: image.kernel_id),
    "ramdisk": ("RamdiskId", lambda _: None),
    "sriovNetSupport": ("SriovNetSupport", lambda _: "simple"),
    "bootMode": ("BootMode", lambda image: image.boot_mode),
    "tpmSupport": ("TpmSupport", lambda image: image.tpm_support),
    "imdsSupport": ("ImdsSupport", lambda image: image.imds_support),
    "deregistrationProtection": ("DeregistrationProtection", lambda image: image.protection),
    "lastLaunchedTime": (
        "LastLaunchedTime",
        lambda image: stamp(image.last_launched_time) if image.last_launched_time else None,
    ),
}


def describe(backend: Any, parameters: Parameters) -> dict[str, Any]:
    image, attribute = own(backend, parameters["ImageId"]), parameters["Attribute"]
    if attribute == "launchPermission":
        return {"ImageId": image.id, "LaunchPermissions": image.launch_permissions}
    if attribute == "productCodes":
        return {"ImageId": image.id, "ProductCodes": []}
    if attribute == "blockDeviceMapping":
        refuse("AuthFailure", "Unauthorized attempt to access restricted resource")
    if attribute not in VALUES:
        refuse("InvalidParameterValue", f"Value ( {attribute} ) for parameter attribute is invalid.")
    name, value = VALUES[attribute]
    return {"ImageId": image.id, name: {"Value": value(image)} if value(image) is not None else {}}


def modify(backend: Any, parameters: Parameters) -> dict[str, Any]:
    image = own_and_settled(backend, parameters["ImageId"], "available")
    asked = _asked(parameters)
    if len(asked) != 1:
        refuse("InvalidParameterCombination", "Exactly one attribute can be modified per call")
    _CHANGES[asked[0]](image, parameters)
    return {}


def _asked(parameters: Parameters) -> list[str]:
    asked = {
        name for name, key in (("description", "Description"), ("imdsSupport", "ImdsSupport")) if key in parameters
    }
    if any(parameters.get(name) for name in SHARING):
        asked.add("launchPermission")
    if attribute := parameters.get("Attribute"):
        if attribute not in _CHANGES:
            refuse("InvalidParameterValue", f"Value ( {attribute} ) for parameter attribute can't be modified.")
        asked.add(attribute)
    return sorted(asked)


def _value(parameters: Parameters, key: str) -> str:
    structure = parameters.get(key) or {}
    return str(structure.get("Value", parameters.get("Value", "")))


def _change_description(image: Image, parameters: Parameters) -> None:
    description = _value(parameters, "Description")
    if len(description) > LONGEST_DESCRIPTION:
        refuse("InvalidParameterValue", f"Description can be at most {LONGEST_DESCRIPTION} characters long")
    image.description = description


def _change_imds(image: Image, parameters: Parameters) -> None:
    value = _value(parameters, "ImdsSupport")
    if value != "v2.0":
        refuse("InvalidParameterValue", f"Value ( {value} ) for parameter imdsSupport is invalid: only v2.0 can be set")
    image.imds_support = value


def _change_sharing(image: Image, parameters: Parameters) -> None:
    added, removed = changes(parameters)
    if not added + removed:
        refuse("InvalidParameterCombination", "The request must add or remove a launch permission")
    share(image, added, removed)


_CHANGES: Final = {
    "description": _change_description,
    "imdsSupport": _change_imds,
    "launchPermission": _change_sharing,
}


def reset(backend: Any, parameters: Parameters) -> dict[str, Any]:
    image = own(backend, parameters["ImageId"])
    if parameters["Attribute"] != "launchPermission":
        refuse("InvalidParameterValue", f"Value ( {parameters['Attribute']} ) for parameter attribute is invalid.")
    image.launch_permissions = []
    return {}


def cancel(backend: Any, parameters: Parameters) -> dict[str, Any]:
    image = find(backend, parameters["ImageId"])
    mine = {"UserId": backend.account_id}
    if image.owner_id == backend.account_id or mine not in image.launch_permissions:
        refuse("InvalidAMIID.Unavailable", f"The image {image.id} is not shared with account {backend.account_id}")
    image.launch_permissions = [each for each in image.launch_permissions if each != mine]
    return {"Return": True}


@patch("moto shares with the first organization only, lets anybody read and change, and knows two attributes")
def ami_attributes() -> None:
    serve(
        describe_image_attribute=describe,
        modify_image_attribute=modify,
        reset_image_attribute=reset,
        cancel_image_launch_permission=cancel,
    )
