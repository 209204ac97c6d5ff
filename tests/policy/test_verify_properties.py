"""Nothing that is held against a version, and nothing that is not known of it, turns a no into a yes."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from goldsmith.gate.blockers import objections
from goldsmith.policy.verify import may_verify
from goldsmith.values.verify_facts import Check, Finding, VerifyFacts, Waived
from goldsmith.vocabulary import Reason
from tests.policy import but
from tests.policy.verifying import DAY, EVERY_NO, GOOD, LAPSED, NOW, RULES, WAIVER, found, host, part

FINDINGS = st.builds(
    Finding,
    cve=st.sampled_from(["CVE-2026-1", "CVE-2026-2"]),
    package=st.sampled_from(["openssl", "curl"]),
    severity=st.sampled_from(["critical", "high", "medium", "low", "informational", "untriaged"]),
    fixable=st.booleans(),
    kev=st.none() | st.booleans(),
    epss=st.none() | st.sampled_from([0, 0.09, 0.1, 1]),
)
WAIVERS = st.builds(
    Waived,
    cve=st.sampled_from(["CVE-2026-1", "CVE-2026-2"]),
    package=st.sampled_from(["openssl", "curl"]),
    expires=st.sampled_from([LAPSED.expires, WAIVER.expires]),
)


@st.composite
def versions(draw: st.DrawFn) -> VerifyFacts:
    """With some findings, some waivers, and mostly one thing wrong."""
    _, facts = draw(st.sampled_from([*EVERY_NO, *[(Reason.UNSEEN, GOOD)] * 20]))
    scan = {"fixable": tuple(draw(st.lists(FINDINGS, max_size=3)))}
    bar = {"waivers": tuple(draw(st.lists(WAIVERS, max_size=3))), "kev": draw(st.booleans())}
    return part({"scan": scan, "new": tuple(draw(st.lists(FINDINGS, max_size=1))), "bar": bar}, facts)


def reasons(facts: VerifyFacts) -> set[Reason]:
    return set(may_verify(facts, RULES, NOW).reasons)


@given(versions(), FINDINGS, st.integers(0, 3))
def test_one_finding_more_never_helps(facts, finding, where):
    fixable = facts.parts[0].scan.fixable
    more = (*fixable[:where], finding, *fixable[where:])
    assert reasons(facts) <= reasons(part({"scan": {"fixable": more}}, facts))
    assert reasons(facts) <= reasons(part({"new": (*facts.parts[0].new, finding)}, facts))


@given(versions(), st.sampled_from(["a", "b"]))
def test_one_failed_check_more_never_helps(facts, name):
    failed = Check(name="boot", sound=False)
    hosts = tuple(
        each.model_copy(update={"checks": (*each.checks, failed)}) if each.name == name else each
        for each in facts.parts[0].twins.hosts
    )
    after = part({"twins": {"hosts": hosts}}, facts)
    assert reasons(facts) - {Reason.NOT_TESTED} <= reasons(after)  # what had not been run has now, and failed
    assert may_verify(facts, RULES, NOW).allowed >= may_verify(after, RULES, NOW).allowed


@given(versions(), st.sampled_from([{"unseen": ("x",)}, {"twins": {"unseen": ("x",)}}, {"twins": {"alike": ("x",)}}]))
def test_one_place_unseen_more_never_helps(facts, change):
    assert may_verify(facts, RULES, NOW).allowed >= may_verify(part(change, facts), RULES, NOW).allowed
    assert Reason.UNSEEN in reasons(but(facts, {"unseen": ("x",)}))
    assert reasons(facts) <= reasons(but(facts, {"unseen": ("x",)}))


@given(versions(), st.integers(0, 2))
def test_one_waiver_less_never_helps(facts, which):
    left = tuple(each for index, each in enumerate(facts.bar.waivers) if index != which)
    assert (
        may_verify(facts, RULES, NOW).allowed >= may_verify(part({"bar": {"waivers": left}}, facts), RULES, NOW).allowed
    )


@given(versions(), st.sampled_from([-DAY, DAY, 9 * DAY]))
def test_time_that_passes_never_helps(facts, passed):
    earlier, later = sorted([NOW, NOW + passed])
    assert may_verify(facts, RULES, earlier).allowed >= may_verify(facts, RULES, later).allowed


MISSING: list[dict[str, Any]] = [
    {"scan": {"status": ""}}, {"scan": {"total": None}}, {"scan": {"seen": 0}}, {"tests": ()},
    {"twins": {"hosts": ()}}, {"twins": {"hosts": (host("a"),)}}, {"measures": {"boot_seconds": None}},
]  # fmt: skip


@given(versions(), st.sampled_from(MISSING))
def test_a_fact_that_is_missing_is_an_objection(facts, missing):
    assert not may_verify(part(missing, facts), RULES, NOW).allowed


@given(versions(), st.integers(0, 1))
def test_an_architecture_that_is_missing_is_an_objection(facts, which):
    assert Reason.UNSEEN in reasons(but(facts, {"parts": facts.parts[which : which + 1]}))


@given(
    FINDINGS.filter(lambda each: each.severity in {"critical", "high", "untriaged"}), st.sampled_from(["kev", "epss"])
)
def test_a_threat_that_nobody_can_tell_of_never_helps_a_severe_finding(finding, unknown):
    told, untold = (part(found(each)) for each in (finding, finding.model_copy(update={unknown: None})))
    assert may_verify(told, RULES, NOW).allowed >= may_verify(untold, RULES, NOW).allowed


@given(versions())
def test_people_are_told_every_reason_and_no_other(facts):
    lines = objections(facts, RULES, NOW)
    told = {reason for line in lines for reason in Reason if f": {reason}: " in f": {line}"}
    assert told == reasons(facts)
