"""`goldsmith member`: what it says.  That the grants work is for tests/workflows/test_member_onboard.py to show."""

import re
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from goldsmith_cli.grants import NAME, OPERATIONS, Consumer, Key, how_to_make
from tests.goldsmith_cli.stack import run

KEY = "arn:aws:kms:eu-west-1:111122223333:key/0a"
ROLE = "arn:aws:iam::444455556666:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot"
ROOT = "arn:aws:iam::444455556666:root"
GRANT = {
    "KeyId": KEY, "GrantId": "g" * 64, "Name": NAME, "GranteePrincipal": ROLE, "Operations": list(OPERATIONS),
}  # fmt: skip


@pytest.fixture
def stub():
    kms = boto3.client("kms", "eu-west-1")
    with Stubber(kms) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def consumer(stub):
    return Consumer("444455556666", stub.client, Key.parse(KEY))


def there(stub: Stubber, *grants: dict[str, Any]) -> None:
    stub.add_response(
        "list_retirable_grants", {"Grants": list(grants), "Truncated": False}, {"RetiringPrincipal": ROOT}
    )


@pytest.mark.parametrize("wrong", ["alias/goldsmith", KEY.replace("key/0a", "alias/goldsmith"), "0a", KEY + "/"])
@pytest.mark.parametrize("command", ["onboard", "offboard"])
def test_a_key_is_named_by_its_arn(wrong, command):
    code, _, said = run("member", command, wrong)

    assert code == 2
    assert "output KeyArn" in re.sub(r"\W+", " ", " ".join(said))


@pytest.mark.parametrize(
    "other",
    [
        {"Name": "somebody-else"},
        {"KeyId": KEY.replace("0a", "0b")},
        {"Operations": ["Decrypt"]},
        {"GranteePrincipal": ROLE + "_web"},
    ],
)
def test_another_grant_is_not_taken_for_ours(stub, consumer, other):
    there(stub, GRANT | other)
    asked = {"KeyId": KEY, "GranteePrincipal": ROLE, "RetiringPrincipal": ROOT, "Name": NAME}
    stub.add_response("create_grant", {"GrantId": "h" * 64}, asked | {"Operations": list(OPERATIONS)})

    (told,) = consumer.give([ROLE])

    assert (told.line, told.failed) == ("eu-west-1: AWSServiceRoleForEC2Spot was granted the key", False)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (
            "AccessDeniedException",
            "eu-west-1: AWSServiceRoleForEC2Spot: kms:CreateGrant on {key} is denied. Whoever runs",
        ),
        ("LimitExceededException", "eu-west-1: AWSServiceRoleForEC2Spot: kms:CreateGrant on {key} failed: why"),
    ],
)
def test_what_aws_refuses_is_one_line_and_the_next_role_gets_its_turn(stub, consumer, code, says):
    there(stub)
    stub.add_client_error("create_grant", code, "why")
    stub.add_response("create_grant", {"GrantId": "h" * 64})

    first, second = consumer.give([ROLE, ROLE + "_web"])

    assert first.line.startswith(says.format(key=KEY))
    assert (first.failed, second.failed) == (True, False)


def test_a_grant_that_cannot_be_retired_is_told(stub, consumer):
    there(stub, GRANT)
    stub.add_client_error("retire_grant", "AccessDeniedException", "why")

    (told,) = consumer.take_back()

    assert told.failed
    assert "kms:RetireGrant" in told.line


@pytest.mark.parametrize(
    ("role", "command"),
    [
        ("AWSServiceRoleForEC2Spot", "--aws-service-name spot.amazonaws.com"),
        ("AWSServiceRoleForEC2SpotFleet", "--aws-service-name spotfleet.amazonaws.com"),
        ("AWSServiceRoleForAutoScaling_a_b", "--aws-service-name autoscaling.amazonaws.com --custom-suffix a_b"),
        ("Admin", ""),
    ],
)
def test_how_a_missing_role_is_made(role, command):
    assert how_to_make(role) == (f"aws iam create-service-linked-role {command}" if command else "")
