"""A verified version on its way out: its AMI at home, its copies, its channel, and how its distributions end."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, ClassVar, Final, Self

from goldsmith.recipe.bundle import Bundle
from sandbox.deploy import REGIONS
from tests.embedded import eventually
from tests.workflows.deployed import HOME
from tests.workflows.recipes import TAGS, recipe
from tests.workflows.sights import Sights

NUMBERS: Final = count(1)
ABROAD: Final = tuple(region for region in REGIONS if region != HOME)
NEAR, FAR = ABROAD
HOME_ONLY: Final = "{regions: [{name: us-east-1}]}"
EVERYWHERE: Final = "{regions: [{name: us-east-1}, {name: eu-west-1}, {name: us-west-2}]}"
BEST_EFFORT: Final = "{regions: [{name: us-east-1}, {name: eu-west-1}, {name: us-west-2, best_effort: true}]}"
VALUES: Final = {"expires": "2035-01-01", "build-date": "2026-11-20T12:00:00+00:00"}
WRITES: Final = (
    "CopyImage", "CreateTags", "EnableImageDeprecation", "EnableImageDeregistrationProtection", "ModifyImageAttribute",
)  # fmt: skip
ENDS: Final = (
    "Image Distributed", "Distribution Failed", "Image Promoted", "Promotion Refused", "Promotion Failed", "Run Ended",
)  # fmt: skip
Image = dict[str, Any]


def tags_of(found: Image) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])}


@dataclass(frozen=True)
class Going(Sights):
    """`name` is nobody else's."""

    verb: ClassVar[str] = "distribute"
    name: str = field(default_factory=lambda: f"going-{next(NUMBERS)}")
    version: str = "2026.11.20"
    heard: list[str] = field(default_factory=list, compare=False)

    # ── what is there ──

    def recipe(self, distribution: str = EVERYWHERE) -> Self:
        text = recipe(self.name, ("x86_64",)).replace(HOME_ONLY, distribution)
        bundle = Bundle(path=f"recipes/{self.name}.yaml", text=text, commit="abc123", steps=(), tests=())
        body = bundle.model_dump_json(by_alias=True).encode()
        key, bucket = f"accepted/{self.name}.json", self.at.outputs["RecipesBucket"]
        self.at.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
        return self

    def verified(self, stage: str = "verified") -> Self:
        """Its AMI at home, available, encrypted and with all tags, as a verification leaves it."""
        ec2 = self.at.client("ec2")
        volume = ec2.create_volume(AvailabilityZone=f"{HOME}a", Size=8, Encrypted=True, KmsKeyId="alias/goldsmith")
        snapshot = ec2.create_snapshot(VolumeId=volume["VolumeId"])["SnapshotId"]
        image = ec2.register_image(
            Name=f"{self.name}-{self.version}-x86_64",
            RootDeviceName="/dev/xvda",
            Architecture="x86_64",
            BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot}}],
        )["ImageId"]
        tags = {"family": self.name, "version": self.version, "arch": "x86_64", "stage": stage, "image": image}
        named = {name.removeprefix("goldsmith:"): "x" for name in TAGS} | VALUES | tags
        written = [{"Key": f"goldsmith:{name}", "Value": value} for name, value in named.items()]
        ec2.create_tags(Resources=[image, snapshot], Tags=written)
        self.at.tell("images/release", region=HOME, image_id=image)
        return self

    # ── what happens ──

    def go(self, event_type: str = "Distribution Requested", times: int = 1) -> Self:
        self.at.put(event_type, *[{"family": self.name, "version": self.version}] * times)
        return self

    def arrives(self, *regions: str, outcome: str | None = "available") -> Self:
        """Let the copy to each of these regions end so, once there is one; None: as it would by itself."""
        for region in regions or ABROAD:
            (pending,) = eventually(lambda region=region: self.of_region(region, "pending"))  # type: ignore[misc]
            self.at.tell("images/release", region=region, image_id=pending["ImageId"], outcome=outcome)
        return self

    def reaches(self, state: str, times: int = 1) -> Self:
        eventually(lambda: len([each for each in self.timers() if each["state"] == state]) >= times)
        return self

    def goes_on_to(self, state: str) -> Self:
        """Let time and copies pass, until its run tries this state again in vain wherever it comes to it."""

        def tries_again() -> bool:
            waiting = self.timers()
            if any((timer["state"], timer["kind"]) == (state, "retry") for timer in waiting):
                return True
            for timer in waiting:
                self.at.tell("expire", execution=timer["execution"], state=timer["state"], kind=timer["kind"])
            self.settle()
            return False

        eventually(tries_again)
        return self

    def settle(self) -> bool:
        """Let every copy that is under way become available; true."""
        for region in ABROAD:
            for image in self.of_region(region, "pending"):
                self.at.tell("images/release", region=region, image_id=image["ImageId"])
        return True

    def stop(self) -> Self:
        eventually(self.waits_are_noted)
        (live,) = [name for name, status in self.runs().items() if status == "RUNNING"]
        self.at.client("stepfunctions").stop_execution(executionArn=self.arn(live), cause="stopped by hand")
        assert self.ends("Run Ended")["status"] == "ABORTED"
        return self

    # ── how it ends ──

    def ends(self, event_type: str) -> dict[str, Any]:
        """The detail of the next event that one of its runs ends with, which is of this type."""

        def unheard() -> list[tuple[str, dict[str, Any]]]:
            ends = [each for each in self.history() if each[0] in ENDS and each[1]["version"] == self.version]
            runs = [each for each in ends if each[1].get("run", "").startswith(f"{self.verb}-")]
            return [each for each in runs if each[1]["run"] not in self.heard]

        kind, detail = eventually(unheard)[0]
        self.heard.append(detail["run"])
        assert kind == event_type, detail
        eventually(lambda: "RUNNING" not in self.runs().values())
        eventually(lambda: not list(self.notes()))
        assert not self.timers()
        return detail

    def distributed(self, *regions: str) -> dict[str, Any]:
        """One copy in each of these regions, whole; and nothing else there but what failed."""
        detail = self.ends("Image Distributed")
        assert detail["decision"]["verdict"] == {"allowed": True, "reasons": []}
        there = {each["region"]: each["imageId"] for each in detail["images"]}
        assert there.keys() == {HOME, *(regions or ABROAD)}
        for region, image_id in there.items():
            (image,) = [each for each in self.of_region(region) if tags_of(each)["goldsmith:stage"] != "failed"]
            assert image["ImageId"] == image_id
            self.is_whole(image, region, {"distributed", "released"})
        return detail

    def is_whole(self, image: Image, region: str, stages: set[str]) -> None:
        """All tags on it and its snapshots; encrypted with the region's key; dated and protected."""
        tags = tags_of(image)
        assert tags.keys() >= TAGS
        assert (tags["goldsmith:image"], tags["goldsmith:version"]) == (image["ImageId"], self.version)
        assert tags["goldsmith:stage"] in stages
        assert image["DeprecationTime"] == "2035-01-01T00:00:00.000Z"
        assert image["DeregistrationProtection"] == "enabled-with-cooldown"
        ids = [device["Ebs"]["SnapshotId"] for device in image["BlockDeviceMappings"] if "Ebs" in device]
        for snapshot in self.at.client("ec2", region).describe_snapshots(SnapshotIds=ids)["Snapshots"]:
            assert tags_of(snapshot) == tags
            assert snapshot["KmsKeyId"] == self.at.customer_key(region)

    def failed(self, *reasons: str) -> dict[str, Any]:
        detail = self.ends("Distribution Failed")
        assert set(detail["decision"]["verdict"]["reasons"]) == set(reasons), detail["missing"]
        return detail

    def of_region(self, region: str, *states: str) -> list[Image]:
        named = [{"Name": "name", "Values": [f"{self.name}-{self.version}-*"]}]
        found = self.at.client("ec2", region).describe_images(Owners=["self"], Filters=named)["Images"]
        return [each for each in sorted(found, key=_born) if not states or each["State"] in states]

    def ids(self) -> dict[str, list[str]]:
        return {region: [each["ImageId"] for each in self.of_region(region)] for region in REGIONS}

    def points_to(self, region: str) -> str | None:
        """The AMI that its channel points to."""
        name = f"/goldsmith/{self.name}/staging/x86_64"
        found = self.at.client("ssm", region).get_parameters(Names=[name])["Parameters"]
        return str(found[0]["Value"]) if found else None


def _born(image: Image) -> tuple[datetime, str]:
    return image["CreationDate"], image["Name"]
