from typing import Any

import pytest

from tests.embedded import Account, Embedded, eventually
from tests.emulator.amis import launch, seed, settled
from tests.emulator.hosts_stage import state
from tests.permissions import allow, role

RIGHTS = ("kms:DescribeKey", "kms:CreateGrant", "kms:GenerateDataKeyWithoutPlaintext")


def key(account: Account, alias: str = "alias/goldsmith") -> str:
    kms = account.client("kms")
    made: dict[str, str] = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName=alias, TargetKeyId=made["KeyId"])
    return made["Arn"]


def encrypted(name: str) -> list[dict[str, Any]]:
    return [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True, "KmsKeyId": name}}]


def ended(ec2: Any, instance: str) -> dict[str, Any]:
    """The instance, once it runs or is gone."""

    def probe() -> dict[str, Any] | None:
        found: dict[str, Any] = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
        return found if found["State"]["Name"] in {"running", "terminated"} else None

    return eventually(probe) or {}


@pytest.mark.contract("ebs_volume_key")
@pytest.mark.parametrize("name", ["alias/goldsmith", "arn:aws:kms:us-east-1:{account}:alias/goldsmith"])
def test_a_key_named_by_its_alias_encrypts_volume_snapshot_and_image(account: Account, embedded: Embedded, name: str):
    ec2, arn = account.client("ec2"), key(account)
    mappings = encrypted(name.format(account=account.id))
    instance = launch(ec2, seed(embedded, account), BlockDeviceMappings=mappings)

    (volume,) = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [instance]}])["Volumes"]
    ec2.stop_instances(InstanceIds=[instance])
    eventually(lambda: state(account, instance) == "stopped")
    image = settled(ec2, ec2.create_image(InstanceId=instance, Name="new")["ImageId"])
    ebs = image["BlockDeviceMappings"][0]["Ebs"]
    (snapshot,) = ec2.describe_snapshots(SnapshotIds=[ebs["SnapshotId"]])["Snapshots"]

    assert [volume["KmsKeyId"], snapshot["KmsKeyId"], ebs["Encrypted"]] == [arn, arn, True]
    assert image["SourceInstanceId"] == instance


@pytest.mark.contract("launch_keys")
@pytest.mark.parametrize("missing", [None, *RIGHTS])
def test_the_caller_of_a_launch_needs_rights_to_the_key(account: Account, embedded: Embedded, missing: str | None):
    arn, image = key(account), seed(embedded, account)
    allowed = [right for right in RIGHTS if right != missing]
    via = {"StringEquals": {"kms:ViaService": "ec2.us-east-1.amazonaws.com"}}
    ec2 = role(account, allow("ec2:*"), allow(allowed, arn, **via)).client("ec2")

    run = ec2.run_instances(
        ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, BlockDeviceMappings=encrypted("alias/goldsmith")
    )

    found = ended(ec2, run["Instances"][0]["InstanceId"])
    assert found["State"]["Name"] == ("terminated" if missing else "running")
    assert found["StateReason"]["Code"] == ("Client.InternalError" if missing else "")


@pytest.mark.contract("launch_keys")
def test_an_instance_whose_key_is_disabled_ends_at_once(account: Account, embedded: Embedded):
    ec2, image = account.client("ec2"), seed(embedded, account)
    account.client("kms").disable_key(KeyId=key(account))

    run = ec2.run_instances(
        ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, BlockDeviceMappings=encrypted("alias/goldsmith")
    )

    assert ended(ec2, run["Instances"][0]["InstanceId"])["State"]["Name"] == "terminated"
