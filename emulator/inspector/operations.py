"""Amazon Inspector's front door: only what is modelled answers; the emulator's invented findings are gone."""

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any, Final

from ministack import app as gateway
from ministack.core.responses import get_account_id, get_region

from emulator.gateway.answers import Answer
from emulator.gateway.patching import patch

Operation = Callable[[str, str, dict[str, Any]], dict[str, Any]]
ROUTES: Final[dict[str, tuple[int, Operation]]] = {}


class InspectorError(Exception):
    """One of the errors of the inspector2 model, with the members that its shape requires."""

    def __init__(self, code: str, status: int, message: str, **members: Any) -> None:
        super().__init__(message)
        self.code, self.status, self.members = code, status, {"message": message} | members


def invalid(message: str, field: str = "") -> InspectorError:
    reason = "FIELD_VALIDATION_FAILED" if field else "OTHER"
    fields = {"fields": [{"name": field, "message": message}]} if field else {}
    return InspectorError("ValidationException", 400, message, reason=reason, **fields)


def denied(message: str) -> InspectorError:
    return InspectorError("AccessDeniedException", 403, message)


def not_found(message: str) -> InspectorError:
    return InspectorError("ResourceNotFoundException", 404, message)


def answer(status: int, body: dict[str, Any], code: str | None = None) -> Answer:
    headers = {"Content-Type": "application/json", "x-amzn-RequestId": str(uuid.uuid4())}
    if code:
        headers["x-amzn-ErrorType"] = code
    return status, headers, json.dumps(body).encode()


def _answer(account: str, region: str, path: str, body: bytes) -> Answer:
    if path not in ROUTES:
        return answer(400, {"message": f"not modelled by the embedded AWS: inspector2 {path}"}, "ValidationException")
    status, operation = ROUTES[path]
    try:
        return answer(status, operation(account, region, json.loads(body or b"{}")))
    except json.JSONDecodeError as error:
        return answer(400, {"message": str(error), "reason": "CANNOT_PARSE"}, "ValidationException")
    except InspectorError as error:
        return answer(error.status, error.members, error.code)


async def _handle(_: str, path: str, __: dict[str, str], body: bytes, ___: dict[str, Any]) -> Answer:
    return await asyncio.to_thread(_answer, get_account_id(), get_region(), path, body)


@patch("ministack answers with findings, coverage and an account status that it made up, for resources nobody has")
def inspector_without_inventions() -> None:
    gateway.SERVICE_HANDLERS["inspector2"] = _handle
