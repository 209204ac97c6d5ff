"""Room for copies: never more than EC2 takes, never faster, and nobody waits for the dead."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from goldsmith.values.copy_quota import APART, MOST, Slots
from tests.act.conftest import NOW


def test_a_second_apart():
    slots = Slots()
    for number in range(3):
        slots = slots.take(f"webapp-{number}", 1, NOW) or slots

    assert [each.at - NOW for each in slots.holders.values()] == [timedelta(0), APART, 2 * APART]


def test_who_has_room_keeps_it():
    slots = Slots().take("webapp", 2, NOW)
    assert slots is not None
    assert slots.take("webapp", 2, NOW + APART) == slots


def test_no_more_than_ec2_takes():
    slots = Slots()
    for number in range(MOST):
        slots = slots.take(f"webapp-{number}", 1, NOW) or slots
    assert slots.take("one more", 1, NOW) is None

    assert slots.without(["webapp-3"]).take("one more", 1, NOW) is not None


def test_more_snapshots_than_there_is_ever_room_for_go_alone():
    assert Slots().take("huge", MOST + 5, NOW) is not None
    busy = Slots().take("webapp", 1, NOW)
    assert busy is not None
    assert busy.take("huge", MOST + 5, NOW) is None


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans(), st.integers(0, 3))))
def test_whatever_is_asked_for(steps):
    slots, now, calls = Slots(), NOW, []
    for number, (snapshots, ends, seconds) in enumerate(steps):
        now += timedelta(seconds=seconds)
        taken = slots.take(f"webapp-{number}", snapshots, now)
        if taken is not None:
            calls.append(taken.holders[f"webapp-{number}"].at)
            slots = taken
        if ends and slots.holders:
            slots = slots.without([next(iter(slots.holders))])
        assert sum(each.snapshots for each in slots.holders.values()) <= MOST
    assert all(later - earlier >= APART for earlier, later in pairwise(calls))
