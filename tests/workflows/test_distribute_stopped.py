"""A distribution that dies anywhere, and is asked for again: one copy in each region, every one tagged."""

from typing import Any

import pytest

from tests.embedded import eventually
from tests.workflows.going import NEAR, Going, tags_of

BEGINS: dict[str, dict[str, Any]] = {  # states that do not wait are stopped when what they call is held up
    "Plan": {"service": "s3", "operation": "GetObject", "principal": "-PlanDistribute"},
    "Copy image": {"service": "ec2", "operation": "CopyImage", "region": NEAR},
    "Finish copy": {"service": "ec2", "operation": "EnableImageDeprecation", "region": NEAR},
    "Collect facts": {"service": "lambda", "operation": "Invoke", "match": {"FunctionName": "-FactsDistri"}},
    "Decide": {"service": "lambda", "operation": "Invoke", "match": {"FunctionName": "-Decide-"}},
    "Apply": {"service": "ec2", "operation": "CreateTags", "principal": "-ApplyDistri"},
    "Report distributed": {"service": "events", "operation": "PutEvents", "principal": "-DistributeR"},
}
CALLS = {
    "CopyImage": "-CopyImage",
    "CreateTags": "-CopyImage",
    "EnableImageDeprecation": "-FinishCopy",
    "EnableImageDeregistrationProtection": "-FinishCopy",
}


def goes_out(going: Going) -> None:
    """Whatever was there, in the end there is one copy in each region and nothing beside it."""
    going.go()
    eventually(lambda: going.settle() and "Image Distributed" in [kind for kind, _ in going.history()])
    going.distributed()
    assert {region: len(ids) for region, ids in going.ids().items()} == dict.fromkeys(going.ids(), 1)


def test_stopped_while_copies_are_under_way(going: Going):
    going.recipe().go().reaches("Await copy", times=2).stop()

    goes_out(going)


@pytest.mark.parametrize("state", BEGINS)
def test_stopped_while_it_works(going: Going, state):
    going.at.tell("clock", speed="held")
    going.at.tell("weather", **BEGINS[state], effect="throttle")
    going.recipe().go().goes_on_to(state).stop()
    going.at.tell("weather/clear")
    going.at.tell("clock", speed="instant")

    goes_out(going)


@pytest.mark.parametrize("operation", CALLS)
def test_a_call_whose_answer_is_lost(going: Going, operation):
    lost = {"operation": operation, "principal": CALLS[operation], "region": NEAR}
    with going.at.weather(service="ec2", **lost, effect="lost answer", times=1):
        going.recipe()
        goes_out(going)


def test_died_between_the_copy_and_its_id(going: Going):
    """Everything that would give it one is denied until somebody stops the run."""
    going.at.tell("clock", speed="held")
    denied = {"operation": "CreateTags", "region": NEAR, "principal": "-CopyImage"}
    going.at.tell("weather", service="ec2", **denied, effect="throttle")
    going.recipe().go().goes_on_to("Copy image").stop()
    going.at.tell("weather/clear")
    going.at.tell("clock", speed="instant")
    (copy,) = going.of_region(NEAR)
    assert "goldsmith:image" not in tags_of(copy)

    goes_out(going)
