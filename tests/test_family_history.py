from datetime import datetime

import pytest

from goldsmith.gather.retire.family_history import FamilyHistory
from goldsmith.recipe.retirement import Retirement
from goldsmith.rules import RetireRules
from goldsmith.values.estate import versions
from goldsmith.values.retire import RetireStep
from goldsmith.values.usage import AuditedImage
from tests.leaving import NEAR, NOW, ago, image, seen

RULES = RetireRules()
KEPT = (image("7", "superseded"), image("8", "superseded"), image("9", "released"))


def line(*images: AuditedImage, pointed: str = "", **announced: datetime) -> FamilyHistory:
    at = {name.removeprefix("v"): when for name, when in announced.items()}
    return FamilyHistory("webapp", Retirement(), versions([seen(*images)]), frozenset(pointed.split()), at)


def due(of: FamilyHistory, version: str, *, aside: bool = False) -> RetireStep | None:
    found = of.due(("webapp", version, aside), RULES, NOW)
    return found.step if found else None


def test_what_is_newer_is_good_and_can_be_launched():
    of = line(image("1", "superseded"), image("2", "released", state="disabled"), image("3", "rejected"), *KEPT)
    assert [of.newer(version) for version in ("1", "7", "9")] == [3, 2, 0]


@pytest.mark.parametrize(
    ("images", "good"),
    [
        ((image("1", "released"), image("2", "superseded")), "1"),
        ((image("1", "superseded"), image("2", "deprecated")), "2"),
        ((image("1", "superseded"), image("2", "rejected")), "1"),
        ((image("1", "released"), image("2", "released")), "2"),
    ],
)
def test_the_last_good_one_is_the_newest_released_or_the_newest_that_was_good(images, good):
    of = line(*images)
    assert [version for version in ("1", "2") if of.is_last_good(version)] == [good]


@pytest.mark.parametrize(
    ("old", "pointed", "step"),
    [
        (image("1", "released"), "", RetireStep.SUPERSEDE),
        (image("1", "verified"), "", RetireStep.SUPERSEDE),
        (image("1", "released"), "1", None),
        (image("1", "superseded", 14), "", RetireStep.ANNOUNCE),
        (image("1", "superseded", 13.9), "", None),
        (image("1", "deprecated", 28), "", RetireStep.DISABLE),  # two days ahead, for EC2's report
        (image("1", "deprecated", 27.9), "", None),
        (image("1", "disabled", 28, state="disabled"), "", RetireStep.DEREGISTER),
        (image("1", "disabled", 1), "", RetireStep.DEREGISTER),  # enabled by hand: looked at, at once
        (image("1", "disabled", 1, state="disabled"), "", None),
        (image("1", "superseded", tags={"stage-since": "?"}), "", RetireStep.ANNOUNCE),
        (image("1", "candidate"), "", None),
    ],
    ids=lambda each: each.tags["goldsmith:stage"] if isinstance(each, AuditedImage) else str(each),
)
def test_what_is_due(old, pointed, step):
    assert due(line(old, *KEPT, pointed=pointed), "1") == step


@pytest.mark.parametrize(
    ("announced", "step"), [(ago(16), RetireStep.DEPRECATE), (ago(15.9), None), (ago(41), RetireStep.ANNOUNCE)], ids=str
)
def test_it_is_deprecated_after_its_owner_had_time_to_object(announced, step):
    """What was announced before it was superseded (once more) does not count."""
    assert due(line(image("1", "superseded", 40), *KEPT, v1=announced), "1") == step


@pytest.mark.parametrize("version", ["7", "8", "9"])
def test_the_newest_are_not_even_looked_at(version):
    assert due(line(image("1", "superseded"), *KEPT), version) is None


@pytest.mark.parametrize(("at", "step"), [(-29, RetireStep.PROLONG), (-31, None)])
def test_what_is_wanted_is_not_left_to_be_deprecated_by_ec2(at, step):
    wanted = image("9", "released", deprecated_at=ago(at))
    assert due(line(wanted, pointed="9"), "9") == step


@pytest.mark.parametrize(
    ("old", "step"),
    [
        (image("1", "rejected", 12), RetireStep.DISABLE),
        (image("1", "rejected", 11.9), None),
        (image("1", "failed", 14), RetireStep.DISABLE),
        (image("1", "failed", 14, state="failed"), RetireStep.DEREGISTER),
        (image("1", "disabled", 12, state="disabled", tags={"stage-before": "rejected"}), RetireStep.DEREGISTER),
    ],
    ids=str,
)
def test_what_was_rejected_or_failed_has_a_shorter_clock(old, step):
    assert due(line(old, *KEPT), "1", aside=True) == step


def test_copies_that_disagree_are_taken_for_the_one_least_far():
    behind = seen(image("1", "superseded", 40, account_region=NEAR), account_region=NEAR)
    of = FamilyHistory(
        "webapp", Retirement(), versions([seen(image("1", "deprecated", 1), *KEPT), behind]), announced={"1": ago(20)}
    )
    assert due(of, "1") == RetireStep.DEPRECATE
