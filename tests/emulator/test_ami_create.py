import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.amis import describe, launch, seed, settled


@pytest.mark.contract("ami_create", "ami_launch")
def test_an_image_has_the_volumes_of_its_instance(embedded: Embedded, account: Account):
    ec2 = account.client("ec2")
    volumes = [
        {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 20}},
        {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 50, "Encrypted": True, "DeleteOnTermination": False}},
    ]
    instance = launch(ec2, seed(embedded, account), BlockDeviceMappings=volumes)

    image = settled(ec2, ec2.create_image(InstanceId=instance, Name="mine", NoReboot=True)["ImageId"])

    assert image["State"] == "available"
    by_name = {mapping["DeviceName"]: mapping["Ebs"] for mapping in image["BlockDeviceMappings"]}
    assert {name: (ebs["VolumeSize"], ebs["Encrypted"]) for name, ebs in by_name.items()} == {
        "/dev/xvda": (20, False),
        "/dev/sdf": (50, True),
    }
    [snapshot] = ec2.describe_snapshots(SnapshotIds=[by_name["/dev/sdf"]["SnapshotId"]])["Snapshots"]
    assert snapshot["State"] == "completed"
    assert snapshot["KmsKeyId"].startswith("arn:aws:kms:us-east-1:")
    assert snapshot["Description"] == f"Created by CreateImage({instance}) for {image['ImageId']}"


@pytest.mark.contract("ami_create")
def test_tags_go_to_the_image_and_its_snapshots(embedded: Embedded, account: Account):
    ec2 = account.client("ec2")
    instance = launch(ec2, seed(embedded, account))
    tags = [{"ResourceType": kind, "Tags": [{"Key": "is", "Value": kind}]} for kind in ("image", "snapshot")]

    image = settled(ec2, ec2.create_image(InstanceId=instance, Name="tagged", TagSpecifications=tags)["ImageId"])

    snapshot = image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    assert image["Tags"] == [{"Key": "is", "Value": "image"}]
    assert ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["Tags"][0]["Value"] == "snapshot"


def test_an_image_knows_where_it_comes_from_and_inherits_no_imds_support(embedded: Embedded, account: Account):
    ec2 = account.client("ec2")
    base = seed(embedded, account, architecture="arm64", imds_support="v2.0")
    instance = launch(ec2, base, InstanceType="t4g.micro")

    image = settled(ec2, ec2.create_image(InstanceId=instance, Name="derived")["ImageId"])

    origin = [image[key] for key in ("SourceImageId", "SourceImageRegion", "SourceInstanceId", "Architecture")]
    assert origin == [base, "us-east-1", instance, "arm64"]
    assert "ImdsSupport" not in image
    assert describe(ec2, base)["ImdsSupport"] == "v2.0"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"Name": "base"}, "InvalidAMIName.Duplicate"),
        ({"Name": "x" * 129}, "InvalidAMIName.Malformed"),
        ({"Name": "semi;colon"}, "InvalidAMIName.Malformed"),
        ({"Name": "fine", "Description": "x" * 256}, "InvalidParameterValue"),
        ({"Name": "fine", "InstanceId": "i-00000000000000000"}, "InvalidInstanceID.NotFound"),
        ({"Name": "fine", "TagSpecifications": [{"ResourceType": "volume", "Tags": []}]}, "InvalidParameterValue"),
        (
            {"Name": "fine", "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 99}}]},
            "InvalidBlockDeviceMapping",
        ),
    ],
)
def test_what_create_image_refuses(embedded: Embedded, account: Account, more, code):
    ec2 = account.client("ec2")
    instance = launch(ec2, seed(embedded, account))
    with pytest.raises(ClientError) as refused:
        ec2.create_image(**{"InstanceId": instance} | more)
    assert refused.value.response["Error"]["Code"] == code


def test_an_instance_that_is_gone_makes_no_image(embedded: Embedded, account: Account):
    ec2 = account.client("ec2")
    instance = launch(ec2, seed(embedded, account))
    ec2.terminate_instances(InstanceIds=[instance])
    with pytest.raises(ClientError, match="IncorrectInstanceState"):
        ec2.create_image(InstanceId=instance, Name="late")


@pytest.mark.contract("ami_create", "ebs_snapshot_key")
def test_an_image_is_registered_from_snapshots(account: Account):
    ec2 = account.client("ec2")
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=12, Encrypted=True)
    snapshot = ec2.create_snapshot(VolumeId=volume["VolumeId"])["SnapshotId"]
    devices = [{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot}}]

    image = ec2.register_image(
        Name="registered", RootDeviceName="/dev/xvda", Architecture="arm64", VirtualizationType="hvm",
        ImdsSupport="v2.0", BlockDeviceMappings=devices,
    )["ImageId"]  # fmt: skip

    found = settled(ec2, image)
    assert [found[key] for key in ("Architecture", "ImdsSupport", "RootDeviceName")] == ["arm64", "v2.0", "/dev/xvda"]
    assert found["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"] == snapshot
    assert ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["KmsKeyId"].startswith("arn:aws:kms:")


@pytest.mark.contract("ami_launch")
@pytest.mark.parametrize(
    ("image", "code"),
    [
        ("ami-00000000000000000", "InvalidAMIID.NotFound"),
        ("image-1", "InvalidAMIID.Malformed"),
    ],
)
def test_an_unknown_image_is_not_launched(account: Account, image, code):
    with pytest.raises(ClientError) as refused:
        launch(account.client("ec2"), image)
    assert refused.value.response["Error"]["Code"] == code


@pytest.mark.contract("ami_launch")
def test_an_instance_has_the_volumes_of_its_image(embedded: Embedded, account: Account):
    ec2 = account.client("ec2")
    template = {"ImageId": seed(embedded, account, volume_gib=30, encrypted=True)}
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=template)
    run = ec2.run_instances(MinCount=1, MaxCount=1, LaunchTemplate={"LaunchTemplateName": "web"})

    [volume] = ec2.describe_volumes(
        Filters=[{"Name": "attachment.instance-id", "Values": [run["Instances"][0]["InstanceId"]]}]
    )["Volumes"]

    assert (volume["Size"], volume["Encrypted"]) == (30, True)


@pytest.mark.contract("ami_launch_overrides")
def test_a_launch_changes_only_what_it_names_of_an_image_volume(embedded: Embedded, account: Account):
    ec2 = account.client("ec2")
    volume = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeType": "gp2"}}
    instance = launch(ec2, seed(embedded, account, volume_gib=30, encrypted=True), BlockDeviceMappings=[volume])

    [found] = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [instance]}])["Volumes"]

    assert [found[key] for key in ("Size", "Encrypted", "VolumeType")] == [30, True, "gp2"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (
            {"BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8}}]},
            "InvalidBlockDeviceMapping",
        ),
        ({"BlockDeviceMappings": []}, "InvalidBlockDeviceMapping"),
        ({"TpmSupport": "v2.0", "BootMode": "legacy-bios"}, "InvalidParameterCombination"),
        ({"TagSpecifications": [{"ResourceType": "snapshot", "Tags": []}]}, "InvalidParameterValue"),
    ],
)
def test_what_register_image_refuses(account: Account, more, code):
    with pytest.raises(ClientError) as refused:
        account.client("ec2").register_image(Name="wrong", RootDeviceName="/dev/xvda", **more)
    assert refused.value.response["Error"]["Code"] == code
