"""Services act with roles: the credentials of a role's session, and clients of our own endpoint."""

import os
import threading
from collections.abc import Mapping
from typing import Any, Final

import boto3
from botocore.config import Config
from ministack.core import lambda_runtime

Keys = Mapping[str, str]
CONFIG: Final = Config(
    inject_host_prefix=False,
    retries={"max_attempts": 0},
    max_pool_connections=50,
    read_timeout=None,  # a function may take 15 minutes, and a held clock longer
    s3={"addressing_style": "path"},
)
_clients: Final[dict[tuple[str, ...], Any]] = {}
_making: Final = threading.Lock()  # boto3's default session is not safe between threads


def endpoint() -> str:
    return f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"


def of_root(account: str) -> Keys:
    """Of an account's root user."""
    return {"aws_access_key_id": account, "aws_secret_access_key": "local"}


def of_role(role: str, region: str, service: str, name: str) -> Keys:
    """Of the role as `service` assumes it; worthless if the role does not trust the service (`iam_trust`)."""
    function = f"arn:aws:lambda:{region}:{role.split(':')[4]}:function:{name}"  # ministack derives the session from it
    given = lambda_runtime.execution_credentials(
        {"Role": role, "FunctionArn": function, "FunctionName": name, "Service": service}
    )
    return {variable.lower(): value for variable, value in given.items()}


def of_answer(credentials: Mapping[str, str]) -> Keys:
    """Of AssumeRole's answer."""
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }


def client(service: str, region: str, keys: Keys, *, agent: str = "") -> Any:
    """A client through the front door, made once; `agent` marks its requests."""
    name = (service, region, keys["aws_access_key_id"], agent)
    with _making:
        if name not in _clients:
            config = CONFIG.merge(Config(user_agent_extra=agent)) if agent else CONFIG
            _clients[name] = boto3.client(  # type: ignore[call-overload]
                service, region_name=region, endpoint_url=endpoint(), config=config, **keys
            )
            _clients[name].meta.events.register("after-call", _identify)
    return _clients[name]


def _identify(parsed: dict[str, Any], **_: Any) -> None:
    """An answer that was lost has no request id, and the engine reads it before it lets an error be caught."""
    parsed.setdefault("ResponseMetadata", {}).setdefault("RequestId", "00000000-0000-0000-0000-000000000000")
