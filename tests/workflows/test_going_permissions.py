"""The same for what distributes and promotes: take one permission away, and its refusal is named."""

import pytest

from tests.embedded import eventually
from tests.workflows.deployed import Deployed
from tests.workflows.going import Going
from tests.workflows.needs_going import NEEDS, shared
from tests.workflows.refusals import Case, demanding, is_told, name_of, words


@pytest.mark.parametrize("case", NEEDS, ids=words)
def test_a_permission_taken_away_is_named(breakable: Deployed, case: Case):
    going = Going(breakable)
    is_told(breakable, case, lambda: NEEDS[case](going), goes_on=going.settle)


def test_nothing_is_shared_where_an_attribute_is_demanded(breakable: Deployed):
    """EC2 has no `ec2:Attribute` for a launch permission."""
    going, action = Going(breakable), "ec2:ModifyImageAttribute"

    with demanding(breakable, name_of(breakable, "FinishCopyRole"), action, Attribute="LaunchPermission"):
        shared(going)
        eventually(lambda: f"not authorized to perform: {action} " in str(going.history()))

    eventually(lambda: "RUNNING" not in going.runs().values())
    going.go()
    eventually(lambda: "Image Distributed" in [kind for kind, _ in going.history()])
