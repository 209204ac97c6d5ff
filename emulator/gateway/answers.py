"""How a service says no: an error in the envelope and the protocol in which botocore looks for it."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape

import botocore.session
from botocore.model import ServiceModel
from ministack.core.responses import _BOTOCORE_NAME, new_uuid

Answer = tuple[int, dict[str, str], bytes]
SESSION: Final = botocore.session.get_session()
SERVICES: Final = frozenset(SESSION.get_available_services())
SERVER_ERROR: Final = 500


class Refusal(NamedTuple):
    code: str
    status: int
    message: str


@cache
def service_model(service: str) -> ServiceModel:
    """The model of a service by boto3's name."""
    return SESSION.get_service_model(service)


def boto3_name(gateway_service: str) -> str:
    return str(_BOTOCORE_NAME.get(gateway_service, gateway_service))


def protocol_of(service: str, headers: Mapping[str, Any]) -> str:
    """The protocol of a request: the answer has to be in the same, whatever others the service speaks."""
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        return "cbor"
    if "x-amz-target" in headers or service not in SERVICES:
        return "json"
    protocol = str(service_model(service).protocol)
    return "query" if protocol in {"json", "smithy-rpc-v2-cbor"} else protocol  # the older one of SQS and CloudWatch


def refuse(gateway_service: str, headers: Mapping[str, Any], refusal: Refusal, request_id: str = "") -> Answer:
    """`refusal` as the service that the gateway calls so answers a request with these headers."""
    service, request_id = boto3_name(gateway_service), request_id or new_uuid()
    fault = "Receiver" if refusal.status >= SERVER_ERROR else "Sender"
    more: dict[str, str] = {}
    match protocol_of(service, headers):
        case "ec2" | "query" | "rest-xml":
            content, body = _xml(service, refusal, fault, request_id)
        case "cbor":
            content, body, more = "application/cbor", _cbor(refusal), {"smithy-protocol": "rpc-v2-cbor"}
        case _:
            content, body = "application/x-amz-json-1.1", _json(refusal)
            more = {"x-amzn-errortype": refusal.code, "x-amzn-query-error": f"{refusal.code};{fault}"}
    return refusal.status, {"Content-Type": content, **more, **ids(request_id)}, body


def not_modelled(gateway_service: str, headers: Mapping[str, Any], what: object, request_id: str = "") -> Answer:
    """A clear no; never a yes, never a bare 500."""
    text = f"not modelled by the embedded AWS: {gateway_service}: {what}"
    return refuse(gateway_service, headers, Refusal("InvalidAction", 400, text), request_id)


def ids(request_id: str) -> dict[str, str]:
    return {"x-amzn-requestid": request_id, "x-amz-request-id": request_id}


def _json(refusal: Refusal) -> bytes:
    return json.dumps({"__type": refusal.code, "message": refusal.message}).encode()


def _xml(service: str, refusal: Refusal, fault: str, request_id: str) -> tuple[str, bytes]:
    error = f"<Code>{escape(refusal.code)}</Code><Message>{escape(refusal.message)}</Message>"
    if service == "ec2":
        body = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
        return "text/xml", body.encode()
    if service == "s3":
        return "application/xml", f"<Error>{error}<RequestId>{request_id}</RequestId></Error>".encode()
    body = f"<Error><Type>{fault}</Type>{error}</Error><RequestId>{request_id}</RequestId>"
    return "text/xml", f"<ErrorResponse>{body}</ErrorResponse>".encode()


def _cbor(refusal: Refusal) -> bytes:
    """A CBOR map of two texts: all that an error of this protocol needs."""
    return b"\xa2" + b"".join(_cbor_text(text) for text in ("__type", refusal.code, "message", refusal.message))


def _cbor_text(text: str) -> bytes:
    data = text.encode()
    return b"\x79" + len(data).to_bytes(2, "big") + data
