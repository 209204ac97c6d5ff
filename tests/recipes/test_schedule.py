"""Which of EventBridge Scheduler's expressions fire, seen on Thursday, 2026-11-26."""

from datetime import date

import pytest

from goldsmith.recipe.schedule import fault, is_zone

TODAY = date(2026, 11, 26)
NEVER = "never fires"


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 4 ? * TUE *)",
        "cron(0 4 ? * 1 *)",
        "cron(0 4 ? * 7 *)",
        "cron(0 4 ? * MON-FRI *)",
        "cron(0 4 ? * 2-6 *)",
        "cron(0 4 ? * TUE#2 *)",  # patch Tuesday
        "cron(0 4 ? * 3#2 *)",
        "cron(0 4 ? * 6L *)",
        "cron(0 4 ? * FRIL *)",
        "cron(0 4 ? * L *)",
        "cron(0/15 8-17 ? * MON,WED *)",
        "cron(0 4 1 * ? *)",
        "cron(0 4 L * ? *)",
        "cron(0 4 LW * ? *)",
        "cron(0 4 15W * ? *)",
        "cron(0 4 29 FEB ? *)",
        "cron(0 4 29 2 ? 2028)",
        "cron(0 4 31 JAN,APR ? *)",
        "cron(0 4 26 11 ? 2026)",  # today
        "cron(0 4 ? * TUE 2026-2030)",
        "cron(0 4 ? * TUE 2000/10)",
        "cron(0 4 ? * TUE 2199)",
        "cron(0 4 ? FEB MON#5 *)",  # every 28 years
        "cron(0 4 ? 11 1#5 2026)",  # Sunday, the 29th
        "cron(0 4 ? 11 MON#5 2026)",
        "cron(0 4 ? 11 2#5 2026)",
        "cron(0 4 ? 11 5L 2026)",  # Thursday, today
        "rate(1 days)",
        "rate(1 day)",
        "rate(1 hour)",
        "rate(12 hours)",
        "rate(30 minutes)",
    ],
)
def test_fires(expression):
    assert fault(expression, TODAY) is None


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 4 31 FEB ? *)",
        "cron(0 4 30 2 ? *)",
        "cron(0 4 31 APR,JUN,SEP,NOV ? *)",
        "cron(0 4 31W 4 ? *)",
        "cron(0 4 29 2 ? 2027)",
        "cron(0 4 29 2 ? 2029-2031)",
        "cron(0 4 25 11 ? 2026)",  # yesterday
        "cron(0 4 ? * TUE 2025)",
        "cron(0 4 ? * TUE 1970-2025)",
        "cron(0 4 ? FEB MON#5 2027-2031)",
        "cron(0 4 ? 11 TUE#5 2026)",  # there are four
        "cron(0 4 ? 11 3#5 2026)",
        "cron(0 4 ? 11 7#5 2026)",
        "cron(0 4 ? 11 4L 2026)",  # Wednesday, yesterday
        "cron(0 4 ? 11 WEDL 2026)",
        "rate(0 days)",
    ],
)
def test_never_fires(expression):
    found = fault(expression, TODAY)
    assert found
    assert found[0] == NEVER


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "0 4 * * 2",
        "cron()",
        "cron(0 4 * * 2)",
        "cron(0 4 * * TUE *)",  # AWS wants a `?`
        "cron(0 4 ? * ? *)",
        "cron(60 4 ? * TUE *)",
        "cron(0 24 ? * TUE *)",
        "cron(0 4 32 * ? *)",
        "cron(0 4 0 * ? *)",
        "cron(0 4 1 13 ? *)",
        "cron(0 4 ? * 0 *)",  # Sunday is 1
        "cron(0 4 ? * 8 *)",
        "cron(0 4 ? * 1-8 *)",
        "cron(0 4 ? * TUE#6 *)",
        "cron(0 4 ? * TUESDAY *)",
        "cron(0 4 ? * TUE 26)",
        "cron(0 4 ? * TUE 1969)",
        "cron(0 4 ? * TUE 2200)",
        "cron(0 4 ? * TUE 2030-2026)",
        "cron(0 4 ? * TUE 2026/0)",
        "cron(0 4 ? * TUE *) ",
        "rate(1 week)",
        "rate(1.5 days)",
        "rate(days)",
        "at(2027-01-01T04:00:00)",
    ],
)
def test_cannot_be_read(expression):
    found = fault(expression, TODAY)
    assert found
    assert found[0] != NEVER


def test_time_zones():
    assert is_zone("Europe/Berlin")
    assert is_zone("UTC")
    assert not any(
        map(is_zone, ("Berlin", "", "America", "/etc/localtime", "../UTC", "Europe/Berlin\0", "Europe/Ber lin"))
    )
