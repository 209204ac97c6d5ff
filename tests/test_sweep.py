"""How large an estate one execution can sweep: docs/decisions/0010-retirement.md says so too."""

from typing import Any

import yaml

from goldsmith.gather.retire.facts import MOST_VERSIONS
from goldsmith.values.retire import AccountRegion
from goldsmith.values.sweep import InventoryRead, Sweep
from tests.embedded import ROOT

EVENTS, STATE = 25_000, 256 * 1024  # of an execution, and the bytes of a state: Step Functions' quotas
PLACES, VERSIONS = 2_000, 20_000
HISTORY = {"Pass": 2, "Choice": 2, "Task": 5}  # entered and exited; a Task is scheduled, started and succeeds besides
ITERATION = 2  # started, succeeded


def events(states: dict[str, Any], *names: str) -> int:
    return sum(HISTORY[states[name]["Type"]] for name in names)


def test_that_many_places_and_versions_fit_into_the_history_of_one_execution():
    states = yaml.safe_load((ROOT / "workflows/retire.asl.yaml").read_text())["States"]
    inner = states["Read each inventory"]["ItemProcessor"]["States"]
    a_place = ITERATION + events(inner, "Take up", "Read inventory")
    a_list = events(states, "Is anything left?", "Recheck", "Decide", "Apply")
    assert PLACES * a_place + VERSIONS // MOST_VERSIONS * a_list < EVENTS


def test_and_the_places_into_one_state():
    looked = InventoryRead(account_region=AccountRegion(account="1" * 12, region="ap-southeast-1"))
    asked = Sweep(run="retire-sweep-1", batch="sweeps/due/2026-11-27T100000.000000.json", places=(looked,) * PLACES)
    assert len(asked.model_dump_json(by_alias=True)) < STATE
