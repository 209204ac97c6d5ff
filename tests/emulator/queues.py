"""Queues that tests look into, to see what arrived."""

import json
from dataclasses import dataclass
from typing import Any

from tests.embedded import Account, eventually


@dataclass(frozen=True)
class Queue:
    account: Account
    url: str
    arn: str

    def messages(self) -> list[Any]:
        """What is in the queue now: taken out, with attributes."""
        sqs = self.account.client("sqs", self.arn.split(":")[3])
        got = sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        return got.get("Messages", [])  # type: ignore[no-any-return]

    def one(self) -> Any:
        """The body of the first message that comes."""
        return json.loads(eventually(self.messages)[0]["Body"])

    def one_with_attributes(self) -> tuple[Any, dict[str, str]]:
        message = eventually(self.messages)[0]
        attributes = {name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()}
        return json.loads(message["Body"]), attributes


def queue(account: Account, name: str, *services: str, region: str = "us-east-1", **attributes: str) -> Queue:
    """A new queue into which these services (`events`) may send."""
    sqs = account.client("sqs", region)
    arn = f"arn:aws:sqs:{region}:{account.id}:{name}"
    if services:
        principal = {"Service": [f"{service}.amazonaws.com" for service in services]}
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage", "Resource": arn}
        attributes["Policy"] = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return Queue(account, sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"], arn)
