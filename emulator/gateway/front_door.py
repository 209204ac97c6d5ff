"""What every answer of the gateway has, whichever service gives it."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from ministack import app as gateway
from ministack.core.router import detect_service

from emulator.gateway.answers import SERVER_ERROR, Answer, Refusal, ids, not_modelled, refuse
from emulator.gateway.patching import patch, replace

Dispatch = Callable[..., Awaitable[Answer]]
UNSUPPORTED: Final = re.compile(rb'{"error": "Unsupported service: .*"}')
FAILED: Final = re.compile(rb'{"__type": "InternalError", "message": ".*"}', re.DOTALL)


class Request(NamedTuple):
    """A request as the gateway hands it to its dispatcher."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    query: dict[str, Any]
    id: str

    @property
    def parameters(self) -> dict[str, Any]:
        """Those of the query string and, in the query protocols, of the body."""
        asked: dict[str, Any] = gateway._routing_params(self.method, self.path, self.headers, self.body, self.query)
        return asked

    @property
    def service(self) -> str:
        """As the gateway calls it."""
        return str(detect_service(self.method, self.path, self.headers, self.parameters))


@patch("a denial has no request id, and neither have most errors")
def request_ids() -> None:
    def identified(dispatch: Dispatch) -> Dispatch:
        async def serve(*request: Any) -> Answer:
            status, headers, body = await dispatch(*request)
            known = {name.lower() for name in headers}
            return status, {name: each for name, each in ids(request[5]).items() if name not in known} | headers, body

        return serve

    replace(gateway, "_dispatch_service_request", identified)


@patch("a service that nobody models, and one that fails, answer what is no error in their protocol")
def errors_in_protocol() -> None:
    def in_protocol(dispatch: Dispatch) -> Dispatch:
        async def serve(*request: Any) -> Answer:
            answer = await dispatch(*request)
            return _in_protocol(Request(*request), answer)

        return serve

    replace(gateway, "_dispatch_service_request", in_protocol)


def _in_protocol(request: Request, answer: Answer) -> Answer:
    status, _, body = answer
    if status == 400 and UNSUPPORTED.fullmatch(body):  # noqa: PLR2004 - HTTP
        operation = request.headers.get("x-amz-target", "").rpartition(".")[2] or f"{request.method} {request.path}"
        return not_modelled(request.service, request.headers, operation, request.id)
    if status == SERVER_ERROR and FAILED.fullmatch(body):  # its log holds the traceback
        failed = Refusal("InternalError", SERVER_ERROR, f"the embedded AWS failed: {json.loads(body)['message']}")
        return refuse(request.service, request.headers, failed, request.id)
    return answer
