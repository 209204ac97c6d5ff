"""A family of its own for each test: its recipe, its hosts, its builds, and what is left of them."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

from goldsmith.bundle import Bundle, Step
from goldsmith.model import FamilyRef
from tests.embedded import eventually
from tests.workflows.deployed import HOME, Deployed

NUMBERS: Final = count(1)
STEPS: Final = ("update", "nginx")
RECIPE: Final = """
family: {family}
owner: {{team: web, email: web@example.com, slack: "#web"}}
environment: production
intended_use: serves web pages
base: {{parameter: {{{bases}}}}}
architectures: [{architectures}]
builder: {{instance_types: {{{types}}}}}
root_volume: {{gib: 10}}
components: [{{name: update, file: components/linux/update, minutes: 30}}]
distribution: {{regions: [{{name: us-east-1}}]}}
channels: [staging]
expiry_days: 180
"""
BASES: Final = {
    "x86_64": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
    "arm64": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
}
TYPES: Final = {"x86_64": "[m6i.large, m5.large, t3.large]", "arm64": "[m7g.large]"}
TAGS: Final = frozenset(
    f"goldsmith:{name}"
    for name in (
        "image", "family", "version", "arch", "stage", "stage-since", "owner", "environment", "intended-use", "run",
        "recipe-sha", "source-commit", "source-image", "source-region", "base-image", "base-os", "build-date", "expires",
    )
)  # fmt: skip


def recipe(family: str, architectures: tuple[str, ...]) -> str:
    return RECIPE.format(
        family=family,
        architectures=", ".join(architectures),
        bases=", ".join(f"{arch}: {BASES[arch]}" for arch in architectures),
        types=", ".join(f"{arch}: {TYPES[arch]}" for arch in architectures),
    ).lstrip()


@dataclass(frozen=True)
class Family:
    """`name` is nobody else's.  Scripts hold the family's name, so that hosts can be told what becomes of each."""

    at: Deployed
    architectures: tuple[str, ...] = ("x86_64",)
    name: str = field(default_factory=lambda: f"family-{next(NUMBERS)}")

    def accepted(self) -> "Family":
        """Its recipe is accepted, and each of its steps succeeds on every host."""
        steps = tuple(Step(name=name, seconds=600, script=f"#!/bin/sh\n: {self.name} {name}") for name in STEPS)
        text = recipe(self.name, self.architectures)
        bundle = Bundle(path=f"recipes/{self.name}.yaml", text=text, commit="abc123", steps=steps)
        body = bundle.model_dump_json(by_alias=True).encode()
        bucket = self.at.outputs["RecipesBucket"]
        self.at.client("s3").put_object(Bucket=bucket, Key=f"accepted/{self.name}.json", Body=body)
        for step in STEPS:
            self.scripted(step, {"status": "Success", "stdout": f"{step} was done\n"})
        return self

    def scripted(self, step: str, *outcomes: dict[str, Any], **match: Any) -> "Family":
        """What becomes of a step on its hosts, one outcome each time it runs."""
        self.at.tell("hosts/script", match={"contains": f": {self.name} {step}"} | match, outcomes=list(outcomes))
        return self

    # ── what happens ──

    def ask(self, times: int = 1, **detail: Any) -> "Family":
        self.at.put("Build Requested", *[{"family": self.name, "by": "person", **detail}] * times)
        return self

    def builds(self, outcome: str = "available") -> "Family":
        """Go on to where every AMI of the run has been made and waits to become what it becomes."""
        eventually(lambda: self.nudge() and len(self.pending()) == len(self.architectures))
        self.become(outcome)
        return self

    def reaches(self, state: str) -> "Family":
        """Come back once its run is in that state."""
        eventually(lambda: self.nudge(but=state) and state in self.states())
        return self

    def goes_on_to(self, state: str) -> "Family":
        """Let time pass, and images become available, until its run tries this state again in vain."""

        def tries_again() -> bool:
            waiting = self.timers()
            if any((timer["state"], timer["kind"]) == (state, "retry") for timer in waiting):
                return True
            for timer in waiting:
                self.at.tell("expire", execution=timer["execution"], state=timer["state"], kind=timer["kind"])
            self.become()
            return False

        eventually(tries_again)
        return self

    def releases(self, instance: str, outcome: dict[str, Any]) -> None:
        """Let the command that is held on a host end so, once there is one."""

        def released() -> bool:
            self.nudge()
            with suppress(ValueError):  # the host has not come to it yet
                self.at.tell("hosts/release", instance_id=instance, outcome=outcome)
                return True
            return False

        eventually(released)

    def become(self, outcome: str = "available") -> None:
        """Let those of its images that are pending become what they become."""
        for image in self.pending():
            self.at.tell("images/release", region=HOME, image_id=image["ImageId"], outcome=outcome)

    def completes(self) -> dict[str, Any]:
        """Let its images become available whenever they come, until it is built."""

        def is_built() -> bool:
            self.become()
            self.nudge()
            return "Image Built" in [kind for kind, _ in self.history()]

        eventually(is_built)
        return self.built()

    def nudge(self, but: str = "") -> bool:
        """Nothing tells that an agent reports, so let its next look come."""
        for timer in self.timers():
            if timer["kind"] == "timeout" and timer["state"] == "Await host" != but:
                self.at.tell("expire", execution=timer["execution"], state="Await host", kind="timeout")
        return True

    def stop(self) -> "Family":
        (live,) = [name for name, status in self.runs().items() if status == "RUNNING"]
        self.at.client("stepfunctions").stop_execution(executionArn=self.arn(live), cause="stopped by hand")
        return self

    # ── what is seen ──

    @property
    def machine(self) -> str:
        return f"arn:aws:states:{HOME}:{self.at.account.id}:stateMachine:goldsmith-build"

    def arn(self, run: str) -> str:
        return f"{self.machine.replace('stateMachine', 'execution')}:{run}"

    def runs(self) -> dict[str, str]:
        found = self.at.client("stepfunctions").list_executions(stateMachineArn=self.machine)["executions"]
        return {each["name"]: each["status"] for each in found if each["name"].startswith(f"build-{self.name}-")}

    def timers(self) -> list[dict[str, Any]]:
        return [timer for timer in self.at.tell("timers") if f":build-{self.name}-" in timer["execution"]]

    def states(self) -> set[str]:
        """The states that its live run is in: entered, and not left yet."""
        live = [name for name, status in self.runs().items() if status == "RUNNING"]
        inside: list[str] = []
        for run in live:
            history = self.at.client("stepfunctions").get_execution_history(executionArn=self.arn(run), maxResults=1000)
            for event in history["events"]:
                if "stateEnteredEventDetails" in event:
                    inside.append(event["stateEnteredEventDetails"]["name"])
                if "stateExitedEventDetails" in event:
                    inside.remove(event["stateExitedEventDetails"]["name"])
        return set(inside)

    def history(self) -> list[tuple[str, dict[str, Any]]]:
        place = f"history#{FamilyRef(family=self.name).place}"
        mine = sorted((item for item in self.at.items() if item["pk"] == place), key=lambda item: str(item["sk"]))
        return [(item["type"], json.loads(item["detail"])["detail"]) for item in mine]

    def hears(self, event_type: str, times: int = 1) -> dict[str, Any]:
        """The detail of the last event of a type, once there are so many."""

        def told() -> list[dict[str, Any]]:
            self.nudge()
            found = [detail for kind, detail in self.history() if kind == event_type]
            return found if len(found) >= times else []

        return eventually(told)[-1]

    def images(self) -> list[dict[str, Any]]:
        named = [{"Name": "name", "Values": [f"{self.name}-*"]}]
        found = self.at.client("ec2").describe_images(Owners=["self"], Filters=named)["Images"]
        return sorted(found, key=lambda image: str(image["Name"]))

    def pending(self) -> list[dict[str, Any]]:
        return [image for image in self.images() if image["State"] == "pending"]

    def instances(self, *states: str) -> list[str]:
        """Its builders that are in these states; by default all that are still there."""
        alive = list(states) or ["pending", "running", "stopping", "stopped"]
        filters = [
            {"Name": "tag:goldsmith:family", "Values": [self.name]},
            {"Name": "instance-state-name", "Values": alive},
        ]
        found = self.at.client("ec2").describe_instances(Filters=filters)["Reservations"]
        return [instance["InstanceId"] for each in found for instance in each["Instances"]]

    def builders(self) -> dict[str, str]:
        """Its running builders by architecture."""
        found = self.at.client("ec2").describe_instances(InstanceIds=self.instances("running"))["Reservations"]
        return {i["Architecture"]: i["InstanceId"] for each in found for i in each["Instances"]}

    def evidence(self, prefix: str) -> dict[str, str]:
        """What is kept below a prefix of the evidence bucket, by key."""
        s3, bucket = self.at.client("s3"), self.at.outputs["EvidenceBucket"]
        keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]
        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys}

    # ── how it ends ──

    def built(self, version: str = "") -> dict[str, Any]:
        """The same end for every weather: one image of that version, whole, and nothing left."""
        detail = self.hears("Image Built")
        self.leaves_nothing()
        version = version or f"{datetime.now(UTC):%Y.%m.%d}"
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
        """No run, builder, token, open note or timer of it."""
        eventually(lambda: "RUNNING" not in self.runs().values())
        eventually(lambda: not self.instances())
        eventually(lambda: not list(self.notes()))
        assert not self.timers()

    def notes(self) -> Iterator[str]:
        """The keys of waits and open runs in the ledger."""
        kinds = ("wait#", "run#", "runs")
        for item in self.at.items():
            if item["pk"].startswith(kinds) and f"build-{self.name}-" in f"{item['pk']}{item['sk']}":
                yield f"{item['pk']} {item['sk']}"
