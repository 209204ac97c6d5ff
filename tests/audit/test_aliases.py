"""Aliases that do not resolve: one of our own that is gone is nothing, all else is a place that cannot be seen."""

from goldsmith.gather.usage.reading import read
from tests.audit.cloud import CONSUMER, HOME, Cloud
from tests.audit.references import group, parameter, template

FOREIGN = f"arn:aws:ssm:us-east-1:{CONSUMER}:parameter/golden"
ALIASES = "SSM aliases"


def unseen(cloud: Cloud) -> dict[str, str]:
    return read(cloud.reader(HOME, "us-east-1")).unseen


def test_an_alias_of_ours_that_is_gone_is_nothing():
    cloud = Cloud()
    template(cloud, "web", "resolve:ssm:/golden/gone:3")

    assert unseen(cloud) == {}


def test_an_alias_of_another_account_that_does_not_resolve_cannot_be_seen():
    cloud = Cloud()
    template(cloud, "web", f"resolve:ssm:{FOREIGN}:3")

    assert unseen(cloud) == {ALIASES: f"ssm:GetParameters does not resolve {FOREIGN}:3"}


def test_an_alias_of_which_the_answer_says_nothing_cannot_be_seen():
    cloud = Cloud()
    parameter(cloud, "/golden/web", "ami-00000001", ":4")
    values = cloud.said[HOME, "us-east-1", "GetParameters"]
    values["/golden/web:3"] = values.pop("/golden/web:4")
    template(cloud, "web", "resolve:ssm:/golden/web:3")

    assert unseen(cloud) == {ALIASES: "ssm:GetParameters says nothing of /golden/web:3"}


def test_denied_aliases_name_the_permission():
    cloud = Cloud()
    template(cloud, "web", "resolve:ssm:/golden/web")
    cloud.errors[HOME, "us-east-1", "GetParameters"] = "AccessDeniedException"

    assert unseen(cloud)[ALIASES] == "ssm:GetParameters is denied (AccessDeniedException)"


def test_a_public_alias_is_amazons_and_never_ours():
    cloud = Cloud()
    template(cloud, "web", "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64")

    assert unseen(cloud) == {}
    assert ("ssm", "GetParameters") not in cloud.called


def test_a_template_that_is_gone_launches_nothing():
    cloud = Cloud()
    gone = {"LaunchTemplateId": "lt-gone", "Version": "2"}
    cloud.add("DescribeAutoScalingGroups", group("orphan", LaunchTemplate=gone))

    assert unseen(cloud) == {}
