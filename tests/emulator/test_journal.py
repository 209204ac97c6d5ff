"""The journal: what roles were allowed and refused, in memory and in a file."""

import json
from pathlib import Path

import pytest

from tests.embedded import Account, Embedded, started
from tests.permissions import allow, denial, deny, role

DESCRIBE = "ec2:DescribeImages"


@pytest.mark.contract("iam_resources")
def test_every_distinct_decision_for_a_role_is_journaled(embedded: Embedded, account: Account):
    reader = role(account, allow(DESCRIBE), deny("sqs:*"))
    other = role(account, allow("dynamodb:ListTables"))

    for _ in range(2):
        reader.client("ec2").describe_images(Owners=["self"])
    denial(lambda: reader.client("sqs").list_queues())
    other.client("dynamodb").list_tables()
    account.client("ec2").describe_images(Owners=["self"])

    entry = {"account": account.id, "resource": "*", "conditions": []}
    read = entry | {"role": reader.name, "action": DESCRIBE, "allowed": True}
    refused = entry | {"role": reader.name, "action": "sqs:ListQueues", "allowed": False}
    listed = entry | {"role": other.name, "action": "dynamodb:ListTables", "allowed": True}
    assert embedded.tell("journal", account=account.id) == [read, refused, listed]
    assert embedded.tell("journal", account=account.id, role=other.name) == [listed]


@pytest.mark.contract("journal_conditions")
def test_the_condition_keys_that_decided_are_named(embedded: Embedded, account: Account):
    here = {"aws:RequestedRegion": "us-east-1"}
    reader = role(account, allow(DESCRIBE, StringEquals=here), allow("sqs:*", Null={"aws:PrincipalTag/x": "true"}))

    reader.client("ec2").describe_images(Owners=["self"])

    (entry,) = embedded.tell("journal", role=reader.name, account=account.id)
    assert entry["conditions"] == ["aws:RequestedRegion"]


def test_a_command_that_asks_for_something_else_is_refused(embedded: Embedded):
    with pytest.raises(ValueError, match="region"):
        embedded.tell("journal", region="us-east-1")


@pytest.mark.contract("iam_resources")
def test_a_file_gets_each_distinct_entry_at_once(tmp_path: Path):
    file = tmp_path / "journal.jsonl"
    with started(tmp_path, GOLDSMITH_LOCAL_JOURNAL=str(file)) as embedded:
        account = embedded.new_account()
        reader = role(account, allow(DESCRIBE))
        for _ in range(2):
            reader.client("ec2").describe_images(Owners=["self"])

        entries = [json.loads(line) for line in file.read_text().splitlines()]

    assert [(entry["role"], entry["action"], entry["allowed"]) for entry in entries] == [(reader.name, DESCRIBE, True)]
