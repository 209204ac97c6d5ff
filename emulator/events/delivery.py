"""How a service reaches a queue, a topic, a function or a state machine: as itself, or with a role it assumes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ministack.core import iam_evaluator
from ministack.core.arn import parse_arn
from ministack.core.responses import get_region
from ministack.services import lambda_svc, sns, sqs, stepfunctions

from emulator.events.service_events import within
from emulator.iam import authorization as permissions

Attributes = Mapping[str, str]


class Undeliverable(Exception):  # noqa: N818 - the word for it
    """`code` as EventBridge names it in a dead-letter queue (`ERROR_CODE`)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    @property
    def may_pass(self) -> bool:
        """Whether EventBridge tries again; what is missing or forbidden stays so until somebody acts."""
        return self.code in {"SDK_CLIENT_ERROR", "THROTTLING"}


@dataclass(frozen=True)
class Sender:
    """A service (`events.amazonaws.com`) that acts for a resource (the ARN of a rule), perhaps with a role."""

    service: str
    source: str
    role: str = ""

    def must_be_allowed(self, action: str, arn: str, policy: Any = None) -> None:
        """Undeliverable unless the role, or without one the resource's own policy, lets this sender in."""
        if self.role and not role_allows(self.role, self.service, action, arn):
            raise Undeliverable("NO_PERMISSIONS", f"{self.role} is not authorized to perform: {action} on {arn}")
        if not self.role and not policy_allows(policy, self, action, arn):
            raise Undeliverable("NO_PERMISSIONS", f"The policy of {arn} does not allow {self.service} {action}")


def role_allows(role: str, service: str, action: str, arn: str) -> bool:
    """May `service` assume this role, and may the role do this?"""
    return permissions.assumable(role, service) and permissions.allows(role, action, arn)


def session_of(role: str) -> str:
    """The ARN as which a service acts that assumed this role."""
    return f"arn:aws:sts::{role.split(':')[4]}:assumed-role/{role.rpartition('/')[2]}/service"


def policy_allows(policy: Any, sender: Sender, action: str, arn: str) -> bool:
    """Does the policy of the resource let this service in, for this source?  Silence is a no."""
    context = request_context("*", "Service", sender.source.split(":")[4], action, arn)
    context.service_context |= {"aws:sourcearn": sender.source, "aws:sourceaccount": sender.source.split(":")[4]}
    return bool(iam_evaluator.evaluate_resource_policy(policy, context, sender.service).decision == "Allow")


def request_context(principal: str, kind: str, account: str, action: str, arn: str) -> Any:
    return iam_evaluator.EvalContext(
        principal_arn=principal, principal_type=kind, principal_account=account, action=action, resource_arn=arn,
        region=get_region(), secure_transport=True, service_context={"aws:tagkeys": None},
    )  # fmt: skip


def send(arn: str, payload: str, sender: Sender, attributes: Attributes | None = None, **options: Any) -> None:
    """Give `payload` to what `arn` names, in its own account and region; Undeliverable if that cannot be."""
    name = parse_arn(arn)
    if name.service not in MODELLED:
        raise Undeliverable("INVALID_PARAMETER", f"not modelled by the embedded AWS: {arn} as a target")

    def give() -> None:
        iam_evaluator.pin_request_origin("127.0.0.1", secure_transport=True)
        MODELLED[name.service](arn, payload, sender, attributes or {}, **options)

    within(name.account_id, name.region, give)


def _missing(arn: str) -> Undeliverable:
    return Undeliverable("NO_RESOURCE", f"{arn} does not exist")


def _typed(attributes: Attributes) -> dict[str, dict[str, str]]:
    return {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}


def _to_queue(arn: str, payload: str, sender: Sender, attributes: Attributes, **options: Any) -> None:
    queue = sqs._queue_by_arn(arn)
    if queue is None:
        raise _missing(arn)
    sender.must_be_allowed("sqs:SendMessage", arn, queue["attributes"].get("Policy"))
    url = sqs._queue_name_to_url[arn.rpartition(":")[2]]
    message = {"QueueUrl": url, "MessageBody": payload, "MessageAttributes": _typed(attributes)} | options
    try:
        sqs._act_send_message(message, url)
    except sqs._Err as error:
        raise Undeliverable("SDK_CLIENT_ERROR", str(error)) from error


def _to_topic(arn: str, payload: str, sender: Sender, attributes: Attributes) -> None:
    topic = sns._topic_by_arn_any_scope(arn)
    if topic is None:
        raise _missing(arn)
    sender.must_be_allowed("sns:Publish", arn, topic["attributes"].get("Policy"))
    sns.publish_internal(arn, payload, message_attributes=_typed(attributes))


def _to_function(arn: str, payload: str, sender: Sender, _attributes: Attributes) -> None:
    func, config, _ = lambda_svc._get_func_record_for_ref(arn)
    if not func or not config:
        raise _missing(arn)
    base, _, _ = lambda_svc._get_base_func_record_for_ref(arn)  # a version keeps no policy of its own
    sender.must_be_allowed("lambda:InvokeFunction", arn, base["policy"])
    lambda_svc.invoke_async_with_retry(func | {"config": config | {"FunctionArn": arn}}, json.loads(payload))


def _to_state_machine(arn: str, payload: str, sender: Sender, _: Attributes) -> None:
    if stepfunctions._resolve_state_machine_arn(arn) is None:
        raise _missing(arn)
    if not sender.role:
        raise Undeliverable("NO_PERMISSIONS", f"{arn} is started with a role, and the target names none")
    sender.must_be_allowed("states:StartExecution", arn)
    status, _headers, body = stepfunctions._start_execution({"stateMachineArn": arn, "input": payload})
    if status != 200:  # noqa: PLR2004 - HTTP
        raise Undeliverable("SDK_CLIENT_ERROR", body.decode())


MODELLED: Final[Mapping[str, Callable[..., None]]] = {
    "sqs": _to_queue,
    "sns": _to_topic,
    "lambda": _to_function,
    "states": _to_state_machine,
}
