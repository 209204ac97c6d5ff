from goldsmith.gate.blockers import objections
from goldsmith.gate.change_card import WIDTH, card_of, summary, text
from goldsmith.values.change_card import Card
from goldsmith.values.host_answers import Change
from goldsmith.values.verify_facts import Scan, VerifyFacts
from tests.policy import but
from tests.policy.verifying import BAR, GOOD, HIGH, LOW, NOW, RULES, WAIVER, checks, found, host, part

CHANGES = (Change("jq", None, "1.7"), Change("openssl", "3.0.7", "3.0.9"), Change("telnet", "0.17", None))
FLAKY = {"hosts": (host("a"), host("b", checks=checks(flaky=True)))}

PASSED = """\
webapp 2026.12.24 passed: it is verified and can be released.

x86_64: +1 new, \N{MINUS SIGN}1 fixed, 1 waived
  Image: ami-2, webapp-2026.12.24-x86_64
  Against: 2026.12.17
  Findings: 1 medium, 3 low; 1 with a fix
  New:
    CVE-2026-1 in openssl (low)
  Fixed:
    CVE-2026-9 in curl (high)
  Waived:
    CVE-2026-1 in openssl (low)
  Packages:
    updated openssl 3.0.7 -> 3.0.9
    added jq 1.7
    removed telnet 0.17
  Numbers:
    boot 30 s, was 28 s
    memory 310 MiB, was 300 MiB
    disk 2.25 GiB
    image 8 GiB, was 8 GiB
  Flaky, sound when run again: boot
  Comes from: ami-1, ami-0
"""
FAILED = """\
webapp 2026.12.24 failed: it is rejected and stays here.

What objects:
  x86_64: not_scanned: UNSUPPORTED_OS
  x86_64: over_budget: boot not measured, at most 45 s

x86_64: not scanned
  Image: ami-2, webapp-2026.12.24-x86_64
  Against: 2026.12.17
  Findings: not known
  Numbers:
    boot not measured, was 28 s
    memory 310 MiB, was 300 MiB
    disk 2.25 GiB
    image 8 GiB, was 8 GiB
"""
FIRST = """\
webapp 2026.12.24 passed: it is verified and can be released.

x86_64: nothing released to compare with, 0 waived
  Image: ami-2, webapp-2026.12.24-x86_64
  Against: nothing, none is released
  Findings: 1 medium, 3 low; 1 with a fix
  Numbers:
    boot 30 s
    memory 310 MiB
    disk 2.25 GiB
    image 8 GiB
"""


def card(facts: VerifyFacts, changes: tuple[Change, ...] = (), lineage: tuple[str, ...] = ()) -> Card:
    return card_of(facts.parts[0], facts.bar, changes, lineage, NOW)


def test_a_version_that_passed():
    change = {**found(LOW, waivers=(WAIVER,)), "new": (LOW,), "fixed": ("CVE-2026-9 in curl (high)",), "twins": FLAKY}
    assert text("webapp", "2026.12.24", (card(part(change), CHANGES, ("ami-1", "ami-0")),), (), True) == PASSED  # noqa: FBT003


def test_a_version_that_failed():
    facts = part({"scan": Scan(status="FAILED", why="UNSUPPORTED_OS"), "measures": {"boot_seconds": None}})
    lines = objections(facts, RULES, NOW)
    assert text("webapp", "2026.12.24", (card(facts),), lines, False) == FAILED  # noqa: FBT003


def test_a_version_that_is_the_first():
    facts = part({**found(LOW), "released": None})
    assert text("webapp", "2026.12.24", (card(facts),), (), True) == FIRST  # noqa: FBT003


def test_a_card_is_cut_and_says_by_how_much():
    many = tuple(Change(f"package-{index}", "1", "2") for index in range(70))
    fixed = tuple(f"CVE-2026-{index} in curl (low)" for index in range(57))
    cut = card(part({"fixed": fixed, "new": (HIGH,) * 2, "bar": {"waivers": BAR.waivers}}), many)

    assert (len(cut.packages), cut.more_packages, len(cut.fixed), cut.more) == (60, 10, 40, {"fixed": 17})
    assert summary(cut) == "+2 new, \N{MINUS SIGN}57 fixed, 0 waived"
    assert "    and 17 more\n  Packages:" in text("webapp", "1", (cut,), (), True)  # noqa: FBT003


def test_nothing_is_wider_than_a_terminal():
    facts = but(GOOD, {"unseen": ("word " * 99, "x" * 250)})
    lines = objections(facts, RULES, NOW)
    told = text("webapp", "1", (card(facts, (), ("ami-0123456789abcdef0",) * 20),), lines, False)  # noqa: FBT003
    assert max(map(len, told.splitlines())) <= WIDTH
