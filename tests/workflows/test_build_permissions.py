"""The same for what builds: take one permission away, let a build need it, and its refusal is named."""

import pytest

from tests.embedded import Embedded, eventually
from tests.workflows.building import Family
from tests.workflows.conftest import deployed_in_a_world
from tests.workflows.deployed import Deployed
from tests.workflows.needs_builds import NEEDS
from tests.workflows.test_permissions import refused, said, without

SILENT = {"Builder"}  # a host tells nobody what it was refused, on AWS either
AS_EC2 = {"kms:CreateGrant", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"}  # EC2 ends the instance instead


@pytest.fixture(scope="module")
def own(embedded: Embedded) -> Deployed:
    """A stack that this module may break."""
    return deployed_in_a_world(embedded)


@pytest.mark.parametrize(("role", "action"), NEEDS, ids=[f"{role} {action}" for role, action in NEEDS])
def test_a_permission_taken_away_is_named(own: Deployed, role, action):
    own.tell("weather/clear")
    family = Family(own).accepted()

    def goes_on() -> bool:
        family.nudge()
        family.become()
        return True

    with without(own, role, action) as name:
        NEEDS[role, action](family)
        assert eventually(lambda: goes_on() and refused(own, name, action))
        if role not in SILENT and action not in AS_EC2:
            assert eventually(lambda: goes_on() and f"is not authorized to perform: {action}" in said(own))
    own.tell("weather/clear")
