"""What is deleted of a launch template, and what is told of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from goldsmith.act.retire.prune import AT_ONCE, CHANGED, Pruner
from goldsmith.model import Model
from goldsmith.pace import Paces
from goldsmith.policy.decide import decide
from goldsmith.rules import RetireRules
from goldsmith.values.retire import PruneFacts
from goldsmith.values.sweep import Pruned
from goldsmith.vocabulary import EventType
from tests.gather.templates import ACCOUNT, LATER, REGION, Cloud

NOW = datetime.now(UTC) + LATER


@pytest.fixture
def templates() -> Cloud:
    return Cloud()


def facts(template: str, versions: tuple[int, ...] = (2, 3, 5), **more: Any) -> PruneFacts:
    known = {
        "family": "web", "name": "web", "account": ACCOUNT, "region": REGION, "tagged": "web", "versions": versions,
        "youngest": NOW - LATER, "default": 1, "latest": 12, "keep": 3, "kept_from": 10,
    }  # fmt: skip
    return PruneFacts.model_validate({"template_id": template} | known | more)


def prune(cloud: Cloud, asked: PruneFacts, rules: RetireRules | None = None) -> tuple[EventType, Pruned]:
    said: list[tuple[EventType, Model]] = []
    pruner = Pruner(
        lambda _: lambda service, _: cloud.clients[service], lambda *event: said.append(event), Paces(), NOW
    )
    decision = decide(asked, NOW).model_copy(update={"rules": rules or RetireRules()})
    (tally,) = pruner.prune("retire-sweep-1", [(decision, asked)])
    ((kind, told),) = said
    assert isinstance(told, Pruned)
    assert kind == tally
    return kind, told


def test_what_was_decided_is_deleted_and_told(templates):
    kind, told = prune(templates, facts(templates.template(family="web")))
    assert (kind, told.deleted, told.failures) == (EventType.LAUNCH_TEMPLATE_PRUNED, (2, 3, 5), ())
    assert templates.deleted == [["2", "3", "5"]]


def test_what_is_not_allowed_is_not_deleted(templates):
    kind, told = prune(templates, facts(templates.template(family="web"), tagged="", hold="whoever", unseen=("x",)))
    assert (kind, told.deleted, templates.deleted) == (EventType.LAUNCH_TEMPLATE_KEPT, (), [])
    assert told.objections == ("web carries no tag goldsmith:family with the value web", "unseen: x", "hold: whoever")


@pytest.mark.parametrize(
    ("tags", "default", "left"),
    [({"family": "web"}, 3, [3]), ({"family": "other"}, 1, [2, 3, 5]), ({"family": "web", "hold": "x"}, 1, [2, 3, 5])],
)
def test_what_changed_meanwhile_is_left_out(templates, tags, default, left):
    _, told = prune(templates, facts(templates.template(default=default, **tags)))
    assert [(each.version, each.error) for each in told.failures] == [(each, CHANGED) for each in left]
    assert list(told.deleted) == [each for each in (2, 3, 5) if each not in left]


def test_the_rules_of_the_decision_say_what_is_too_young(templates):
    _, told = prune(templates, facts(templates.template(family="web")), RetireRules(min_idle=timedelta(days=9999)))
    assert [(each.version, each.error) for each in told.failures] == [(each, CHANGED) for each in (2, 3, 5)]


def test_where_the_newest_were_deleted_meanwhile_more_is_kept(templates):
    _, told = prune(templates, facts(templates.template(versions=6, family="web")))
    assert (told.deleted, [each.version for each in told.failures]) == ((2, 3), [5])


def test_what_is_gone_already_is_done(templates):
    it = templates.template(versions=6, family="web")
    templates.failing = {3: "launchTemplateVersionDoesNotExist"}
    _, told = prune(templates, facts(it, versions=(2, 3, 9)))
    assert (sorted(told.deleted), told.failures) == ([2, 3, 9], ())


def test_what_ec2_does_not_delete_is_told(templates):
    it = templates.template(family="web")
    templates.failing = {3: "unexpectedError"}
    kind, told = prune(templates, facts(it))
    assert (kind, told.deleted) == (EventType.LAUNCH_TEMPLATE_PRUNED, (2, 5))
    assert [(each.version, each.error) for each in told.failures] == [(3, "unexpectedError: no")]


def test_a_refusal_is_told(templates):
    it = templates.template(family="web")
    denied = templates.ec2.exceptions.ClientError({"Error": {"Code": "UnauthorizedOperation"}}, "Delete")
    templates.ec2.meta.events.register_first("before-call.ec2.DeleteLaunchTemplateVersions", _raise(denied))
    kind, told = prune(templates, facts(it))
    assert (kind, told.deleted, [each.version for each in told.failures]) == (
        EventType.LAUNCH_TEMPLATE_KEPT, (), [2, 3, 5],
    )  # fmt: skip


def _raise(error: Exception) -> Any:
    def refuse(**_: Any) -> None:
        raise error

    return refuse


def test_one_call_deletes_only_so_many(templates):
    it = templates.template(family="web", versions=3)
    many = {
        "LaunchTemplateVersions": [
            {"VersionNumber": n, "CreateTime": NOW - 2 * LATER, "LaunchTemplateData": {}, "LaunchTemplateId": it}
            for n in range(1, AT_ONCE + 60)
        ]
    }
    templates.ec2.meta.events.register(
        "after-call.ec2.DescribeLaunchTemplateVersions", lambda parsed, **_: parsed.update(many)
    )
    versions = tuple(range(2, AT_ONCE + 52))
    _, told = prune(templates, facts(it, versions=versions, latest=999, kept_from=999))
    assert [len(each) for each in templates.deleted] == [AT_ONCE, 49]
    assert len(told.deleted) == len(versions) - 1  # the latest, as moto tells it, is left out
