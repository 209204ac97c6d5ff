"""moto behind ministack's gateway: one endpoint, one idea of account and region, one authorisation."""

import asyncio
import io
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from botocore.model import OperationNotFoundError
from ministack import app as gateway
from ministack.core.responses import get_account_id, get_region
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from local.patching import patch

MOTO: Final = DomainDispatcherApplication(create_backend_app)
FROM_MOTO: Final = ("ec2", "autoscaling", "xray", "ram")
Answer = tuple[int, dict[str, str], bytes]
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


def not_modelled(service: str, error: Exception) -> Answer:
    """A clear no, in the protocol that botocore reads for EC2 and Auto Scaling; never a yes, never a bare 500."""
    text = f"not modelled by the embedded AWS: {service}: {error}"
    xml = f"<Response><Errors><Error><Code>InvalidAction</Code><Message>{text}</Message></Error></Errors></Response>"
    return 400, {"Content-Type": "text/xml"}, xml.encode()


def bridge(service: str) -> Handler:
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Answer:
        try:
            return await asyncio.to_thread(call_moto, service, method, path, headers, body, query)
        except (NotImplementedError, OperationNotFoundError) as error:
            return not_modelled(service, error)

    return handle


@patch("ministack has no AMI life cycle, no Auto Scaling instances and no X-Ray: moto does")
def moto_services() -> None:
    for service in FROM_MOTO:
        gateway.SERVICE_HANDLERS[service] = bridge(service)


@patch("ministack's Run Command knows no instances; its Parameter Store is what CloudFormation uses, so that stays")
def moto_run_command() -> None:
    parameters, commands = gateway.SERVICE_HANDLERS["ssm"], bridge("ssm")

    async def ssm(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Answer:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        stays = re.search("Parameter|Tags|ServiceSetting", operation)
        answer: Answer = await (parameters if stays else commands)(method, path, headers, body, query)
        return answer

    gateway.SERVICE_HANDLERS["ssm"] = ssm
