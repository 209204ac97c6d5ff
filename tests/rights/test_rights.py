"""Rights are exact: all that the template grants is used by some test, and nothing else is allowed.

Runs after the suite, on what it left in build/journal: see `make test`.
"""

import re

import pytest

from goldsmith_cli.audit.policy import READ
from tests.rights.grants import Grants, Right, holes, lines, unused

UNUSED = {
    r"logs:(CreateLogGroup|CreateLogStream|PutLogEvents)": "Lambda writes its own log; the embedded AWS asks nobody",
    r"logs:\w*(LogDelivery|LogDeliveries|LogGroups|ResourcePolic)\w*": "Step Functions logs; the embedded AWS does not",
    r"(ec2messages|ssmmessages):\w+": "the agent's own channel; hosts here take their commands without one",
    r"kms:(Decrypt|ReEncryptFrom|ReEncryptTo)": "EC2 may ask for these of an encrypted base; here it does not",
    r"iam:CreateServiceLinkedRole": "Inspector makes its roles at an account's first scan; here it has none",
    r"xray:\w+": "traces go to the X-Ray service, not through an API that the embedded AWS has",
}


def excused(action: str, role: str = "") -> bool:
    """Who reads in an account holds all that `goldsmith audit` needs: tests/audit shows for what."""
    looks = role == "goldsmith-member/Reader" and action in READ
    return looks or any(re.fullmatch(pattern, action) for pattern in UNUSED)


@pytest.fixture(scope="module")
def grants() -> Grants:
    noted = {(g["account"], g["physical"]): [Right(**right) for right in g["rights"]] for g in lines("grants")}
    assert noted, "no grants were noted: run the whole suite with `make test`"
    return noted


@pytest.fixture(scope="module")
def allowed(grants) -> list[dict[str, str]]:
    """What the roles of the stacks were allowed."""
    return [each for each in lines("allowed") if each["allowed"] and (each["account"], each["role"]) in grants]


def test_everything_granted_is_used(grants, allowed):
    assert not {
        (role, action, resource) for role, action, resource in unused(grants, allowed) if not excused(action, role)
    }


def test_nothing_is_allowed_that_is_not_granted(grants, allowed):
    assert allowed
    assert not holes(grants, allowed)


def test_every_excuse_is_needed(grants):
    actions = {right.action for rights in grants.values() for right in rights}
    assert not [pattern for pattern in UNUSED if not any(re.fullmatch(pattern, action) for action in actions)]


def test_who_decides_holds_no_right(grants):
    mine = [right for (_, role), rights in grants.items() if "DecideRole" in role for right in rights]
    assert {right.action for right in mine} <= {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}
