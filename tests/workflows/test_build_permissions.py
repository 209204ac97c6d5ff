"""The same for what builds: take one permission away, let a build need it, and its refusal is named."""

import pytest

from tests.embedded import eventually
from tests.workflows.building import Family
from tests.workflows.deployed import Deployed
from tests.workflows.needs_builds import LATE, NEEDS
from tests.workflows.refusals import Case, demanding, is_told, name_of, words
from tests.workflows.test_build import SUCCEEDS


@pytest.mark.parametrize("case", NEEDS, ids=words)
def test_a_permission_taken_away_is_named(breakable: Deployed, case: Case):
    family = Family(breakable).accepted()
    is_told(breakable, case, lambda: NEEDS[case](family), goes_on=family.become)


def test_a_builder_that_may_not_be_seen_stopping_is_named(breakable: Deployed):
    """It was seen reporting, which takes the same permission."""
    family = Family(breakable).accepted().scripted("nginx", {"status": "InProgress"}).ask().reaches("Await command")
    (builder,) = family.instances("running")

    is_told(breakable, LATE, lambda: family.releases(builder, "nginx", SUCCEEDS), goes_on=family.become)


def test_no_image_is_finished_where_the_plain_attribute_is_demanded(breakable: Deployed):
    """A request with `ImdsSupport.Value` has the key `ec2:Attribute/ImdsSupport`."""
    family, action = Family(breakable).accepted(), "ec2:ModifyImageAttribute"

    with demanding(breakable, name_of(breakable, "FinishImageRole"), action, Attribute="ImdsSupport"):
        family.ask().builds()
        eventually(lambda: f"not authorized to perform: {action} " in str(family.history()))

    assert "Image Built" not in [kind for kind, _ in family.history()]
