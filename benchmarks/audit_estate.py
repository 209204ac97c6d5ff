"""The estate that audits are measured on, and the truth about it."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from tests.embedded import Account, Embedded

REGIONS: Final = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1")
FAMILIES, VERSIONS, OLD = 1_000, 10, 200
TEMPLATES, TEMPLATE_VERSIONS, GROUPS, INSTANCES, PINNED = 50, 5, 20, 200, 20
LISTS_WITH_NOTHING: Final = 16  # a call each for what holds nothing, SSM's and CloudFormation's lists among them


@dataclass
class Estate:
    account: Account
    used: set[str] = field(default_factory=set)
    candidates: int = 0

    @property
    def fewest_calls(self) -> int:
        """What cannot be had for less, with pages at their maximum: lists, template versions, and the dear calls."""
        images = math.ceil(FAMILIES * VERSIONS / 1_000)
        instances, templates, groups = 1, 1 + TEMPLATES, 1
        each_region = images + instances + templates + groups + LISTS_WITH_NOTHING
        return each_region * len(REGIONS) + self.candidates + math.ceil(self.candidates / 10)


def build(embedded: Embedded) -> Estate:
    estate = Estate(embedded.new_account())
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda region: _region(embedded, estate, region), REGIONS))
    return estate


def _region(embedded: Embedded, estate: Estate, region: str) -> None:
    """Old images are used by old template versions, and by stopped and running instances."""
    made = embedded.tell(
        "bench/images", account=estate.account.id, region=region, families=FAMILIES, versions=VERSIONS, old=OLD
    )
    families = list(made.values())
    named = _templates(estate, region, families) | _instances(estate, region, families)
    old = {images[-1] for images in families[:OLD]}
    estate.used |= named
    estate.candidates += len(old - named)


def _templates(estate: Estate, region: str, families: list[list[str]]) -> set[str]:
    """Version 1 names the oldest image, and is neither the default nor the latest.

    Groups are of size 1: aws-amicleaner ends with an error where a group of size 0 has a launch template.
    """
    ec2, scaling = estate.account.client("ec2", region), estate.account.client("autoscaling", region)
    named: set[str] = set()
    for number in range(TEMPLATES):
        template, *later = reversed(families[number][-TEMPLATE_VERSIONS:])
        ec2.create_launch_template(LaunchTemplateName=f"template-{number}", LaunchTemplateData={"ImageId": template})
        for image in later:
            ec2.create_launch_template_version(
                LaunchTemplateName=f"template-{number}", LaunchTemplateData={"ImageId": image}
            )
        ec2.modify_launch_template(LaunchTemplateName=f"template-{number}", DefaultVersion=str(TEMPLATE_VERSIONS))
        named |= {template, *later}
    for number in range(GROUPS):
        scaling.create_auto_scaling_group(
            AutoScalingGroupName=f"group-{number}", MinSize=1, MaxSize=1, AvailabilityZones=[f"{region}a"],
            LaunchTemplate={"LaunchTemplateName": f"template-{number}", "Version": "$Default"},
        )  # fmt: skip
    return named


def _instances(estate: Estate, region: str, families: list[list[str]]) -> set[str]:
    ec2 = estate.account.client("ec2", region)
    pinned = [images[-1] for images in families[TEMPLATES : TEMPLATES + PINNED]]
    for number, image in enumerate(pinned):
        each = INSTANCES // PINNED
        launched = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=each, MaxCount=each)
        if number % 2:
            ec2.stop_instances(InstanceIds=[instance["InstanceId"] for instance in launched["Instances"]])
    return set(pinned)
