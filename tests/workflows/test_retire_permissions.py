"""The same for sweeps and the way back: take one permission away, and its refusal is named."""

import pytest

from tests.embedded import Embedded
from tests.workflows.estates import small_estate
from tests.workflows.needs_retire import NEEDS
from tests.workflows.refusals import is_told
from tests.workflows.retiring import Estate


@pytest.fixture(scope="module")
def own(embedded: Embedded) -> Estate:
    """One whose stack this module may break."""
    return small_estate(embedded)


@pytest.mark.parametrize(("role", "action"), NEEDS, ids=[f"{role} {action}" for role, action in NEEDS])
def test_a_permission_taken_away_is_named(own: Estate, role, action):
    is_told(own.at, role, action, lambda: NEEDS[role, action](own), goes_on=lambda: None)
