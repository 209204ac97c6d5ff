"""The same for what distributes and promotes: take one permission away, and its refusal is named."""

import pytest

from tests.embedded import Embedded, eventually
from tests.workflows.conftest import deployed_in_a_world
from tests.workflows.deployed import Deployed
from tests.workflows.going import Going
from tests.workflows.needs_going import NEEDS, shared
from tests.workflows.refusals import demanding, is_told, name_of


@pytest.fixture(scope="module")
def own(embedded: Embedded) -> Deployed:
    """A stack that this module may break."""
    return deployed_in_a_world(embedded)


@pytest.mark.parametrize(("role", "action"), NEEDS, ids=[f"{role} {action}" for role, action in NEEDS])
def test_a_permission_taken_away_is_named(own: Deployed, role, action):
    going = Going(own)
    is_told(own, role, action, lambda: NEEDS[role, action](going), goes_on=going.settle)


def test_nothing_is_shared_where_an_attribute_is_demanded(own: Deployed):
    """EC2 has no `ec2:Attribute` for a launch permission."""
    going, action = Going(own), "ec2:ModifyImageAttribute"

    with demanding(own, name_of(own, "FinishCopyRole"), action, Attribute="LaunchPermission"):
        shared(going)
        eventually(lambda: f"not authorized to perform: {action} " in str(going.history()))

    eventually(lambda: "RUNNING" not in going.runs().values())
    going.go()
    eventually(lambda: "Image Distributed" in [kind for kind, _ in going.history()])
