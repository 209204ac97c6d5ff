"""Images for tests, and what becomes of them."""

import json
from typing import Any

from tests.embedded import Account, Embedded, eventually


def seed(embedded: Embedded, account: Account, name: str = "base", region: str = "us-east-1", **more: Any) -> str:
    """An available image that was there before the test."""
    answer = embedded.tell("images/add", account=account.id, region=region, name=name, **more)
    return str(answer["image_id"])


def describe(ec2: Any, image_id: str) -> dict[str, Any]:
    [image] = ec2.describe_images(ImageIds=[image_id], IncludeDisabled=True, IncludeDeprecated=True)["Images"]
    return dict(image)


def settled(ec2: Any, image_id: str) -> dict[str, Any]:
    """The image once it is pending no more."""

    def probe() -> dict[str, Any] | None:
        image = describe(ec2, image_id)
        return image if image["State"] != "pending" else None

    return eventually(probe) or {}


def launch(ec2: Any, image_id: str, **more: Any) -> str:
    asked = {"ImageId": image_id, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"} | more
    run = ec2.run_instances(**asked)
    instance = str(run["Instances"][0]["InstanceId"])
    eventually(lambda: ec2.describe_instance_status(InstanceIds=[instance])["InstanceStatuses"])  # it runs
    return instance


class Ear:
    """A queue that hears an account's AMI state changes in one region."""

    def __init__(self, account: Account, region: str = "us-east-1") -> None:
        self.sqs = account.client("sqs", region)
        self.url = self.sqs.create_queue(QueueName="ear")["QueueUrl"]
        events = account.client("events", region)
        events.put_rule(Name="ear", EventPattern=json.dumps({"detail-type": ["EC2 AMI State Change"]}))
        arn = f"arn:aws:sqs:{region}:{account.id}:ear"
        service = {"Service": "events.amazonaws.com"}
        speak = {"Effect": "Allow", "Principal": service, "Action": "sqs:SendMessage", "Resource": arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [speak]})
        self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": policy})
        events.put_targets(Rule="ear", Targets=[{"Id": "1", "Arn": arn}])
        self.heard: list[dict[str, Any]] = []

    def _listen(self) -> None:
        answer = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            self.heard.append(json.loads(message["Body"]))
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def until(self, image_id: str, state: str) -> dict[str, Any]:
        """The event of this image and state; those before it stay in `heard`."""

        def probe() -> dict[str, Any] | None:
            self._listen()
            wanted = (image_id, state)
            return next((e for e in self.heard if (e["detail"]["ImageId"], e["detail"]["State"]) == wanted), None)

        return eventually(probe) or {}
