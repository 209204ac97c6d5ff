"""What there is to see of a family: its runs, builders, images, history and evidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from goldsmith.model import FamilyRef
from tests.workflows.deployed import HOME, Deployed


@dataclass(frozen=True)
class Sights:
    """Of the family `name`, in the deployment `at`."""

    verb: ClassVar[str] = "build"  # whose runs are looked at

    at: Deployed
    name: str

    @property
    def machine(self) -> str:
        return f"arn:aws:states:{HOME}:{self.at.account.id}:stateMachine:goldsmith-{self.verb}"

    def arn(self, run: str) -> str:
        return f"{self.machine.replace('stateMachine', 'execution')}:{run}"

    def runs(self) -> dict[str, str]:
        found = self.at.client("stepfunctions").list_executions(stateMachineArn=self.machine)["executions"]
        return {each["name"]: each["status"] for each in found if each["name"].startswith(f"{self.verb}-{self.name}-")}

    def timers(self) -> list[dict[str, Any]]:
        return [timer for timer in self.at.tell("timers") if f":{self.verb}-{self.name}-" in timer["execution"]]

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
        return [(each["type"], each["detail"]) for each in self.at.history(FamilyRef(family=self.name).place)]

    def images(self) -> list[dict[str, Any]]:
        named = [{"Name": "name", "Values": [f"{self.name}-*"]}]
        found = self.at.client("ec2").describe_images(Owners=["self"], Filters=named)["Images"]
        return sorted(found, key=lambda image: str(image["Name"]))

    def pending(self) -> list[dict[str, Any]]:
        return [image for image in self.images() if image["State"] == "pending"]

    def instances(self, *states: str) -> dict[str, str]:
        """Architecture by id of its builders that are in these states; by default of all that are still there."""
        alive = list(states) or ["pending", "running", "stopping", "stopped"]
        filters = [
            {"Name": "tag:goldsmith:family", "Values": [self.name]},
            {"Name": "instance-state-name", "Values": alive},
        ]
        found = self.at.client("ec2").describe_instances(Filters=filters)["Reservations"]
        return {instance["InstanceId"]: instance["Architecture"] for each in found for instance in each["Instances"]}

    def volumes(self) -> list[dict[str, Any]]:
        """The volumes of its hosts, which are there until their hosts are terminated."""
        mine = [{"Name": "tag:goldsmith:family", "Values": [self.name]}]
        found: list[dict[str, Any]] = self.at.client("ec2").describe_volumes(Filters=mine)["Volumes"]
        return found

    def builders(self) -> dict[str, str]:
        """Its running builders by architecture."""
        return {architecture: instance for instance, architecture in self.instances("running").items()}

    def evidence(self, prefix: str) -> dict[str, str]:
        """What is kept below a prefix of the evidence bucket, by key."""
        s3, bucket = self.at.client("s3"), self.at.outputs["EvidenceBucket"]
        keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]
        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys}

    def waits_are_noted(self) -> bool:
        """Whether every token that its run waits with is in the ledger.

        A token that is noted after the reaper has looked stays there until it expires by itself.
        """
        waiting = [t for t in self.timers() if t["kind"] == "timeout" and t["state"].startswith("Await")]
        return len([note for note in self.notes() if note.startswith("wait#")]) >= len(waiting)

    def notes(self) -> Iterator[str]:
        """The keys of waits and open runs in the ledger."""
        for item in self.at.items("wait#", "run#", "runs"):
            if f"{self.verb}-{self.name}-" in f"{item['pk']}{item['sk']}":
                yield f"{item['pk']} {item['sk']}"
