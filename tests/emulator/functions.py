"""Tiny Lambda functions, made through the API in a test's own account."""

import io
import json
import zipfile
from typing import Any

from tests.embedded import Account

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def zipped(**files: str) -> bytes:
    """A zip file; `app="…"` is `app.py`, other paths as `{"python/x.py": "…"}`."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name if "." in name else f"{name}.py", text)
    return content.getvalue()


def role(account: Account, name: str, *allowed: tuple[str, str], service: str = "lambda.amazonaws.com") -> str:
    """The ARN of a new role that `service` may assume and that may do `allowed`: (action, resource) each."""
    iam = account.client("iam")
    trust = json.loads(json.dumps(TRUST).replace("lambda.amazonaws.com", service))
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    if allowed:
        statements = [{"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in allowed]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_role_policy(RoleName=name, PolicyName="allowed", PolicyDocument=document)
    return arn


def returning(expression: str) -> str:
    """The code of a function that answers with the value of this expression."""
    return f"import os, sys\ndef handler(event, context):\n    return {expression}\n"


def layer(account: Account, **files: str) -> str:
    """The ARN of a new layer with these files."""
    made = account.client("lambda").publish_layer_version(LayerName="l", Content={"ZipFile": zipped(**files)})
    arn: str = made["LayerVersionArn"]
    return arn


def function(
    account: Account, code: str, *, name: str = "f", beside: dict[str, str] | None = None, **settings: Any
) -> str:
    """The ARN of a new function whose module `app` is `code`, with other modules beside it.

    Its role may do nothing unless one is given.
    """
    settings = {"Runtime": "python3.13", "Handler": "app.handler", "Timeout": 30} | settings
    if "Role" not in settings:
        settings["Role"] = role(account, f"{name}-role")
    made = account.client("lambda").create_function(
        FunctionName=name, Code={"ZipFile": zipped(app=code, **beside or {})}, **settings
    )
    arn: str = made["FunctionArn"]
    return arn


def call(account: Account, event: Any = None, *, name: str = "f", **settings: Any) -> Any:
    """What a synchronous invocation answers, error or not."""
    answer = account.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), **settings)
    return json.load(answer["Payload"])


def logged(account: Account, words: str, *, name: str = "f") -> list[str]:
    """The lines with these words in the log of a function, of which there is none before its first invocation."""
    logs, group = account.client("logs"), f"/aws/lambda/{name}"
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        return []
    return [event["message"] for event in logs.filter_log_events(logGroupName=group, filterPattern=words)["events"]]
