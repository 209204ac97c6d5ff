"""A base with data volumes is built and verified like any other, and no volume outlives its host."""

import json
from typing import Any, Final

import pytest

from tests.embedded import eventually
from tests.emulator.disks import mapped, registered, snapshot, volumes
from tests.workflows.building import Family
from tests.workflows.deployed import HOME, Deployed
from tests.workflows.verifying import FEW, Version

DATA, KEPT, SCRATCH = "/dev/sdf", "/dev/sdg", "/dev/sdb"
ALL: Final = {"/dev/xvda", DATA, KEPT}


@pytest.fixture
def based(family: Family) -> Family:
    """Built upon an AMI with an encrypted volume, an unencrypted one that outlives its instance, and instance store."""
    ec2, name = family.at.client("ec2"), f"base-of-{family.name}"
    devices: dict[str, dict[str, Any]] = {
        DATA: {"SnapshotId": snapshot(ec2, 20, Encrypted=True)},
        KEPT: {"SnapshotId": snapshot(ec2, 30), "DeleteOnTermination": False},
    }
    scratch = [{"DeviceName": SCRATCH, "VirtualName": "ephemeral0"}]
    image = registered(ec2, name, devices, BlockDeviceMappings=scratch)
    family.at.tell("images/release", region=HOME, image_id=image)
    owner = family.at.account.id
    return family.accepted(base=f'{{filter: {{owner: "{owner}", name: "{name}"}}}}', tests=FEW)


def host_volumes(family: Family) -> list[dict[str, dict[str, Any]]]:
    return [volumes(family.at.client("ec2"), instance) for instance in family.instances()]


def is_ours(family: Family, found: dict[str, dict[str, Any]]) -> None:
    """Every volume of the AMI, encrypted with the region's key and named as a host's."""
    assert found.keys() == ALL
    assert {each["KmsKeyId"] for each in found.values()} == {family.at.customer_key()}
    for each in found.values():
        assert "goldsmith:host" in {tag["Key"] for tag in each["Tags"]}


def test_a_base_with_data_volumes(based: Family):
    based.ask().reaches("Await image")
    (builder,) = host_volumes(based)
    is_ours(based, builder)
    assert {name: each["Size"] for name, each in builder.items()} == {"/dev/xvda": 10, DATA: 20, KEPT: 30}

    detail = based.builds().built()

    (image,) = based.images()
    flags = {name: ebs["DeleteOnTermination"] for name, ebs in mapped(image).items()}
    assert flags == {"/dev/xvda": True, DATA: True, KEPT: False}  # as the base has them
    assert {"DeviceName": SCRATCH, "VirtualName": "ephemeral0"} in image["BlockDeviceMappings"]
    assert "goldsmith:host" not in {tag["Key"] for tag in image["Tags"]}  # nor on its snapshots: they have the same

    based.at.tell("hosts/online", tag={"goldsmith:family": based.name}, online=False)
    version = Version(based.at, based.name, version=detail["version"]).verify().reaches("Await agent")
    for host in eventually(lambda: found if len(found := host_volumes(version)) == 2 else []):
        is_ours(version, host)
    based.at.tell("hosts/online", tag={"goldsmith:family": based.name}, online=True)
    version.verified()


def test_a_volume_that_a_dead_runs_host_left_is_deleted_by_a_later_sweep(goldsmith: Deployed):
    ec2, image = goldsmith.client("ec2"), goldsmith.image().ask().waits()
    base, run = goldsmith.image(goldsmith_family="").becomes("available"), f"adopt-{image.id}-1"
    tags = [{"Key": f"goldsmith:{name}", "Value": run} for name in ("run", "host")]
    stays = [{"DeviceName": "/dev/xvda", "Ebs": {"DeleteOnTermination": False}}]
    made = ec2.run_instances(
        ImageId=base.id, MinCount=1, MaxCount=1, InstanceType="t3.micro", BlockDeviceMappings=stays,
        TagSpecifications=[{"ResourceType": kind, "Tags": tags} for kind in ("instance", "volume")],
    )  # fmt: skip
    machine = made["Instances"][0]["InstanceId"]
    (volume,) = [each["VolumeId"] for each in volumes(ec2, machine).values()]
    goldsmith.tell("hosts/ending", instance_id=machine, held=True)
    image.stop()
    ended = image.ends("Run Ended")
    assert (ended["instances"], ended["volumes"]) == ([machine], [])  # it is attached until the machine is terminated
    goldsmith.tell("hosts/ending", instance_id=machine, held=False)
    there = [{"Name": "volume-id", "Values": [volume]}]
    eventually(lambda: [v["State"] for v in ec2.describe_volumes(Filters=there)["Volumes"]] == ["available"])

    goldsmith.sweep()

    eventually(lambda: not ec2.describe_volumes(Filters=there)["Volumes"])
    (told,) = eventually(lambda: [item for item in goldsmith.items() if item["pk"] == f"history#{run}"])
    assert json.loads(told["detail"])["detail"]["volumes"] == [volume]  # the run is closed: no subject is known
