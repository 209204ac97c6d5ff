"""The same for what builds: take one permission away, let a build need it, and its refusal is named."""

import pytest

from tests.embedded import Embedded, eventually
from tests.workflows.building import Family
from tests.workflows.conftest import deployed_in_a_world
from tests.workflows.deployed import Deployed
from tests.workflows.needs_builds import NEEDS
from tests.workflows.refusals import demanding, is_told, name_of


@pytest.fixture(scope="module")
def own(embedded: Embedded) -> Deployed:
    """A stack that this module may break."""
    return deployed_in_a_world(embedded)


@pytest.mark.parametrize(("role", "action"), NEEDS, ids=[f"{role} {action}" for role, action in NEEDS])
def test_a_permission_taken_away_is_named(own: Deployed, role, action):
    family = Family(own).accepted()

    is_told(own, role, action, lambda: NEEDS[role, action](family), goes_on=family.become)


def test_no_image_is_finished_where_the_plain_attribute_is_demanded(own: Deployed):
    """A request with `ImdsSupport.Value` has the key `ec2:Attribute/ImdsSupport`."""
    family, action = Family(own).accepted(), "ec2:ModifyImageAttribute"

    with demanding(own, name_of(own, "FinishImageRole"), action, Attribute="ImdsSupport"):
        family.ask().builds()
        eventually(lambda: f"not authorized to perform: {action} " in str(family.history()))

    assert "Image Built" not in [kind for kind, _ in family.history()]
