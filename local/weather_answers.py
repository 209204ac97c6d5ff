"""How each service says no: the error codes and envelopes that botocore reads, so that its retries know a throttle.

Codes: an error of the operation or the service in botocore's model where there is one, else the common errors of the
protocol (EC2: RequestLimitExceeded, S3: SlowDown, query: Throttling, …).
"""

import json
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from botocore.model import ServiceModel
from ministack.core.iam_actions import (
    access_denied_response,
    extract_iam_action,
    extract_resource_arn,
    identity_denial_message,
)

from local.bridge import Answer
from local.weather_call import Call, service_model


class Refusal(NamedTuple):
    code: str
    status: int
    message: str


SERVER_ERROR: Final = 500
THROTTLED: Final = "Rate exceeded"
THROTTLES: Final = {
    "ec2": Refusal("RequestLimitExceeded", 503, "Request limit exceeded."),
    "s3": Refusal("SlowDown", 503, "Please reduce your request rate."),
    "query": Refusal("Throttling", 400, THROTTLED),
    "rest-json": Refusal("TooManyRequestsException", 429, THROTTLED),
}
UNAVAILABLE: Final = {
    "ec2": Refusal("Unavailable", 503, "The service is unavailable. Please try again shortly."),
}
FAILURES: Final = {
    "ec2": Refusal("InternalError", 500, "An internal error has occurred"),
    "s3": Refusal("InternalError", 500, "We encountered an internal error. Please try again."),
}
# What botocore's standard retry mode takes for a throttle, and a service calls one.
THROTTLE_CODES: Final = (
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "RequestThrottled",
)


def throttle(call: Call) -> Refusal:
    model = service_model(call.service)
    for code in THROTTLE_CODES:
        if code in (statuses := _error_statuses(model)):
            return Refusal(code, statuses[code], THROTTLED)
    return THROTTLES.get(_family(call)) or Refusal("ThrottlingException", 400, THROTTLED)


def unavailable(call: Call) -> Refusal:
    fallback = Refusal("ServiceUnavailable", 503, "Service is unable to handle request.")
    return UNAVAILABLE.get(_family(call)) or fallback


def failure(call: Call) -> Refusal:
    model = service_model(call.service)
    operation = model.operation_model(call.operation) if call.operation in model.operation_names else None
    for shape in operation.error_shapes if operation else ():
        if shape.metadata.get("fault") or shape.metadata.get("error", {}).get("httpStatusCode") == SERVER_ERROR:
            return Refusal(
                str(shape.metadata.get("error", {}).get("code", shape.name)),
                SERVER_ERROR,
                "An internal error occurred.",
            )
    return FAILURES.get(_family(call)) or Refusal("InternalFailure", 500, "An internal error occurred.")


def named(call: Call, code: str, message: str | None) -> Refusal:
    """The error that a rule names, with the status of the service's model where that knows it."""
    status = _error_statuses(service_model(call.service)).get(code, 400)
    return Refusal(code, status, message or f"{code} by weather")


def denied(call: Call) -> Answer:
    """IAM's own words: principal, action and resource."""
    method, path, headers, body, query, request_id = call.request
    query = query | call.parameters if call.protocol in ("ec2", "query") else query
    action = extract_iam_action(call.gateway_service, method, path, headers, body, query)
    action = action or f"{call.service}:{call.operation}"
    resource = extract_resource_arn(call.gateway_service, method, path, headers, body, query, call.region, call.account)
    message = identity_denial_message(action, call.principal, resource, explicit_deny=False)
    answer: Answer = access_denied_response(
        call.gateway_service, action, call.principal, request_id, headers=headers, resource_arn=resource,
        message=message,
    )  # fmt: skip
    return answer[0], answer[1] | _ids(request_id), answer[2]


def answer(call: Call, refusal: Refusal) -> Answer:
    """`refusal` in the protocol in which the call was made."""
    request_id, code, text = call.request.id, escape(refusal.code), escape(refusal.message)
    fault = "Receiver" if refusal.status >= SERVER_ERROR else "Sender"
    content, headers = "text/xml", {}
    error = f"<Code>{code}</Code><Message>{text}</Message>"
    match call.protocol:
        case "ec2":
            body = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
        case "rest-xml" if call.service == "s3":
            content, body = "application/xml", f"<Error>{error}<RequestId>{request_id}</RequestId></Error>"
        case "query" | "rest-xml":
            body = f"<Error><Type>{fault}</Type>{error}</Error><RequestId>{request_id}</RequestId>"
            body = f"<ErrorResponse>{body}</ErrorResponse>"
        case "cbor":
            content, headers = "application/cbor", {"smithy-protocol": "rpc-v2-cbor"}
            return refusal.status, {"Content-Type": content} | headers | _ids(request_id), _cbor(refusal)
        case _:
            content, body = "application/x-amz-json-1.1", json.dumps({"__type": code, "message": refusal.message})
            headers = {"x-amzn-errortype": code, "x-amzn-query-error": f"{code};{fault}"}
    return refusal.status, {"Content-Type": content} | headers | _ids(request_id), body.encode()


def _family(call: Call) -> str:
    return call.service if call.service in ("ec2", "s3") else call.protocol


def _error_statuses(model: ServiceModel) -> dict[str, int]:
    errors = {shape.name: shape.metadata.get("error", {}) for shape in model.error_shapes}
    return {error.get("code", name): error.get("httpStatusCode", 400) for name, error in errors.items()}


def _ids(request_id: str) -> dict[str, str]:
    return {"x-amzn-requestid": request_id, "x-amz-request-id": request_id}


def _cbor(refusal: Refusal) -> bytes:
    """A CBOR map of two texts: all that an error of this protocol needs."""
    return b"\xa2" + b"".join(_cbor_text(text) for text in ("__type", refusal.code, "message", refusal.message))


def _cbor_text(text: str) -> bytes:
    data = text.encode()
    return b"\x79" + len(data).to_bytes(2, "big") + data
