"""Goldsmith as deployed to the embedded AWS: what a test asks of it and what it looks at afterwards."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from goldsmith.model import ImageRef
from tests.embedded import Account, Embedded, eventually
from tests.rights.grants import deployed

HOME = "us-east-1"
NAMES = count(1)


@dataclass(frozen=True)
class Deployed:
    """One stack in one account.  Time stands still in it: waits, time-outs and retries expire when a test says so."""

    embedded: Embedded
    account: Account
    outputs: dict[str, str]

    def client(self, service: str, region: str = HOME) -> Any:
        return self.account.client(service, region)

    def tell(self, command: str, **body: Any) -> Any:
        return self.embedded.tell(command, account=self.account.id, **body)

    # ── what happens ──

    def image(self, *, region: str = HOME, architecture: str = "x86_64", **tags: str) -> "Ami":
        """A new image of another builder, still pending, in the family `webapp` unless told otherwise."""
        tagged = {"goldsmith:family": "webapp"} | {key.replace("_", ":"): value for key, value in tags.items()}
        specification = [{"ResourceType": "image", "Tags": [{"Key": k, "Value": v} for k, v in tagged.items() if v]}]
        ec2 = self.client("ec2", region)
        volume = ec2.create_volume(AvailabilityZone=f"{region}a", Size=8)["VolumeId"]
        snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
        made = ec2.register_image(
            Name=f"other-builder-{next(NAMES)}",
            RootDeviceName="/dev/xvda",
            Architecture=architecture,
            BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot}}],
            TagSpecifications=[each for each in specification if each["Tags"]],
        )
        return Ami(self, made["ImageId"], region)

    def put(self, detail_type: str, *details: dict[str, Any]) -> None:
        entries = [
            {"Source": "goldsmith", "DetailType": detail_type, "Detail": json.dumps(d), "EventBusName": self.bus}
            for d in details
        ]
        assert self.client("events").put_events(Entries=entries)["FailedEntryCount"] == 0

    def sweep(self, function: str = "Reap") -> None:
        """Let the reaper's schedule fire, or that of another function; CloudFormation cuts the schedule's own name."""
        arn = f":function:{self.function(function)}"
        (found,) = [each for each in self.tell("schedules", region=HOME) if arn in str(each["targets"])]
        self.tell("fire", region=HOME, name=found["name"])

    def function(self, logical: str) -> str:
        """The name that CloudFormation gave to a function."""
        found = deployed(self.account, self.bus, HOME, "AWS::Lambda::Function")
        return next(each["PhysicalResourceId"] for each in found if each["LogicalResourceId"] == logical)

    @contextmanager
    def weather(self, **rule: Any) -> Iterator[None]:
        """Bad weather for API calls within the block; a rule that never struck makes the test fail."""
        self.tell("weather", **rule)
        yield
        assert all(each["struck"] for each in self.tell("weather/clear")["calls"]), "the weather never struck"

    # ── what is seen ──

    def customer_key(self, region: str = HOME) -> str:
        """The ARN of the region's key."""
        return str(self.client("kms", region).describe_key(KeyId="alias/goldsmith")["KeyMetadata"]["Arn"])

    @property
    def bus(self) -> str:
        return self.outputs["BusName"]

    @property
    def machine(self) -> str:
        return f"arn:aws:states:{HOME}:{self.account.id}:stateMachine:goldsmith-adopt"

    def items(self, *beginnings: str) -> list[dict[str, Any]]:
        """What is in the ledger: everything, or where the partition key has one of these beginnings."""
        chosen: dict[str, Any] = {}
        if beginnings:
            values = {f":{number}": {"S": each} for number, each in enumerate(beginnings)}
            either = " OR ".join(f"begins_with(pk, {name})" for name in values)
            chosen = {"FilterExpression": either, "ExpressionAttributeValues": values}
        return self._read("scan", **chosen)

    def history(self, place: str) -> list[dict[str, Any]]:
        """What was said of one thing, oldest first: `type` and `detail`."""
        mine = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": f"history#{place}"}}}
        return [
            {"type": item["type"], "detail": json.loads(item["detail"])["detail"]}
            for item in self._read("query", **mine)
        ]

    def _read(self, how: str, **asked: Any) -> list[dict[str, Any]]:
        pages = self.client("dynamodb").get_paginator(how).paginate(TableName=self.outputs["LedgerName"], **asked)
        take = TypeDeserializer().deserialize
        return [{key: take(value) for key, value in item.items()} for page in pages for item in page["Items"]]

    def undelivered(self) -> list[dict[str, Any]]:
        """The messages in the queue of undelivered events, taken out of it."""
        queue, sqs = self.outputs["UndeliveredUrl"], self.client("sqs")
        found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=0).get("Messages", [])
        for message in found:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in found]

    def undelivered_by(self, function: str) -> dict[str, Any] | None:
        """The first message about an event that this function did not take in."""
        mine = f":{self.outputs['BusName']}-{function}-"
        found = (m for m in self.undelivered() if mine in m.get("requestContext", {}).get("functionArn", ""))
        return next(found, None)


@dataclass(frozen=True)
class Ami:
    """One image, and what Goldsmith does about it."""

    at: Deployed
    id: str
    region: str = HOME
    asked: list[int] = field(default_factory=list)

    @property
    def ref(self) -> dict[str, str]:
        return {"imageId": self.id, "account": self.at.account.id, "region": self.region}

    def ask(self, times: int = 1, **detail: Any) -> "Ami":
        """Ask for its adoption, `times` times at once."""
        self.at.put("Adoption Requested", *[{"image": self.ref, **detail}] * times)
        return self

    def becomes(self, outcome: str = "available") -> "Ami":
        self.at.tell("images/release", region=self.region, image_id=self.id, outcome=outcome)
        return self

    def runs(self) -> dict[str, str]:
        """Every execution about this image and its status."""
        found = self.at.client("stepfunctions").list_executions(stateMachineArn=self.at.machine)["executions"]
        return {e["name"]: e["status"] for e in found if e["name"].startswith(f"adopt-{self.id}-")}

    def arn(self, attempt: int = 1) -> str:
        return f"{self.at.machine.replace('stateMachine', 'execution')}:adopt-{self.id}-{attempt}"

    def stop(self, attempt: int = 1) -> None:
        self.at.client("stepfunctions").stop_execution(executionArn=self.arn(attempt), cause="stopped by hand")

    def waits(self) -> "Ami":
        """Come back once its run waits with its token noted."""
        eventually(lambda: self.items("wait#") and self.timers("timeout"))
        return self

    def timers(self, kind: str, state: str | None = None) -> list[dict[str, Any]]:
        asked = {"kind": kind} | ({"state": state} if state else {})
        return [timer for timer in self.at.tell("timers", **asked) if f":adopt-{self.id}-" in timer["execution"]]

    def expires(self, kind: str, state: str) -> "Ami":
        """Let a time-out or a retry interval of its run pass, once there is one."""
        timer = eventually(lambda: self.timers(kind, state))[0]
        assert self.at.tell("expire", execution=timer["execution"], state=state, kind=kind)["expired"]
        return self

    def history(self) -> list[tuple[str, dict[str, Any]]]:
        """What was said about it: event types and details, oldest first."""
        place = ImageRef.model_validate(self.ref).place
        return [(each["type"], each["detail"]) for each in self.at.history(place)]

    def items(self, kind: str) -> list[dict[str, Any]]:
        return [i for i in self.at.items(kind) if self.id in f"{i['pk']}{i['sk']}"]

    def ends(self, event_type: str) -> dict[str, Any]:
        """The detail of the event that its story ends with; waits until it is told."""
        told = eventually(lambda: [detail for kind, detail in self.history() if kind == event_type])
        return told[-1]

    def adopted(self) -> None:
        """The same end for every weather: adopted once, told once, kept as evidence, and nothing left."""
        assert self.ends("Image Adopted")["decision"]["verdict"] == {"allowed": True, "reasons": []}
        self.leaves_nothing()
        assert [kind for kind, _ in self.history()].count("Image Adopted") == 1
        assert list(self.runs().values()).count("SUCCEEDED") == 1
        run = self.ends("Image Adopted")["run"]
        key = f"decisions/adopt/{self.at.account.id}/{self.region}/{self.id}/{run}.json"
        kept = self.at.client("s3").get_object(Bucket=self.at.outputs["EvidenceBucket"], Key=key)
        assert json.load(kept["Body"])["decision"]["verdict"]["allowed"] is True

    def refused(self, *reasons: str) -> dict[str, Any]:
        detail = self.ends("Image Refused")
        assert set(detail["decision"]["verdict"]["reasons"]) == set(reasons)
        self.leaves_nothing()
        return detail

    def leaves_nothing(self) -> None:
        """No run, token, open note or timer of it."""
        eventually(lambda: "RUNNING" not in self.runs().values())
        eventually(lambda: not self.items("wait#") and not self.items("run#") and not self.items("runs"))
        assert not [t for t in self.at.tell("timers") if f":adopt-{self.id}-" in t["execution"]]
