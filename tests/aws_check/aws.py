"""An AWS whose answers are validated against botocore's models, in both directions; nothing leaves this machine."""

from collections.abc import Callable
from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from aws_check.finding import Asked
from tests.embedded import ROOT

ONCE = Config(retries={"total_max_attempts": 1})
ACCOUNT, REGION = "123456789012", "eu-west-1"

Answer = Callable[[dict[str, Any]], dict[str, Any]]


class Aws:
    """`answers` are functions of the parameters, by service and operation as in `iam.SimulateCustomPolicy`.

    `calls` are those that were made, with their parameters.
    """

    def __init__(self, **answers: Answer) -> None:
        self.answers = {name.replace("__", "."): answer for name, answer in answers.items()}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.made: dict[str, Any] = {}

    def client(self, service: str, **_: Any) -> Any:
        if service not in self.made:
            keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
            made: Any = boto3.client(service, region_name=REGION, config=ONCE, **keys)  # type: ignore[call-overload]
            made.meta.events.register_first("before-parameter-build.*.*", self._note)
            stub = Stubber(made)
            stub.activate()
            self.made[service] = (made, stub)
        return self.made[service][0]

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        """Puts the answer into the queue of the stub just before the call takes it out."""
        name = f"{model.service_model.service_name}.{model.name}"
        self.calls.append((name, params))
        _, stub = self.made[model.service_model.service_name]
        try:
            stub.add_response(boto3_name(model.name), self.answers[name](params))
        except ClientError as error:
            said = error.response["Error"]
            stub.add_client_error(boto3_name(model.name), said["Code"], said["Message"])

    def asked(self) -> Asked:
        return Asked(ROOT, self.client, ACCOUNT, REGION)

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]


def boto3_name(operation: str) -> str:
    return xform_name(operation)


def refuses(code: str, message: str = "no") -> Answer:
    def answer(_: dict[str, Any]) -> dict[str, Any]:
        raise ClientError({"Error": {"Code": code, "Message": message}}, "Any")

    return answer


def identity(_: dict[str, Any]) -> dict[str, Any]:
    return {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/somebody", "UserId": "AIDAEXAMPLE"}
