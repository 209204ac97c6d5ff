"""An estate of old versions in two accounts: what is there, how it ages, what sweeps do to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final, Self

from goldsmith.recipe.bundle import Bundle
from sandbox.deploy import deploy_everywhere
from tests.embedded import Account, Embedded, eventually
from tests.rights.grants import note_grants
from tests.workflows.arranging import hears
from tests.workflows.deployed import HOME, Deployed
from tests.workflows.old_ami import Ami, make
from tests.workflows.recipes import recipe

NUMBERS: Final = count(1)
NEAR: Final = "eu-west-1"
TEAM: Final = "web"


@dataclass
class Estate:
    """`home` is where Goldsmith is deployed, `other` a member account."""

    at: Deployed
    other: Account
    versions: dict[tuple[str, str], list[Ami]] = field(default_factory=dict)
    runs: set[str] = field(default_factory=set)

    # ── what is there ──

    def recorded(self) -> Self:
        """Both accounts have a trail, so that launches which are refused are told."""
        for account in (self.at.account, self.other):
            account.client("s3").create_bucket(Bucket=f"trail-{account.id}")
            trail = account.client("cloudtrail")
            trail.create_trail(Name="all", S3BucketName=f"trail-{account.id}", IsMultiRegionTrail=True)
            writes = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}
            trail.put_event_selectors(TrailName="all", EventSelectors=[writes])
            trail.start_logging(Name="all")
        return self

    def family(self, retirement: str = "{}", name: str = "") -> str:
        """A new one whose recipe is accepted."""
        name = name or f"old-{next(NUMBERS)}"
        text = recipe(name, ("x86_64",)) + f"retirement: {retirement}\n"
        bundle = Bundle(path=f"recipes/{name}.yaml", text=text, commit="abc123", steps=(), tests=())
        body, bucket = bundle.model_dump_json(by_alias=True).encode(), self.at.outputs["RecipesBucket"]
        self.at.client("s3").put_object(Bucket=bucket, Key=f"accepted/{name}.json", Body=body)
        return name

    def heard(self, team: str = TEAM) -> str:
        """A queue that hears what is told to a team, as a confirmed mailbox would; its URL."""
        sns, sqs = self.at.client("sns"), self.at.client("sqs")
        topic = sns.create_topic(Name=f"{self.at.bus}-{team}")["TopicArn"]
        queue = sqs.create_queue(QueueName=f"mail-{team}-{next(NUMBERS)}")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        allowed = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        return str(queue)

    def version(  # noqa: PLR0913 - what makes a version
        self,
        family: str,
        version: str,
        stage: str = "superseded",
        *,
        days: int = 0,
        places: tuple[str, ...] = (HOME,),
        elsewhere: bool = False,
        share: tuple[Mapping[str, str], ...] = (),
        tags: Mapping[str, str] | None = None,
    ) -> list[Ami]:
        """A version that came to that stage `days` ago, in these regions at home (and in the other account)."""
        since = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        named = {"family": family, "version": version, "stage": stage, "stage-since": since} | dict(tags or {})
        account_regions = [*((self.at.account, region) for region in places), *[(self.other, HOME)] * elsewhere]
        made = [make(account, region, named) for account, region in account_regions]
        for ami in made if share else ():
            ami.ec2.modify_image_attribute(ImageId=ami.id, LaunchPermission={"Add": list(share)})
        self.versions[family, version] = made
        images = [each.ref | {"architecture": "x86_64", "name": f"{family}-{version}-x86_64"} for each in made]
        self.at.put(
            "Image Distributed",
            {"run": f"distribute-{family}-{version}-1", "family": family, "version": version, "images": images},
        )
        return made

    def current(self, family: str, number: int = 3) -> Self:
        """As many newer versions as a recipe keeps, of which the last is released."""
        for n in range(number):
            self.version(family, f"2026.11.{10 + n}", "released" if n == number - 1 else "superseded")
        return self

    def born(self) -> Self:
        """Every birth is in the evidence by now."""
        wanted = {f"births/{a.account.id}/{a.region}/{a.id}.json" for each in self.versions.values() for a in each}
        eventually(lambda: wanted <= self.kept("births/"))
        return self

    # ── what happens ──

    def ages(self, days: int) -> Self:
        for account in (self.at.account, self.other):
            account.tell("age", days=days)
        return self

    def asks(self, kind: str, family: str, version: str, **detail: Any) -> Self:
        """As `goldsmith hold`, `release` and `undo` do."""
        self.at.put(kind, {"family": family, "version": version, "by": "person", **detail})
        return self

    def hears(self, kind: str, family: str, version: str, times: int = 1) -> dict[str, Any]:
        """What was said of a version, once it was said so often."""
        return eventually(lambda: [e for e in self.told(family, kind) if e["version"] == version][times - 1 :])[0]

    def sweeps(self) -> dict[str, Any]:
        """Let the daily schedule fire; the detail of the end of the sweep that comes of it."""
        self.at.sweep("FindDueVersions")
        ended = eventually(lambda: [each for each in self.ends() if each["run"] not in self.runs])[-1]
        self.runs.add(ended["run"])
        eventually(lambda: self._recorded_of(ended["run"]) >= sum(ended["tally"].values()))
        return ended

    def _recorded_of(self, run: str) -> int:
        """How many of a sweep's events are in the history: they come in any order."""
        items = [i for i in self.at.items("history#family#") if f'"{run}"' in i["detail"]]
        return sum(json.loads(each["detail"])["detail"].get("run") == run for each in items)

    # ── what is seen ──

    def ends(self) -> list[dict[str, Any]]:
        items = [i for i in self.at.items("history#retire-") if i["type"] == "Sweep Ended"]
        return [json.loads(each["detail"])["detail"] for each in sorted(items, key=lambda item: str(item["sk"]))]

    def kept(self, prefix: str) -> set[str]:
        pages = (
            self.at.client("s3")
            .get_paginator("list_objects_v2")
            .paginate(Bucket=self.at.outputs["EvidenceBucket"], Prefix=prefix)
        )
        return {item["Key"] for page in pages for item in page.get("Contents", [])}

    def told(self, family: str, kind: str = "") -> list[dict[str, Any]]:
        """What was said of a family, oldest first."""
        mine = [each for each in self.at.history(f"family#{family}") if kind in each["type"]]
        return [each["detail"] | {"type": each["type"]} for each in mine]

    def reasons(self, family: str, version: str) -> list[str]:
        """Why it was kept the last time."""
        last = eventually(lambda: [e for e in self.told(family, "Image Kept") if e["version"] == version])[-1]
        return list(last["decision"]["verdict"]["reasons"])

    def stages(self, family: str, version: str) -> set[str]:
        return {ami.stage for ami in self.versions[family, version]}


def estate_of(embedded: Embedded) -> Estate:
    """Goldsmith in one account, with another as its member; what is distributed there is promoted to no channel."""
    home, other = embedded.new_account(), embedded.new_account()
    for account in (home, other):
        embedded.tell("clock", account=account.id, speed="instant")
        embedded.tell("images/hold", account=account.id)
    at = Deployed(embedded, home, deploy_everywhere(embedded.endpoint, home.id, members=[other.id]))
    note_grants(home, {"goldsmith": HOME, "goldsmith-region": NEAR, "goldsmith-member": HOME})
    hears(at, "ImageDistributed", wanted=False)
    made = Estate(at, other).recorded()
    made.heard()
    return made
