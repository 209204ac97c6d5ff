import pytest

from goldsmith.gate.blockers import LONGEST_LINE, MOST_LINES, objections
from tests.policy import but
from tests.policy.verifying import GOOD, HIGH, LAPSED, LIKELY, LOW, NOW, RULES, checks, found, host, part

TEXTS = {
    "x86_64: not_scanned: UNSUPPORTED_OS: unknown": {"scan": {"status": "FAILED", "why": "UNSUPPORTED_OS: unknown"}},
    "x86_64: not_scanned: Inspector said nothing": {"scan": {"status": ""}},
    "x86_64: findings_lost: 3 findings are known of 4": {"scan": {"seen": 3}},
    "x86_64: not_tested: host b: no answer of boot": {"twins": {"hosts": (host("a"), host("b", checks=checks()[1:]))}},
    "x86_64: test_failed: boot on host b: no nginx": {
        "twins": {"hosts": (host("a"), host("b", checks=checks(sound=False, remarks=("no nginx",))))}
    },
    "x86_64: fixable_finding: CVE-2026-1 in openssl (high), fixed in 3.0.9": found(HIGH),
    "x86_64: likely_exploited: CVE-2026-1 in openssl (low), fixed in 3.0.9, chance 0.1, blocks from 0.1": found(LIKELY),
    "x86_64: threat_unknown: CVE-2026-1 in openssl (high), fixed in 3.0.9, its EPSS cannot be told": found(
        HIGH.model_copy(update={"epss": None}), block_from="critical"
    ),
    "x86_64: over_budget: boot 45.5 s, at most 45 s": {"measures": {"boot_seconds": 45.5}, "released": None},
    "x86_64: over_budget: boot not measured, at most 45 s": {"measures": {"boot_seconds": None}},
    "x86_64: over_released: memory 500 MiB, 300 MiB in 2026.12.17": {"measures": {"memory_mib": 500}},
    "x86_64: worse_than_released: CVE-2026-1 in openssl (low), fixed in 3.0.9, not in 2026.12.17": {"new": (LOW,)},
}


@pytest.mark.parametrize(("line", "change"), TEXTS.items(), ids=str)
def test_a_line_says_where_what_and_how_much(line, change):
    assert objections(part(change), RULES, NOW) == (line,)


def test_a_waiver_that_ended_is_told_with_its_last_day():
    lines = objections(part(found(HIGH, waivers=(LAPSED,))), RULES, NOW)
    assert lines[1] == "x86_64: waiver_expired: CVE-2026-1 in openssl (high), waived until 2026-12-23"


def test_nothing_is_said_of_what_is_good():
    assert objections(GOOD, RULES, NOW) == ()


def test_of_too_many_lines_no_reason_is_lost():
    facts = part({**found(*[HIGH] * 99), "new": (LOW,)})
    lines = objections(facts, RULES, NOW)
    assert lines[-2:] == (
        "x86_64: worse_than_released: CVE-2026-1 in openssl (low), fixed in 3.0.9, not in 2026.12.17", "and 50 more",
    )  # fmt: skip
    assert len(lines) == MOST_LINES + 1


def test_what_aws_says_is_one_line_of_an_end():
    (line,) = objections(but(GOOD, {"unseen": ("a\nb" + "c" * 999,)}), RULES, NOW)
    assert line == "unseen: a b" + "c" * (LONGEST_LINE - 4) + "…"
