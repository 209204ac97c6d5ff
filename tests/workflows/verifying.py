"""A version of a family: its AMIs, what scans and hosts will say of them, its verifications, and how they end."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Self

from tests.embedded import eventually
from tests.workflows.answers import PACKAGES, outcome
from tests.workflows.building import Family
from tests.workflows.deployed import HOME

FEW: Final = ("boot", "numbers", "identity", "inventory")  # tests; the others go the same way
TWINS: Final = frozenset(  # states that each of the two hosts comes to
    {"Launch host", "Send command", "Store output", "Terminate host"}
)
ENDS: Final = ("Image Verified", "Image Rejected", "Run Ended")
Image = dict[str, Any]


@dataclass(frozen=True)
class Version(Family):
    """Its AMIs were built by nobody: they carry what a build leaves."""

    verb: ClassVar[str] = "verify"
    version: str = "2026.11.20"
    heard: list[str] = field(default_factory=list, compare=False)

    # ── what is there ──

    def recipe(self, says: str = "", tests: tuple[str, ...] = FEW) -> Self:
        """Its recipe, which `says` more, is accepted with tests that every host passes."""
        return self.accepted(says=says, tests=tests)

    def candidate(self, architecture: str = "x86_64", stage: str = "candidate", version: str = "") -> Self:
        """An available AMI with all tags that count, on its snapshot too."""
        version, ec2 = version or self.version, self.at.client("ec2")
        volume = ec2.create_volume(AvailabilityZone=f"{HOME}a", Size=8, Encrypted=True, KmsKeyId="alias/goldsmith")
        snapshot = ec2.create_snapshot(VolumeId=volume["VolumeId"])["SnapshotId"]
        image = ec2.register_image(
            Name=f"{self.name}-{version}-{architecture}",
            RootDeviceName="/dev/xvda",
            Architecture=architecture,
            BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot}}],
        )["ImageId"]
        tags = {"family": self.name, "version": version, "arch": architecture, "stage": stage, "image": image}
        written = [{"Key": f"goldsmith:{name}", "Value": value} for name, value in tags.items()]
        ec2.create_tags(Resources=[image, snapshot], Tags=[*written, {"Key": "goldsmith:run", "Value": "build-x-1"}])
        self.at.tell("images/release", region=HOME, image_id=image)
        return self

    def released(self, *findings: Image, packages: tuple[str, ...] = PACKAGES, version: str = "2026.11.01") -> Self:
        """Before it another version was verified, and released since."""
        before = Version(self.at, self.name, self.architectures, version=version).candidate().has(*findings)
        (image,) = before.installs(*packages).of_version()
        before.verify().verified()
        self.at.client("ec2").create_tags(
            Resources=[image["ImageId"]], Tags=[{"Key": "goldsmith:stage", "Value": "released"}]
        )
        return self

    def installs(self, *packages: str) -> Self:
        """What is installed in its AMIs."""
        for image in self.of_version():
            self.scripted("test-inventory", outcome("inventory", packages=list(packages)), ami=image["ImageId"])
        return self

    def has(self, *findings: dict[str, Any], fails: str | None = None) -> Self:
        """What Inspector will find in it."""
        said = {"fails": fails} if fails else {}
        self.at.tell("scans/findings", region=HOME, name=f"{self.name}-{self.version}-*", findings=findings, **said)
        return self

    # ── what happens ──

    def verify(self, **detail: Any) -> Self:
        self.at.put("Verification Requested", {"family": self.name, "version": self.version, "again": True, **detail})
        return self

    def looks_again(self, state: str) -> Self:
        """Let it look until it has seen what it waits for in this state."""

        def has_left() -> bool:
            self.look_again(state)
            return state not in self.states()

        eventually(has_left)
        return self

    # ── how it ends ──

    def verified(self) -> dict[str, Any]:
        """Nothing objects, its AMIs and their snapshots say so, and nothing is left."""
        detail = self.comes_to("Image Verified")
        assert detail["decision"]["verdict"] == {"allowed": True, "reasons": []}, detail["objections"]
        assert not detail["objections"]
        return self.settled(detail, "verified")

    def rejected(self, *reasons: str) -> dict[str, Any]:
        """These reasons and no others, each with its line; and nothing is left."""
        detail = self.comes_to("Image Rejected")
        assert set(detail["decision"]["verdict"]["reasons"]) == set(reasons), detail["objections"]
        assert len(detail["objections"]) >= len(reasons)
        return self.settled(detail, "rejected")

    def comes_to(self, event_type: str) -> dict[str, Any]:
        """The detail of the event that its last run ends with, which is this one."""
        ((kind, detail),) = eventually(self.unheard)
        self.heard.append(detail["run"])
        assert kind == event_type, detail.get("objections") or detail
        return detail

    def unheard(self) -> list[tuple[str, dict[str, Any]]]:
        """The ends of its runs that no test has heard of."""
        ends = [each for each in self.history() if each[0] in ENDS and each[1]["version"] == self.version]
        return [each for each in ends if each[1]["run"] not in self.heard]

    def settled(self, detail: dict[str, Any], stage: str) -> dict[str, Any]:
        self.leaves_nothing()
        images = self.of_version()
        assert {each["imageId"] for each in detail["images"]} == {each["ImageId"] for each in images}
        for image in images:
            ids = [device["Ebs"]["SnapshotId"] for device in image["BlockDeviceMappings"] if "Ebs" in device]
            snapshots = self.at.client("ec2").describe_snapshots(SnapshotIds=ids)["Snapshots"]
            for each in (image, *snapshots):
                assert {tag["Key"]: tag["Value"] for tag in each["Tags"]}["goldsmith:stage"] == stage
        return detail

    def stop(self) -> Self:
        super().stop()
        ended = self.comes_to("Run Ended")
        assert (ended["status"], ended["cause"]) == ("ABORTED", "stopped by hand")
        self.leaves_nothing()
        return self

    def of_version(self) -> list[Image]:
        return [each for each in self.images() if each["Name"].startswith(f"{self.name}-{self.version}-")]

    def goes_on_to(self, state: str, branches: int = 1) -> Self:
        """And both hosts' branches do: what is under way when a run is stopped would be done after its end."""
        return super().goes_on_to(state, branches=2 if state in TWINS else branches)

    def twin(self, detail: dict[str, Any], name: str = "a") -> dict[str, Any]:
        """What the facts tell of one of its hosts."""
        (part,) = detail["decision"]["facts"]["parts"]
        return next(each for each in part["twins"]["hosts"] if each["name"] == name)

    def hosts(self, count: int) -> list[str]:
        """The ids of its hosts, once there are so many."""
        return eventually(lambda: found if len(found := sorted(self.instances("running"))) == count else [])
