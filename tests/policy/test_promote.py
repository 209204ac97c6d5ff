from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.model import ImageRef
from goldsmith.policy.promote import may_promote
from goldsmith.values.promote import POINTER, PointerFacts, PromoteFacts
from goldsmith.values.versions import newness
from goldsmith.vocabulary import Reason

VERSION = "2026.05.01.2"


def pointer(region: str, **change: object) -> PointerFacts:
    image = ImageRef(image_id=f"ami-{region}", account="111111111111", region=region)
    new = PointerFacts(
        region=region,
        architecture="x86_64",
        parameter="/goldsmith/webapp/staging/x86_64",
        image=image,
        stage="distributed",
        data_type=POINTER,
        current="ami-old",
        current_version="2026.04.30.11",
    )
    return new.model_copy(update=change)


def facts(*pointers: PointerFacts, **change: object) -> PromoteFacts:
    known = PromoteFacts(family="webapp", version=VERSION, channel="staging", pointers=pointers)
    return known.model_copy(update=change)


FAIR: list[dict[str, object]] = [
    {},
    {"data_type": "", "current": "", "current_version": ""},  # the first ever
    {"current_version": VERSION, "stage": "released"},  # again
    {"current_version": ""},  # somebody's own AMI
    {"best_effort": True, "image": None, "stage": ""},
    {"best_effort": True, "unseen": ("denied",)},
]


@pytest.mark.parametrize("change", FAIR, ids=str)
def test_what_is_there_may_be_pointed_to(change):
    assert may_promote(facts(pointer("us-east-1"), pointer("eu-west-1", **change))).allowed


ONE_THING_WRONG: dict[Reason, list[dict[str, object]]] = {
    Reason.NOT_DISTRIBUTED: [
        {"image": None, "stage": ""},
        {"stage": ""},
        {"stage": "verified"},
        {"stage": "failed"},
        {"stage": "rejected"},
    ],
    Reason.NOT_A_POINTER: [{"data_type": "text"}, {"data_type": "text", "best_effort": True}],
    Reason.NEWER_THERE: [
        {"current_version": each} for each in ("2026.05.01.3", "2026.05.01.10", "2026.05.02", "2027.1")
    ],
    Reason.UNSEEN: [{"unseen": ("eu-west-1: denied",)}],
}
CASES = [(reason, change) for reason, changes in ONE_THING_WRONG.items() for change in changes]


@pytest.mark.parametrize(("reason", "change"), CASES, ids=str)
def test_one_objection_is_enough(reason, change):
    assert may_promote(facts(pointer("us-east-1"), pointer("eu-west-1", **change))).reasons == (reason,)


def test_nothing_known_is_an_objection():
    assert may_promote(facts()).reasons == (Reason.UNSEEN,)


DAYS = st.dates().map(lambda day: f"{day:%Y.%m.%d}")
VERSIONS = st.one_of(DAYS, st.builds("{}.{}".format, DAYS, st.integers(2, 99)))


@given(VERSIONS, VERSIONS)
def test_never_backwards(there, asked):
    verdict = may_promote(facts(pointer("us-east-1", current_version=there), version=asked))
    assert verdict.allowed == (newness(there) <= newness(asked))


def test_the_tenth_build_of_a_day_comes_after_the_ninth():
    line = ["2026.04.30", "2026.05.01", "2026.05.01.2", "2026.05.01.9", "2026.05.01.10", "2026.05.02"]
    assert all(newness(earlier) < newness(later) for earlier, later in pairwise(line))
