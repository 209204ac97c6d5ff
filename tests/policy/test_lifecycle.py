from datetime import UTC, datetime

import pytest

from goldsmith.errors import NeedsAPerson
from goldsmith.lifecycle import BACK, TABLE, Deed, leads, moved
from goldsmith.vocabulary import Stage, Tag

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("step", "after"), TABLE.items(), ids=str)
def test_a_step_of_the_table_sets_stage_since_and_before(step, after):
    deed, before = step
    tags = moved(deed, before, NOW)
    assert tags.pop(Tag.STAGE_BEFORE, None) == before
    assert tags == {Tag.STAGE: after, Tag.STAGE_SINCE: "2026-05-01T12:00:00+00:00"}


@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize("stage", [None, *Stage, "nonsense"])
def test_no_other_step_is_taken(deed, stage):
    if leads(deed, stage):
        assert (deed, stage) in TABLE
        return
    with pytest.raises(NeedsAPerson, match=r"see lifecycle\.py"):
        moved(deed, stage, NOW)


def test_every_stage_can_be_reached():
    assert set(TABLE.values()) == set(Stage)


@pytest.mark.parametrize(("deed", "stage"), [(Deed.RESTORE, Stage.DISABLED), (Deed.UNDO, Stage.DEREGISTERED)])
@pytest.mark.parametrize("was", [None, "", *Stage])
def test_what_is_restored_goes_back_to_where_it_was_disabled_from(deed, stage, was):
    assert moved(deed, stage, NOW, was=was)[Tag.STAGE] == (was if was in BACK else Stage.DEPRECATED)


def test_only_what_may_be_disabled_is_what_is_restored_to():
    assert {stage for deed, stage in TABLE if deed is Deed.DISABLE} == BACK


def test_nothing_is_gone_but_by_the_one_deed_and_from_two_stages():
    gone = {step for step, after in TABLE.items() if after is Stage.DEREGISTERED}
    assert gone == {(Deed.DEREGISTER, Stage.DISABLED), (Deed.DEREGISTER, Stage.FAILED)}
