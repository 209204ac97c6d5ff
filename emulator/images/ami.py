"""An AMI: what it is, who owns it, who can see it.  What is done to it is in the other `ami_*` files."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import AmiBackend

from emulator.ec2.api import as_tags, refuse, tags_of
from emulator.gateway.patching import patch
from emulator.images.sharing import memberships

LOCK: Final = threading.RLock()  # requests are threads: a name is taken, or a state left, once
LAUNCH_REPORT_DELAY: Final = timedelta(hours=24)
SHARED_TAG: Final = "ec2:SharedTag/"  # tags with this prefix are seen by the accounts an image is shared with
ABSENT: Final = "The image id '[{}]' does not exist"


@dataclass(eq=False)
class Device:
    """One entry of a block device mapping; `snapshot` is moto's."""

    name: str
    snapshot: Any
    volume_type: str = "gp3"
    delete_on_termination: bool = True
    iops: int | None = None
    throughput: int | None = None


@dataclass(eq=False)
class Image:
    """All times are naive UTC, as moto's; the names moto reads (platform, kernel_id …) are kept."""

    ec2_backend: Any
    id: str
    name: str
    devices: list[Device]
    description: str = ""
    state: str = "pending"
    state_reason: dict[str, str] | None = None
    outcome: dict[str, str] | None = None  # the reason why a pending image will fail
    copied: bool = False
    creation_date: datetime = field(default_factory=utcnow)
    architecture: str = "x86_64"
    platform: str | None = None
    virtualization_type: str = "hvm"
    root_device_name: str = "/dev/xvda"
    boot_mode: str | None = "uefi-preferred"
    tpm_support: str | None = None
    imds_support: str | None = None
    ena_support: bool = True
    owner_alias: str | None = None
    kernel_id: str | None = None
    image_type: str = "machine"
    root_device_type: str = "ebs"
    instance_store: dict[str, str] = field(default_factory=dict)  # virtual name (`ephemeral0`) by device name
    source_image_id: str | None = None
    source_image_region: str | None = None
    source_instance_id: str | None = None
    first_owner: str | None = None  # whose the first image of its lineage is; None: this is the first
    deprecation_time: datetime | None = None
    protection: str = "disabled"
    protected_until: datetime | None = None  # end of the cooldown after protection was turned off
    launches: list[datetime] = field(default_factory=list)
    launch_permissions: list[dict[str, str]] = field(default_factory=list)
    watermarks: list[dict[str, Any]] = field(default_factory=list)
    public_ssm_parameter_name: str | None = None

    @property
    def owner_id(self) -> str:
        return str(self.ec2_backend.account_id)

    @property
    def region(self) -> str:
        return str(self.ec2_backend.region_name)

    @property
    def ebs_snapshot(self) -> Any:
        """The root device's, by moto's name."""
        return next((each.snapshot for each in self.devices if each.name == self.root_device_name), None)

    @property
    def is_public(self) -> bool:
        return {"Group": "all"} in self.launch_permissions

    @property
    def tags(self) -> dict[str, str]:
        return tags_of(self.ec2_backend, self.id)

    def get_tags(self) -> list[dict[str, str]]:
        """For moto's tagging service, in moto's spelling."""
        return [{"key": tag["Key"], "value": tag["Value"]} for tag in as_tags(self.tags)]

    @property
    def last_launched_time(self) -> datetime | None:
        """The last launch that AWS would report yet: it takes a day."""
        return max((at for at in self.launches if at <= utcnow() - LAUNCH_REPORT_DELAY), default=None)

    def grants(self, account: str) -> bool:
        """Whether a launch permission, not ownership, lets `account` see and launch it."""
        if not self.launch_permissions:
            return False
        if self.is_public or {"UserId": account} in self.launch_permissions:
            return True
        arns = {each.get("OrganizationArn") or each.get("OrganizationalUnitArn") for each in self.launch_permissions}
        return bool(arns & memberships(account))


def put(image: Image) -> None:
    """Into its backend; refuses a name that the account already uses in this region."""
    amis = image.ec2_backend.amis
    with LOCK:
        names = image.ec2_backend.__dict__.setdefault("image_names", {})
        if image.name in names:
            text = f"AMI name {image.name} is already in use by AMI {names[image.name]}"
            refuse("InvalidAMIName.Duplicate", text)
        names[image.name] = image.id
        amis[image.id] = image
    for device in image.devices:
        device.snapshot.__dict__.setdefault("images", set()).add(image.id)


def remove(image: Image) -> None:
    """Out of its backend; its snapshots stay."""
    with LOCK:
        image.ec2_backend.__dict__["image_names"].pop(image.name)
        image.ec2_backend.amis.pop(image.id)
        image.ec2_backend.deleted_amis.append(image.id)


def visible(backend: Any) -> Iterator[Image]:
    """Own images, then those of other accounts in this region that grant this one."""
    yield from list(backend.amis.values())
    for other in others(backend):
        yield from (image for image in list(other.amis.values()) if image.grants(backend.account_id))


def others(backend: Any) -> Iterator[Any]:
    """The backends of other accounts in this region."""
    for account, regions in list(ec2_backends.items()):
        if account != backend.account_id and backend.region_name in regions:
            yield regions[backend.region_name]


def look_up(backend: Any, image_id: str) -> Image | None:
    """The image as the backend's account sees it, in any state, or None."""
    if own_image := backend.amis.get(image_id):
        return own_image  # type: ignore[no-any-return]
    for other in others(backend):
        image: Image | None = other.amis.get(image_id)
        if image:
            return image if image.grants(backend.account_id) else None
    return None


def find(backend: Any, image_id: str) -> Image:
    if not str(image_id).startswith("ami-"):
        refuse("InvalidAMIID.Malformed", f'Invalid id: "{image_id}" (expecting "ami-...")')
    if image := look_up(backend, image_id):
        return image
    if image_id in backend.deleted_amis:
        refuse("InvalidAMIID.Unavailable", f"The image ID '{image_id}' is no longer available")
    return refuse("InvalidAMIID.NotFound", ABSENT.format(image_id))


def own(backend: Any, image_id: str) -> Image:
    """The image, if the caller's account owns it."""
    image = find(backend, image_id)
    if image.owner_id != backend.account_id:
        refuse("AuthFailure", f"Not authorized for image:{image_id}")
    return image


def own_and_settled(backend: Any, image_id: str, *states: str) -> Image:
    """The image, if the caller owns it and it is in one of these states."""
    image = own(backend, image_id)
    if image.state not in states:
        refuse("InvalidAMIID.Unavailable", f"The image ID '{image_id}' is {image.state}, not {' or '.join(states)}")
    return image


@patch("moto looks an image up by comparing all of a region's images, and never finds one that another account shares")
def ami_look_up() -> None:
    def describe_images(
        backend: Any, ami_ids: Any = None, filters: Any = None, exec_users: Any = None, owners: Any = None
    ) -> list[Image]:
        if exec_users or owners or set(filters or {}) - {"image-id"}:
            raise NotImplementedError("moto asked for images by something else than an id")
        wanted = ami_ids or (filters or {}).get("image-id")
        wanted = [wanted] if isinstance(wanted, str) else wanted or []
        return [image for each in wanted if (image := look_up(backend, each))]

    AmiBackend.describe_images = describe_images
