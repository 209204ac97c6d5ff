import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.model import ImageRef
from goldsmith.policy.distribute import may_go_out
from goldsmith.values.distribute import DistributeFacts, LegFacts
from goldsmith.values.outcome import Failure
from goldsmith.vocabulary import Reason

HOME, NEAR, FAR = "us-east-1", "eu-west-1", "ap-southeast-2"


def leg(region: str, **change: object) -> LegFacts:
    image = ImageRef(image_id=f"ami-{region}", account="111111111111", region=region)
    there = LegFacts(
        architecture="x86_64", region=region, name="webapp", image=image, state="available", encrypted=True
    )
    return there.model_copy(update=change)


FAILED = Failure(error="NeedsAPerson", cause="no room")
ABSENT: dict[str, object] = {"image": None, "state": "", "encrypted": None, "failure": FAILED}


def facts(*legs: LegFacts, **change: object) -> DistributeFacts:
    return DistributeFacts(family="webapp", version="2026.05.01", legs=legs).model_copy(update=change)


def test_what_is_everywhere_goes_out():
    assert may_go_out(facts(leg(HOME), leg(NEAR))).allowed


def test_without_a_best_effort_region_too():
    assert may_go_out(facts(leg(HOME), leg(FAR, best_effort=True, **ABSENT))).allowed


ONE_THING_WRONG: dict[Reason, list[dict[str, object]]] = {
    Reason.NOT_ARRIVED: [ABSENT, {"failure": FAILED}, {"state": "failed"}, {"state": "pending"}, {"state": ""}],
    Reason.NOT_ENCRYPTED: [{"encrypted": False}],
    Reason.NOT_TAGGED: [{"untagged": ("goldsmith:image",)}],
    Reason.NOT_SHARED: [{"unshared": ("222222222222",)}],
    Reason.UNSEEN: [{"unseen": ("eu-west-1: denied",)}],
}
CASES = [(reason, change) for reason, changes in ONE_THING_WRONG.items() for change in changes]


@pytest.mark.parametrize(("reason", "change"), CASES, ids=str)
def test_one_objection_is_enough(reason, change):
    assert may_go_out(facts(leg(HOME), leg(NEAR, **change))).reasons == (reason,)


@pytest.mark.parametrize(("_", "change"), CASES, ids=str)
def test_a_best_effort_region_objects_to_nothing(_, change):
    assert may_go_out(facts(leg(HOME), leg(NEAR, best_effort=True, **change))).allowed


def test_what_is_nowhere_has_not_arrived():
    assert may_go_out(facts(leg(FAR, best_effort=True, **ABSENT))).reasons == (Reason.NOT_ARRIVED,)


def test_nothing_known_is_an_objection():
    assert Reason.UNSEEN in may_go_out(facts()).reasons


@given(st.lists(st.sampled_from([change for _, change in CASES]), min_size=1))
def test_a_required_region_with_any_fault_always_sinks_it(faults):
    merged = {key: value for fault in faults for key, value in fault.items()}
    assert not may_go_out(facts(leg(HOME), leg(NEAR, **merged))).allowed
