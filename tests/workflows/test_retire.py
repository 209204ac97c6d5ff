"""Old versions leave step by step, over two accounts, and nothing that somebody needs does."""

import pytest

from local.deploy import deploy_everywhere
from tests.embedded import Embedded
from tests.rights.grants import note_grants
from tests.workflows.arranging import hears
from tests.workflows.deployed import HOME, Deployed
from tests.workflows.retiring import NEAR, Estate


@pytest.fixture(scope="module")
def estate(embedded: Embedded) -> Estate:
    home, other = embedded.new_account(), embedded.new_account()
    for account in (home, other):
        embedded.tell("clock", account=account.id, speed="instant")
        embedded.tell("images/hold", account=account.id)
    at = Deployed(embedded, home, deploy_everywhere(embedded.endpoint, home.id, members=[other.id]))
    note_grants(home, {"goldsmith": "us-east-1", "goldsmith-region": "eu-west-1", "goldsmith-member": "us-east-1"})
    note_grants(other, {"goldsmith-member": "us-east-1"})
    hears(at, "ImageDistributed", wanted=False)
    made = Estate(at, other)
    made.heard()
    return made


def test_a_version_leaves_step_by_step(estate: Estate):
    family = estate.family()
    estate.current(family)
    old = estate.version(family, "2026.01.01", places=(HOME, NEAR), elsewhere=True)
    estate.born().ages(15)

    ended = estate.sweeps()
    assert ended["unseen"] == []
    assert estate.told(family, "Retirement Announced")

    estate.ages(30)
    estate.sweeps()
    assert estate.stages(family, "2026.01.01") == {"deprecated"}

    estate.ages(45)
    estate.sweeps()
    assert estate.reasons(family, "2026.01.01") == ["report_missing"]
    estate.sweeps()
    assert estate.stages(family, "2026.01.01") == {"disabled"}
    assert {ami.state for ami in old} == {"disabled"}

    estate.ages(30)
    estate.sweeps()
    assert estate.reasons(family, "2026.01.01") == ["report_missing"]
    estate.sweeps()
    assert {ami.state for ami in old} == {"gone"}
    assert [ami.snapshots() for ami in old] == [[], [], []]
