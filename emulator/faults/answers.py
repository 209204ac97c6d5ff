"""How each service says no: the error codes and envelopes that botocore reads, so that its retries know a throttle.

Codes: an error of the operation or the service in botocore's model where there is one, else the common errors of the
protocol (EC2: RequestLimitExceeded, S3: SlowDown, query: Throttling, …).
"""

from typing import Final

from botocore.model import ServiceModel
from ministack.core.iam_actions import (
    access_denied_response,
    extract_iam_action,
    extract_resource_arn,
    identity_denial_message,
)

from emulator.faults.operation import Call
from emulator.gateway.answers import SERVER_ERROR, Answer, Refusal, ids, refuse, service_model

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
    return answer[0], answer[1] | ids(request_id), answer[2]


def answer(call: Call, refusal: Refusal) -> Answer:
    """`refusal` in the protocol in which the call was made."""
    return refuse(call.gateway_service, call.request.headers, refusal, call.request.id)


def _family(call: Call) -> str:
    return call.service if call.service in ("ec2", "s3") else call.protocol


def _error_statuses(model: ServiceModel) -> dict[str, int]:
    errors = {shape.name: shape.metadata.get("error", {}) for shape in model.error_shapes}
    return {error.get("code", name): error.get("httpStatusCode", 400) for name, error in errors.items()}
