"""What a run of the workflow `adopt` can leave behind: its open note, and machines."""

from typing import Any

from goldsmith.run import Lease
from goldsmith.vocabulary import Verb
from tests.act.conftest import IMAGE, NOW, client

RUN = "adopt-ami-1-1"
REGIONS = ("us-east-1", "eu-west-1")


def opened(ledger, run: str = RUN) -> None:
    lease = Lease(verb=Verb.ADOPT, subject=IMAGE, attempt=1, run=run, events=frozenset(), taken=NOW)
    assert ledger.take(lease, instead_of=None)


def launched(region: str, **tags: str) -> str:
    ec2 = client("ec2", region)
    image = ec2.register_image(Name=f"base-{region}-{len(tags)}", RootDeviceName="/dev/xvda")["ImageId"]
    specification = [{"ResourceType": "instance", "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}]
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, TagSpecifications=specification if tags else [])
    return str(made["Instances"][0]["InstanceId"])


def state(region: str, instance: str) -> str:
    found: Any = client("ec2", region).describe_instances(InstanceIds=[instance])
    return str(found["Reservations"][0]["Instances"][0]["State"]["Name"])
