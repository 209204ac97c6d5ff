"""May this version be released one day?  Only if every image of it was scanned, tested and found no worse."""

from datetime import datetime

from goldsmith.gate.blockers import (
    failed_tests,
    findings_lost,
    not_scanned,
    not_tested,
    over_budget,
    over_released,
    unseen,
    unseen_of,
)
from goldsmith.gate.findings import blocking, expired, known_exploited, likely_exploited, unknown_threats, worse
from goldsmith.model import Verdict
from goldsmith.rules import VerifyRules
from goldsmith.values.verify_facts import VerifyFacts
from goldsmith.vocabulary import Reason


def may_verify(facts: VerifyFacts, rules: VerifyRules, now: datetime) -> Verdict:
    """One architecture that objects sinks the version.  Only findings that have a fix and no waiver object."""
    parts, bar = facts.parts, facts.bar
    return Verdict.unless(
        (bool(unseen(facts)) or any(unseen_of(part) for part in parts), Reason.UNSEEN),
        (any(not_scanned(part) for part in parts), Reason.NOT_SCANNED),
        (any(findings_lost(part) for part in parts), Reason.FINDINGS_LOST),
        (any(not_tested(part) for part in parts), Reason.NOT_TESTED),
        (any(failed_tests(part) for part in parts), Reason.TEST_FAILED),
        (any(part.twins.alike for part in parts), Reason.TWINS_ALIKE),
        (any(part.twins.differing for part in parts), Reason.TWINS_DIFFER),
        (any(blocking(part, bar, now) for part in parts), Reason.FIXABLE_FINDING),
        (any(known_exploited(part, bar, now) for part in parts), Reason.KNOWN_EXPLOITED),
        (any(likely_exploited(part, bar, now) for part in parts), Reason.LIKELY_EXPLOITED),
        (any(unknown_threats(part, bar, now) for part in parts), Reason.THREAT_UNKNOWN),
        (any(expired(part, bar, now) for part in parts), Reason.WAIVER_EXPIRED),
        (any(over_budget(part, bar) for part in parts), Reason.OVER_BUDGET),
        (any(over_released(part, rules) for part in parts), Reason.OVER_RELEASED),
        (any(worse(part, bar, now) for part in parts), Reason.WORSE_THAN_RELEASED),
    )
