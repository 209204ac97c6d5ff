"""Old versions leave step by step, over two accounts, and nothing that somebody needs does."""

import pytest

from tests.embedded import Embedded
from tests.workflows.deployed import HOME
from tests.workflows.retiring import NEAR, Estate, estate_of


@pytest.fixture(scope="module")
def estate(embedded: Embedded) -> Estate:
    return estate_of(embedded)


def test_a_version_leaves_step_by_step(estate: Estate):
    family = estate.family()
    estate.current(family)
    old = estate.version(family, "2026.01.01", places=(HOME, NEAR), elsewhere=True)
    estate.born().ages(15)

    assert estate.sweeps()["unseen"] == []
    (announced,) = estate.told(family, "Retirement Announced")
    assert announced["on"] > announced["decision"]["decidedAt"][:10]

    estate.ages(30).sweeps()
    assert estate.stages(family, "2026.01.01") == {"deprecated"}

    estate.ages(45).sweeps()
    assert estate.reasons(family, "2026.01.01") == ["report_missing"]
    estate.sweeps()
    assert estate.stages(family, "2026.01.01") == {"disabled"}
    assert {ami.state for ami in old} == {"disabled"}

    estate.ages(30).sweeps()
    assert estate.reasons(family, "2026.01.01") == ["report_missing"]
    estate.sweeps()
    assert {ami.state for ami in old} == {"gone"}
    assert [ami.snapshots() for ami in old] == [[], [], []]
