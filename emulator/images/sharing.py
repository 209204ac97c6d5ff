"""Who an image is shared with: accounts, everybody, organizations and their units; and the block on public sharing."""

import re
from collections.abc import Iterable
from typing import Any, Final

from ministack.services import organizations

from emulator.ec2.api import Parameters, refuse, serve
from emulator.gateway.patching import patch

MOST_ENTITIES: Final = 1000
BLOCKED, UNBLOCKED = "block-new-sharing", "unblocked"  # a new account is blocked until it says otherwise
Permission = dict[str, str]
FORMS: Final = {
    "UserId": r"\d{12}",
    "Group": "all",
    "OrganizationArn": r"arn:aws:organizations::\d{12}:organization/o-[a-z0-9]{10,32}",
    "OrganizationalUnitArn": r"arn:aws:organizations::\d{12}:ou/o-[a-z0-9]{10,32}/ou-[0-9a-z-]+",
}
FLAT: Final = {
    "UserIds": "UserId",
    "UserGroups": "Group",
    "OrganizationArns": "OrganizationArn",
    "OrganizationalUnitArns": "OrganizationalUnitArn",
}


def memberships(account: str) -> set[str | None]:
    """ARNs of the organization and of all units, up to the root, that `account` is in."""
    arns: set[str | None] = set()
    for (management, _), organization in list(organizations._orgs._data.items()):
        member = organizations._accounts._data.get((management, account))
        if not member:
            continue
        arns.add(organization["Arn"])
        unit = organizations._ous._data.get((management, member.get("_ParentId")))
        while unit:
            arns.add(unit["Arn"])
            unit = organizations._ous._data.get((management, unit.get("_ParentId") or unit.get("ParentId")))
    return arns


def changes(parameters: Parameters) -> tuple[list[Permission], list[Permission]]:
    """What a request adds and removes, from both of its forms."""
    both = parameters.get("LaunchPermission") or {}
    added, removed = [*both.get("Add", [])], [*both.get("Remove", [])]
    flat = [{key: value} for name, key in FLAT.items() for value in parameters.get(name) or []]
    operation = parameters.get("OperationType")
    if flat and operation not in {"add", "remove"}:
        refuse("InvalidParameterCombination", "The parameter operationType must be 'add' or 'remove'")
    (added if operation == "add" else removed).extend(flat)
    for permission in added + removed:
        _check(permission)
    return added, removed


def _check(permission: Permission) -> None:
    [(key, value)] = permission.items()
    if not re.fullmatch(FORMS[key], value):
        name = {"UserId": "userId", "Group": "UserGroup"}.get(key, key)
        refuse("InvalidAMIAttributeItemValue", f'Invalid attribute item value "{value}" for {name} item type.')


def share(image: Any, added: Iterable[Permission], removed: Iterable[Permission]) -> None:
    """Change an image's launch permissions, all or nothing."""
    gone = {tuple(each.items()) for each in removed}
    by_entity = {tuple(each.items()): each for each in [*image.launch_permissions, *added]}
    wanted = [each for entity, each in by_entity.items() if entity not in gone]
    if {"Group": "all"} in wanted and not image.is_public:
        _check_public(image)
    if wanted and any(_managed_key(device.snapshot) for device in image.devices):
        refuse("InvalidParameter", "Snapshots encrypted with the AWS Managed CMK can't be shared")
    if len(wanted) > MOST_ENTITIES:
        refuse("ResourceLimitExceeded", f"An AMI can be shared with at most {MOST_ENTITIES} entities")
    image.launch_permissions = wanted


def _check_public(image: Any) -> None:
    if state_of(image.ec2_backend) != UNBLOCKED:
        refuse("OperationNotPermitted", "You can't publicly share this AMI: block public access for AMIs is enabled")
    if image.watermarks:
        refuse("OperationNotPermitted", "A watermarked AMI can't be made public")
    if any(device.snapshot.encrypted for device in image.devices):
        refuse("InvalidParameter", "An AMI with encrypted snapshots can't be made public")


def _managed_key(snapshot: Any) -> bool:
    return bool(snapshot.encrypted) and snapshot.kms_key_id == snapshot.ec2_backend.default_kms_key_id


def state_of(backend: Any) -> str:
    return str(backend.__dict__.get("image_block_public_access", BLOCKED))


def _get_block(backend: Any, _: Parameters) -> dict[str, str]:
    return {"ImageBlockPublicAccessState": state_of(backend), "ManagedBy": "account"}


def _enable_block(backend: Any, parameters: Parameters) -> dict[str, str]:
    if (state := parameters.get("ImageBlockPublicAccessState")) != BLOCKED:
        refuse("InvalidParameterValue", f"Value ( {state} ) for parameter imageBlockPublicAccessState is invalid.")
    backend.image_block_public_access = BLOCKED
    return {"ImageBlockPublicAccessState": BLOCKED}


def _disable_block(backend: Any, _: Parameters) -> dict[str, str]:
    backend.image_block_public_access = UNBLOCKED
    return {"ImageBlockPublicAccessState": UNBLOCKED}


@patch("moto does not know block public access for AMIs")
def ami_block_public_access() -> None:
    serve(
        get_image_block_public_access_state=_get_block,
        enable_image_block_public_access=_enable_block,
        disable_image_block_public_access=_disable_block,
    )
