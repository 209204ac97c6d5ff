"""A version that may go out, and what can be wrong with it: values for the tests of the gate and its texts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from goldsmith.gate.blockers import NUMBERS
from goldsmith.model import ImageRef
from goldsmith.rules import VerifyRules
from goldsmith.values.outcome import Failure
from goldsmith.values.verify_facts import (
    Bar,
    Check,
    Finding,
    Measures,
    PartFacts,
    Released,
    Scan,
    Twin,
    Twins,
    VerifyFacts,
    Waived,
)
from goldsmith.vocabulary import Reason
from tests.policy import but

NOW = datetime(2026, 12, 24, 23, 59, tzinfo=UTC)
TODAY, DAY = NOW.date(), timedelta(days=1)
RULES = VerifyRules()
TESTS = ("boot", "secrets")

LOW = Finding(cve="CVE-2026-1", package="openssl", severity="low", fixable=True, fixed_in="3.0.9", kev=False, epss=0.01)
HIGH, CRITICAL = (LOW.model_copy(update={"severity": each}) for each in ("high", "critical"))
EXPLOITED = LOW.model_copy(update={"kev": True})
LIKELY = LOW.model_copy(update={"epss": 0.1})
WAIVER = Waived(cve=LOW.cve, package=LOW.package, expires=TODAY)
LAPSED = Waived(cve=LOW.cve, package=LOW.package, expires=TODAY - DAY)
BAR = Bar(budgets=Measures(boot_seconds=45))


def host(name: str, **change: Any) -> Twin:
    checks = tuple(Check(name=each, sound=True) for each in TESTS)
    return Twin(name=name, instance_id=f"i-{name}", checks=checks).model_copy(update=change)


def checks(**change: Any) -> tuple[Check, ...]:
    """Of a host whose first test went otherwise."""
    first, *others = host("a").checks
    return (first.model_copy(update=change), *others)


PART = PartFacts(
    architecture="x86_64",
    image=ImageRef(image_id="ami-2", account="111111111111", region="eu-west-1"),
    name="webapp-2026.12.24-x86_64",
    scan=Scan(scan_id="scan-1", status="SUCCESSFUL", total=4, seen=4, counts={"low": 3, "medium": 1}),
    tests=TESTS,
    twins=Twins(hosts=(host("a"), host("b"))),
    measures=Measures(boot_seconds=30, memory_mib=310, disk_gib=2.25, image_gib=8),
    released=Released(
        version="2026.12.17", image_id="ami-1", measures=Measures(boot_seconds=28, memory_mib=300, image_gib=8)
    ),
)  # fmt: skip
ARM = PART.model_copy(update={"architecture": "arm64"})
GOOD = VerifyFacts(family="webapp", version="2026.12.24", expected=("x86_64", "arm64"), bar=BAR, parts=(PART, ARM))


def part(change: dict[str, Any], facts: VerifyFacts = GOOD) -> VerifyFacts:
    """`facts`, whose first architecture is otherwise; a change of its `bar` is one of the version's."""
    own = {name: value for name, value in change.items() if name != "bar"}
    first, *others = facts.parts
    changed: VerifyFacts = but(facts, {"parts": (but(first, own), *others), "bar": change.get("bar", {})})
    return changed


def found(*findings: Finding, **bar: Any) -> dict[str, Any]:
    return {"scan": {"fixable": findings}, "bar": bar}


ONE_THING_WRONG: dict[Reason, list[dict[str, Any]]] = {
    Reason.NOT_SCANNED: [{"scan": {"status": ""}}, {"scan": {"status": "FAILED", "total": None, "omitted": 1}}],
    Reason.FINDINGS_LOST: [{"scan": {"total": None}}, {"scan": {"seen": 3}}, {"scan": {"omitted": 1}}],
    Reason.NOT_TESTED: [
        {"twins": {"hosts": ()}},
        {"twins": {"hosts": (host("a"),)}},
        {"twins": {"hosts": (host("a"), host("a"))}},
        {"twins": {"hosts": (host("a"), host("b", failure=Failure(error="NeedsAPerson", cause="no\nroom")))}},
        {"twins": {"hosts": (host("a"), host("b", checks=host("b").checks[1:]))}},
        {"tests": (*TESTS, "workload")},
        {"tests": ()},
    ],
    Reason.TEST_FAILED: [
        {"twins": {"hosts": (host("a", checks=checks(sound=False, remarks=("no nginx", "2 unseen"))), host("b"))}},
        {"twins": {"hosts": (host("a"), host("b", checks=checks(sound=False, flaky=True)))}},
        {"twins": {"hosts": (host("a"), host("b", checks=(*checks(), Check(name="boot", sound=False))))}},
    ],
    Reason.TWINS_ALIKE: [{"twins": {"alike": ("machine-id",)}}],
    Reason.TWINS_DIFFER: [{"twins": {"differing": ("openssl 3.0.7, 3.0.9",)}}],
    Reason.FIXABLE_FINDING: [
        found(HIGH),
        found(CRITICAL, block_from="critical"),
        found(LOW, block_from="low"),
        found(LOW.model_copy(update={"severity": "untriaged"})),
        found(HIGH, waivers=(WAIVER.model_copy(update={"cve": "CVE-2026-2"}),)),
        found(HIGH, waivers=(WAIVER.model_copy(update={"package": "openssl-libs"}),)),
    ],
    Reason.KNOWN_EXPLOITED: [found(EXPLOITED), found(EXPLOITED.model_copy(update={"severity": "informational"}))],
    Reason.LIKELY_EXPLOITED: [found(LIKELY), found(LOW.model_copy(update={"epss": 0.0}), epss=0.0)],
    Reason.THREAT_UNKNOWN: [
        found(each.model_copy(update=unknown), block_from="critical")
        for each in (HIGH, LOW.model_copy(update={"severity": "untriaged"}))
        for unknown in ({"kev": None}, {"epss": None})
    ],
    Reason.WAIVER_EXPIRED: [
        found(HIGH, waivers=(LAPSED,)),
        found(EXPLOITED, waivers=(LAPSED,)),
        found(LIKELY, waivers=(LAPSED,)),
        found(HIGH.model_copy(update={"kev": None}), waivers=(LAPSED,), block_from="critical"),
        {"new": (LOW,), "bar": {"waivers": (LAPSED,)}},
    ],
    Reason.OVER_BUDGET: [
        {"measures": {"boot_seconds": None}},
        *(
            {"bar": {"budgets": Measures(**{each: 30})}, "measures": Measures(**{each: 30.5}), "released": None}
            for each in NUMBERS
        ),
    ],
    Reason.OVER_RELEASED: [
        {"released": {"measures": Measures(boot_seconds=20)}, "measures": {"boot_seconds": 30.5}},
        {"released": {"measures": Measures(memory_mib=0)}, "measures": {"memory_mib": 64.5}},
    ],
    Reason.WORSE_THAN_RELEASED: [{"new": (LOW,)}],
}  # fmt: skip
ALSO = {Reason.WAIVER_EXPIRED: tuple(
    {each} for each in (
        Reason.FIXABLE_FINDING, Reason.KNOWN_EXPLOITED, Reason.LIKELY_EXPLOITED, Reason.THREAT_UNKNOWN,
        Reason.WORSE_THAN_RELEASED,
    )
)}  # fmt: skip
UNSEEN: dict[Reason, list[VerifyFacts]] = {
    Reason.UNSEEN: [
        but(GOOD, {"unseen": ("released images: ec2:DescribeImages",)}),
        but(GOOD, {"expected": ()}),
        but(GOOD, {"parts": (PART,)}),
        but(GOOD, {"parts": (PART, ARM, ARM)}),
        part({"unseen": ("console output: AccessDenied",)}),
        part({"twins": {"unseen": ("packages of b",)}}),
    ]
}
WRONG = [(reason, part(change)) for reason, changes in ONE_THING_WRONG.items() for change in changes]
EVERY_NO = [*WRONG, *((Reason.UNSEEN, facts) for facts in UNSEEN[Reason.UNSEEN])]
