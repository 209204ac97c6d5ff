"""How large an estate one execution can sweep."""

from goldsmith.retirement import Spot
from goldsmith.sweep import Looked, Sweep

EVENTS, STATE = 25_000, 256 * 1024  # of an execution, and the bytes of a state: Step Functions' quotas
A_PLACE = 9  # events: its iteration, a Pass and a Task, from entered to exited


def test_as_many_places_as_an_execution_has_events_for_fit_into_one_state():
    places = EVENTS // A_PLACE
    looked = Looked(spot=Spot(account="1" * 12, region="ap-southeast-1"))
    asked = Sweep(run="retire-sweep-1", batch="sweeps/due/2026-11-27T100000.000000.json", places=(looked,) * places)
    assert len(asked.model_dump_json(by_alias=True)) < STATE
