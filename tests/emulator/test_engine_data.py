"""How much data an execution carries, and in which order Map gives it back."""

import pytest

from tests.embedded import Account, Embedded
from tests.emulator.workflows import Workflows, only


@pytest.fixture
def flows(embedded: Embedded, account: Account) -> Workflows:
    return Workflows(embedded, account)


def test_more_than_256_kib_ends_an_execution(flows: Workflows):
    ended = flows.run(only({"Type": "Pass", "Output": "{% $pad('x', 300000) %}"}))

    assert ended["error"] == "States.DataLimitExceeded"


def test_map_keeps_the_order_of_its_items(flows: Workflows):
    double = {"StartAt": "D", "States": {"D": {"Type": "Pass", "Output": "{% $states.input * 2 %}", "End": True}}}
    state = {"Type": "Map", "Items": "{% $states.input.n %}", "ItemProcessor": double, "MaxConcurrency": 2}

    assert flows.output(only(state), value={"n": [1, 2, 3]}) == [2, 4, 6]


def test_distributed_map_runs_its_items(flows: Workflows):
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    inner = {"D": {"Type": "Pass", "Output": "{% $states.input * 2 %}", "End": True}}
    state = {
        "Type": "Map",
        "Items": "{% $states.input.n %}",
        "ItemProcessor": {"ProcessorConfig": config, "StartAt": "D", "States": inner},
    }

    assert flows.output(only(state), value={"n": [1, 2, 3]}) == [2, 4, 6]
