from datetime import UTC, datetime

import pytest

from goldsmith.gather.retire.timetable import is_at_work
from goldsmith.recipe.retirement import Hours

BERLIN = Hours(time_zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("hours", "now", "at_work"),
    [
        (None, datetime(2026, 11, 29, 3, tzinfo=UTC), True),
        (BERLIN, datetime(2026, 11, 26, 8, tzinfo=UTC), True),  # Thursday, nine o'clock there
        (BERLIN, datetime(2026, 11, 26, 7, 59, tzinfo=UTC), False),
        (BERLIN, datetime(2026, 11, 26, 15, 59, tzinfo=UTC), True),
        (BERLIN, datetime(2026, 11, 26, 16, tzinfo=UTC), False),
        (BERLIN, datetime(2026, 7, 2, 7, tzinfo=UTC), True),  # summer time
        (BERLIN, datetime(2026, 11, 28, 10, tzinfo=UTC), False),  # Saturday
        (Hours(time_zone="America/Los_Angeles"), datetime(2026, 11, 28, 0, 30, tzinfo=UTC), True),  # Friday there
        (Hours(days=("SUN",), starts=0, ends=24), datetime(2026, 11, 29, 23, 59, tzinfo=UTC), True),
    ],
    ids=str,
)
def test_somebody_is_there(hours, now, at_work):
    assert is_at_work(hours, now) == at_work
