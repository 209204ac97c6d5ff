"""Take away one permission that an account grants: the event names it, nothing is lost, the next time finishes it."""

import pytest

from tests.embedded import eventually
from tests.rights.grants import granted
from tests.workflows.deployed import HOME
from tests.workflows.estates import failures, leaving, sweep
from tests.workflows.needs_members import NEEDS
from tests.workflows.refusals import demanding, without
from tests.workflows.retiring import Estate

SNAPSHOT = ("goldsmith-retire", "ec2:DeleteSnapshot")


@pytest.mark.parametrize(("role", "action"), NEEDS, ids=[f"{role} {action}" for role, action in NEEDS])
def test_what_was_refused_is_named_and_done_the_next_time(estate: Estate, role, action):
    need = NEEDS[role, action](estate)
    assert not need.done()

    with without(estate.at, role, action):
        need.go()
        eventually(lambda: f"not authorized to perform: {action} " in failures(estate, need.family))
        assert not need.done()
        assert need.kept()

    need.go()
    eventually(need.done)


def test_a_share_is_not_restored_where_an_attribute_is_demanded(estate: Estate):
    """EC2 has no `ec2:Attribute` for a launch permission."""
    role, action = "goldsmith-restore", "ec2:ModifyImageAttribute"
    need = NEEDS[role, action](estate)

    with demanding(estate.at, role, action, Attribute="LaunchPermission"):
        need.go()
        eventually(lambda: f"not authorized to perform: {action} " in failures(estate, need.family))
        assert not need.done()

    need.go()
    eventually(need.done)


def test_a_snapshot_that_may_not_be_deleted_is_told_and_left(estate: Estate):
    """EC2 deregisters its image all the same; a later sweep clears it away, as it does what no image has."""
    ami = leaving(estate)
    family, (snapshot,) = ami.tags()["goldsmith:family"], ami.snapshots()

    with without(estate.at, *SNAPSHOT):
        sweep(estate)
        eventually(lambda: f"{snapshot}: missing-permissions" in failures(estate, family))

    assert (ami.state, ami.snapshots()) == ("gone", [snapshot])


def test_no_permission_of_an_account_was_forgotten(estate: Estate):
    rights = {right for _, each in granted(estate.at.account, "goldsmith-member", HOME) for right in each}
    names = {
        "goldsmith-member/Retirer": "goldsmith-retire",
        "goldsmith-member/Restorer": "goldsmith-restore",
        "goldsmith-member/Holder": "goldsmith-hold",
    }
    assert {(names[right.role], right.action) for right in rights if right.role in names} == {*NEEDS, SNAPSHOT}
