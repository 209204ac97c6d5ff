"""A failed version: copies from which nothing could ever be launched, beside such as could."""

import pytest

from goldsmith.gather.retire.timetable import following
from goldsmith.policy.deregister import is_disabled
from goldsmith.recipe.retirement import Retirement
from goldsmith.values.retire import RetireStep
from goldsmith.vocabulary import Stage
from tests.act.leaving import ami, copies
from tests.act.place_deeds import Ec2


def step(*states: str) -> RetireStep:
    ec2 = Ec2()
    for number, state in enumerate(states):
        ec2.put(ami(Stage.FAILED, image_id=f"ami-{number:017}", state=state))
    after = following(copies(ec2), None, Retirement())
    assert after
    return after.step


@pytest.mark.parametrize("dead", ["failed", "error", "invalid"])
def test_what_never_lived_needs_no_brown_out(dead):
    assert step(dead, "failed") is RetireStep.DEREGISTER


@pytest.mark.parametrize("lived", ["available", "disabled"])
def test_what_lived_is_disabled_first_even_if_whoever_began_it_died(lived):
    assert step("failed", lived) is RetireStep.DISABLE


@pytest.mark.parametrize(
    ("stage", "was", "state", "answer"),
    [
        (Stage.DISABLED, Stage.FAILED, "failed", True),  # disabled with copies that lived
        (Stage.DISABLED, Stage.DEPRECATED, "failed", False),
        (Stage.DISABLED, Stage.FAILED, "available", False),
        (Stage.FAILED, Stage.CANDIDATE, "error", True),
        (Stage.FAILED, Stage.CANDIDATE, "available", False),
        (Stage.DISABLED, Stage.DEPRECATED, "disabled", True),
    ],
    ids=str,
)
def test_what_counts_as_disabled(stage, was, state, answer):
    ec2 = Ec2()
    ec2.put(ami(stage, was=was, state=state))
    (copy,) = copies(ec2)
    assert is_disabled(copy) is answer
