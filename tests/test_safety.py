"""What a reader who distrusts us looks for in the template: who may launch, tag, command and end, and what alone."""

from typing import Any

import pytest

from goldsmith.lifecycle import TABLE, Deed
from tests.deployment import find, resources

FUNCTIONS = resources("AWS::Serverless::Function")
ROLES = resources("AWS::IAM::Role")
DEEDS = {
    "CreateImage": {Deed.MAKE},
    "FinishImage": {Deed.CLAIM},
    "Reap": {Deed.FAIL},
    "ApplyVerify": {Deed.VERIFY, Deed.REJECT},
    "CopyImage": {Deed.COPY, Deed.SPOIL},
    "ApplyDistribute": {Deed.DISTRIBUTE},
    "ApplyPromote": {Deed.RELEASE},
    "ApplyAdopt": {Deed.ADOPT},
}
SPEAKS_OF_A_STAGE = {"goldsmith:stage", "goldsmith:stage-since", "goldsmith:stage-before"}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(action: str) -> list[tuple[str, dict[str, Any]]]:
    """Every statement that lets a function do it, with the function's name."""
    found = [
        (name, statement)
        for name, function in FUNCTIONS.items()
        for policy in function.get("Policies", [])
        for statement in policy["Statement"]
    ]
    return [(name, statement) for name, statement in found if action in as_list(statement["Action"])]


def on(statement: dict[str, Any], kind: str) -> bool:
    return any(kind in str(resource) for resource in as_list(statement["Resource"]))


def steps(statement: dict[str, Any]) -> set[tuple[str | None, str]]:
    """From which stage to which a statement lets a tag be set; None: it has none yet."""
    condition = statement["Condition"]
    equals = condition["StringEquals"]
    asked, before = (equals.get(f"aws:{whose}Tag/goldsmith:stage") for whose in ("Request", "Resource"))
    none = condition.get("Null", {}).get("aws:ResourceTag/goldsmith:stage") == "true"
    return {
        (stage, after) for stage in ([None] if none else as_list(before)) for after in (as_list(asked) if asked else [])
    }


@pytest.mark.parametrize("name", sorted({name for name, _ in statements("ec2:CreateTags")}))
def test_a_role_takes_exactly_the_steps_of_its_deeds(name):
    allowed = {step for each, statement in statements("ec2:CreateTags") if each == name for step in steps(statement)}
    assert allowed == {(stage, after.value) for (deed, stage), after in TABLE.items() if deed in DEEDS.get(name, ())}


@pytest.mark.parametrize(("name", "statement"), statements("ec2:CreateTags"), ids=lambda each: str(each)[:20])
def test_who_sets_no_stage_names_the_tags_that_it_may_set(name, statement):
    if name == "LaunchHost":  # tags what it launches, which has no stage
        assert not on(statement, ":image/")
        assert statement["Condition"] == {"StringEquals": {"ec2:CreateAction": "RunInstances"}}
    elif not steps(statement):
        assert set(statement["Condition"]["ForAllValues:StringEquals"]["aws:TagKeys"]).isdisjoint(SPEAKS_OF_A_STAGE)


def test_only_functions_launch_tag_command_and_end():
    others = [*resources("AWS::Serverless::StateMachine").values(), *ROLES.values()]
    allowed = {action for each in others for found in find(each, "Action") for action in as_list(found)}
    assert not allowed & {"ec2:CreateTags", "ec2:RunInstances", "ec2:TerminateInstances", "ssm:SendCommand"}


def test_only_what_is_ours_or_just_being_created_or_taken_in_is_tagged():
    for name, statement in statements("ec2:CreateTags"):
        equals = statement["Condition"]["StringEquals"]
        assert {"ec2:CreateAction", "aws:ResourceTag/goldsmith:stage"} & equals.keys() or name == "ApplyAdopt"


def test_nothing_is_launched_but_hosts_of_a_run():
    (instance,) = [each for _, each in statements("ec2:RunInstances") if on(each, ":instance/")]
    assert instance["Condition"] == {
        "StringEquals": {"ec2:MetadataHttpTokens": "required"},
        "ArnEquals": {"ec2:InstanceProfile": {"Fn::GetAtt": ["BuilderProfile", "Arn"]}},
        "Null": {"aws:RequestTag/goldsmith:run": "false", "aws:RequestTag/goldsmith:host": "false"},
    }
    (volume,) = [each for _, each in statements("ec2:RunInstances") if on(each, ":volume/")]
    assert volume["Condition"] == {
        "Bool": {"ec2:Encrypted": "true"},
        "Null": {"aws:RequestTag/goldsmith:host": "false"},
    }
    groups = [r for _, each in statements("ec2:RunInstances") for r in as_list(each["Resource"]) if "group" in str(r)]
    assert [str(each).split("${")[-1].split(".")[0] for each in groups] == ["BuilderGroup", "TestGroup"]


def test_nothing_comes_in_to_a_host():
    groups = resources("AWS::EC2::SecurityGroup")
    assert groups.keys() == {"BuilderGroup", "TestGroup"}
    assert not [name for name, group in groups.items() if "SecurityGroupIngress" in group]
    assert not resources("AWS::EC2::SecurityGroupIngress")


def test_from_a_host_on_trial_only_tls_goes_out():
    (rule,) = resources("AWS::EC2::SecurityGroup")["TestGroup"]["SecurityGroupEgress"]
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 443, 443)
    assert not resources("AWS::EC2::SecurityGroupEgress")


def test_a_builder_is_steered_and_writes_below_its_own_name():
    (policy,) = ROLES["Builder"]["Policies"]
    agent, log = policy["PolicyDocument"]["Statement"]
    assert {action.split(":")[0] for action in agent["Action"]} == {"ec2messages", "ssm", "ssmmessages"}
    assert [action for action in agent["Action"] if action.startswith("ssm:")] == ["ssm:UpdateInstanceInformation"]
    assert (log["Action"], log["Resource"]) == ("s3:PutObject", {"Fn::Sub": "${HostLogs.Arn}/hosts/${!aws:userid}/*"})


@pytest.mark.parametrize("action", ["ec2:TerminateInstances", "ssm:SendCommand"])
def test_only_machines_of_a_run_are_ended_or_commanded(action):
    for _, statement in statements(action):
        if on(statement, ":instance/"):
            assert [key for key in statement["Condition"]["Null"] if key.endswith("esourceTag/goldsmith:run")]


def test_only_volumes_of_a_host_are_deleted():
    ((name, statement),) = statements("ec2:DeleteVolume")
    assert (name, on(statement, ":volume/")) == ("Reap", True)
    assert statement["Condition"] == {"Null": {"aws:ResourceTag/goldsmith:host": "false"}}
