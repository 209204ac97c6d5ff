"""Hosts to talk to: a role, a profile, instances that report, and a queue that hears the events."""

import json
from collections.abc import Callable
from typing import Any, Final

from tests.embedded import Account, Embedded, eventually
from tests.emulator.inspector_stage import new_image

BASE: Final = "base"
SHELL: Final = "AWS-RunShellScript"
CORE: Final = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
TRUST: Final = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
})  # fmt: skip


def profile(account: Account, name: str = "host", *policies: str) -> str:
    """The name of an instance profile whose role has these managed policies."""
    iam = account.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    for arn in policies:
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    return name


def base(account: Account) -> str:
    """The id of the one base image of the account."""
    images = account.client("ec2").describe_images(Filters=[{"Name": "name", "Values": [BASE]}])["Images"]
    return str(images[0]["ImageId"]) if images else new_image(account, BASE)


def launch(account: Account, profile_name: str | None = None, **tags: str) -> str:
    """The id of a new instance."""
    named: dict[str, Any] = {"IamInstanceProfile": {"Name": profile_name}} if profile_name else {}
    if tags:
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        named["TagSpecifications"] = [{"ResourceType": "instance", "Tags": listed}]
    run = account.client("ec2").run_instances(ImageId=base(account), MinCount=1, MaxCount=1, **named)
    return str(run["Instances"][0]["InstanceId"])


def state(account: Account, instance_id: str) -> str:
    described = account.client("ec2").describe_instances(InstanceIds=[instance_id])
    return str(described["Reservations"][0]["Instances"][0]["State"]["Name"])


def managed(account: Account, **asked: Any) -> dict[str, str]:
    """Instance id to ping status."""
    listed = account.client("ssm").describe_instance_information(**asked)["InstanceInformationList"]
    return {each["InstanceId"]: each["PingStatus"] for each in listed}


def managed_host(account: Account, **tags: str) -> str:
    """An instance that reports to Systems Manager, with a profile called host (made if need be)."""
    profiles = account.client("iam").list_instance_profiles()["InstanceProfiles"]
    made = "host" in {each["InstanceProfileName"] for each in profiles}
    instance_id = launch(account, "host" if made else profile(account, "host", CORE), **tags)
    eventually(lambda: managed(account).get(instance_id) == "Online")
    return instance_id


def listen(account: Account, *kinds: str) -> Callable[[], list[dict[str, Any]]]:
    """Hear events of these detail-types; the function that comes back gives all heard so far."""
    events, sqs, heard = account.client("events"), account.client("sqs"), list[dict[str, Any]]()
    queue = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement | {"Resource": arn}]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    events.put_rule(Name="heard", EventPattern=json.dumps({"detail-type": kinds}))
    events.put_targets(Rule="heard", Targets=[{"Id": "heard", "Arn": arn}])

    def hear() -> list[dict[str, Any]]:
        got = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        heard.extend(json.loads(each["Body"]) for each in got)
        return heard

    return hear


def send(account: Account, host: str, *lines: str, **asked: Any) -> str:
    """The id of a command that runs these lines."""
    asked = {"DocumentName": SHELL, "Parameters": {"commands": list(lines)}, "InstanceIds": [host]} | asked
    return str(account.client("ssm").send_command(**asked)["Command"]["CommandId"])


def result(account: Account, command_id: str, host: str, *statuses: str, **asked: Any) -> dict[str, Any]:
    """The invocation, once it has one of these states, by default an end."""
    ssm, wanted = account.client("ssm"), statuses or ("Success", "Failed", "TimedOut", "Cancelled")

    def seen() -> dict[str, Any] | None:
        try:
            got: dict[str, Any] = ssm.get_command_invocation(CommandId=command_id, InstanceId=host, **asked)
        except ssm.exceptions.InvocationDoesNotExist:
            return None
        return got if got["Status"] in wanted else None

    answer = eventually(seen, at_rest=not statuses)  # a state in between is seen meanwhile
    assert answer
    return answer


def told(embedded: Embedded, account: Account, *outcomes: dict[str, Any], **match: Any) -> None:
    embedded.tell("hosts/script", account=account.id, match=match, outcomes=list(outcomes))
