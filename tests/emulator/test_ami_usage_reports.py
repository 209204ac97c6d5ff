from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded, eventually
from tests.emulator.amis import launch, seed

pytestmark = pytest.mark.contract("ami_usage_reports")

INSTANCES, TEMPLATES = "ec2:Instance", "ec2:LaunchTemplate"
BOTH = [{"ResourceType": INSTANCES}, {"ResourceType": TEMPLATES}]


def ask(ec2: Any, image: str, **more: Any) -> str:
    return str(ec2.create_image_usage_report(**{"ImageId": image, "ResourceTypes": BOTH} | more)["ReportId"])


def to_depth(*depths: str, of: str = TEMPLATES) -> list[dict[str, Any]]:
    return [{"ResourceType": of, "ResourceTypeOptions": [{"OptionName": "version-depth", "OptionValues": [*depths]}]}]


def shown(ec2: Any, report: str) -> dict[str, Any]:
    (found,) = ec2.describe_image_usage_reports(ReportIds=[report])["ImageUsageReports"]
    return dict(found)


def used(ec2: Any, report: str) -> dict[tuple[str, str], int]:
    found = ec2.describe_image_usage_report_entries(ReportIds=[report])["ImageUsageReportEntries"]
    return {(entry["AccountId"], entry["ResourceType"]): entry["UsageCount"] for entry in found}


def code(call: Any, **asked: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        call(**asked)
    return str(refusal.value.response["Error"]["Code"])


def test_a_report_counts_what_other_accounts_have_in_the_region(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account, public=True)
    one, two = embedded.new_account(), embedded.new_account()
    launch(ec2, image)  # the owner's own
    launch(one.client("ec2"), image, MinCount=2, MaxCount=2)
    launch(one.client("ec2"), seed(embedded, one))
    for theirs in (two.client("ec2"), two.client("ec2", "eu-west-1")):
        theirs.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": image})

    report = ask(ec2, image)

    assert used(ec2, report) == {(one.id, INSTANCES): 2, (two.id, TEMPLATES): 1}
    assert used(ec2, ask(ec2, image, AccountIds=[two.id])) == {(two.id, TEMPLATES): 1}
    recipes = [{"ResourceType": f"imagebuilder:{kind}Recipe"} for kind in ("Image", "Container")]
    assert used(ec2, ask(ec2, image, ResourceTypes=[BOTH[0], *recipes])) == {(one.id, INSTANCES): 2}
    launch(two.client("ec2"), image)
    assert used(ec2, report) == {(one.id, INSTANCES): 2, (two.id, TEMPLATES): 1}  # as it was


def test_what_a_report_says_of_itself(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    tags = [{"Key": "team", "Value": "web"}]
    specified = [{"ResourceType": "image-usage-report", "Tags": tags}]

    report = ask(ec2, image, AccountIds=["111122223333"], TagSpecifications=specified)

    found = shown(ec2, report)
    assert report.startswith("amiur-")
    assert (found["ImageId"], found["State"], found["AccountIds"]) == (image, "available", ["111122223333"])
    assert [each["ResourceType"] for each in found["ResourceTypes"]] == [INSTANCES, TEMPLATES]
    assert found["ResourceTypes"][1:] == to_depth("20")
    assert found["ExpirationTime"] - found["CreationTime"] == timedelta(days=30)
    assert found["Tags"] == tags
    ec2.create_tags(Resources=[report], Tags=[{"Key": "team", "Value": "db"}])
    assert shown(ec2, report)["Tags"] == [{"Key": "team", "Value": "db"}]


def test_terminated_instances_and_old_versions_do_not_count(embedded: Embedded, account: Account):
    ec2, image, other = account.client("ec2"), seed(embedded, account, public=True), embedded.new_account()
    theirs = other.client("ec2")
    theirs.terminate_instances(InstanceIds=[launch(theirs, image)])
    theirs.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": image})
    for _ in range(20):
        theirs.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "t3.micro"})

    eventually(lambda: used(ec2, ask(ec2, image)) == {})

    assert used(ec2, ask(ec2, image, ResourceTypes=to_depth("21"))) == {(other.id, TEMPLATES): 1}


def test_a_report_is_pending_until_it_is_released(embedded: Embedded, account: Account):
    ec2, image, other = account.client("ec2"), seed(embedded, account, public=True), embedded.new_account()
    launch(other.client("ec2"), image)
    account.tell("usage-reports/hold")

    report = ask(ec2, image)

    assert shown(ec2, report)["State"] == "pending"
    assert used(ec2, report) == {}
    assert account.tell("usage-reports/release") == {"settled": [report]}
    assert shown(ec2, report)["State"] == "available"
    assert used(ec2, report) == {(other.id, INSTANCES): 1}
    assert shown(ec2, ask(ec2, image))["State"] == "available"


def test_a_report_may_fail(embedded: Embedded, account: Account):
    ec2, image, other = account.client("ec2"), seed(embedded, account, public=True), embedded.new_account()
    launch(other.client("ec2"), image)
    account.tell("usage-reports/hold")
    report = ask(ec2, image)

    account.tell("usage-reports/release", state="error")

    assert (shown(ec2, report)["State"], used(ec2, report)) == ("error", {})
    assert shown(ec2, report)["StateReason"]


def test_a_report_is_gone_after_thirty_days_or_when_it_is_deleted(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    old, deleted = ask(ec2, image), ask(ec2, image)
    before = shown(ec2, old)
    account.tell("age", days=29)
    for name in ("CreationTime", "ExpirationTime"):
        assert before[name] - shown(ec2, old)[name] == timedelta(days=29)

    assert ec2.delete_image_usage_report(ReportId=deleted)["Return"] is True
    account.tell("age", days=1)

    for gone in (old, deleted):
        assert code(ec2.describe_image_usage_reports, ReportIds=[gone]).endswith(".NotFound")
        assert code(ec2.describe_image_usage_report_entries, ReportIds=[gone]).endswith(".NotFound")
        assert code(ec2.delete_image_usage_report, ReportId=gone).endswith(".NotFound")
    assert ec2.describe_image_usage_reports()["ImageUsageReports"] == []


def test_a_token_asks_for_one_report(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)

    report = ask(ec2, image, ClientToken="t")

    assert ask(ec2, image, ClientToken="t") == report
    assert ask(ec2, image) != report
    asked = {"ImageId": image, "ResourceTypes": BOTH[:1], "ClientToken": "t"}
    assert code(ec2.create_image_usage_report, **asked) == "IdempotentParameterMismatch"


def test_only_the_owner_may_ask_and_read(embedded: Embedded, account: Account):
    image, other = seed(embedded, account, public=True), embedded.new_account().client("ec2")

    assert code(other.create_image_usage_report, ImageId=image, ResourceTypes=BOTH) == "AuthFailure"
    assert code(other.create_image_usage_report, ImageId="ami-0", ResourceTypes=BOTH) == "InvalidAMIID.NotFound"
    report = ask(account.client("ec2"), image)
    assert code(other.describe_image_usage_reports, ReportIds=[report]).endswith(".NotFound")


@pytest.mark.parametrize(
    "wrong",
    [
        {"ResourceTypes": []},
        {"ResourceTypes": [{"ResourceType": "ssm:Parameter"}]},
        {"ResourceTypes": to_depth("0")},
        {"ResourceTypes": to_depth("10001")},
        {"ResourceTypes": to_depth("1", "2")},
        {"ResourceTypes": to_depth("2", of=INSTANCES)},
        {"AccountIds": ["me"]},
        {"AccountIds": [f"{number:012}" for number in range(201)]},
        {"TagSpecifications": [{"ResourceType": "image", "Tags": [{"Key": "a", "Value": "b"}]}]},
        {"ClientToken": "t" * 129},
    ],
)
def test_what_is_refused(embedded: Embedded, account: Account, wrong: dict[str, Any]):
    ec2, image = account.client("ec2"), seed(embedded, account)
    with pytest.raises(ClientError, match=r"Invalid|Missing"):
        ask(ec2, image, **wrong)
    assert ec2.describe_image_usage_reports()["ImageUsageReports"] == []


def test_reports_and_entries_are_filtered_and_come_in_pages(embedded: Embedded, account: Account):
    ec2, other = account.client("ec2"), embedded.new_account()
    one, two = (seed(embedded, account, name, public=True) for name in ("one", "two"))
    launch(other.client("ec2"), one)
    reports = {ask(ec2, one), ask(ec2, one)}
    late = ask(ec2, two)

    first = ec2.describe_image_usage_reports(ImageIds=[one], MaxResults=1)
    rest = ec2.describe_image_usage_reports(ImageIds=[one], MaxResults=1, NextToken=first["NextToken"])
    assert {each["ReportId"] for page in (first, rest) for each in page["ImageUsageReports"]} == reports
    assert "NextToken" not in rest
    today = f"{shown(ec2, late)['CreationTime']:%Y-%m-%dT}*"
    filters = [{"Name": "creation-time", "Values": [today]}, {"Name": "state", "Values": ["available"]}]
    assert len(ec2.describe_image_usage_reports(Filters=filters)["ImageUsageReports"]) == 3
    for name, value, count in (("resource-type", INSTANCES, 2), ("account-id", other.id, 2), ("account-id", "1", 0)):
        asked = [{"Name": name, "Values": [value]}]
        entries = ec2.describe_image_usage_report_entries(Filters=asked)["ImageUsageReportEntries"]
        assert len(entries) == count
    assert ec2.describe_image_usage_report_entries(ImageIds=[two])["ImageUsageReportEntries"] == []
