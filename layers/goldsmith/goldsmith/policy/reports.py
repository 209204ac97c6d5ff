"""What EC2's reports say of other accounts: they take a while to be made, and miss the last days."""

from datetime import datetime, timedelta

from goldsmith.lifecycle import Deed, leads
from goldsmith.rules import RetireRules
from goldsmith.values.retire import Copy, RetireFacts
from goldsmith.vocabulary import Stage


def is_report_missing(facts: RetireFacts, rules: RetireRules, now: datetime) -> bool:
    """Every copy needs one that is complete, young, and made after it came to its stage (and was quiet for a while)."""
    return any(not _has_report(copy, rules, now) for copy in facts.concerned)


def is_used_elsewhere(facts: RetireFacts) -> bool:
    return any(report.users for copy in facts.concerned for report in copy.reports)


def wants_report(copy: Copy, rules: RetireRules, now: datetime) -> bool:
    """Whether it is time to ask for one: none that counts is there or on its way."""
    if copy.since is None or not (leads(Deed.DISABLE, copy.stage) or leads(Deed.DEREGISTER, copy.stage)):
        return False
    if now < copy.since + _quiet(copy, rules):
        return False
    young = rules.max_age_of_reports / 2
    return not any(
        report.state != "error" and counts(copy, report.created, rules) and now - report.created < young
        for report in copy.reports
    )


def counts(copy: Copy, created: datetime, rules: RetireRules) -> bool:
    return copy.since is not None and created >= copy.since + _quiet(copy, rules)


def _has_report(copy: Copy, rules: RetireRules, now: datetime) -> bool:
    return any(
        report.state == "available"
        and now - report.created < rules.max_age_of_reports
        and counts(copy, report.created, rules)
        for report in copy.reports
    )


def _quiet(copy: Copy, rules: RetireRules) -> timedelta:
    """A report on what is disabled is asked for when a user would have shown: AWS sees launches days late."""
    return rules.quiet if copy.stage == Stage.DISABLED else timedelta(0)
