"""Systems Manager's front door: our operations, parameters by ministack, the rest by moto, else a clear no."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from botocore import xform_name
from ministack import app as gateway
from ministack.core.responses import get_account_id, get_region
from moto.ssm.responses import SimpleSystemManagerResponse

from emulator.gateway.answers import Answer, Refusal, refuse
from emulator.gateway.bridge import Handler, bridge
from emulator.gateway.patching import patch

Operation = Callable[[str, str, dict[str, Any]], dict[str, Any]]
OPERATIONS: Final[dict[str, Operation]] = {}
STAYS: Final = ("Parameter", "Tags", "ServiceSetting")


class SsmError(Exception):
    """An error of the ssm model, by its code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.refusal = Refusal(code, 400, message)


def not_modelled(what: str) -> SsmError:
    return SsmError("ValidationException", f"not modelled by the embedded AWS: ssm: {what}")


def page(
    items: list[Any], asked: dict[str, Any], *, size: int = 50, least: int = 1
) -> tuple[list[Any], dict[str, str]]:
    """One page of at most 50, and the NextToken member if there is more."""
    count, token = int(asked.get("MaxResults") or size), asked.get("NextToken") or "0"
    if not least <= count <= 50:  # noqa: PLR2004 - the range of the model
        raise SsmError("ValidationException", f"MaxResults must be from {least} to 50")
    if not token.isdigit():
        raise SsmError("InvalidNextToken", "The specified token isn't valid.")
    end = int(token) + count
    return items[int(token) : end], {"NextToken": str(end)} if end < len(items) else {}


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{value!r} has no place in an answer of SSM")


def _answer(account: str, region: str, operation: str, headers: dict[str, str], body: bytes) -> Answer:
    try:
        told = OPERATIONS[operation](account, region, json.loads(body or b"{}"))
    except SsmError as error:
        return refuse("ssm", headers, error.refusal)
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(told, default=_json).encode()


def _serve(parameters: Handler) -> Handler:
    hosts = bridge("ssm")

    async def ssm(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Answer:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        if operation in OPERATIONS:
            return await asyncio.to_thread(_answer, get_account_id(), get_region(), operation, headers, body)
        if any(word in operation for word in STAYS):
            return await parameters(method, path, headers, body, query)
        if hasattr(SimpleSystemManagerResponse, xform_name(operation)):
            return await hosts(method, path, headers, body, query)
        return refuse("ssm", headers, not_modelled(operation).refusal)

    return ssm


@patch("ministack knows no hosts (moto does), and what nobody models ends in a text that botocore cannot read")
def ssm_operations() -> None:
    gateway.SERVICE_HANDLERS["ssm"] = _serve(gateway.SERVICE_HANDLERS["ssm"])
