from collections.abc import Callable

import boto3
import pytest
from botocore.stub import ANY, Stubber

from goldsmith.act.run.wait import resume, watch
from goldsmith.errors import NeedsAPerson
from goldsmith.gather.wait_target import look, told
from goldsmith.model import Sighting
from tests.act.conftest import NOW, THING, client, said, waiting

AVAILABLE = Sighting(thing=THING, state="available")
PENDING = Sighting(thing=THING, state="pending")


@pytest.fixture
def tokens(states):
    """Step Functions that takes each token once: what it was given, in order."""
    taken: list[str] = []
    stub = Stubber(states)

    def allow(*codes: str | None) -> list[str]:
        for code in codes:
            if code:
                stub.add_client_error("send_task_success", code)
            else:
                stub.add_response("send_task_success", {}, {"taskToken": ANY, "output": ANY})
        states.meta.events.register("provide-client-params.*", lambda params, **_: taken.append(params["taskToken"]))
        return taken

    with stub:
        yield allow


def seen(sighting: Sighting) -> Callable[[], Sighting]:
    return lambda: sighting


def test_what_is_not_done_waits_with_its_token_noted(ledger, states):
    watch(waiting(), ledger=ledger, look=seen(PENDING), states=states, now=NOW)

    assert ledger.waits_for(THING) == [waiting()] == ledger.waits_of("adopt-ami-1-1")


def test_what_is_done_ends_its_own_wait_and_leaves_nothing(ledger, states, tokens):
    taken = tokens(None)

    watch(waiting(), ledger=ledger, look=seen(AVAILABLE), states=states, now=NOW)

    assert taken == ["t1"]
    assert ledger.waits_for(THING) == [] == ledger.waits_of("adopt-ami-1-1")


def test_the_token_is_noted_before_the_look(ledger, states):
    noted_when_looking = []

    def look_now() -> Sighting:
        noted_when_looking.extend(ledger.waits_for(THING))
        return PENDING

    watch(waiting(), ledger=ledger, look=look_now, states=states, now=NOW)

    assert noted_when_looking == [waiting()]


def test_an_event_ends_every_wait_on_the_thing(ledger, states, tokens):
    for run in ("adopt-ami-1-1", "adopt-ami-1-2"):
        watch(waiting(run, run), ledger=ledger, look=seen(PENDING), states=states, now=NOW)
    taken = tokens(None, None)

    assert resume(AVAILABLE, ledger=ledger, states=states) == 2
    assert sorted(taken) == ["adopt-ami-1-1", "adopt-ami-1-2"]
    assert ledger.waits_for(THING) == []


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_late_token_is_harmless_and_forgotten(ledger, states, tokens, code):
    ledger.note(waiting(), NOW)
    tokens(code)

    resume(AVAILABLE, ledger=ledger, states=states)

    assert ledger.waits_for(THING) == []


def test_a_busy_answer_keeps_the_token_for_the_next_try(ledger, states, tokens):
    ledger.note(waiting(), NOW)
    tokens("ThrottlingException")

    with pytest.raises(states.exceptions.ClientError):
        resume(AVAILABLE, ledger=ledger, states=states)

    assert ledger.waits_for(THING) == [waiting()]


def test_forgetting_an_old_token_leaves_the_new_attempts_alone(ledger):
    ledger.note(waiting("new"), NOW)

    ledger.forget(waiting("old"))

    assert ledger.waits_for(THING) == [waiting("new")] == ledger.waits_of("adopt-ami-1-1")


def test_an_event_that_is_no_end_ends_nothing(ledger, states):
    ledger.note(waiting(), NOW)

    assert resume(PENDING, ledger=ledger, states=states) == 0
    assert ledger.waits_for(THING) == [waiting()]


def test_looked_at_and_told_have_the_same_shape():
    ec2 = boto3.client("ec2")
    image_id = ec2.register_image(Name="web", RootDeviceName="/dev/xvda")["ImageId"]
    thing = THING.model_copy(update={"id": image_id})
    event = said("EC2 AMI State Change", ImageId=image_id, State="available", ErrorMessage="")

    assert look(thing, client=client) == told(event)


def test_an_image_that_ec2_does_not_know_yet_is_waited_for():
    sighting = look(THING, client=client)

    assert sighting.state == "unknown"


def test_an_event_that_no_wait_knows_is_for_a_person():
    with pytest.raises(NeedsAPerson, match="EC2 Spot Instance Interruption Warning"):
        told(said("EC2 Spot Instance Interruption Warning"))
