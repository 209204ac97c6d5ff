"""DeregisterImage: the image goes, or into the Recycle Bin; its snapshots on demand, if nothing else needs them."""

from typing import Any

from moto.ec2.responses import EC2Response

from emulator.ec2.xml import Ec2Answer
from emulator.gateway.patching import patch
from emulator.iam.authorization import caller_allows
from emulator.iam.ec2_state import context
from emulator.images.ami import Image, own, remove
from emulator.images.retire import check_not_protected
from emulator.images.states import announce
from emulator.snapshots import recycle_bin
from emulator.snapshots.ebs import drop


def _may_delete(response: Any, snapshot: Any) -> bool:
    """Whether the caller has ec2:DeleteSnapshot on this snapshot, which AWS checks one by one."""
    region = response.region
    arn = f"arn:aws:ec2:{region}::snapshot/{snapshot.id}"
    keys = context("snapshot", snapshot.id, snapshot.ec2_backend.account_id, region)
    return caller_allows("ec2:DeleteSnapshot", arn, {key.lower(): value for key, value in keys.items()})


def _result(response: Any, image: Image, snapshot: Any) -> str:
    if snapshot.images - {image.id}:
        return "skipped"
    if not _may_delete(response, snapshot):
        return "missing-permissions"
    if recycle_bin.holds(image) and not recycle_bin.rule_for(snapshot.ec2_backend, "EBS_SNAPSHOT", snapshot.id):
        return "client-error"  # an image in the bin needs its snapshots: these can't be deleted for good
    drop(snapshot)
    return "success"


def deregister(response: Any) -> Ec2Answer:
    response.error_on_dryrun()
    image = own(response.ec2_backend, response.params["ImageId"])
    check_not_protected(image)
    remove(image)
    if not recycle_bin.take_image(image):
        for device in image.devices:
            device.snapshot.images.discard(image.id)
        response.ec2_backend.tags.pop(image.id, None)
    answer: dict[str, Any] = {"Return": True}
    if response.params.get("DeleteAssociatedSnapshots"):
        snapshots = [device.snapshot for device in image.devices]
        answer["DeleteSnapshotResults"] = [
            {"SnapshotId": each.id, "ReturnCode": _result(response, image, each)} for each in snapshots
        ]
    announce(image, "deregistered")
    return Ec2Answer(answer)


@patch("moto deregisters anybody's image, protected or not, and never deletes its snapshots")
def ami_deregister() -> None:
    EC2Response.deregister_image = deregister
