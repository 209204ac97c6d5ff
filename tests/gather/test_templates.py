"""Who refers to which version of a launch template, and what would go."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from goldsmith.gather.retire.template_facts import Pruning, renewed
from goldsmith.gather.retire.templates import look, templates
from goldsmith.gather.usage.reader import TemplateMention, Through, Version, named_in
from goldsmith.recipe.retirement import LaunchTemplates
from goldsmith.rules import RetireRules
from goldsmith.values.retire import AccountRegion, PruneFacts
from goldsmith.values.usage import Use
from tests.gather.templates import ACCOUNT, REGION, Cloud, sources

NOW = datetime.now(UTC)
SPOT = AccountRegion(account=ACCOUNT, region=REGION)
USE = Use(kind="fleet", arn="arn:fleet", how="launch template 1")
BOTH = sources("instances", "Auto Scaling groups")


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with mock_aws():
        yield Cloud()


def pruning(keep: int = 3, *names: str, days: int = 31) -> Pruning:
    said = LaunchTemplates(names=names or ("web",), keep=keep)
    return Pruning({"web": said}, RetireRules(), NOW + timedelta(days=days))


def going(cloud: Cloud, keep: int = 3, **more: Any) -> tuple[int, ...]:
    """The versions that would go."""
    known, unseen = look(cloud.reader, BOTH)
    assert unseen == {}
    return next((each.versions for each in pruning(keep, **more).facts(SPOT, known)), ())


def test_all_but_the_default_and_the_newest_go(cloud):
    cloud.template(default=4, family="web")
    assert going(cloud) == (1, 2, 3, 5, 6, 7, 8, 9)
    assert going(cloud, keep=11) == (1,)
    assert going(cloud, keep=12) == going(cloud, keep=99) == ()
    assert going(cloud, days=29) == ()


@pytest.mark.parametrize(("version", "stays"), [("5", {5}), ("$Default", set()), ("$Latest", set())])
def test_what_a_group_launches_from_stays(cloud, version, stays):
    cloud.template(default=1, family="web")
    cloud.group("web", version)
    assert going(cloud) == tuple(sorted(set(range(2, 10)) - stays))


def test_what_an_instance_was_launched_from_stays_until_it_is_terminated(cloud):
    cloud.template(family="web")
    instance = cloud.instance("web", "7")
    cloud.ec2.stop_instances(InstanceIds=[instance])
    assert 7 not in going(cloud)
    cloud.ec2.terminate_instances(InstanceIds=[instance])
    assert 7 in going(cloud)


@pytest.mark.parametrize("status", ["Pending", "InProgress", "Baking", "RollbackInProgress", "Successful"])
def test_what_a_refresh_under_way_launches_from_stays(cloud, status):
    cloud.template(family="web")
    cloud.group("web", "$Latest")
    wanted = {"LaunchTemplate": {"LaunchTemplateName": "web", "Version": "3"}}
    cloud.refreshes = [{"Status": status, "DesiredConfiguration": wanted}]
    assert (3 in going(cloud)) == (status == "Successful")


def test_where_no_template_is_ours_refreshes_are_not_read(cloud):
    cloud.template()
    cloud.group("web", "$Latest")
    cloud.refreshes = [{}]
    assert going(cloud)


def version(number: int) -> Version:
    said = {
        "LaunchTemplateId": "lt-0a",
        "LaunchTemplateName": "web",
        "DefaultVersionNumber": 1,
        "LatestVersionNumber": 3,
    }
    names = frozenset((name, str(number)) for name in ("lt-0a", "web"))
    return Version("", USE, names, number, NOW, said)


VERSIONS = [version(each) for each in (1, 2, 3)]


@pytest.mark.parametrize("name", ["lt-0a", "web"])
def test_a_version_is_referred_to_by_the_id_or_the_name_of_its_template(name):
    (template,) = templates([*VERSIONS, Through(name, "2", USE), Through("other", "1", USE)])
    assert (template.used_by, template.held_by) == ({2: USE}, ())


@pytest.mark.parametrize("reference", [Through("web", "7", USE), TemplateMention("lt-0a", "", USE)])
def test_whoever_names_no_version_that_there_is_holds_every_one(reference):
    (template,) = templates([*VERSIONS, reference])
    assert template.held_by == (USE,)
    assert template.idle(1, NOW + timedelta(days=1)) == ()


def test_a_text_that_names_a_template_holds_every_version():
    text = "template lt-0123456789abcdef0 of ami-0123456789abcdef0"
    found = list(named_in(text, "SSM parameter", "arn", "/web"))
    assert [each.template for each in found if isinstance(each, TemplateMention)] == ["lt-0123456789abcdef0"]


def test_only_templates_that_are_named_and_of_which_something_would_go_are_judged(cloud):
    cloud.template(name="web", family="web", hold="2027-01-01 season")
    cloud.template(name="new", versions=3)
    cloud.template(name="other", family="web")
    known, _ = look(cloud.reader, BOTH)
    (facts,) = pruning(3, "web", "new", "gone").facts(SPOT, known, ("x",), ("y",))
    assert (facts.name, facts.tagged, facts.hold) == ("web", "web", "2027-01-01 season")
    assert (facts.default, facts.latest, facts.kept_from, facts.unseen, facts.implausible) == (
        1,
        12,
        10,
        ("x",),
        ("y",),
    )


@pytest.mark.parametrize(("tags", "days"), [({}, 31), ({"family": "other"}, 31), ({"family": "web"}, 29)])
def test_no_sweep_is_asked_for_where_nothing_is_ours_and_old(cloud, tags, days):
    cloud.template(**tags)
    assert pruning(days=days).due(cloud.reader) == (0, ())


def fresh(cloud: Cloud) -> PruneFacts:
    (facts,) = pruning().facts(SPOT, look(cloud.reader, BOTH)[0])
    return facts


def test_looked_at_again_whoever_refers_to_one_that_would_go_is_told(cloud):
    cloud.template(family="web")
    before = fresh(cloud)
    cloud.group("web", "5")
    cloud.ec2.modify_launch_template(LaunchTemplateName="web", DefaultVersion="6")
    after = renewed(before, look(cloud.reader, BOTH)[0], ())
    assert after is not None
    assert (after.versions, after.default, [each.kind for each in after.used_by]) == (
        before.versions, 6, ["Auto Scaling group"],
    )  # fmt: skip


def test_looked_at_again_a_template_that_is_gone_is_left_out_unless_it_could_not_be_seen(cloud):
    cloud.template(family="web")
    before = fresh(cloud)
    assert renewed(before, [], ()) is None
    after = renewed(before, [], ("instances: denied",))
    assert after is not None
    assert after.unseen == ("instances: denied",)
