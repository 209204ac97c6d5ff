"""KMS keys of other accounts: named by their ARN, used where the key policy and the caller's own policies allow it."""

import contextvars
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from ministack.core import iam_evaluator as evaluator
from ministack.core.responses import error_response_json, get_account_id, get_region, set_request_account_id
from ministack.services import kms

from emulator.gateway.patching import patch, replace
from emulator.iam.request import RESOURCES, Call
from emulator.iam.resources import GRANT

# "Cross-account use: Yes" in the KMS API reference.
ACROSS_ACCOUNTS: Final = frozenset(
    {
        "CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac", "GetKeyRotationStatus",
        "GetPublicKey", "ListGrants", "RetireGrant", "RevokeGrant", "Sign", "Verify", "VerifyMac",
    }
)  # fmt: skip
DENIED: Final = "User: {} is not authorized to perform: {} on resource: {} because no resource-based policy allows it"


def owner(key_arn: str) -> str:
    return key_arn.split(":")[4]


@patch("a key of another account does not exist, and its alias is taken for one of the caller's own")
def kms_other_accounts() -> None:
    replace(kms, "_resolve_key", _in_the_owners_account)
    replace(kms, "key_policy_for_arn", _with_the_owner)
    replace(kms, "handle_request", _across_accounts)


def _in_the_owners_account(original: Callable[[str], Any]) -> Callable[[str], Any]:
    def resolve(name: str) -> Any:
        parts = (name or "").split(":")
        if len(parts) != 6 or (parts[3], parts[4]) == (get_region(), get_account_id()):  # noqa: PLR2004 - of an ARN
            return original(name)
        if parts[3] != get_region():
            return None
        return contextvars.copy_context().run(_resolve_in, parts[4], name, original)

    return resolve


def _resolve_in(account: str, name: str, resolve: Callable[[str], Any]) -> Any:
    set_request_account_id(account)
    return resolve(name)


def _with_the_owner(original: Callable[[str], tuple[str, str] | None]) -> Callable[[str], tuple[str, str] | None]:
    def key_policy(arn: str) -> tuple[str, str] | None:
        found = original(arn)
        return (found[0], owner(arn)) if found else None

    return key_policy


def _across_accounts(original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Any:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        call = Call("kms", operation, method, path, body, query, get_region(), get_account_id())
        key = kms._resolve_key(call.text("KeyId"))
        if key and owner(key["Arn"]) != get_account_id() and not _may(call, key["Arn"]):
            message = DENIED.format(evaluator.caller_arn(), call.action, key["Arn"])
            return error_response_json("AccessDeniedException", message, 400)
        return await original(method, path, headers, body, query)

    return handle


def _may(call: Call, key_arn: str) -> bool:
    """Whether a call on another account's key is possible at all.  IAM has looked at everybody but root."""
    if call.operation not in ACROSS_ACCOUNTS:
        return False
    return all(root_may(each.action, key_arn, each.context) for each in RESOURCES["kms"](call))


def root_may(action: str, key_arn: str, context: Mapping[str, Any]) -> bool:
    """False if root of another account calls and the key policy does not allow it; True for everybody else.

    Root's own policies allow everything, so the emulator's IAM asks no resource's policy.
    """
    caller = evaluator.caller_arn()
    if not caller.endswith(":root") or owner(caller) == owner(key_arn):
        return True
    if action == "kms:RetireGrant":
        return caller in retirers(kms._grants.get(str(context.get(GRANT))))
    policy = kms.key_policy_for_arn(key_arn)
    asked = evaluator.EvalContext(
        principal_arn=caller,
        principal_type="Root",
        principal_account=owner(caller),
        action=action,
        resource_arn=key_arn,
        region=get_region(),
        service_context={name.lower(): value for name, value in context.items()},
    )
    return policy is not None and bool(evaluator.evaluate_resource_policy(policy[0], asked).decision == "Allow")


def retirers(grant: Mapping[str, Any] | None) -> set[str]:
    """Who may retire a grant: its retiring principal, the account that made it, a grantee with that operation."""
    if grant is None:
        return set()
    grantee = {grant["GranteePrincipal"]} if "RetireGrant" in grant["Operations"] else set()
    return grantee | {grant["IssuingAccount"], grant.get("RetiringPrincipal") or grant["IssuingAccount"]}


@patch("kms:CallerAccount is unknown, so a key policy that names the caller's account allows nobody")
def kms_caller_account() -> None:
    def resolving(original: Callable[..., Any]) -> Callable[..., Any]:
        def resolve(key: str, asked: Any) -> Any:
            if key.lower() == "kms:calleraccount" and asked.action.startswith("kms:"):
                return asked.principal_account
            return original(key, asked)

        return resolve

    replace(evaluator, "_resolve_condition_key", resolving)


def error(code: str, message: str) -> tuple[int, dict[str, str], bytes]:
    """KMS's way to say no."""
    answer: tuple[int, dict[str, str], bytes] = error_response_json(code, message, 400)
    return answer


def answer(body: Mapping[str, Any]) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(body).encode()
