"""What an AMI is made with."""

from typing import Any

import boto3
from botocore.stub import Stubber

from goldsmith.act.build.image import create
from goldsmith.values.build import BaseImage, Create, Device, Disk, PlannedImage
from tests.act.conftest import ACCOUNT, NOW, REGION


def part(**devices: bool) -> PlannedImage:
    """Built upon an AMI with these volumes, and whether each is deleted with its instance; the root is `sda1`."""
    base = BaseImage(
        image_id="ami-base", name="base-1", owner="111111111111", root_device="/dev/sda1", source="parameter /base",
        parameter_version=7, release="base-1",
        devices=tuple(Device(name=f"/dev/{name}", delete_on_termination=gone) for name, gone in devices.items()),
    )  # fmt: skip
    return PlannedImage(
        architecture="x86_64", name="webapp-2026.05.01-x86_64", base=base, instance_types=("m7i.large",), subnets=(),
        disk=Disk(gib=12, type="gp3"), kms_key="alias/goldsmith", claimed=None, next="launch",
        tags={"goldsmith:family": "webapp", "goldsmith:version": "2026.05.01"},
    )  # fmt: skip


def mapped(ledger, part: PlannedImage) -> list[dict[str, Any]]:
    """The block device mappings that CreateImage is asked for."""
    ec2, requests = boto3.client("ec2", REGION), []
    ec2.meta.events.register("provide-client-params.ec2.CreateImage", lambda params, **_: requests.append(params))
    with Stubber(ec2) as stub:
        stub.add_response("describe_images", {"Images": []})
        stub.add_response("create_image", {"ImageId": "ami-1"})
        stub.add_response("create_tags", {})
        asked = Create(run="build-webapp-1", account=ACCOUNT, region=REGION, part=part, instance_id="i-1")
        create(asked, ledger=ledger, ec2=ec2, now=NOW)
    (request,) = requests
    found: list[dict[str, Any]] = request["BlockDeviceMappings"]
    return found


def test_a_data_volume_that_outlives_an_instance_of_the_base_outlives_one_of_the_image(ledger):
    stays = {"DeviceName": "/dev/sdf", "Ebs": {"DeleteOnTermination": False}}
    assert mapped(ledger, part(sda1=True, sdf=False, sdg=True)) == [stays]


def test_the_root_goes_with_its_instance(ledger):
    assert mapped(ledger, part(sda1=False)) == []
