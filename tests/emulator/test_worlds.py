from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded, started

AL2023 = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
TINY = """
extends: empty
regions: [us-east-1]
accounts:
  main:
    images:
      one: {name: one, created: 7 days ago}
"""


@pytest.fixture
def small(embedded: Embedded, account: Account) -> Any:
    return embedded.tell("world", name="small", account=account.id)["accounts"]["main"]


def days_old(text: str) -> int:
    return (datetime.now(UTC) - datetime.fromisoformat(text)) // timedelta(days=1)


def test_a_small_world_has_five_versions_and_a_group_on_an_old_one(account: Account, small: Any):
    ec2 = account.client("ec2")

    images = {image["Name"]: image for image in ec2.describe_images(Owners=["self"])["Images"]}
    (group,) = account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    instances = ec2.describe_instances(InstanceIds=[each["InstanceId"] for each in group["Instances"]])

    assert {name: days_old(image["CreationDate"]) for name, image in images.items()} == {
        "web-1": 400, "web-2": 300, "web-3": 200, "web-4": 100, "web-5": 30,
    }  # fmt: skip
    assert {"Key": "team", "Value": "web"} in images["web-1"]["Tags"]
    launched_from = {each["ImageId"] for reservation in instances["Reservations"] for each in reservation["Instances"]}
    assert launched_from == {small["images"]["web-3"]["us-east-1"]}
    assert small["auto_scaling_groups"]["web"] == [each["InstanceId"] for each in group["Instances"]]


def test_copies_are_images_of_their_own_and_as_old(account: Account, small: Any):
    ids = small["images"]["web-5"]
    assert set(ids) == {"us-east-1", "eu-west-1", "us-west-2"}

    (copy,) = account.client("ec2", "eu-west-1").describe_images(ImageIds=[ids["eu-west-1"]])["Images"]
    ebs = copy["BlockDeviceMappings"][0]["Ebs"]
    snapshot = account.client("ec2", "eu-west-1").describe_snapshots(SnapshotIds=[ebs["SnapshotId"]])["Snapshots"][0]

    assert (copy["Name"], days_old(copy["CreationDate"])) == ("web-5", 30)
    assert days_old(snapshot["StartTime"].isoformat()) == 30


@pytest.mark.usefixtures("small")
@pytest.mark.contract("public_parameters")
def test_public_parameters_name_public_images_of_their_distribution(account: Account):
    for region in ("us-east-1", "eu-west-1"):
        parameter = account.client("ssm", region).get_parameter(Name=AL2023)["Parameter"]
        (image,) = account.client("ec2", region).describe_images(ImageIds=[parameter["Value"]])["Images"]

        assert (image["OwnerId"], image["Public"], image["State"]) == ("137112412989", True, "available")
        assert (parameter["ARN"], parameter["DataType"]) == (f"arn:aws:ssm:{region}::parameter{AL2023}", "text")
    with pytest.raises(ClientError, match="ParameterNotFound"):
        account.client("ssm").get_parameter(Name=AL2023.replace("al2023", "al2024"))


@pytest.mark.usefixtures("small")
@pytest.mark.contract("public_parameters")
def test_a_new_base_image_is_news_for_one_account(embedded: Embedded, account: Account):
    other = embedded.new_account()
    before = other.client("ssm").get_parameter(Name=AL2023)["Parameter"]

    said = {"account": account.id, "region": "us-east-1", "parameter": AL2023, "name": f"al2023-{account.id}"}
    published = embedded.tell("base-images/publish", **said)

    after = account.client("ssm").get_parameter(Name=AL2023)["Parameter"]
    assert (after["Value"], after["Version"]) == (published["image_id"], before["Version"] + 1)
    assert other.client("ssm").get_parameter(Name=AL2023)["Parameter"] == before
    (image,) = account.client("ec2").describe_images(ImageIds=[after["Value"]])["Images"]
    assert (image["OwnerId"], days_old(image["CreationDate"])) == ("137112412989", 0)


def test_an_estate_has_two_accounts_and_shared_images(embedded: Embedded, account: Account):
    other = embedded.new_account()

    made = embedded.tell("world", name="estate", account=account.id, accounts={"workload": other.id})["accounts"]

    shared = made["platform"]["images"]["web-2"]["us-east-1"]
    reservations = other.client("ec2").describe_instances(InstanceIds=made["workload"]["instances"]["web"])
    instances = [each for reservation in reservations["Reservations"] for each in reservation["Instances"]]
    assert {(each["ImageId"], days_old(each["LaunchTime"].isoformat())) for each in instances} == {(shared, 300)}
    assert other.client("ec2").describe_images(ImageIds=[shared])["Images"][0]["OwnerId"] == account.id
    (web,) = account.client("ec2").describe_launch_templates(LaunchTemplateNames=["web"])["LaunchTemplates"]
    assert (web["DefaultVersionNumber"], web["LatestVersionNumber"]) == (3, 4)
    (group,) = account.client("autoscaling").describe_launch_configurations()["LaunchConfigurations"]
    assert group["ImageId"] == made["platform"]["images"]["batch-1"]["us-east-1"]


def test_a_world_gives_commands_with_the_ids_it_made(embedded: Embedded, account: Account):
    tell = (
        "    tell:\n      - {command: weather, body: {account: '{account}', service: ec2, operation: CopyImage,"
        " effect: deny, match: {SourceImageId: '{image one us-east-1}'}}}\n"
    )

    made = embedded.tell("world", yaml=TINY + tell, account=account.id)["accounts"]["main"]

    (rule,) = embedded.tell("weather/show", account=account.id)["calls"]
    assert rule["match"] == {"SourceImageId": made["images"]["one"]["us-east-1"]}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": "smal"}, "no world 'smal'; there are: empty, estate, small"),
        ({}, "`name` or its `yaml`"),
        ({"yaml": TINY.replace("created", "creatd")}, "creatd"),
        ({"yaml": TINY.replace("7 days ago", "'2026-01-01'")}, "200 days ago"),
        ({"yaml": TINY, "accounts": {"second": "111122223333"}}, "no account second"),
        ({"yaml": TINY + "  second: {}\n"}, "no id for account second"),
        ({"yaml": TINY + "    instances: {a: {image: two}}\n"}, "no image 'two' in us-east-1"),
        ({"yaml": TINY + "    tell: [{command: rain}]\n"}, "does not exist: rain"),
        ({"yaml": TINY + "    launch_templates: {w: {versions: [{image: one}]}}\n"}, "refuses this world"),
        ({"yaml": "- one"}, "YAML mapping"),
    ],
)
def test_a_world_that_cannot_be_is_refused(embedded: Embedded, account: Account, wrong: dict[str, Any], why: str):
    with pytest.raises(ValueError, match=why):
        embedded.tell("world", account=account.id, **wrong)


def test_a_world_goes_into_fresh_accounts_only(embedded: Embedded, account: Account, small: Any):
    with pytest.raises(ValueError, match=f"account {account.id} already holds the world small"):
        embedded.tell("world", name="empty", account=account.id)

    assert set(small["images"]) == {"web-1", "web-2", "web-3", "web-4", "web-5"}


def test_it_may_start_with_a_world(tmp_path: Path):
    with started(tmp_path, GOLDSMITH_LOCAL_WORLD="small") as embedded:
        images = Account(embedded.endpoint, "123456789012").client("ec2").describe_images(Owners=["self"])["Images"]

    assert len(images) == 5
