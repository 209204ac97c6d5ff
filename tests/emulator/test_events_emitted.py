import json
import os
import subprocess

from tests.embedded import PYTHON, ROOT, Account
from tests.emulator.functions import role
from tests.emulator.queues import queue

EMIT = """
import json, threading
from emulator import patches
from emulator.events import service_events
from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge
patches.apply_all()
service_events.start()
seen, all_seen = [], threading.Event()
def dispatch(event, view=None):
    origin = [event[name] for name in ("Account", "Region", "Detail", "Resources")]
    seen.append([get_account_id(), get_region(), *origin])
    if len(seen) == 20:
        all_seen.set()
eventbridge._dispatch_event = dispatch
for n in range(20):
    service_events.emit("111111111111", "eu-west-1", "aws.ec2", "EC2 AMI State Change", {"n": n}, ["arn"])
all_seen.wait(10)
print(json.dumps(seen))
"""


def test_service_events_keep_their_order_account_and_region():
    run = subprocess.run([PYTHON, "-c", EMIT], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True)

    where = ["111111111111", "eu-west-1"]
    assert json.loads(run.stdout) == [[*where, *where, json.dumps({"n": n}), ["arn"]] for n in range(20)]


def test_a_workflow_says_how_it_ended(account: Account):
    seen, states = queue(account, "seen", "events"), account.client("stepfunctions")
    events = account.client("events")
    events.put_rule(Name="r", EventPattern='{"source": ["aws.states"], "detail": {"status": ["SUCCEEDED"]}}')
    events.put_targets(Rule="r", Targets=[{"Id": "q", "Arn": seen.arn}])
    machine = states.create_state_machine(
        name="m", definition='{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}',
        roleArn=role(account, "m", service="states.amazonaws.com"),
    )["stateMachineArn"]  # fmt: skip
    execution = states.start_execution(stateMachineArn=machine, input='{"n": 1}')["executionArn"]

    event = seen.one()

    assert event["detail-type"] == "Step Functions Execution Status Change"
    assert (event["account"], event["region"], event["resources"]) == (account.id, "us-east-1", [execution])
    assert (event["detail"]["executionArn"], event["detail"]["input"]) == (execution, '{"n": 1}')
