"""Small state machines and functions, made through boto3 in an account of their own."""

import io
import json
import zipfile
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.embedded import Account, Embedded, eventually

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["states.amazonaws.com", "lambda.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}
SDK = "arn:aws:states:::aws-sdk:"
INVOKE = "arn:aws:states:::lambda:invoke"
NAMES = count()


def allow(*actions: str, resource: str = "*") -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def only(state: dict[str, Any], **machine: Any) -> dict[str, Any]:
    """A JSONata state machine of the one state `Do`."""
    ends = state if state["Type"] in ("Succeed", "Fail", "Choice") else state | {"End": True}
    return {"QueryLanguage": "JSONata", "StartAt": "Do", "States": {"Do": ends}} | machine


@dataclass
class Workflows:
    embedded: Embedded
    account: Account
    clock: str = "held"

    def __post_init__(self) -> None:
        self.sfn = self.account.client("stepfunctions")
        self.embedded.tell("clock", account=self.account.id, speed=self.clock)

    def role(self, policy: dict[str, Any] | None = None, trust: dict[str, Any] | None = None) -> str:
        iam, name = self.account.client("iam"), f"role-{next(NAMES)}"
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust or TRUST))
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy or allow("*")))
        return f"arn:aws:iam::{self.account.id}:role/{name}"

    def function(self, body: str) -> str:
        """A function whose handler has the statements `body`; it sees `event`."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr("app.py", f"class TryAgain(Exception): ...\n\ndef handler(event, context):\n    {body}\n")
        created = self.account.client("lambda").create_function(
            FunctionName=f"function-{next(NAMES)}", Runtime="python3.13", Handler="app.handler", Role=self.role(),
            Code={"ZipFile": packed.getvalue()},
        )  # fmt: skip
        return str(created["FunctionArn"])

    def machine(self, definition: dict[str, Any] | str, role: str | None = None) -> str:
        text = definition if isinstance(definition, str) else json.dumps(definition)
        made = self.sfn.create_state_machine(
            name=f"machine-{next(NAMES)}", definition=text, roleArn=role or self.role()
        )
        return str(made["stateMachineArn"])

    def start(self, definition: dict[str, Any], role: str | None = None, value: Any = None, **named: str) -> str:
        machine = self.machine(definition, role)
        started = self.sfn.start_execution(stateMachineArn=machine, input=json.dumps(value or {}), **named)
        return str(started["executionArn"])

    def ended(self, execution: str) -> dict[str, Any]:
        """How the execution ended, once it has."""

        def end() -> dict[str, Any] | None:
            described: dict[str, Any] = self.sfn.describe_execution(executionArn=execution)
            return described if described["status"] != "RUNNING" else None

        described = eventually(end)
        assert described is not None
        return described

    def run(self, definition: dict[str, Any], role: str | None = None, value: Any = None) -> dict[str, Any]:
        return self.ended(self.start(definition, role, value))

    def output(self, definition: dict[str, Any], role: str | None = None, value: Any = None) -> Any:
        described = self.run(definition, role, value)
        assert described["status"] == "SUCCEEDED", described
        return json.loads(described["output"])

    def history(self, execution: str) -> list[dict[str, Any]]:
        return list(self.sfn.get_execution_history(executionArn=execution)["events"])

    def timers(self, **wanted: str) -> list[dict[str, Any]]:
        return list(self.embedded.tell("timers", account=self.account.id, **wanted))

    def waiting(self, **wanted: str) -> list[dict[str, Any]]:
        """The pending timers that match, once there is one."""
        return eventually(lambda: self.timers(**wanted))

    def expire(self, **wanted: str) -> None:
        """Expire the timers that match, once there is one."""
        self.waiting(**wanted)
        assert self.embedded.tell("expire", account=self.account.id, **wanted)["expired"] > 0


def task(resource: str, arguments: dict[str, Any], **more: Any) -> dict[str, Any]:
    return only({"Type": "Task", "Resource": resource, "Arguments": arguments} | more)


def caught(machine: dict[str, Any], *errors: str) -> dict[str, Any]:
    """`machine`, whose task catches `errors` and gives the error's name."""
    do = machine["States"]["Do"] | {"Catch": [{"ErrorEquals": list(errors), "Next": "Caught"}]}
    tell = {"Type": "Pass", "Output": "{% $states.input.Error %}", "End": True}
    return machine | {"States": {"Do": do, "Caught": tell}}
