"""`settled` answers when nothing goes on by itself any more, and not before."""

from pathlib import Path

import pytest

from tests.embedded import Account, Embedded
from tests.emulator.hosts_stage import listen, managed_host, send, told
from tests.emulator.inspector_stage import new_image
from tests.emulator.workflows import Workflows, only

TOUCHES = "import pathlib; pathlib.Path(event['done']).touch()"
WAITS = """import pathlib, time
    while not pathlib.Path(event["go"]).exists(): time.sleep(0.01)"""
PAUSE = {"StartAt": "Pause", "States": {"Pause": {"Type": "Wait", "Seconds": 3600, "End": True}}}


@pytest.fixture
def flows(embedded: Embedded, account: Account) -> Workflows:
    return Workflows(embedded, account)


def invoke(flows: Workflows, body: str, **event: Path) -> None:
    payload = str({name: str(path) for name, path in event.items()}).replace("'", '"')
    flows.account.client("lambda").invoke(FunctionName=flows.function(body), InvocationType="Event", Payload=payload)


@pytest.mark.contract("threads_counted")
def test_an_invocation_that_nobody_waits_for_is_over(flows: Workflows, tmp_path: Path):
    invoke(flows, TOUCHES, done=tmp_path / "done")

    flows.embedded.tell("settled")

    assert (tmp_path / "done").exists()


@pytest.mark.contract("threads_counted")
def test_what_still_goes_on_is_named(flows: Workflows, tmp_path: Path):
    invoke(flows, WAITS, go=tmp_path / "go")

    with pytest.raises(ValueError, match=r"still at work after 0.0 s: .*async-function-\d+"):
        flows.embedded.tell("settled", seconds=0)

    (tmp_path / "go").touch()
    flows.embedded.tell("settled")


def test_an_event_is_where_its_rules_take_it(embedded: Embedded, account: Account):
    hear = listen(account, "EC2 AMI State Change")

    image_id = new_image(account, "base")
    embedded.tell("settled")

    assert [event["detail"]["ImageId"] for event in hear()] == [image_id]


@pytest.mark.contract("waits_for_branches")
def test_a_workflow_whose_branches_wait_is_at_rest(flows: Workflows):
    each = {"Type": "Map", "Items": [1, 2], "ItemProcessor": PAUSE, "End": True}
    mapped = {"StartAt": "Each", "States": {"Each": each}}
    flows.start(only({"Type": "Parallel", "Branches": [PAUSE, mapped]}))

    flows.embedded.tell("settled", seconds=20)

    assert [timer["kind"] for timer in flows.timers()] == ["wait"] * 3


def test_a_command_that_is_held_on_a_host_is_at_rest_and_its_end_is_not(embedded: Embedded, account: Account):
    host, ssm = managed_host(account), account.client("ssm")
    told(embedded, account, {"status": "InProgress"})
    command_id = send(account, host, "anything")
    embedded.tell("settled", seconds=20)
    assert ssm.list_commands(CommandId=command_id)["Commands"][0]["Status"] == "InProgress"

    embedded.tell("hosts/release", account=account.id, outcome={"status": "Success"})
    embedded.tell("settled", seconds=20)

    assert ssm.list_commands(CommandId=command_id)["Commands"][0]["Status"] == "Success"


@pytest.mark.parametrize(
    ("change", "via", "to"),
    [("stop_instances", "stopping", "stopped"), ("terminate_instances", "shutting-down", "terminated")],
)
def test_so_is_a_host_that_is_held_in_its_end(embedded: Embedded, account: Account, change, via, to):
    host = managed_host(account)
    embedded.tell("hosts/ending", account=account.id, held=True)
    getattr(account.client("ec2"), change)(InstanceIds=[host])
    embedded.tell("settled", seconds=20)
    assert state(account, host) == via

    embedded.tell("hosts/ending", account=account.id, held=False)

    assert state(account, host) == to


def state(account: Account, host: str) -> str:
    found = account.client("ec2").describe_instances(InstanceIds=[host])["Reservations"]
    return str(found[0]["Instances"][0]["State"]["Name"])
