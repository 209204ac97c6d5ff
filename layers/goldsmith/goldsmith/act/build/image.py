"""Make an AMI of a stopped builder, and make it ours.  Each deed is found done when it is done again."""

from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.gather.image import snapshots_of
from goldsmith.values.build import Create, Finish, PlannedImage
from goldsmith.errors import NeedsAPerson, TryAgain, code_of
from goldsmith.gather.image import describe
from goldsmith.ledger.table import Ledger
from goldsmith.lifecycle import Deed, leads, moved
from goldsmith.model import ImageRef
from goldsmith.values.outcome import Born, Made
from goldsmith.vocabulary import Tag

KINDS: Final = ("image", "snapshot")


def create(asked: Create, *, ledger: Ledger, ec2: Any, now: datetime) -> ImageRef:
    """The AMI of this name: noted before it is made, found by its name if it was, its own id its tag right after."""
    born = Born(
        run=asked.run, architecture=asked.part.architecture, name=asked.part.name, instance_id=asked.instance_id
    )
    ledger.note_birth(born, now)
    image_id = _existing(asked, ec2=ec2) or _create(asked, ec2=ec2, now=now)
    ec2.create_tags(Resources=[image_id], Tags=[{"Key": Tag.IMAGE.value, "Value": image_id}])
    return ImageRef(image_id=image_id, account=asked.account, region=asked.region)


def _existing(asked: Create, *, ec2: Any) -> str | None:
    """The AMI that an earlier try of this very step made: CreateImage takes no client token."""
    named = [{"Name": "name", "Values": [asked.part.name]}]
    for image in ec2.describe_images(Owners=["self"], Filters=named, IncludeDisabled=True)["Images"]:
        if image.get("SourceInstanceId") != asked.instance_id:
            raise NeedsAPerson(f"{image['ImageId']} has taken the name {asked.part.name} meanwhile: build again")
        return str(image["ImageId"])
    return None


def _create(asked: Create, *, ec2: Any, now: datetime) -> str:
    tags = asked.part.tags | {key.value: value for key, value in moved(Deed.MAKE, None, now).items()}
    written = [{"Key": key, "Value": value} for key, value in tags.items()]
    try:
        made = ec2.create_image(
            InstanceId=asked.instance_id,
            Name=asked.part.name,
            Description=f"{tags[Tag.FAMILY]} {tags[Tag.VERSION]}, made by Goldsmith",
            TagSpecifications=[{"ResourceType": kind, "Tags": written} for kind in KINDS],
            BlockDeviceMappings=_volumes_that_stay(asked.part),
        )
    except ClientError as error:
        if code_of(error) != "InvalidAMIName.Duplicate":
            raise
        raise TryAgain(f"an AMI named {asked.part.name} is there already, made by an earlier try: {error}") from error
    return str(made["ImageId"])


def _volumes_that_stay(part: PlannedImage) -> list[dict[str, Any]]:
    """The data volumes that outlive an instance of the base, and so one of the AMI; the builder's own did not.

    DeleteOnTermination is all that CreateImage lets change of a volume.
    """
    data = [each.name for each in part.base.devices if each.name != part.base.root_device]
    stay = {each.name for each in part.base.devices if not each.delete_on_termination}
    return [{"DeviceName": name, "Ebs": {"DeleteOnTermination": False}} for name in data if name in stay]


def finish(asked: Finish, *, ledger: Ledger, ec2: Any, now: datetime) -> Made:
    """The AMI when it is available: its whole set of tags on it and its snapshots, IMDSv2 only, not to be deregistered.

    NeedsAPerson if it never became available; TryAgain while EC2 does not show it.
    """
    image = asked.image
    found = describe(image, ec2=ec2)
    if found is None or found["State"] == "pending":
        raise TryAgain(f"EC2 does not show {image.image_id} as available yet")
    if found["State"] != "available":
        why = found.get("StateReason", {}).get("Message") or "EC2 gives no reason"
        raise NeedsAPerson(f"the AMI {image.image_id} ({asked.part.name}) is {found['State']}: {why}")
    part = asked.part
    if part.claimed:
        instance = found.get("SourceInstanceId", "")
        born = Born(run=asked.run, architecture=part.architecture, name=part.name, instance_id=instance)
        ledger.note_birth(born, now)
    snapshots = snapshots_of(found)
    tags = part.tags | {Tag.IMAGE.value: image.image_id} | _stage(asked, found, now)
    ec2.create_tags(
        Resources=[image.image_id, *snapshots], Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
    )
    ec2.modify_image_attribute(ImageId=image.image_id, ImdsSupport={"Value": "v2.0"})
    ec2.enable_image_deregistration_protection(ImageId=image.image_id, WithCooldown=True)
    return Made(image=image, name=part.name, architecture=part.architecture, snapshots=tuple(snapshots))


def _stage(asked: Finish, found: dict[str, Any], now: datetime) -> dict[str, str]:
    """The stage, since when and before, of an AMI that this run made or claims."""
    stage = next((tag["Value"] for tag in found.get("Tags", []) if tag["Key"] == Tag.STAGE), None)
    deed = Deed.CLAIM if asked.part.claimed else Deed.MAKE
    before = stage if deed is Deed.CLAIM and leads(deed, stage) else None
    return {key.value: value for key, value in moved(deed, before, now).items()}
