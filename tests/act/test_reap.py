from datetime import timedelta

import pytest

from goldsmith.act.run.reap import NEVER_STARTED, failed
from goldsmith.run import STARTING, execution_arn
from goldsmith.values.outcome import TIMED_OUT
from goldsmith.values.reap import RunFailed
from tests.act.conftest import IMAGE, MACHINES, NOW, THING, waiting
from tests.act.reaping import REGIONS, RUN, launched, opened, state


def test_a_dead_runs_machines_tokens_and_note_are_ended_and_said(ledger, reaper, reports):
    opened(ledger)
    ledger.note(waiting(run=RUN), NOW)
    machines = {region: launched(region, **{"goldsmith:run": RUN}) for region in REGIONS}

    reaper.reap(RUN, "FAILED", "NeedsAPerson", "no such thing")

    assert {region: state(region, machine) for region, machine in machines.items()} == dict.fromkeys(
        REGIONS, "terminated"
    )
    assert ledger.waits_for(THING) == [] == ledger.open_runs()
    assert [(r.status, r.error, r.image, set(r.instances), r.waits) for r in reports] == [
        ("FAILED", "NeedsAPerson", IMAGE, set(machines.values()), 1)
    ]


def test_machines_of_others_are_left_alone(ledger, reaper):
    opened(ledger)
    others = [launched("us-east-1"), launched("us-east-1", **{"goldsmith:run": "adopt-ami-2-1", "x": "y"})]

    reaper.reap(RUN, "ABORTED")

    assert [state("us-east-1", machine) for machine in others] == ["running", "running"]


def test_the_end_of_a_good_run_is_tidied_in_silence(ledger, reaper, reports):
    opened(ledger)

    reaper.reap(RUN, "SUCCEEDED")

    assert ledger.open_runs() == [] == reports


def test_a_good_run_that_left_a_machine_is_said(ledger, reaper, reports):
    opened(ledger)
    machine = launched("us-east-1", **{"goldsmith:run": RUN})

    reaper.reap(RUN, "SUCCEEDED")

    assert [report.instances for report in reports] == [(machine,)]


def test_an_end_heard_twice_is_said_once(ledger, reaper, reports):
    opened(ledger)

    reaper.reap(RUN, "FAILED")
    reaper.reap(RUN, "FAILED")

    assert len(reports) == 1


@pytest.mark.parametrize(
    ("caught", "cause"),
    [
        ({"Error": "TryAgain", "Cause": "EC2 is busy", "State": "Decide"}, "EC2 is busy"),
        ({"Error": "TryAgain", "Cause": '{"errorMessage": "EC2 is busy", "errorType": "TryAgain"}'}, "EC2 is busy"),
        ({"Error": "TryAgain", "Cause": "", "State": "Await image"}, TIMED_OUT["Await image"]),
    ],
)
def test_a_run_that_is_about_to_fail_is_said_with_its_error_and_its_end_is_not_said_again(
    ledger, reaper, reports, caught, cause
):
    opened(ledger)
    machine = launched("us-east-1", **{"goldsmith:run": RUN})

    reaper.reap(*failed(RunFailed.model_validate({"run": RUN, "failure": caught})))
    reaper.reap(RUN, "FAILED", "TryAgain", "as Step Functions tells it")

    assert [(r.status, r.error, r.cause, r.instances) for r in reports] == [("FAILED", "TryAgain", cause, (machine,))]
    assert ledger.open_runs() == []


def test_the_sweep_finds_the_end_that_nobody_told(ledger, states, reaper):
    opened(ledger)
    states.start_execution(stateMachineArn=f"{MACHINES}adopt", name=RUN)
    states.stop_execution(executionArn=execution_arn(MACHINES, RUN))

    assert [each.status for each in reaper.sweep(NOW)] == ["ABORTED"]
    assert ledger.open_runs() == []


def test_the_sweep_leaves_a_live_run_alone(ledger, states, reaper):
    opened(ledger)
    states.start_execution(stateMachineArn=f"{MACHINES}adopt", name=RUN)

    assert reaper.sweep(NOW + timedelta(days=30)) == []
    assert [each.run for each in ledger.open_runs()] == [RUN]


@pytest.mark.parametrize(
    ("age", "statuses"), [(STARTING - timedelta(seconds=1), []), (STARTING, [NEVER_STARTED])], ids=["young", "old"]
)
def test_a_run_that_never_started_is_given_time_first(ledger, reaper, age, statuses):
    opened(ledger)

    assert [each.status for each in reaper.sweep(NOW + age)] == statuses


def test_the_sweep_ends_machines_of_runs_that_the_ledger_forgot(reaper, reports):
    machine = launched("eu-west-1", **{"goldsmith:run": RUN})

    reaper.sweep(NOW)

    assert state("eu-west-1", machine) == "terminated"
    assert [report.instances for report in reports] == [(machine,)]


def test_a_run_tag_that_is_no_run_of_ours_is_not_ours_to_end(reaper):
    machine = launched("us-east-1", **{"goldsmith:run": "mine, hands off"})

    assert reaper.sweep(NOW) == []
    assert state("us-east-1", machine) == "running"
