"""The same for what verifies: take one permission away, let a verification need it, and its refusal is named."""

import pytest

from tests.embedded import Embedded
from tests.workflows.conftest import deployed_in_a_world
from tests.workflows.deployed import Deployed
from tests.workflows.needs_verify import NEEDS
from tests.workflows.refusals import is_told
from tests.workflows.verifying import Version


@pytest.fixture(scope="module")
def own(embedded: Embedded) -> Deployed:
    """A stack that this module may break."""
    return deployed_in_a_world(embedded)


@pytest.mark.parametrize(("role", "action"), NEEDS, ids=[f"{role} {action}" for role, action in NEEDS])
def test_a_permission_taken_away_is_named(own: Deployed, role, action):
    version = Version(own).recipe(tests=("boot",)).candidate()
    is_told(own, role, action, lambda: NEEDS[role, action](version), goes_on=lambda: None)
