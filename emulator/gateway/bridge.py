"""moto behind ministack's gateway: one endpoint, one idea of account and region, one authorisation."""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from botocore.model import OperationNotFoundError
from ministack import app as gateway
from ministack.core.responses import get_account_id, get_region
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from emulator.gateway.answers import Answer, not_modelled
from emulator.gateway.patching import patch

MOTO: Final = DomainDispatcherApplication(create_backend_app)
FROM_MOTO: Final = ("ec2", "autoscaling", "xray", "ram")
NO_ROUTE: Final = b"<!doctype html>"
Handler = Callable[[str, str, dict[str, str], bytes, dict[str, Any]], Awaitable[Answer]]


def call_moto(  # noqa: PLR0913, PLR0917 - the shape of a request
    service: str, method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]
) -> Answer:
    """Hand one request to moto in this thread, as the account and region of the request under way."""
    environ = _environ(method, path, headers, body, query)
    environ["HTTP_HOST"] = f"{service}.{get_region()}.amazonaws.com"
    environ["HTTP_X_MOTO_ACCOUNT_ID"] = get_account_id()
    answer: dict[str, Any] = {}

    def start(status: str, response_headers: list[tuple[str, str]], _: Any = None) -> None:
        answer.update(status=int(status.split(maxsplit=1)[0]), headers=dict(response_headers))

    content = b"".join(MOTO(environ, start))
    return answer["status"], answer["headers"], content


def _environ(
    method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]
) -> dict[str, Any]:
    """A request as WSGI (PEP 3333) describes it."""
    return {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()} | {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": urlencode(query, doseq=True),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": headers.get("content-type", ""),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def bridge(service: str) -> Handler:
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Answer:
        try:
            answer = await asyncio.to_thread(call_moto, service, method, path, headers, body, query)
        except (NotImplementedError, OperationNotFoundError) as error:
            return not_modelled(service, headers, error)
        if answer[2].startswith(NO_ROUTE):
            return not_modelled(service, headers, f"{method} {path}")
        return answer

    return handle


@patch("ministack has no AMI life cycle, no Auto Scaling instances and no X-Ray: moto does")
def moto_services() -> None:
    for service in FROM_MOTO:
        gateway.SERVICE_HANDLERS[service] = bridge(service)
