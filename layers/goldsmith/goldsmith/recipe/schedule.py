"""Whether a schedule of EventBridge Scheduler ever fires.

Its cron has six fields: minutes hours day-of-month month day-of-week year.  `cronsim` knows the first five of them.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

_FIELDS: Final = 6
_YEARS: Final = range(1970, 2200)
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_EXAMPLE: Final = "write minutes hours day-of-month month day-of-week year, e.g. cron(0 4 ? * TUE *)"

Fault = tuple[str, str]  # what is wrong, and what would be right


def fault(expression: str, today: date) -> Fault | None:
    """What is wrong with an expression, None if it fires on this day or later."""
    if cron := re.fullmatch(r"cron\(([^()]*)\)", expression):
        return _fault_of_cron(cron[1].upper().split(), today)
    if rate := re.fullmatch(r"rate\(([0-9]{1,6}) (minute|hour|day)s?\)", expression):
        return None if int(rate[1]) else ("never fires", "write a number of at least 1")
    return f"{expression} is no schedule", "write cron(0 4 ? * TUE *), or rate(N minutes), hours or days"


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown; not a name; a folder of names such as America
        return False
    return True


def _fault_of_cron(fields: list[str], today: date) -> Fault | None:
    if len(fields) != _FIELDS:
        return f"has {len(fields)} fields instead of {_FIELDS}", _EXAMPLE
    minute, hour, day, month, weekday, year = fields
    if (day, weekday).count("?") != 1:
        return "has to have one `?`", "write `?` as day-of-month or as day-of-week, the one that does not matter"
    try:
        years = _years(year)
        five = (minute, hour, _day(day), month, _weekday(weekday))
        for forgiving in ((*five[:2], "*", *five[3:]), (*five[:3], "*", five[4])):  # a day that no month has is no typo
            CronSim(" ".join(forgiving), datetime.combine(today, time()))
    except (CronSimError, ValueError) as error:
        return f"cannot be read ({str(error)[:1].lower()}{str(error)[1:]})", _EXAMPLE
    if _fires(" ".join(five), years, today):
        return None
    return "never fires", "write a day that the month has, and a year that is not past"


def _day(field: str) -> str:
    return (
        "*" if field == "?" else re.sub(r"\b([0-9]+)W\b", r"\1", field)
    )  # 15W, the weekday next to it, comes if it does


def _weekday(field: str) -> str:
    """Days are 1-7 from Sunday on at AWS and 0-6 in cron; `L` alone is the last of the week."""
    if field in {"?", "*"}:
        return "*"
    if field == "L":
        return "6"
    for number, name in enumerate(_DAYS, start=1):
        field = field.replace(name, str(number))
    if re.search(r"(?<![#/0-9])(0|[89]|[0-9]{2,})", field):
        raise ValueError("Bad day-of-week")
    return re.sub(r"(?<![#/])[1-7]", lambda day: str(int(day[0]) - 1), field)


def _years(field: str) -> list[int]:
    years: set[int] = set()
    for term in field.split(","):
        span = re.fullmatch(r"(?:\*|([0-9]{4})(?:-([0-9]{4}))?)(?:/([0-9]{1,3}))?", term)
        if not span:
            raise ValueError("Bad year")
        first = int(span[1] or _YEARS.start)
        last = int(span[2] or (span[1] if span[1] and not span[3] else _YEARS.stop - 1))
        if first not in _YEARS or last not in _YEARS or last < first or span[3] == "0":
            raise ValueError("Bad year")
        years.update(range(first, last + 1, int(span[3] or 1)))
    return sorted(years)


def _fires(five: str, years: list[int], today: date) -> bool:
    """Whether cron's next moment falls into one of these years, looked for from the first day of each that is left."""
    start = max(today, date(_YEARS.start, 1, 1))
    for year in years:
        start = max(start, date(year, 1, 1))
        if start.year != year:
            continue
        try:
            moment = next(CronSim(five, datetime.combine(start, time()) - timedelta(seconds=1)), None)
        except CronSimError:
            return False
        if moment is None or moment.year == year:
            return moment is not None
        start = moment.date()
    return False
