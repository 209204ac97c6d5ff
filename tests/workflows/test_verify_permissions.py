"""The same for what verifies: take one permission away, let a verification need it, and its refusal is named."""

import pytest

from tests.workflows.deployed import Deployed
from tests.workflows.needs_verify import NEEDS
from tests.workflows.refusals import Case, is_told, words
from tests.workflows.verifying import Version


@pytest.mark.parametrize("case", NEEDS, ids=words)
def test_a_permission_taken_away_is_named(breakable: Deployed, case: Case):
    version = Version(breakable).recipe(tests=("boot",)).candidate()
    is_told(breakable, case, lambda: NEEDS[case](version), goes_on=lambda: None)
