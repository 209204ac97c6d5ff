"""Data volumes: an instance gets those of its image, an image those of its instance, and an end leaves some behind."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, eventually
from tests.emulator.amis import launch, settled
from tests.emulator.disks import mapped, registered, snapshot, volumes

DATA, KEPT, SCRATCH = "/dev/sdf", "/dev/sdg", "/dev/sdb"


@pytest.fixture
def ec2(account: Account) -> Any:
    return account.client("ec2")


@pytest.fixture
def image(ec2: Any) -> str:
    """With an encrypted volume, an unencrypted one that stays when an instance ends, and an instance store volume."""
    devices: dict[str, dict[str, Any]] = {
        DATA: {"SnapshotId": snapshot(ec2, 20, Encrypted=True), "VolumeType": "gp3"},
        KEPT: {"SnapshotId": snapshot(ec2, 30), "DeleteOnTermination": False},
    }
    scratch = [{"DeviceName": SCRATCH, "VirtualName": "ephemeral0"}]
    return str(settled(ec2, registered(ec2, "base", devices, BlockDeviceMappings=scratch))["ImageId"])


def described(ec2: Any, instance: str) -> dict[str, Any]:
    found: dict[str, Any] = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    return found


def deleted(ec2: Any, instance: str) -> dict[str, bool]:
    """Whether each volume is deleted when the instance ends, by device name."""
    return {name: bool(ebs["DeleteOnTermination"]) for name, ebs in mapped(described(ec2, instance)).items()}


@pytest.mark.contract("ami_launch")
def test_an_instance_has_every_volume_of_its_image(ec2: Any, image: str):
    instance = launch(ec2, image)

    found, flags = volumes(ec2, instance), deleted(ec2, instance)
    assert {name: (each["Size"], each["Encrypted"], flags[name]) for name, each in found.items()} == {
        "/dev/xvda": (8, False, True),
        DATA: (20, True, True),
        KEPT: (30, False, False),
    }
    assert all(each["SnapshotId"].startswith("snap-") for each in found.values())


@pytest.mark.contract("ami_launch")
@pytest.mark.parametrize("instead", [{"NoDevice": ""}, {"VirtualName": "ephemeral1"}])
def test_a_request_leaves_out_a_volume_and_changes_another(ec2: Any, image: str, instead: dict[str, str]):
    kept = {"DeviceName": KEPT, "Ebs": {"Encrypted": True, "DeleteOnTermination": True}}

    instance = launch(ec2, image, BlockDeviceMappings=[{"DeviceName": DATA, **instead}, kept])

    found = volumes(ec2, instance)
    assert found.keys() == {"/dev/xvda", KEPT}
    assert (found[KEPT]["Size"], found[KEPT]["Encrypted"]) == (30, True)
    assert deleted(ec2, instance)[KEPT]


@pytest.mark.contract("ami_launch")
@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"DeviceName": SCRATCH, "VirtualName": "ephemeral24"}, "InvalidBlockDeviceMapping"),
        ({"DeviceName": DATA, "Ebs": {"VolumeSize": 19}}, "InvalidBlockDeviceMapping"),
    ],
)
def test_a_device_that_cannot_be_is_refused(ec2: Any, image: str, mapping: dict[str, Any], code: str):
    with pytest.raises(ClientError) as refused:
        launch(ec2, image, BlockDeviceMappings=[mapping])
    assert refused.value.response["Error"]["Code"] == code


@pytest.mark.contract("ami_launch_performance")
def test_an_instance_has_volumes_as_fast_as_its_image(ec2: Any):
    fast = {"SnapshotId": snapshot(ec2, 20), "VolumeType": "io2", "Iops": 5000}
    wide = {"SnapshotId": snapshot(ec2, 20), "VolumeType": "gp3", "Iops": 4000, "Throughput": 250}
    image = settled(ec2, registered(ec2, "base", {DATA: fast, KEPT: wide}))["ImageId"]

    found = volumes(ec2, launch(ec2, image, BlockDeviceMappings=[{"DeviceName": KEPT, "Ebs": {"VolumeType": "gp2"}}]))

    assert (found[DATA]["VolumeType"], found[DATA]["Iops"]) == ("io2", 5000)
    assert (found[KEPT]["VolumeType"], found[KEPT].get("Throughput")) == ("gp2", None)


@pytest.mark.contract("instance_volumes")
def test_volumes_stay_attached_until_their_instance_is_terminated(account: Account, ec2: Any, image: str):
    instance = launch(ec2, image)
    ids = {name: each["VolumeId"] for name, each in volumes(ec2, instance).items()}

    def states() -> dict[str, str]:
        found = ec2.describe_volumes(Filters=[{"Name": "volume-id", "Values": [*ids.values()]}])["Volumes"]
        return {each["VolumeId"]: each["State"] for each in found}

    account.tell("hosts/ending", held=True)
    ec2.terminate_instances(InstanceIds=[instance])

    assert described(ec2, instance)["State"]["Name"] == "shutting-down"
    assert states() == dict.fromkeys(ids.values(), "in-use")
    account.tell("hosts/ending", held=False)
    assert eventually(lambda: states() == {ids[KEPT]: "available"})


@pytest.mark.contract("ami_create")
def test_an_image_keeps_or_changes_what_becomes_of_volumes(ec2: Any, image: str):
    instance = launch(ec2, image)
    changed = [{"DeviceName": DATA, "Ebs": {"DeleteOnTermination": False}}]

    made = [
        settled(ec2, ec2.create_image(InstanceId=instance, Name=name, **more)["ImageId"])
        for name, more in (("same", {}), ("changed", {"BlockDeviceMappings": changed}))
    ]

    flags = [{name: ebs["DeleteOnTermination"] for name, ebs in mapped(each).items()} for each in made]
    assert flags == [
        {"/dev/xvda": True, DATA: True, KEPT: False},
        {"/dev/xvda": True, DATA: False, KEPT: False},
    ]
    scratch = {"DeviceName": SCRATCH, "VirtualName": "ephemeral0"}
    assert all(scratch in each["BlockDeviceMappings"] for each in made)


def test_neither_an_image_nor_its_snapshots_inherit_the_tags_of_a_volume(ec2: Any, image: str):
    tags = [{"ResourceType": kind, "Tags": [{"Key": "of", "Value": kind}]} for kind in ("instance", "volume")]
    instance = launch(ec2, image, TagSpecifications=tags)

    made = settled(ec2, ec2.create_image(InstanceId=instance, Name="made")["ImageId"])

    ids = [ebs["SnapshotId"] for ebs in mapped(made).values()]
    others = ec2.create_snapshots(InstanceSpecification={"InstanceId": instance})["Snapshots"]
    snapshots = ec2.describe_snapshots(SnapshotIds=[*ids, *[each["SnapshotId"] for each in others]])["Snapshots"]
    assert len(snapshots) == 6
    assert not [each for each in (made, *snapshots) if each.get("Tags")]
    assert all(each["Tags"] == [{"Key": "of", "Value": "volume"}] for each in volumes(ec2, instance).values())


def test_a_copy_has_the_instance_store_volumes_of_its_image(ec2: Any, image: str):
    copied = ec2.copy_image(Name="copy", SourceImageId=image, SourceRegion="us-east-1")["ImageId"]

    assert {"DeviceName": SCRATCH, "VirtualName": "ephemeral0"} in settled(ec2, copied)["BlockDeviceMappings"]
