"""What becomes of uploads that are right, in whichever order they are heard."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from goldsmith.act.recipe.check import Taken
from goldsmith.errors import TryAgain
from goldsmith.recipe.bundle import Bundle
from goldsmith.vocabulary import EventType
from tests.act.desk import BUS, OWNER, TUESDAYS, Desk, bundle


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_good_one_is_the_familys(desk):
    good = bundle()

    told = desk.take(good)

    assert told == Taken(family="webapp", recipe_sha=good.sha, commit="abc123", owner=OWNER)
    assert desk.said == [(EventType.RECIPE_ACCEPTED, told)]
    assert desk.accepted() == good
    assert desk.schedules() == {}


def test_its_schedule_asks_for_a_build_on_our_bus(desk):
    desk.take(bundle(TUESDAYS))

    (found,) = desk.schedules().values()
    assert (found["Name"], found["FlexibleTimeWindow"]) == ("webapp", {"Mode": "OFF"})
    assert (found["ScheduleExpression"], found["ScheduleExpressionTimezone"]) == (
        "cron(0 4 ? * TUE *)",
        "Europe/Berlin",
    )
    target = found["Target"]
    assert (target["Arn"], target["RoleArn"]) == (BUS, "arn:aws:iam::1:role/ask")
    assert target["EventBridgeParameters"] == {"Source": "goldsmith", "DetailType": "Build Requested"}
    assert json.loads(target["Input"]) == {"family": "webapp", "by": "schedule"}
    assert target["DeadLetterConfig"] == {"Arn": "arn:aws:sqs:us-east-1:1:q"}


def test_the_schedule_changes_with_the_recipe_and_goes_with_it(desk):
    desk.take(bundle(TUESDAYS))
    desk.take(bundle('schedule: {expression: "rate(7 days)"}'))
    assert desk.schedules()["webapp"]["ScheduleExpression"] == "rate(7 days)"

    desk.take(bundle())

    assert desk.schedules() == {}


def test_heard_twice_is_the_same(desk):
    uploaded = desk.upload(bundle(TUESDAYS))

    assert desk.hear(uploaded) == desk.hear(uploaded)
    assert list(desk.schedules()) == ["webapp"]


# ── order ──


def test_an_older_upload_heard_late_changes_nothing(desk):
    older, newer = bundle(TUESDAYS), bundle('schedule: {expression: "rate(7 days)"}')
    first, second = desk.upload(older), desk.upload(newer)
    desk.hear(second)

    told = desk.hear(first)

    assert "a later upload was accepted before this one was read" in told.problems[0]
    assert desk.accepted() == newer
    assert desk.schedules()["webapp"]["ScheduleExpression"] == "rate(7 days)"


def test_an_older_recipe_uploaded_again_is_taken_again(desk):
    older = bundle()
    desk.take(older)
    desk.take(bundle(TUESDAYS))

    desk.take(older)

    assert desk.accepted() == older
    assert desk.schedules() == {}


def beaten(desk: Desk) -> Callable[..., None]:
    """Another upload is accepted just before this one is written."""

    def strike(params: Any, **_: Any) -> None:
        if params["Key"].startswith("accepted/"):
            desk.s3.meta.events.unregister("before-parameter-build.s3.PutObject", strike)
            other = bundle(TUESDAYS).model_dump_json(by_alias=True).encode()
            desk.s3.put_object(Bucket="recipes", Key=params["Key"], Body=other)

    return strike


@pytest.mark.parametrize("before", [False, True], ids=["the family's first", "one more"])
def test_whoever_is_beaten_tries_again(desk, before):
    if before:
        desk.take(bundle("channels: [staging]"))
    uploaded = desk.upload(bundle())
    desk.s3.meta.events.register("before-parameter-build.s3.PutObject", beaten(desk))

    with pytest.raises(TryAgain, match="another recipe of webapp is being accepted"):
        desk.hear(uploaded)

    assert desk.accepted() == bundle(TUESDAYS)
    assert EventType.RECIPE_REFUSED not in [event for event, _ in desk.said]


def test_the_schedule_is_that_of_what_is_accepted_in_the_end(desk):
    """Another upload is accepted, and sets its schedule, between this one's writing and its last look."""
    uploaded = desk.upload(bundle())

    def overtaken(**_: Any) -> None:
        desk.s3.meta.events.unregister("after-call.s3.PutObject", overtaken)
        other = bundle(TUESDAYS).model_dump_json(by_alias=True).encode()
        desk.s3.put_object(Bucket="recipes", Key="accepted/webapp.json", Body=other)

    desk.s3.meta.events.register("after-call.s3.PutObject", overtaken)
    desk.hear(uploaded)

    assert list(desk.schedules()) == ["webapp"]


# ── families built upon each other ──


def upon(family: str, base: str) -> Bundle:
    return bundle(family=family, base=f"channel: {{family: {base}, name: production}}")


def test_a_chain_is_none(desk):
    desk.take(bundle(family="base"))

    assert desk.take(upon("webapp", "base")).problems == ()
    assert desk.take(upon("shop", "webapp")).problems == ()


def test_upon_a_family_that_has_no_recipe_yet(desk):
    assert desk.take(upon("webapp", "base")).problems == ()


def test_a_cycle_is_refused(desk):
    for each in (upon("shop", "webapp"), upon("webapp", "base")):
        assert desk.take(each).problems == ()

    told = desk.take(upon("base", "shop"))

    (problem,) = told.problems
    assert "recipes/base.yaml: base.channel: base -> shop -> webapp -> base is a cycle" in problem
    assert desk.accepted("base") is None


def test_a_chain_that_can_no_longer_be_followed_is_told(desk):
    broken = json.dumps(bundle().model_dump(mode="json", by_alias=True) | {"text": "family: base"}).encode()
    desk.s3.put_object(Bucket="recipes", Key="accepted/base.json", Body=broken)

    told = desk.take(upon("webapp", "base"))

    assert "the accepted recipe of base can no longer be read" in told.problems[0]
