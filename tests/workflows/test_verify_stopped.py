"""A verification that is stopped wherever it is leaves no host, and asked for again it comes to its end."""

from typing import Any

import pytest

from tests.embedded import eventually
from tests.workflows.answers import outcome
from tests.workflows.verifying import Version

WAITS = ("Await scan", "Await agent", "Await status", "Await test")
BEGINS: dict[str, dict[str, Any]] = {  # states that do not wait are stopped when what they call is held up
    "Plan": {"service": "s3", "operation": "GetObject", "principal": "-PlanVerify"},
    "Start scan": {"service": "inspector2", "operation": "StartOnDemandScan"},
    "Store findings": {"service": "inspector2", "operation": "GetOnDemandScanStatus", "principal": "-StoreFindings"},
    "Launch host": {"service": "ec2", "operation": "RunInstances"},
    "Send command": {"service": "ssm", "operation": "SendCommand"},
    "Store output": {"service": "ssm", "operation": "GetCommandInvocation"},
    "Terminate host": {"service": "ec2", "operation": "TerminateInstances", "principal": "-TerminateHost"},
    "Collect facts": {"service": "ec2", "operation": "GetImageAncestry"},
    "Decide": {"service": "lambda", "operation": "Invoke", "match": {"FunctionName": "-Decide-"}},
    "Reap": {"service": "lambda", "operation": "Invoke", "match": {"FunctionName": "-Reap-"}},
    "Apply": {"service": "ec2", "operation": "CreateTags", "principal": "-ApplyVerify"},
    "Report verified": {"service": "events", "operation": "PutEvents", "principal": "-VerifyRole-"},
}


def rests(version: Version, state: str) -> None:
    """Come back once nothing of its run is under way but these waits: what comes late leaves something behind."""
    scans = state == "Await scan"
    inside = {"Verify each", "Scan and test", state} | (set() if scans else {"Test hosts"})

    def is_at_rest() -> bool:
        noted = [note for note in version.notes() if note.startswith("wait#")]
        return version.states() == inside and len(noted) == (1 if scans else 2)

    eventually(is_at_rest)


@pytest.mark.parametrize("state", WAITS)
def test_stopped_while_it_waits(version: Version, state):
    (image,) = version.of_version()
    if state == "Await scan":
        version.at.tell("scans/hold", resource_id=image["ImageId"])
    if state == "Await agent":
        version.at.tell("hosts/online", tag={"goldsmith:family": version.name}, online=False)
    if state == "Await status":
        version.at.tell("hosts/status", tag={"goldsmith:family": version.name}, instance="initializing")
    if state == "Await test":
        version.scripted("test-boot", {"status": "InProgress"})
    rests(version.verify(), state)
    version.stop()
    if state == "Await scan":
        version.at.tell("scans/release", resource_id=image["ImageId"])
    version.at.tell("hosts/online", tag={"goldsmith:family": version.name}, online=True)
    version.at.tell("hosts/status", tag={"goldsmith:family": version.name})
    version.scripted("test-boot", outcome("boot"))

    version.verify().verified()


@pytest.mark.parametrize("state", BEGINS)
def test_stopped_while_it_works(version: Version, state):
    version.at.tell("clock", speed="held")
    version.at.tell("weather", **BEGINS[state], effect="throttle")
    version.verify().goes_on_to(state).stop()
    version.at.tell("weather/clear")
    version.at.tell("clock", speed="instant")

    version.verify().verified()
