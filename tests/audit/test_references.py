"""No image that is used may go; its equal twin, which is not, may."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from goldsmith.gather.usage.sharing import Organization
from goldsmith.rules import AuditRules
from goldsmith.values.usage import AuditReport, Judged
from goldsmith_cli.audit.policy import READ
from goldsmith_cli.audit.run import Audit, Families
from tests.audit import references_compute, references_documents, references_images, references_services
from tests.audit.cloud import CONSUMER, HOME, Cloud
from tests.audit.references import CASES, Case

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TABLE = (references_compute, references_services, references_documents, references_images)


def listed(image: str, created: str = "2025-01-01T00:00:00.000Z") -> dict[str, Any]:
    disk = {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": f"snap-{image[4:]}", "VolumeSize": 8}}
    return {
        "ImageId": image, "Name": image, "OwnerId": HOME, "State": "available", "Architecture": "x86_64",
        "CreationDate": created, "Public": False, "Tags": [{"Key": "goldsmith:family", "Value": "web"}],
        "DeregistrationProtection": "disabled", "BlockDeviceMappings": [disk],
    }  # fmt: skip


def used(number: int) -> str:
    return f"ami-{number:016x}a"


def twin(number: int) -> str:
    return f"ami-{number:016x}b"


@dataclass(frozen=True)
class Audited:
    cloud: Cloud
    report: AuditReport
    images: dict[str, Judged]


@pytest.fixture(scope="module")
def audited() -> Audited:
    cloud = Cloud()
    for number, each in enumerate(CASES):
        cloud.add("DescribeImages", listed(used(number)), listed(twin(number)))
        each.place(cloud, used(number))
    for day in range(3):
        cloud.add("DescribeImages", listed(f"ami-0000000{day}", f"2026-05-0{day + 1}T00:00:00.000Z"))
    audit = Audit(AuditRules(), Families("goldsmith:family"), NOW, ancestry=True)
    places = [cloud.reader(account, "us-east-1") for account in (HOME, CONSUMER)]
    organization = Organization((cloud.session(HOME).client("organizations"),))
    report = audit.run(places, organization, {}, {})
    return Audited(cloud, report, {image.image_id: image for image in report.images})


def test_the_table_is_long_enough():
    assert len(CASES) >= 30
    assert {each.place.__module__ for each in CASES} == {module.__name__ for module in TABLE}
    assert not [name for name, count in Counter(each.name for each in CASES).items() if count > 1]


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=[each.name for each in CASES])
def test_an_image_that_is_used_may_not_go_and_its_twin_may(audited: Audited, number: int, case: Case):
    image, equal = audited.images[used(number)], audited.images[twin(number)]

    assert image.verdict != "may_go"
    found = {use.kind for use in image.used_by} | set(image.reasons)
    assert case.seen_as in found or any(case.seen_as in place for place in image.unseen)
    assert (equal.verdict, equal.reasons, equal.used_by, equal.unseen) == ("may_go", (), (), ())


def test_all_volumes_of_an_image_count(audited: Audited):
    three = next(n for n, each in enumerate(CASES) if each.name.startswith("the third volume"))

    assert audited.images[used(three)].snapshot_gib == 8 + 50 + 100


def test_the_policy_that_it_prints_is_what_it_calls(audited: Audited):
    called = {f"{service}:{operation}" for service, operation in audited.cloud.called} - {"sts:GetCallerIdentity"}

    forwarded = {"imagebuilder:GetContainerRecipe"}  # EC2 asks it in the caller's name
    assert called == set(READ) - {"ec2:DescribeRegions"} - forwarded  # regions: asked where none is named


def test_nothing_in_the_account_was_left_unseen(audited: Audited):
    strangers = {"333333333333", "444444444444", "555555555555"}

    assert {each.account for each in audited.report.unseen} == strangers | {HOME}
    assert [each.source for each in audited.report.unseen if each.account == HOME] == [
        "accounts of arn:aws:organizations::111111111111:organization/o-strangers"
    ]
