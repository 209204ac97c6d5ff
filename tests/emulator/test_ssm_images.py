"""A pointer is stored only if its AMI is there, and a 200 says nothing about it."""

from typing import Any

import pytest

from tests.embedded import Account, Embedded
from tests.emulator.amis import seed
from tests.emulator.queues import queue
from tests.emulator.rules import rule
from tests.permissions import allow, role

pytestmark = pytest.mark.contract("ssm_image_parameters")
NAME = "/goldsmith/webapp/staging/x86_64"


def put(ssm: Any, value: str) -> dict[str, Any]:
    return dict(ssm.put_parameter(Name=NAME, Value=value, Type="String", DataType="aws:ec2:image", Overwrite=True))


def held(account: Account) -> str | None:
    found = account.client("ssm").get_parameters(Names=[NAME])["Parameters"]
    return str(found[0]["Value"]) if found else None


def test_an_ami_that_is_there_is_stored(embedded: Embedded, account: Account):
    image = seed(embedded, account)

    assert put(account.client("ssm"), image)["Version"] == 1
    assert held(account) == image


def test_one_that_is_not_changes_nothing(embedded: Embedded, account: Account):
    image = seed(embedded, account)
    assert put(account.client("ssm"), "ami-00000000000000000")["Version"] == 1
    assert held(account) is None
    put(account.client("ssm"), image)

    assert put(account.client("ssm"), "ami-00000000000000000")["Version"] == 2
    assert held(account) == image


def test_nor_does_one_that_the_caller_may_not_see(embedded: Embedded, account: Account):
    image = seed(embedded, account)

    put(role(account, allow("ssm:PutParameter")).client("ssm"), image)

    assert held(account) is None


def test_an_event_tells_of_it(account: Account):
    heard = queue(account, "changes", "events")
    rule(account, heard.arn, source="aws.ssm")

    put(account.client("ssm"), "ami-00000000000000000")

    event = heard.one()
    told = {
        "exception": "Unable to Describe Resource",
        "dataType": "aws:ec2:image",
        "name": NAME,
        "operation": "Create",
    }
    assert event["detail"] == told | {"type": "String"}


def test_a_test_can_have_it_never_found_valid(embedded: Embedded, account: Account):
    image = seed(embedded, account)
    account.tell("parameters/refuse", region="us-east-1", name=NAME)
    put(account.client("ssm"), image)
    assert held(account) is None
    account.tell("parameters/refuse", region="us-east-1", name=NAME, on=False)

    put(account.client("ssm"), image)

    assert held(account) == image
