"""At speed `instant` a look comes the moment there is something new to see, and no sooner."""

from pathlib import Path
from typing import Any

import pytest

from tests.embedded import Account, Embedded
from tests.emulator.workflows import INVOKE, Workflows, only

WAITS = """import pathlib, time
    pathlib.Path(event["began"]).touch()
    while not pathlib.Path(event["go"]).exists(): time.sleep(0.01)"""


@pytest.fixture
def flows(embedded: Embedded, account: Account) -> Workflows:
    return Workflows(embedded, account, clock="instant")


def look(flows: Workflows, body: str = "pass", seconds: int = 20, **event: str) -> dict[str, Any]:
    """A task that looks, and waits with its token for the next look."""
    arguments = {"FunctionName": flows.function(body), "Payload": event}
    return only(
        {
            "Type": "Task",
            "Resource": f"{INVOKE}.waitForTaskToken",
            "Arguments": arguments,
            "TimeoutSeconds": seconds,
        }
    )


def hosts_change(account: Account) -> None:
    account.tell("hosts/status", instance="impaired")


@pytest.mark.contract("timeouts_on_command")
def test_a_look_comes_when_hosts_change(flows: Workflows):
    execution = flows.start(look(flows))
    assert flows.waiting(kind="timeout")

    hosts_change(flows.account)

    assert flows.ended(execution)["error"] == "States.Timeout"


def test_what_changed_before_the_look_is_no_news(flows: Workflows):
    hosts_change(flows.account)

    flows.start(look(flows))

    assert flows.waiting(kind="timeout")


def test_what_changed_during_the_look_is_looked_at_again(flows: Workflows, tmp_path: Path):
    began, go = tmp_path / "began", tmp_path / "go"
    execution = flows.start(look(flows, WAITS, began=str(began), go=str(go)))
    while not began.exists():
        pass

    hosts_change(flows.account)
    go.touch()

    assert flows.ended(execution)["error"] == "States.Timeout"


@pytest.mark.parametrize("seconds", [60, 600])
def test_a_longer_wait_is_for_an_event(flows: Workflows, seconds):
    flows.start(look(flows, seconds=seconds))
    flows.waiting(kind="timeout")

    hosts_change(flows.account)

    assert flows.waiting(kind="timeout")


def test_hosts_of_another_account_are_no_news(flows: Workflows, embedded: Embedded):
    flows.start(look(flows))
    flows.waiting(kind="timeout")

    hosts_change(embedded.new_account())

    assert flows.waiting(kind="timeout")


def test_a_clock_that_is_held_lets_no_look_come(flows: Workflows):
    flows.embedded.tell("clock", account=flows.account.id, speed="held")
    flows.start(look(flows))
    flows.waiting(kind="timeout")

    hosts_change(flows.account)

    assert flows.waiting(kind="timeout")
