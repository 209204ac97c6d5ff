import json
from datetime import timedelta

import pytest
from botocore.stub import Stubber

from goldsmith.act.run.start import start
from goldsmith.errors import TryAgain
from goldsmith.run import STARTING, execution_arn
from tests.act.conftest import IMAGE, MACHINES, NOW, asked

FIRST, SECOND = f"adopt-{IMAGE.image_id}-1", f"adopt-{IMAGE.image_id}-2"


@pytest.fixture
def begin(ledger, states):
    return lambda event, now=NOW: start(event, ledger=ledger, states=states, machines=MACHINES, now=now)


def runs(states) -> list[str]:
    return sorted(e["name"] for e in states.list_executions(stateMachineArn=f"{MACHINES}adopt")["executions"])


def end(states, run: str) -> None:
    states.stop_execution(executionArn=execution_arn(MACHINES, run))


def test_a_request_starts_a_run_that_knows_its_name_and_image(begin, states):
    assert begin(asked()).outcome == "started"

    given = states.describe_execution(executionArn=execution_arn(MACHINES, FIRST))["input"]
    assert json.loads(given) == {"run": FIRST, "image": IMAGE.model_dump(by_alias=True)}


def test_the_same_event_twice_is_one_run(begin, states):
    begin(asked("e1"))
    begin(asked("e1"))

    assert runs(states) == [FIRST]


def test_two_events_at_once_are_one_run(begin, states):
    begin(asked("e1"))

    assert begin(asked("e2")).outcome == "already_running"
    assert runs(states) == [FIRST]


def test_asked_again_after_a_failure_is_the_next_attempt(begin, states):
    begin(asked("e1"))
    end(states, FIRST)

    assert begin(asked("e2")).run == SECOND
    assert runs(states) == [FIRST, SECOND]


def test_the_event_of_a_failed_attempt_heard_late_starts_nothing(begin, states):
    begin(asked("e1"))
    end(states, FIRST)
    begin(asked("e2"))
    end(states, SECOND)

    begin(asked("e1"))

    assert runs(states) == [FIRST, SECOND]


@pytest.mark.parametrize(("detail", "outcome"), [({}, "already_done"), ({"again": True}, "started")])
def test_after_a_success_only_again_starts_another(begin, states, detail, outcome):
    begin(asked("e1"))
    stub = Stubber(states)
    stub.add_response(
        "describe_execution",
        {"executionArn": "a", "stateMachineArn": "s", "name": FIRST, "status": "SUCCEEDED", "startDate": NOW},
    )
    stub.add_response("start_execution", {"executionArn": "a", "startDate": NOW})
    with stub:
        assert begin(asked("e2", **detail)).outcome == outcome


def test_who_died_between_lease_and_start_is_finished_by_the_same_event(begin, states):
    with Stubber(states) as stub:
        stub.add_client_error("start_execution", "InternalFailure")
        with pytest.raises(states.exceptions.ClientError):
            begin(asked("e1"))

    assert begin(asked("e1")).outcome == "started"
    assert runs(states) == [FIRST]


@pytest.mark.parametrize(
    ("age", "outcome"),
    [(STARTING - timedelta(seconds=1), "already_running"), (STARTING, "started")],
)
def test_a_lease_whose_run_never_began_holds_for_a_while_only(begin, states, age, outcome):
    with Stubber(states) as stub:
        stub.add_client_error("start_execution", "InternalFailure")
        with pytest.raises(states.exceptions.ClientError):
            begin(asked("e1"))

    assert begin(asked("e2"), now=NOW + age).outcome == outcome


def test_a_transaction_in_the_way_is_tried_again(begin, ledger):
    with Stubber(ledger.dynamodb) as stub:
        stub.add_response("get_item", {})
        stub.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}]},
        )
        with pytest.raises(TryAgain):
            begin(asked())


def test_a_slower_writer_starts_nothing(begin, ledger, states):
    with Stubber(ledger.dynamodb) as stub:
        stub.add_response("get_item", {})
        stub.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": [{"Code": "ConditionalCheckFailed"}, {"Code": "None"}]},
        )
        assert begin(asked()).outcome == "already_running"

    assert runs(states) == []
