"""The reaper deletes the volumes of hosts, and nobody else's."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from goldsmith.errors import TryAgain
from tests.act.conftest import MACHINES, NOW, client
from tests.act.reaping import REGIONS, RUN, launched, opened, state

DEFINITION = '{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 9, "End": true}}}'
ROLE = "arn:aws:iam::123456789012:role/r"


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


def test_the_sweep_finds_volumes_that_a_machine_kept_until_it_was_terminated(states, reaper, reports):
    execution = states.start_execution(stateMachineArn=f"{MACHINES}adopt", name=RUN)["executionArn"]
    states.stop_execution(executionArn=execution)
    left = volume("eu-west-1", run=RUN, host=RUN)

    reaper.sweep(NOW)

    assert volumes("eu-west-1") == []
    assert [report.volumes for report in reports] == [(left,)]


def test_a_volume_of_a_run_that_nobody_knows_is_reported_and_kept(reaper, reports):
    """Another deployment's, a person's own tag, or a run that Step Functions has forgotten."""
    kept = volume("eu-west-1", host="build-webapp-9")

    reaper.sweep(NOW)

    assert volumes("eu-west-1") == [kept]
    ((undeleted,),) = [report.undeleted for report in reports]
    assert (undeleted.volume_id, undeleted.region) == (kept, "eu-west-1")
    assert "somebody else's" in undeleted.why


def test_a_volume_is_left_to_the_next_try_while_ec2_is_busy(ledger, reaper, reports):
    opened(ledger)
    kept = volume("us-east-1", run=RUN, host=RUN)
    busy = replace(reaper, client=refusing("DeleteVolume", "RequestLimitExceeded"))

    with pytest.raises(TryAgain):
        busy.reap(RUN, "FAILED")

    assert (volumes("us-east-1"), reports) == ([kept], [])
    reaper.reap(RUN, "FAILED")
    assert volumes("us-east-1") == []


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
