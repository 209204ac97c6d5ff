"""Each step may be done twice, and whoever dies on the way is followed by one who finishes it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from goldsmith.act.retire.steps import Steps
from goldsmith.pace import Paces
from goldsmith.values.retire import RetireStep
from goldsmith.vocabulary import Stage
from tests.act.conftest import ACCOUNT, NOW, REGION
from tests.act.leaving import SHARED, ami, copies, facts, later, take
from tests.act.place_deeds import DiedError, Ec2
from tests.act.shelf import shelf

COOL = "enabled-with-cooldown"
STEPS = [
    (RetireStep.SUPERSEDE, Stage.RELEASED, {}),
    (RetireStep.PROLONG, Stage.RELEASED, {"deprecated_at": later(days=9)}),
    (RetireStep.ANNOUNCE, Stage.SUPERSEDED, {}),
    (RetireStep.DEPRECATE, Stage.SUPERSEDED, {}),
    (RetireStep.DISABLE, Stage.DEPRECATED, {"permissions": [*SHARED], "protection": COOL}),
    (RetireStep.DISABLE, Stage.REJECTED, {"protection": COOL}),
    (RetireStep.DISABLE, Stage.FAILED, {}),
    (RetireStep.DISABLE, Stage.FAILED, {"state": "failed", "snapshots": ()}),
    (RetireStep.DEREGISTER, Stage.DISABLED, {}),
    (RetireStep.DEREGISTER, Stage.FAILED, {"state": "failed"}),
]
CALLS = {
    RetireStep.SUPERSEDE: ["create_tags"],
    RetireStep.PROLONG: ["enable_image_deprecation"],
    RetireStep.ANNOUNCE: [],
    RetireStep.DEPRECATE: ["enable_image_deprecation", "create_tags", "create_image_usage_report"],
    RetireStep.DISABLE: ["disable_image", "disable_image_deregistration_protection", "create_tags"],
    RetireStep.DEREGISTER: ["deregister_image"],
}
EVERY = pytest.mark.parametrize(("step", "stage", "more"), STEPS, ids=str)


def place(stage: Stage, more: dict[str, Any]) -> Ec2:
    ec2 = Ec2(role="Retirer")
    ec2.put(ami(stage, **more))
    return ec2


@EVERY
def test_it_makes_these_calls_in_this_order_and_its_tags_come_last(step, stage, more):
    ec2 = place(stage, more)
    take(step, ec2, shelf())
    left_out = {"disable_image_deregistration_protection"} if more.get("protection") != COOL else set()
    left_out |= {"disable_image"} if more.get("state") == "failed" else set()
    assert ec2.done() == [each for each in CALLS[step] if each not in left_out]


@EVERY
def test_done_twice_it_changes_nothing_more(step, stage, more):
    ec2, evidence = place(stage, more), shelf()
    before = copies(ec2)
    take(step, ec2, evidence, before)
    once, kept = ec2.standing(), dict(evidence.s3.objects)
    take(step, ec2, evidence, before)
    assert ec2.standing() == once
    assert evidence.s3.objects == kept


@EVERY
@pytest.mark.parametrize("when", ["dies_before", "dies_after"])
@pytest.mark.parametrize("again", ["as it was read", "as it is"])
def test_who_dies_at_any_call_is_followed_by_one_who_finishes_it(step, stage, more, when, again):
    whole, stones = place(stage, more), shelf()
    take(step, whole, stones)
    for call, _ in enumerate(whole.done(), 1):
        ec2, evidence = place(stage, more), shelf()
        before = copies(ec2)
        setattr(ec2, when, call)
        with pytest.raises(DiedError):
            take(step, ec2, evidence, before)
        left = copies(ec2)
        if again == "as it was read":
            take(step, ec2, evidence, before)
        elif left and left[0].stage == stage:
            take(step, ec2, evidence, left)
        standing = [each.standing() | {"asked": {}} for each in (ec2, whole)]
        assert standing[0] == standing[1], call
        assert evidence.s3.objects == stones.s3.objects, call


def test_the_tombstone_is_there_before_the_image_is_disabled():
    ec2, evidence = place(Stage.DEPRECATED, {"permissions": [*SHARED]}), shelf()
    ec2.dies_before = 1
    with pytest.raises(DiedError):
        take(RetireStep.DISABLE, ec2, evidence)
    assert ec2.done() == ["disable_image"]
    assert len(evidence.s3.objects) == 1


def test_the_image_and_its_snapshots_are_tagged_alike():
    ec2 = place(Stage.DEPRECATED, {})
    take(RetireStep.DISABLE, ec2, shelf())
    (image,), (snapshot,) = ec2.images.values(), ec2.snapshots.values()
    assert image.tags == snapshot
    assert (image.stage, image.tags["goldsmith:stage-before"]) == ("disabled", "deprecated")


def test_a_refusal_that_is_none_of_an_earlier_attempt_is_an_error():
    for operation in CALLS[RetireStep.DISABLE][::2]:
        ec2 = place(Stage.DEPRECATED, {})
        (image,) = ec2.images
        ec2.refuses[operation, image] = "RequestLimitExceeded"
        with pytest.raises(ClientError, match="RequestLimitExceeded"):
            take(RetireStep.DISABLE, ec2, shelf())


def test_a_snapshot_that_ec2_leaves_is_told(monkeypatch):
    ec2 = place(Stage.DISABLED, {})
    skipped = {"DeleteSnapshotResults": [{"SnapshotId": "snap-1", "ReturnCode": "skipped"}]}
    monkeypatch.setattr(Ec2, "deregister_image", lambda *_, **__: skipped)
    (copy,) = copies(ec2)
    steps = Steps(ec2, shelf(), Paces(), NOW)
    assert steps.take(facts(RetireStep.DEREGISTER, (copy,)), copy) == ("snap-1: skipped",)


@EVERY
def test_every_call_takes_its_token_first(step, stage, more):
    ec2 = place(stage, more)
    taken: list[tuple[str, str]] = []
    made: list[str] = []

    class Noted(Paces):
        def take(self, account: str, region: str, call: str) -> None:
            assert len(ec2.calls) == len(taken)
            taken.append((account, region))
            made.append(call)

    (copy,) = copies(ec2)
    Steps(ec2, shelf(), Noted(), NOW).take(facts(step, (copy,)), copy)
    assert taken == [(ACCOUNT, REGION)] * len(ec2.calls)
    assert [each.lower() for each in made] == [each.replace("_", "") for each in ec2.done()]
