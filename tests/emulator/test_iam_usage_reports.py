"""Who may ask for a usage report of an image, read it, tag it and delete it."""

from typing import Any

import pytest

from tests.embedded import Account, Embedded
from tests.emulator.amis import seed
from tests.permissions import Statement, allow, denial, role

pytestmark = pytest.mark.contract("ami_usage_reports")

ON_IMAGES, ON_REPORTS = "arn:aws:ec2:*::image/*", "arn:aws:ec2:*:*:image-usage-report/*"
ASK = allow("ec2:CreateImageUsageReport", [ON_IMAGES, ON_REPORTS])
TAG = allow("ec2:CreateTags", ON_REPORTS, StringEquals={"ec2:CreateAction": "CreateImageUsageReport"})
SPECIFIED = [{"ResourceType": "image-usage-report", "Tags": [{"Key": "goldsmith:run", "Value": "r-1"}]}]


def ask(ec2: Any, image: str, **more: Any) -> str:
    kinds = [{"ResourceType": "ec2:Instance"}]
    return str(ec2.create_image_usage_report(ImageId=image, ResourceTypes=kinds, **more)["ReportId"])


@pytest.mark.parametrize(
    ("rights", "more", "denied"),
    [
        ([ASK], {}, ""),
        ([ASK, TAG], {"TagSpecifications": SPECIFIED}, ""),
        ([ASK], {"TagSpecifications": SPECIFIED}, "ec2:CreateTags on resource: "),
        ([allow("ec2:CreateImageUsageReport", ON_IMAGES)], {}, ":image-usage-report/*"),
        ([allow("ec2:CreateImageUsageReport", ON_REPORTS)], {}, "::image/ami-"),
    ],
)
def test_who_may_ask(embedded: Embedded, account: Account, rights: list[Statement], more: dict[str, Any], denied: str):
    image, asks = seed(embedded, account), role(account, *rights).client("ec2")

    said = denial(lambda: ask(asks, image, **more))

    assert denied in said
    assert bool(said) == bool(denied)
    assert len(account.client("ec2").describe_image_usage_reports()["ImageUsageReports"]) == (not denied)


def test_who_may_read_and_delete(embedded: Embedded, account: Account):
    report = ask(account.client("ec2"), seed(embedded, account))
    reads = role(account, allow(["ec2:DescribeImageUsageReports", "ec2:DescribeImageUsageReportEntries"])).client("ec2")
    deletes = role(account, allow(["ec2:DeleteImageUsageReport", "ec2:CreateTags"], ON_REPORTS)).client("ec2")

    assert len(reads.describe_image_usage_reports(ReportIds=[report])["ImageUsageReports"]) == 1
    assert reads.describe_image_usage_report_entries(ReportIds=[report])["ImageUsageReportEntries"] == []
    assert f":image-usage-report/{report}" in denial(lambda: reads.delete_image_usage_report(ReportId=report))
    assert denial(deletes.describe_image_usage_reports)
    deletes.create_tags(Resources=[report], Tags=[{"Key": "a", "Value": "b"}])
    deletes.delete_image_usage_report(ReportId=report)
    assert account.client("ec2").describe_image_usage_reports()["ImageUsageReports"] == []
