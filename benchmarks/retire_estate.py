"""Disabled images of ours in one place, each a version of its own that nothing keeps, and the roles that may act."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from goldsmith import aws
from goldsmith.act.retire.steps import REPORTED
from goldsmith.gather.retire.images import images
from goldsmith.gather.retire.inventory import reports
from goldsmith.gather.usage.reader import RegionReader
from goldsmith.values.estate import IMAGES, SNAPSHOTS, BinRule, RegionInventory, versions
from goldsmith.values.retire import AccountRegion, RetireFacts, RetireStep
from goldsmith.vocabulary import Stage, Tag
from sandbox.deploy import HOME, deploy
from tests.embedded import ROOT, Account, Embedded

GRACE: Final = 30
SINCE: Final = datetime.now(UTC) - timedelta(days=2 * GRACE)
FIRST: Final = date(2020, 1, 1)
TRUST: Final = '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}'
MAY: Final = '{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}'
KEPT: Final = ((Tag.STAGE.value, Stage.DISABLED.value),)  # as region.yaml has it
AT_ONCE: Final = 4


@dataclass(frozen=True)
class Estate:
    account: Account
    bus: str

    def facts(self) -> list[RetireFacts]:
        """From what EC2 says of the images; what a recipe and the ledger would say is made up."""
        return [
            RetireFacts(
                step=RetireStep.DEREGISTER,
                family=family,
                version=version,
                stage=Stage.DISABLED,
                since=SINCE,
                grace=GRACE,
                copies=copies,
                newer=9,
                told=True,
            )
            for (family, version, _), copies in sorted(versions([self._seen()]).items())
        ]

    def _seen(self) -> RegionInventory:
        read = aws.member(self.account.id, "goldsmith-read")
        reader = RegionReader(self.account.id, HOME, lambda service: read(service, HOME))
        found = tuple(images(reader))
        return RegionInventory(
            account_region=AccountRegion(account=self.account.id, region=HOME),
            images=found,
            snapshots={snapshot: each.tags for each in found for snapshot in each.snapshots},
            reports=reports(reader),
            bin_rules=tuple(BinRule(kind=kind, days=30, tags=KEPT) for kind in (IMAGES, SNAPSHOTS)),
        )

    def left(self) -> dict[str, int]:
        ec2 = self.account.client("ec2")
        there = ec2.describe_images(Owners=["self"], IncludeDeprecated=True, IncludeDisabled=True)["Images"]
        lists = {
            "images": there,
            "snapshots": ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"],
            "binned images": ec2.list_images_in_recycle_bin()["Images"],
            "binned snapshots": ec2.list_snapshots_in_recycle_bin()["Snapshots"],
        }
        return {name: len(each) for name, each in lists.items()}


def build(embedded: Embedded, number: int) -> Estate:
    account = embedded.new_account()
    bus = account.client("events").create_event_bus(Name="goldsmith")["EventBusArn"]
    stacks = {"member-account": {"HomeAccount": account.id}, "region": {"HomeBus": bus}}
    for stack, parameters in stacks.items():
        template = ROOT / f"{stack}.yaml"
        deploy(embedded.endpoint, account.id, template=template, stack=f"goldsmith-{stack}", parameters=parameters)
    add(account, 0, number)
    _be_a_function_of(account)
    return Estate(account, bus)


def add(account: Account, start: int, stop: int) -> None:
    """Disabled images number `start` to `stop`, each of a later version than the one before."""
    ec2 = account.client("ec2")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda number: _disabled(account, ec2, number), range(start, stop)))


def _disabled(account: Account, ec2: Any, number: int) -> None:
    version = f"{FIRST + timedelta(days=number):%Y.%m.%d}"
    made = account.tell("images/add", region=HOME, name=f"webapp-{version}-x86_64")
    image = made["image_id"]
    tags = {
        Tag.IMAGE: image, Tag.FAMILY: "webapp", Tag.VERSION: version, Tag.ARCH: "x86_64", Tag.RUN: "build-1",
        Tag.STAGE: Stage.DISABLED, Tag.STAGE_BEFORE: Stage.DEPRECATED, Tag.STAGE_SINCE: SINCE.isoformat(),
    }  # fmt: skip
    written = [{"Key": key.value, "Value": str(value)} for key, value in tags.items()]
    ec2.create_tags(Resources=[image, *made["snapshot_ids"]], Tags=written)
    ec2.disable_image(ImageId=image)
    ec2.create_image_usage_report(ImageId=image, ResourceTypes=REPORTED)


def _be_a_function_of(account: Account) -> None:
    """From here on this process has a role whose name is like that of the function which retires."""
    name, iam = "goldsmith-RetireStack-1-ApplyRetireRole-1", account.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="assume", PolicyDocument=MAY)
    got = account.client("sts").assume_role(RoleArn=role, RoleSessionName="bench")["Credentials"]
    os.environ |= {
        "AWS_ENDPOINT_URL": account.endpoint,
        "AWS_DEFAULT_REGION": HOME,
        "AWS_ACCESS_KEY_ID": got["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": got["SecretAccessKey"],
        "AWS_SESSION_TOKEN": got["SessionToken"],
    }
