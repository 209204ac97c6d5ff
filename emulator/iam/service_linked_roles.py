"""Service-linked roles: their names are the service's, nobody may change them, and a group launches as one of them."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final

from ministack.services import iam
from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse

from emulator.events.service_events import within
from emulator.gateway.patching import patch, replace

AUTOSCALING: Final = "autoscaling.amazonaws.com"
NAMES: Final = {
    AUTOSCALING: "AWSServiceRoleForAutoScaling",
    "ec2fleet.amazonaws.com": "AWSServiceRoleForEC2Fleet",
    "spot.amazonaws.com": "AWSServiceRoleForEC2Spot",
    "spotfleet.amazonaws.com": "AWSServiceRoleForEC2SpotFleet",
}
PATH: Final = "/aws-service-role/"
PROTECTED: Final = ("AttachRolePolicy", "DeleteRole", "DetachRolePolicy", "PutRolePolicy", "UpdateAssumeRolePolicy")
_ASKED: Final[ContextVar[str]] = ContextVar("role asked for", default="")
Answer = Callable[[Mapping[str, Any]], Any]


@patch("service-linked roles have names that AWS does not give them, and no suffix")
def service_linked_role_names() -> None:
    def naming(original: Answer) -> Answer:
        def create(asked: Mapping[str, Any]) -> Any:
            service, suffix = iam._p(asked, "AWSServiceName"), iam._p(asked, "CustomSuffix")
            if service not in NAMES:
                return original(asked)
            if suffix and service != AUTOSCALING:
                return iam._error(400, "InvalidInput", f"Custom suffix is not allowed for {service}", ns="iam")
            return _create(service, f"{NAMES[service]}_{suffix}" if suffix else NAMES[service], original)

        return create

    _serve("CreateServiceLinkedRole", naming)


def _serve(action: str, make: Callable[[Answer], Answer]) -> None:
    iam._IAM_HANDLERS[action] = make(iam._IAM_HANDLERS[action])


def _create(service: str, name: str, original: Answer) -> Any:
    """The role as ministack makes it, by its right name."""
    if name in iam._roles:
        message = f"Service role name {name} has been taken in this account, please try a different suffix."
        return iam._error(400, "InvalidInput", message, ns="iam")
    original({"AWSServiceName": service})
    first = service.partition(".")[0].capitalize()
    role = iam._roles.pop(f"AWSServiceRoleFor{first}")
    role.update(RoleName=name, Arn=role["Arn"].rpartition("/")[0] + f"/{name}")
    iam._roles[name] = role
    member = f"<CreateServiceLinkedRoleResult><Role>{iam._role_xml(name)}</Role></CreateServiceLinkedRoleResult>"
    return iam._xml(200, "CreateServiceLinkedRoleResponse", member, ns="iam")


@patch("anybody may give a service-linked role more rights, change whom it trusts, or delete it")
def service_linked_roles_are_protected() -> None:
    def protecting(original: Answer) -> Answer:
        def change(asked: Mapping[str, Any]) -> Any:
            name = iam._p(asked, "RoleName")
            if (iam._roles.get(name) or {}).get("Path", "").startswith(PATH):
                message = (
                    f"Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
                )
                return iam._error(400, "UnmodifiableEntity", message, ns="iam")
            return original(asked)

        return change

    for action in PROTECTED:
        _serve(action, protecting)


@patch("a group launches as nobody: its service-linked role is neither made with it nor chosen by the request")
def autoscaling_roles() -> None:
    """Auto Scaling guide, "Service-linked roles": the first group of an account makes the default role."""
    for operation in ("create_auto_scaling_group", "update_auto_scaling_group"):
        replace(AutoScalingResponse, operation, _with_role)
    setattr(FakeAutoScalingGroup, "service_linked_role_arn", property(_role_of, _set_role))  # noqa: B010 - not in moto


def _with_role(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def serve(response: Any) -> Any:
        asked = response._get_param("ServiceLinkedRoleARN") or ""
        if asked and not within(response.current_account, response.region, lambda: _is_there(asked)):
            raise ValidationError(f"ARN specified for Service-Linked Role is not valid: {asked}")
        token = _ASKED.set(asked)
        try:
            return original(response)
        finally:
            _ASKED.reset(token)

    return serve


def _is_there(arn: str) -> bool:
    role = iam._roles.get(arn.rpartition("/")[2]) or {}
    return bool(role.get("Arn") == arn and role["Path"] == f"{PATH}{AUTOSCALING}/")


def _role_of(group: Any) -> str:
    return str(group.__dict__["role"])


def _set_role(group: Any, default: str) -> None:
    """As moto makes the group: the role that the request names, or else the account's default one, made if need be."""
    group.role = _ASKED.get() or default
    if not _ASKED.get():
        within(group.account_id, group.region, _make_default)


def _make_default() -> None:
    if NAMES[AUTOSCALING] not in iam._roles:
        iam._IAM_HANDLERS["CreateServiceLinkedRole"]({"AWSServiceName": AUTOSCALING})
