"""A family of its own for each test: its recipe, its hosts, its builds, and how they end."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final, Self

from goldsmith.recipe.bundle import TESTS, Bundle, BundleStep
from tests.embedded import eventually
from tests.workflows.answers import FAIR
from tests.workflows.deployed import HOME
from tests.workflows.recipes import STEPS, TAGS, recipe
from tests.workflows.sights import Sights

NUMBERS: Final = count(1)


@dataclass(frozen=True)
class Family(Sights):
    """`name` is nobody else's.  Scripts hold the family's name, so that hosts can be told what becomes of each."""

    name: str = field(default_factory=lambda: f"family-{next(NUMBERS)}")
    architectures: tuple[str, ...] = ("x86_64",)
    subnets: tuple[str, ...] = ()

    def accepted(self, *more: BundleStep, base: str = "", says: str = "", tests: tuple[str, ...] = TESTS) -> Self:
        """Its recipe, which `says` more, is accepted; each step but those in `more`, and each test, succeeds."""
        steps = tuple(BundleStep(name=name, seconds=600, script=f"#!/bin/sh\n: {self.name} {name}") for name in STEPS)
        checks = tuple(
            BundleStep(name=name, seconds=600, script=f"#!/bin/sh\n: {self.name} test-{name}") for name in tests
        )
        text = recipe(self.name, self.architectures, base, self.subnets) + says
        path = f"recipes/{self.name}.yaml"
        bundle = Bundle(path=path, text=text, commit="abc123", steps=(*steps, *more), tests=checks)
        body = bundle.model_dump_json(by_alias=True).encode()
        bucket = self.at.outputs["RecipesBucket"]
        self.at.client("s3").put_object(Bucket=bucket, Key=f"accepted/{self.name}.json", Body=body)
        for step in STEPS:
            self.scripted(step, {"status": "Success", "stdout": f"{step} was done\n"})
        for test in tests:
            self.scripted(f"test-{test}", FAIR[test])
        return self

    def scripted(self, step: str, *outcomes: dict[str, Any], **match: Any) -> Self:
        """What becomes of a step, or a test (`test-boot`), on its hosts, one outcome each time it runs."""
        self.at.tell("hosts/script", match={"contains": f": {self.name} {step}"} | match, outcomes=list(outcomes))
        return self

    # ── what happens ──

    def ask(self, times: int = 1, **detail: Any) -> Self:
        self.at.put("Build Requested", *[{"family": self.name, "by": "person", **detail}] * times)
        return self

    def builds(self, outcome: str = "available") -> Self:
        """Go on to where every AMI of the run has been made and waits to become what it becomes."""
        eventually(lambda: len(self.pending()) == len(self.architectures))
        self.become(outcome)
        return self

    def reaches(self, state: str) -> Self:
        """Come back once its run is in that state."""
        eventually(lambda: state in self.states())
        return self

    def goes_on_to(self, state: str, branches: int = 1) -> Self:
        """Let time pass, and images become available, until so many branches of its run retry this state in vain."""

        def tries_again() -> bool:
            timers = self.timers()
            behind = [timer for timer in timers if (timer["state"], timer["kind"]) != (state, "retry")]
            if len(timers) - len(behind) >= branches:
                return True
            for timer in behind:
                self.at.tell("expire", execution=timer["execution"], state=timer["state"], kind=timer["kind"])
            self.become()
            return False

        eventually(tries_again)
        return self

    def releases(self, instance: str, step: str, outcome: dict[str, Any]) -> None:
        """Let that step, which is held on a host, end so, once the host has come to it."""

        def released() -> bool:
            commands = self.at.client("ssm").list_commands(InstanceId=instance)["Commands"]
            held = [c["CommandId"] for c in commands if f" {step} " in c["Comment"] and c["Status"] == "InProgress"]
            for command in held:
                self.at.tell("hosts/release", instance_id=instance, command_id=command, outcome=outcome)
            return bool(held)

        eventually(released)

    def become(self, outcome: str = "available") -> None:
        """Let those of its images that are pending become what they become."""
        for image in self.pending():
            self.at.tell("images/release", region=HOME, image_id=image["ImageId"], outcome=outcome)

    def completes(self) -> dict[str, Any]:
        """Let its images become available whenever they come, until it is built."""

        def is_built() -> bool:
            self.become()
            return "Image Built" in [kind for kind, _ in self.history()]

        eventually(is_built)
        return self.built()

    def look_again(self, state: str) -> None:
        """Let the time-outs of its runs in this state pass."""
        for timer in self.timers():
            if (timer["kind"], timer["state"]) == ("timeout", state):
                self.at.tell("expire", execution=timer["execution"], state=state, kind="timeout")

    def stop(self) -> Self:
        eventually(self.waits_are_noted)
        (live,) = [name for name, status in self.runs().items() if status == "RUNNING"]
        self.at.client("stepfunctions").stop_execution(executionArn=self.arn(live), cause="stopped by hand")
        return self

    # ── how it ends ──

    def hears(self, event_type: str, times: int = 1) -> dict[str, Any]:
        """The detail of the last event of a type, once there are so many."""

        def told() -> list[dict[str, Any]]:
            found = [detail for kind, detail in self.history() if kind == event_type]
            return found if len(found) >= times else []

        return eventually(told)[-1]

    def built(self) -> dict[str, Any]:
        """The same end for every weather: one image of that version, whole, and nothing left."""
        detail = self.hears("Image Built")
        self.leaves_nothing()
        version = f"{datetime.now(UTC):%Y.%m.%d}"
        assert detail["version"] == version
        assert [kind for kind, _ in self.history()].count("Image Built") == 1
        images = self.images()
        assert [image["Name"] for image in images] == [f"{self.name}-{version}-{a}" for a in sorted(self.architectures)]
        assert {image["imageId"] for image in detail["images"]} == {image["ImageId"] for image in images}
        for image in images:
            self.is_whole(image, detail["run"])
        return detail

    def is_whole(self, image: dict[str, Any], run: str) -> None:
        """All tags, on the AMI and its snapshots; encrypted with the customer key; IMDSv2 only; protected."""
        tags = {tag["Key"]: tag["Value"] for tag in image["Tags"]}
        assert tags.keys() >= TAGS
        assert (tags["goldsmith:image"], tags["goldsmith:stage"]) == (image["ImageId"], "candidate")
        assert tags["goldsmith:run"] == run
        assert (image["State"], image["ImdsSupport"]) == ("available", "v2.0")
        assert image["DeregistrationProtection"] == "enabled-with-cooldown"
        ids = [device["Ebs"]["SnapshotId"] for device in image["BlockDeviceMappings"] if "Ebs" in device]
        assert ids
        for snapshot in self.at.client("ec2").describe_snapshots(SnapshotIds=ids)["Snapshots"]:
            assert {tag["Key"]: tag["Value"] for tag in snapshot["Tags"]} == tags
            assert snapshot["Encrypted"]
            assert snapshot["KmsKeyId"] == self.at.customer_key()

    def failed(self, *causes: str) -> dict[str, Any]:
        """No image of it may move on: the event says why, and nothing that runs or waits is left."""
        detail = self.hears("Build Failed")
        self.leaves_nothing()
        assert len(detail["failures"]) == len(causes)
        for failure, cause in zip(detail["failures"], causes, strict=True):
            assert cause in failure["cause"]
        self.has_only_failed_images()
        return detail

    def has_only_failed_images(self) -> None:
        for image in self.images():
            assert {tag["Key"]: tag["Value"] for tag in image["Tags"]}["goldsmith:stage"] == "failed"

    def leaves_nothing(self) -> None:
        """No run, builder, volume, token, open note or timer of it."""
        eventually(lambda: "RUNNING" not in self.runs().values())
        eventually(lambda: not self.instances())
        eventually(lambda: not self.volumes())
        eventually(lambda: not list(self.notes()))
        assert not self.timers()
