from datetime import UTC, datetime
from typing import Any

import pytest

from goldsmith.model import Image
from goldsmith.policy.claim import may_claim
from goldsmith.values.outcome import Born, ClaimFacts
from goldsmith.vocabulary import Reason, Tag
from tests.policy import but

NAME, BUILDER = "webapp-2026.05.01-x86_64", "i-1"
IMAGE = Image(
    image_id="ami-1", name=NAME, account="111111111111", region="eu-west-1", state="available",
    architecture="x86_64", created=datetime(2026, 5, 1, tzinfo=UTC), public=False,
    tags={Tag.STAGE: "failed", Tag.RUN: "build-webapp-1", Tag.RECIPE_SHA: "sha-1", Tag.BASE_IMAGE: "ami-base"},
)  # fmt: skip
BORN = Born(run="build-webapp-1", architecture="x86_64", name=NAME, instance_id=BUILDER)
LEFT = ClaimFacts(
    image=IMAGE, source_instance=BUILDER, born=BORN, run_status="ABORTED", recipe_sha="sha-1", base_image="ami-base"
)


def staged(stage: str) -> dict[str, Any]:
    return {"image": {"tags": IMAGE.tags | {Tag.STAGE: stage}}}


ONE_THING_WRONG: dict[Reason, list[dict[str, Any]]] = {
    Reason.NOT_AVAILABLE: [{"image": {"state": "failed"}}, {"image": {"state": "disabled"}}],
    Reason.NOT_OURS: [
        {"born": None},
        {"source_instance": "i-2"},
        {"source_instance": ""},
        {"born": BORN.model_copy(update={"name": "webapp-2026.05.01.2-x86_64"})},
    ],
    Reason.ALREADY_STAGED: [staged("released"), staged("disabled"), staged("")],
    Reason.ALREADY_RUNNING: [{"run_status": "RUNNING"}, {"run_status": "PENDING_REDRIVE"}],
    Reason.ALREADY_BUILT: [staged("candidate") | {"run_status": "SUCCEEDED"}],
    Reason.RECIPE_CHANGED: [{"recipe_sha": "sha-2"}],
    Reason.BASE_CHANGED: [{"base_image": "ami-newer"}],
}
CASES = [(reason, change) for reason, changes in ONE_THING_WRONG.items() for change in changes]


def test_what_a_stopped_run_left_whole_may_be_claimed():
    assert may_claim(LEFT).allowed


@pytest.mark.parametrize(("reason", "change"), CASES, ids=str)
def test_one_objection_is_enough(reason, change):
    assert may_claim(but(LEFT, change)).reasons == (reason,)


CLAIMED = {
    "it is still pending": {"image": {"state": "pending"}},
    "the end of its run was never told": staged("candidate"),
    "its run failed in good order": {"run_status": "SUCCEEDED"},
    "its run timed out": {"run_status": "TIMED_OUT"},
}


@pytest.mark.parametrize("change", CLAIMED.values(), ids=CLAIMED)
def test_these_are_no_objections(change):
    assert may_claim(but(LEFT, change)).allowed
