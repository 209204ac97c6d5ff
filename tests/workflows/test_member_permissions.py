"""Take away one permission that an account grants: the event names it, nothing is lost, the next time finishes it."""

import json

import pytest

from tests.embedded import Embedded, eventually
from tests.rights.grants import granted
from tests.workflows.deployed import HOME
from tests.workflows.estates import buried, failures, function, small_estate
from tests.workflows.needs_members import NEEDS
from tests.workflows.refusals import without
from tests.workflows.retiring import Estate


@pytest.fixture(scope="module")
def own(embedded: Embedded) -> Estate:
    """One whose roles this module may break."""
    return small_estate(embedded)


@pytest.mark.parametrize(("role", "action"), NEEDS, ids=[f"{role} {action}" for role, action in NEEDS])
def test_what_was_refused_is_named_and_done_the_next_time(own: Estate, role, action):
    need = NEEDS[role, action](own)
    assert not need.done()

    with without(own.at, role, action):
        need.go()
        eventually(lambda: f"not authorized to perform: {action} " in failures(own, need.family))
        assert not need.done()
        assert need.kept()

    need.go()
    eventually(need.done)


def test_who_screams_is_heard_with_what_is_granted(own: Estate):
    ami = buried(own)
    said = {"eventName": "RunInstances", "errorCode": "x", "errorMessage": f"The image ID '{ami.id}' is disabled"}
    place = {"account": ami.account.id, "region": ami.region, "time": "2026-11-26T12:00:00Z", "id": "1", "version": "0"}
    about = {"source": "aws.ec2", "detail-type": "AWS API Call via CloudTrail", "resources": [], "detail": said}

    own.at.client("lambda").invoke(FunctionName=function(own.at, "Restore"), Payload=json.dumps(place | about))

    assert ami.stage == "deprecated"


def test_no_permission_of_an_account_was_forgotten(own: Estate):
    rights = {right for _, each in granted(own.at.account, "goldsmith-member", HOME) for right in each}
    names = {"goldsmith-member/Retirer": "goldsmith-retire", "goldsmith-member/Restorer": "goldsmith-restore"}
    assert {(names[right.role], right.action) for right in rights if right.role in names} == set(NEEDS)
