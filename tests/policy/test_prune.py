from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.policy.prune import may_prune
from goldsmith.rules import RetireRules
from goldsmith.values.launch_templates import MOST, Template
from goldsmith.values.retire import PruneFacts
from goldsmith.values.usage import Use
from goldsmith.vocabulary import Reason, Tag

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RULES = RetireRules()
GROUP = Use(kind="Auto Scaling group", arn="arn:web", how="launch template")
GOOD = PruneFacts(
    family="web",
    template_id="lt-0a",
    name="web",
    account="111111111111",
    region="us-east-1",
    tagged="web",
    versions=(1, 3, 5),
    youngest=NOW - RULES.min_idle,
    default=2,
    latest=9,
    keep=3,
    kept_from=6,
)


def but(**changed: Any) -> PruneFacts:
    return GOOD.model_copy(update=changed)


def test_old_versions_that_nobody_uses_may_go():
    assert may_prune(GOOD, RULES, NOW).allowed
    assert may_prune(but(hold="2026-11-19 until yesterday"), RULES, NOW).allowed


ONE_THING_WRONG = {
    Reason.UNSEEN: [but(unseen=("111111111111 us-east-1 EKS node groups: denied",))],
    Reason.IMPLAUSIBLE: [but(implausible=("111111111111 us-east-1 instances",))],
    Reason.NOT_OURS: [but(tagged=""), but(tagged="other")],
    Reason.IN_USE: [but(used_by=(GROUP,)), but(default=3)],
    Reason.AMONG_NEWEST: [but(latest=5), but(kept_from=5), but(kept_from=0)],
    Reason.HELD: [but(hold="2026-11-20 today"), but(hold="whoever knows")],
    Reason.TOO_YOUNG: [but(youngest=NOW - RULES.min_idle + timedelta(seconds=1)), but(youngest=None)],
}
CASES = [(reason, case) for reason, cases in ONE_THING_WRONG.items() for case in cases]


@pytest.mark.parametrize(("reason", "case"), CASES, ids=str)
def test_one_objection_is_enough(reason, case):
    assert may_prune(case, RULES, NOW).reasons == (reason,)


AGES = st.none() | st.timedeltas(timedelta(0), timedelta(days=90)).map(lambda age: NOW - age)


@st.composite
def templates(draw: st.DrawFn) -> Template:
    versions = draw(st.dictionaries(st.integers(1, 40), AGES, min_size=1))
    numbers = st.sampled_from(sorted(versions))
    return Template(
        template_id="lt-0a",
        name="web",
        default=draw(numbers),
        latest=draw(numbers | st.just(max(versions))),
        tags={Tag.FAMILY: "web"},
        versions=versions,
        used_by=draw(st.dictionaries(numbers, st.just(GROUP))),
        held_by=draw(st.sampled_from([(), (), (), (GROUP,)])),
    )


@given(templates(), st.integers(1, 20))
def test_what_is_used_default_latest_young_or_among_the_newest_never_goes(template, keep):
    idle = set(template.idle(keep, NOW - RULES.min_idle))
    newest = set(sorted(template.versions)[-keep:])
    made = {number: when for number, when in template.versions.items() if when}

    assert not idle & {template.default, template.latest, *template.used_by, *newest}
    assert all(each in made and NOW - made[each] > RULES.min_idle for each in idle)
    assert not (idle and template.held_by)


@given(st.sets(st.integers(1, 12), min_size=1), *[st.integers(1, 12)] * 3)
def test_whatever_is_asked_no_default_latest_or_kept_version_may_go(versions, default, latest, kept_from):
    facts = but(versions=tuple(sorted(versions)), default=default, latest=latest, kept_from=kept_from)
    if may_prune(facts, RULES, NOW).allowed:
        assert not versions & {default, latest, *range(kept_from, 13)}


def test_one_sweep_takes_only_so_many_the_oldest_first():
    made = dict.fromkeys(range(1, MOST + 20), NOW - timedelta(days=99))
    template = Template(template_id="lt-0a", name="web", default=1, latest=MOST + 19, versions=made)
    assert template.idle(3, NOW) == tuple(range(2, MOST + 2))
