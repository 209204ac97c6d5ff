import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded, eventually
from tests.emulator.functions import role
from tests.emulator.queues import Queue, queue
from tests.emulator.rules import EVENTS, bus, put, rule


def listening(account: Account, region: str = "us-east-1", name: str = "default", **target: Any) -> Queue:
    """A queue that gets what reaches a bus."""
    seen = queue(account, "seen", "events", region=region)
    rule(account, seen.arn, region, name, **target)
    return seen


@pytest.mark.contract("rule_targets")
def test_an_event_reaches_a_bus_in_another_region_as_it_was(account: Account):
    account.client("events").create_event_bus(Name="home")
    seen = listening(account, name="home")
    may = role(account, "forward", ("events:PutEvents", bus(account, name="home")), service=EVENTS)
    rule(account, bus(account, name="home"), "eu-central-1", RoleArn=may)
    event_id = put(account, "eu-central-1", n=4)

    event = seen.one()

    assert (event["id"], event["region"], event["account"]) == (event_id, "eu-central-1", account.id)
    assert event["detail"] == {"n": 4}


@pytest.mark.contract("rule_targets")
@pytest.mark.parametrize("trusted", [EVENTS, "lambda.amazonaws.com"])
def test_forwarding_needs_a_role_that_eventbridge_may_assume_and_that_may_put(account: Account, trusted: str):
    dead, home = queue(account, "dead", "events", region="eu-central-1"), bus(account)
    action = "events:PutEvents" if trusted != EVENTS else "events:PutRule"
    may = role(account, "forward", (action, home), service=trusted)
    rule(account, home, "eu-central-1", RoleArn=may, DeadLetterConfig={"Arn": dead.arn})
    put(account, "eu-central-1")

    assert dead.one_with_attributes()[1]["ERROR_CODE"] == "NO_PERMISSIONS"


@pytest.mark.contract("bus_policies", "rule_targets")
@pytest.mark.parametrize("how", ["nobody", "account", "policy"])
def test_a_bus_of_another_account_must_let_the_sender_in(account: Account, embedded: Embedded, how: str):
    home, dead = embedded.new_account(), queue(account, "dead", "events")
    seen = listening(home)
    if how == "account":
        home.client("events").put_permission(Action="events:PutEvents", Principal=account.id, StatementId="member")
    if how == "policy":
        statement = {
            "Sid": "member", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"},
            "Action": "events:PutEvents", "Resource": bus(home),
        }  # fmt: skip
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        home.client("events").put_permission(Policy=policy)
    may = role(account, "forward", ("events:PutEvents", bus(home)), service=EVENTS)
    rule(account, bus(home), RoleArn=may, DeadLetterConfig={"Arn": dead.arn})
    put(account, n=5)

    if how == "nobody":
        assert dead.one_with_attributes()[1]["ERROR_CODE"] == "NO_PERMISSIONS"
        assert seen.messages() == []
    else:
        assert seen.one()["account"] == account.id


@pytest.mark.contract("rule_targets")
def test_an_event_is_not_forwarded_to_a_third_bus(account: Account):
    regions = "us-east-1", "eu-central-1", "eu-west-1"
    may = role(account, "forward", ("events:PutEvents", "*"), service=EVENTS)
    dead = queue(account, "dead", "events", region=regions[1])
    rule(account, bus(account, regions[1]), regions[0], RoleArn=may)
    rule(account, bus(account, regions[2]), regions[1], RoleArn=may, DeadLetterConfig={"Arn": dead.arn})
    put(account, regions[0])

    assert dead.one_with_attributes()[1]["ERROR_CODE"] == "THIRD_REGION_HOP_DETECTED"


def test_a_bus_in_another_region_needs_a_role(account: Account):
    with pytest.raises(ClientError, match="RoleArn is required"):
        rule(account, bus(account, "eu-central-1"))


@pytest.mark.contract("cfn_bus_policies", "rule_targets")
def test_a_stack_lets_another_account_in_and_out_again(account: Account, embedded: Embedded):
    home = embedded.new_account()
    seen, dead = listening(home), queue(account, "dead", "events")
    statement = {
        "Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "events:PutEvents", "Resource": bus(home),
    }  # fmt: skip
    properties = {"StatementId": "member", "Statement": statement}
    template = {"Resources": {"P": {"Type": "AWS::Events::EventBusPolicy", "Properties": properties}}}
    stacks = home.client("cloudformation")
    stacks.create_stack(StackName="s", TemplateBody=json.dumps(template))
    eventually(lambda: stacks.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE")
    may = role(account, "forward", ("events:PutEvents", bus(home)), service=EVENTS)
    rule(account, bus(home), RoleArn=may, DeadLetterConfig={"Arn": dead.arn})
    put(account, n=1)
    assert seen.one()["detail"] == {"n": 1}

    stacks.delete_stack(StackName="s")
    eventually(lambda: "Policy" not in home.client("events").describe_event_bus())
    put(account, n=2)

    assert dead.one()["detail"] == {"n": 2}
