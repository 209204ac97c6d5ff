"""Somebody who reads what the owner of an image gets: a queue in the place of a mailbox."""

import json

import boto3

from goldsmith.act.notify import name_of

QUEUE = "owner"


class Mailbox:
    """Of a team; it is there before anything is told."""

    def __init__(self, session: boto3.Session, team: str) -> None:
        self.sqs, sns = session.client("sqs"), session.client("sns")
        self.letters: list[dict[str, str]] = []
        topic = sns.create_topic(Name=f"goldsmith-{name_of(team)}")["TopicArn"]
        _, _, _, region, account, _ = topic.split(":")
        queue = f"arn:aws:sqs:{region}:{account}:{QUEUE}"
        sender = {"Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": queue}
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"} | sender]}
        self.url = self.sqs.create_queue(QueueName=QUEUE, Attributes={"Policy": json.dumps(policy)})["QueueUrl"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)

    def read(self) -> list[dict[str, str]]:
        """All that has come so far: event and text."""
        while found := self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", []):
            for message in found:
                body = json.loads(message["Body"])
                event = body["MessageAttributes"]["event"]["Value"]
                self.letters.append({"event": event, "text": body["Message"]})
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return self.letters
