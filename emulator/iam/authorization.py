"""Who may do what: every request, and every service that acts with a role, passes here.

ministack evaluates policies; this module decides what it evaluates (`iam_request.RESOURCES`) and writes the journal.
"""

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Final

from ministack.core import iam_actions as actions
from ministack.core import iam_evaluator as evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam as roles
from ministack.services import sts, tagging

from emulator.gateway.patching import patch, replace
from emulator.iam import journal
from emulator.iam.request import RESOURCES, Call, Check, NotModelledError

Asked = tuple[str, Sequence[Check]]
_ASKED: Final[ContextVar[Asked | None]] = ContextVar("asked", default=None)
_REFUSED: Final[ContextVar[Check | None]] = ContextVar("refused", default=None)
_CALLER: Final[ContextVar[tuple[str, str, str]]] = ContextVar("caller")
_ACTION: Final[ContextVar[str]] = ContextVar("action", default="")
NOT_MODELLED: Final = "not-modelled:"


def _checks(service: str, action: str, call: Call) -> Sequence[Check]:
    try:
        return RESOURCES[service](call)
    except NotModelledError:
        return [Check(NOT_MODELLED + action)]


@patch("one resource per request, with an account id in image ARNs; tags and attributes of EC2 resources are unknown")
def iam_resources() -> None:
    replace(actions, "extract_resource_arn", _remembering_checks)
    replace(evaluator, "enforce", _for_each_check)


def _remembering_checks(original: Callable[..., str]) -> Callable[..., str]:
    def resource_arn(  # noqa: PLR0913, PLR0917 - the emulator's signature
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        params: Mapping[str, Any],
        region: str,
        account: str,
    ) -> str:
        _ASKED.set(None)
        action = actions.extract_iam_action(service, method, path, headers, body, params) or ""
        _ACTION.set(action)
        if service in RESOURCES and action:
            namespace, _, operation = action.partition(":")
            call = Call(namespace, operation, method, path, body, params, region, account)
            if checks := _checks(service, action, call):
                _ASKED.set((service, checks))
                return checks[0].resource
        return original(service, method, path, headers, body, params, region, account)

    return resource_arn


def _for_each_check(original: Callable[..., Any]) -> Callable[..., Any]:
    def enforce(  # noqa: PLR0913, PLR0917 - the emulator's signature
        access_key: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: Mapping[str, Any] | None = None,
    ) -> Any:
        asked = _ASKED.get()
        _ASKED.set(None)
        _REFUSED.set(None)
        _CALLER.set((access_key, service, region))
        own = [Check(action, resource_arn)]
        for check in asked[1] if asked and asked[0] == service else own:
            policy_of = service if check.action.partition(":")[0] == action.partition(":")[0] else "iam"
            if refused := _refusal(original, check, (access_key, policy_of, region), service_context or {}):
                _REFUSED.set(check)
                return refused
        return None

    return enforce


def _refusal(original: Callable[..., Any], check: Check, caller: tuple[str, str, str], more: Mapping[str, Any]) -> Any:
    """What the emulator answers to one check (None is a yes), journaled; `more` is the context it found itself."""
    access_key, service, region = caller
    context = {key: _scalar(value) for key, value in {**more, **check.context}.items()}
    with journal.conditions_used() as used:
        if check.action.startswith(NOT_MODELLED):
            refused = unless_root(access_key, service)
        else:
            refused = original(access_key, check.action, service, region, check.resource, context)
    journal.note(journal.role_of(access_key), check.action, check.resource, refused, used)
    return refused


def _scalar(value: Any) -> Any:
    """One value in a list is that value, so that operators without `ForAnyValue` compare it."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def unless_root(access_key: str, service: str) -> Any:
    """The refusal of an action that no policy can grant here: None for root, who meets the service's own error."""
    if failure := evaluator.check_credentials(access_key, service):
        return failure
    principal = evaluator.resolve_principal(access_key or "", get_account_id())
    if isinstance(principal, evaluator.AuthError) or principal.policies is None:
        return principal if isinstance(principal, evaluator.AuthError) else None
    return evaluator.EvalResult("ImplicitDeny", principal_arn=principal.arn)


@patch("a denial names neither the action nor the resource that was refused")
def iam_denial_messages() -> None:
    def naming(original: Callable[..., Any]) -> Callable[..., Any]:
        def denied(service: str, action: str, principal: str, request_id: str, **details: Any) -> Any:
            check = _REFUSED.get()
            if check and not details.get("error_code") and not details.get("resource_policy_arn"):
                action, details["resource_arn"] = check.action, check.resource
                details["message"] = _message(service, check, principal, bool(details.get("explicit_deny")))
            return original(service, action, principal, request_id, **details)

        return denied

    replace(actions, "access_denied_response", naming)


def _message(service: str, check: Check, principal: str, explicit: bool) -> str:  # noqa: FBT001 - as evaluated
    action = check.action.removeprefix(NOT_MODELLED)
    text = actions.identity_denial_message(action, principal, check.resource, explicit)
    if action != check.action:
        text = f"not modelled by the embedded AWS: which resources {action} touches. {text}"
    return f"You are not authorized to perform this operation. {text}" if service == "ec2" else str(text)


def action_under_way() -> str:
    """The IAM action of the request that is being answered; "" outside of one."""
    return _ACTION.get()


def caller_allows(action: str, resource_arn: str, context: Mapping[str, Any] | None = None) -> bool:
    """May the caller of the request under way do this as well?  For what AWS decides inside an operation."""
    access_key, _, region = _CALLER.get()
    service = action.partition(":")[0]
    return evaluator.enforce(access_key, action, service, region, resource_arn, context or {}) is None


def allows(
    role_arn: str, action: str, resource_arn: str, context: Mapping[str, Any] | None = None, session: str = "service"
) -> bool:
    """May a service that acts with this role do this?  Journaled; a role that does not exist may do nothing.

    Whether the service may act with the role at all is another question: `assumable`.
    """
    account, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    named = {"aws:userid": f"{sts._role_id(role_arn)}:{session}", **(context or {})}
    keys = {key.lower(): value for key, value in named.items()}
    for key, value in (tagging.resource_tags(resource_arn) or {}).items():
        keys.setdefault(f"aws:resourcetag/{key}".lower(), value)
    asked = evaluator.EvalContext(
        principal_arn=f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource_arn,
        region=get_region(),
        service_context=keys,
    )
    with journal.conditions_used() as used:
        allowed = _decide(asked, account, name)
    journal.note((account, name), action, resource_arn, None if allowed else asked, used)
    return allowed


def _decide(asked: Any, account: str, name: str) -> bool:
    limits = evaluator._permissions_boundary(roles._roles, name, account)
    result = evaluator.evaluate(asked, evaluator._gather_role_policies(name, account), *limits)
    service = asked.action.partition(":")[0]
    if found := evaluator._resource_policy(service, asked.resource_arn):
        required = service in evaluator._POLICY_REQUIRED
        result = evaluator.combine_resource_policy(result, asked, *found, required=required, limits=limits)
    return bool(result.decision == "Allow")


def assumable(role_arn: str, service: str) -> bool:
    """Does the role exist, and does its trust policy name this service (`lambda.amazonaws.com`)?"""
    account = role_arn.split(":")[4] if role_arn.startswith("arn:") else get_account_id()
    role = roles._roles.get_scoped(account, None, role_arn.rpartition("/")[2])
    if role is None:
        return False
    statements = evaluator.json.loads(role["AssumeRolePolicyDocument"]).get("Statement", [])
    statements = [statements] if isinstance(statements, dict) else statements
    return any(_trusts(statement, service) for statement in statements if statement["Effect"] == "Allow")


def _trusts(statement: Mapping[str, Any], service: str) -> bool:
    trusted = statement.get("Action", [])
    named = [trusted] if isinstance(trusted, str) else trusted
    regional = service.replace(".", f".{get_region()}.", 1)
    return "sts:AssumeRole" in named and any(
        evaluator._service_principal_matches(statement.get("Principal"), name) for name in (service, regional)
    )
