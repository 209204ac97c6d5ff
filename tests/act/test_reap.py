from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from goldsmith.act.reap import NEVER_STARTED, Reaper, failed
from goldsmith.outcome import TIMED_OUT
from goldsmith.reaping import Reaped, RunFailed
from goldsmith.run import STARTING, Lease, execution_arn
from goldsmith.vocabulary import Verb
from tests.act.conftest import IMAGE, MACHINES, NOW, THING, client, waiting

RUN = "adopt-ami-1-1"
DEFINITION = '{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 9, "End": true}}}'
ROLE = "arn:aws:iam::123456789012:role/r"
REGIONS = ("us-east-1", "eu-west-1")


@pytest.fixture
def reports() -> list[Reaped]:
    return []


@pytest.fixture
def reaper(ledger, states, reports) -> Reaper:
    return Reaper(
        ledger=ledger,
        states=states,
        client=client,
        regions=REGIONS,
        machines=MACHINES,
        report=reports.append,
        now=lambda: NOW,
    )


def opened(ledger, run: str = RUN) -> None:
    lease = Lease(verb=Verb.ADOPT, subject=IMAGE, attempt=1, run=run, events=frozenset(), taken=NOW)
    assert ledger.take(lease, instead_of=None)


def launched(region: str, **tags: str) -> str:
    ec2 = client("ec2", region)
    image = ec2.register_image(Name=f"base-{region}-{len(tags)}", RootDeviceName="/dev/xvda")["ImageId"]
    specification = [{"ResourceType": "instance", "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}]
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, TagSpecifications=specification if tags else [])
    return str(made["Instances"][0]["InstanceId"])


def state(region: str, instance: str) -> str:
    found: Any = boto3.client("ec2", region).describe_instances(InstanceIds=[instance])
    return str(found["Reservations"][0]["Instances"][0]["State"]["Name"])


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


def volume(region: str, **tags: str) -> str:
    """A volume that no instance has."""
    written = [{"Key": f"goldsmith:{key}", "Value": value} for key, value in tags.items()]
    specification = [{"ResourceType": "volume", "Tags": written}]
    made = client("ec2", region).create_volume(
        AvailabilityZone=f"{region}a", Size=8, TagSpecifications=specification if tags else []
    )
    return str(made["VolumeId"])


def volumes(region: str) -> list[str]:
    return [each["VolumeId"] for each in client("ec2", region).describe_volumes()["Volumes"]]


def refusing(operation: str, code: str) -> Callable[[str, str], Any]:
    """Clients whose calls of one operation are refused."""

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, operation)

    def make(service: str, region: str) -> Any:
        made = client(service, region)
        made.meta.events.register(f"before-call.{service}.{operation}", refuse)
        return made

    return make


def test_volumes_that_a_dead_runs_hosts_left_are_deleted_and_said(ledger, reaper, reports):
    opened(ledger)
    left = {region: volume(region, run=RUN, host=RUN) for region in REGIONS}

    cleared = reaper.reap(RUN, "FAILED")

    assert [volumes(region) for region in REGIONS] == [[], []]
    assert set(cleared.volumes) == set(left.values()) == set(reports[0].volumes)
    assert reports[0].undeleted == ()


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"run": RUN, "family": "webapp"},  # what an AMI of ours has, and so a volume whose tags were copied from it
        {"host": "build-webapp-2", "run": RUN},
        {"host": "mine, hands off"},
    ],
    ids=["none", "those of an AMI", "another run's", "no run's"],
)
def test_volumes_of_others_are_left_alone(ledger, states, reaper, tags):
    states.start_execution(stateMachineArn=f"{MACHINES}adopt", name=RUN)
    states.create_state_machine(name="goldsmith-build", definition=DEFINITION, roleArn=ROLE)
    states.start_execution(stateMachineArn=f"{MACHINES}build", name="build-webapp-2")
    opened(ledger)
    kept = volume("us-east-1", **tags)

    reaper.reap(RUN, "FAILED")
    reaper.sweep(NOW)

    assert volumes("us-east-1") == [kept]


def test_a_volume_that_an_instance_has_is_left_alone(ledger, reaper):
    opened(ledger)
    machine = launched("us-east-1")
    kept = volume("us-east-1", run=RUN, host=RUN)
    client("ec2", "us-east-1").attach_volume(VolumeId=kept, InstanceId=machine, Device="/dev/sdf")

    assert reaper.reap(RUN, "FAILED").volumes == ()
    assert kept in volumes("us-east-1")


def test_the_sweep_finds_volumes_that_a_machine_kept_until_it_was_terminated(reaper, reports):
    left = volume("eu-west-1", run=RUN, host=RUN)

    reaper.sweep(NOW)

    assert volumes("eu-west-1") == []
    assert [report.volumes for report in reports] == [(left,)]


def test_a_volume_that_cannot_be_deleted_is_said_and_stops_nothing(ledger, reaper, reports):
    opened(ledger)
    machine, left = launched("us-east-1", **{"goldsmith:run": RUN}), volume("us-east-1", run=RUN, host=RUN)
    denied = replace(reaper, client=refusing("DeleteVolume", "UnauthorizedOperation"))

    denied.reap(RUN, "SUCCEEDED")

    assert state("us-east-1", machine) == "terminated"
    assert ledger.open_runs() == []
    ((undeleted,),) = [report.undeleted for report in reports]
    assert (undeleted.volume_id, undeleted.region) == (left, "us-east-1")
    assert "UnauthorizedOperation" in undeleted.why


def test_a_volume_that_is_gone_meanwhile_is_not_said(ledger, reaper, reports):
    opened(ledger)
    volume("us-east-1", run=RUN, host=RUN)
    late = replace(reaper, client=refusing("DeleteVolume", "InvalidVolume.NotFound"))

    late.reap(RUN, "SUCCEEDED")

    assert reports == []
