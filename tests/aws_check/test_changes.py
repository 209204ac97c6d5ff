"""Change sets are made, read and deleted with their stacks, however it ends; nothing else is ever deleted."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_check import changes
from aws_check.changes import PREFIX
from aws_check.finding import Finding, Level
from tests.aws_check.aws import Aws, refuses

Asks = dict[str, Any]
LONG_AGO = datetime.now(UTC) - timedelta(days=1)


class CloudFormation:
    """Stacks by name, with their status, and whether they have a change set."""

    def __init__(self, status: str = "CREATE_COMPLETE", reason: str = "", stacks: dict[str, str] | None = None) -> None:
        self.status, self.reason = status, reason
        self.stacks = dict(stacks or {})
        self.created = dict.fromkeys(self.stacks, LONG_AGO)
        self.deletes = True
        self.aws = Aws(
            cloudformation__ListStacks=self.list,
            cloudformation__CreateChangeSet=self.create,
            cloudformation__DescribeChangeSet=self.describe,
            cloudformation__DeleteChangeSet=lambda _: {},
            cloudformation__DescribeStacks=self.show,
            cloudformation__DeleteStack=self.delete,
        )

    def list(self, asks: Asks) -> Asks:
        """One stack on each page."""
        names = [name for name, status in self.stacks.items() if status in asks["StackStatusFilter"]]
        at = int(asks.get("NextToken", 0))
        page = [self._summary(name) for name in names[at : at + 1]]
        return {"StackSummaries": page} | ({"NextToken": str(at + 1)} if names[at + 1 :] else {})

    def _summary(self, name: str) -> Asks:
        return {"StackName": name, "StackStatus": self.stacks[name], "CreationTime": self.created[name]}

    def create(self, asks: Asks) -> Asks:
        self.stacks[asks["StackName"]] = "REVIEW_IN_PROGRESS"
        self.created[asks["StackName"]] = datetime.now(UTC)
        return {"Id": "arn:aws:cloudformation:eu-west-1:123456789012:changeSet/goldsmith-aws-check/1"}

    def describe(self, asks: Asks) -> Asks:
        assert asks["StackName"] in self.stacks
        return {"Status": self.status} | ({"StatusReason": self.reason} if self.reason else {})

    def show(self, asks: Asks) -> Asks:
        if asks["StackName"] not in self.stacks:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "does not exist"}}, "DescribeStacks")
        return {"Stacks": [self._summary(asks["StackName"])]}

    def delete(self, asks: Asks) -> Asks:
        if self.deletes:
            del self.stacks[asks["StackName"]]
        return {}

    def look(self) -> Sequence[Finding]:
        return list(changes.check(self.aws.asked(), lambda _: None))


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(changes, "PATIENCE", {"Delay": 0, "MaxAttempts": 2})


def problems(found: Sequence[Finding]) -> Sequence[Finding]:
    return [each for each in found if each.level is Level.PROBLEM]


def test_each_template_is_proposed_and_nothing_is_left():
    cloudformation = CloudFormation()

    found = cloudformation.look()

    sent = [asks for name, asks in cloudformation.aws.calls if name.endswith(".CreateChangeSet")]
    assert [each["ChangeSetType"] for each in sent] == ["CREATE", "CREATE"]
    assert all(each["StackName"].startswith(PREFIX) for each in sent)
    assert cloudformation.stacks == {}
    assert problems(found) == []
    assert "cloudformation.ExecuteChangeSet" not in cloudformation.aws.names()


def test_a_template_that_was_not_packaged_is_left_out_and_that_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(changes, "PACKAGED", tmp_path / "packaged.yaml")
    (unasked,) = CloudFormation().look()

    assert (unasked.path, unasked.level) == ("template.yaml", Level.UNASKED)
    assert "sam package" in unasked.said


def test_a_packaged_template_is_proposed_with_its_nested_stacks(monkeypatch, tmp_path):
    monkeypatch.setattr(changes, "PACKAGED", tmp_path / "packaged.yaml")
    (tmp_path / "packaged.yaml").write_text("Resources: {}")
    cloudformation = CloudFormation()
    nested = []

    def create(asks):
        answer = CloudFormation.create(cloudformation, asks)
        if asks["IncludeNestedStacks"]:
            nested.append(f"{asks['StackName']}-BuildStack-1ABC")
            CloudFormation.create(cloudformation, asks | {"StackName": nested[0]})
        return answer

    cloudformation.aws.answers["cloudformation.CreateChangeSet"] = create

    assert cloudformation.look() == []
    assert nested
    assert cloudformation.stacks == {}


def test_a_packaged_template_that_is_too_long_is_left_out(monkeypatch, tmp_path):
    monkeypatch.setattr(changes, "PACKAGED", tmp_path / "packaged.yaml")
    (tmp_path / "packaged.yaml").write_text(f"Description: {'x' * 51_201}")

    (note,) = CloudFormation().look()

    assert "more than 51200 bytes" in note.said


def test_a_change_set_that_fails_tells_its_reason_and_leaves_nothing():
    cloudformation = CloudFormation("FAILED", "Property BusName cannot be empty")

    found = problems(cloudformation.look())

    assert [(each.path, each.said) for each in found] == [
        ("region.yaml", "FAILED: Property BusName cannot be empty"),
        ("member-account.yaml", "FAILED: Property BusName cannot be empty"),
    ]
    assert cloudformation.stacks == {}


def test_a_change_set_that_never_ends_is_a_problem_and_leaves_nothing():
    cloudformation = CloudFormation("CREATE_IN_PROGRESS")

    found = problems(cloudformation.look())

    assert [each.said for each in found] == ["CREATE_IN_PROGRESS: CloudFormation says no more"] * 2
    assert cloudformation.stacks == {}


def test_a_template_that_cloudformation_cannot_read_is_a_problem():
    cloudformation = CloudFormation()
    cloudformation.aws.answers["cloudformation.CreateChangeSet"] = refuses("ValidationError", "Template format error")

    assert ["Template format error" in each.said for each in problems(cloudformation.look())] == [True, True]


@pytest.mark.parametrize("moment", ["CreateChangeSet", "DescribeChangeSet"])
def test_an_interrupted_run_leaves_nothing(moment):
    cloudformation = CloudFormation()
    before = cloudformation.aws.answers[f"cloudformation.{moment}"]

    def interrupted(asks):
        before(asks)
        raise KeyboardInterrupt

    cloudformation.aws.answers[f"cloudformation.{moment}"] = interrupted

    with pytest.raises(KeyboardInterrupt):
        cloudformation.look()

    assert "cloudformation.CreateChangeSet" in cloudformation.aws.names()
    assert cloudformation.stacks == {}


def test_what_a_killed_run_left_behind_is_deleted_and_nothing_else_is():
    others = {
        "somebody-elses": "REVIEW_IN_PROGRESS",
        f"{PREFIX}deployed": "CREATE_COMPLETE",
        f"{PREFIX}young": "REVIEW_IN_PROGRESS",
    }
    cloudformation = CloudFormation(stacks=others | {f"{PREFIX}region-1": "REVIEW_IN_PROGRESS"})
    cloudformation.created[f"{PREFIX}young"] = datetime.now(UTC)

    found = cloudformation.look()

    assert f"deleted {PREFIX}region-1, which an earlier run left behind" in {each.said for each in found}
    assert cloudformation.stacks == others


def test_a_stack_that_does_not_go_is_a_problem():
    cloudformation = CloudFormation()
    cloudformation.deletes = False

    found = problems(cloudformation.look())

    assert len(found) == len(cloudformation.stacks)
    assert all("delete the stack goldsmith-aws-check-" in each.said and "by hand" in each.said for each in found)


def test_a_stack_that_somebody_executed_is_left_alone():
    cloudformation = CloudFormation(stacks={f"{PREFIX}region-1": "CREATE_COMPLETE"})

    said = changes._deleted(f"{PREFIX}region-1", cloudformation.aws.client("cloudformation"))

    assert "by hand" in said
    assert "cloudformation.DeleteStack" not in cloudformation.aws.names()


def test_no_stack_of_another_name_is_ever_deleted():
    with pytest.raises(ValueError, match="none of ours"):
        changes._deleted(
            "goldsmith", CloudFormation(stacks={"goldsmith": "REVIEW_IN_PROGRESS"}).aws.client("cloudformation")
        )
