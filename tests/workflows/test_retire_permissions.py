"""The same for sweeps and the way back: take one permission away, and its refusal is named."""

import pytest

from tests.workflows.needs_retire import NEEDS
from tests.workflows.refusals import Case, is_told, words
from tests.workflows.retiring import Estate


@pytest.mark.parametrize("case", NEEDS, ids=words)
def test_a_permission_taken_away_is_named(estate: Estate, case: Case):
    is_told(estate.at, case, lambda: NEEDS[case](estate), goes_on=lambda: None)
