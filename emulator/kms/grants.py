"""KMS grants: they belong to their key, are evaluated like policies, and are retired by the account that made them.

Not modelled: the minutes until a grant is known everywhere, grant tokens in requests, and the limit of grants per key.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from ministack.core import iam_evaluator as evaluator
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import iam as principals
from ministack.services import kms

from emulator.gateway.patching import patch, replace
from emulator.iam.resources import GRANT
from emulator.kms.accounts import answer, error, owner, retirers

NAME: Final = re.compile(r"[a-zA-Z0-9:/_-]{1,256}")
PRINCIPAL: Final = re.compile(
    r"arn:[\w-]+:iam::(?P<account>\d{12}):(?P<kind>root|role|user)(?P<path>/(?:.+/)?)?(?P<name>[^/]+)?"
)


class _ByRegion(AccountRegionScopedDict):  # type: ignore[misc]
    """Grants of all accounts in one place per region: whose request it is does not matter."""

    __slots__ = ()

    def _scoped(self, key: str) -> tuple[str, str, str]:
        return ("", get_region(), key)

    def _prefix(self) -> tuple[str, str]:
        return ("", get_region())


@patch("a grant that another account makes is not on the key, but in that account")
def kms_grants_of_a_key() -> None:
    kms._grants = _ByRegion()


@patch("grants are stored, and never evaluated")
def kms_grant_rights() -> None:
    """From the KMS guide, "Grants in AWS KMS": grants count beside key policies and IAM policies; a Deny still wins."""

    def granting(original: Callable[..., Any]) -> Callable[..., Any]:
        def combine(identity: Any, asked: Any, *policy: Any, **more: Any) -> Any:
            decided = original(identity, asked, *policy, **more)
            if asked.action == "kms:RetireGrant":
                return _retiring(identity, asked, decided)
            if decided.decision == "ImplicitDeny" and asked.action.startswith("kms:") and _granted(asked):
                return evaluator.EvalResult("Allow", asked.principal_arn, "", "Grant")
            return decided

        return combine

    replace(evaluator, "combine_resource_policy", granting)


def _granted(asked: Any) -> bool:
    """Whether a grant lets this principal do this."""
    grantee, operation = evaluator._resolve_condition_key("aws:PrincipalArn", asked), asked.action.partition(":")[2]
    return any(
        grant["KeyId"] == asked.resource_arn
        and grant["GranteePrincipal"] == grantee
        and operation in grant["Operations"]
        and _fits(grant.get("Constraints") or {}, asked.service_context)
        for grant in kms._grants.values()
    )


def _fits(constraints: Mapping[str, Mapping[str, str]], context: Mapping[str, Any]) -> bool:
    """A constraint on an encryption context that the request does not name fits nothing."""
    prefix = "kms:encryptioncontext:"
    given = {name.removeprefix(prefix): value for name, value in context.items() if name.startswith(prefix)}
    equal, subset = ({key.lower(): value for key, value in (constraints.get(kind) or {}).items()} for kind in
                     ("EncryptionContextEquals", "EncryptionContextSubset"))  # fmt: skip
    return (not equal or equal == given) and subset.items() <= given.items()


def _retiring(identity: Any, asked: Any, decided: Any) -> Any:
    """Who retires a grant is for the grant to say, and for IAM where it names an account; a key policy does not help.

    KMS guide, "Retiring and revoking grants".
    """
    if decided.decision == "Deny":
        return decided
    who = retirers(kms._grants.get(str(asked.service_context.get(GRANT))))
    if evaluator._resolve_condition_key("aws:PrincipalArn", asked) in who:
        return evaluator.EvalResult("Allow", asked.principal_arn, "", "Grant")
    if f"arn:aws:iam::{asked.principal_account}:root" in who:
        return identity
    return evaluator.EvalResult("ImplicitDeny", asked.principal_arn, "", "Not this principal's to retire")


@patch("a grant may name a principal that does not exist, and have a name that KMS refuses")
def kms_grantees() -> None:
    def checking(original: Callable[..., Any]) -> Callable[..., Any]:
        def create(data: Mapping[str, Any]) -> Any:
            for member in ("GranteePrincipal", "RetiringPrincipal"):
                if data.get(member) and not _is_there(data[member]):
                    return error("InvalidArnException", f"ARN does not refer to a valid principal: {data[member]}")
            if "Name" in data and not NAME.fullmatch(data["Name"]):
                return error("ValidationException", f"Value '{data['Name']}' at 'name' failed to satisfy constraint: "
                             f"Member must satisfy regular expression pattern: ^{NAME.pattern}$")  # fmt: skip
            return original(data)

        return create

    replace(kms, "_create_grant", checking)


def _is_there(arn: str) -> bool:
    """An account, which is always there, or one of its roles or users."""
    named = PRINCIPAL.fullmatch(arn)
    if named is None or named["kind"] == "root":
        return named is not None
    found = principals._roles if named["kind"] == "role" else principals._users
    return bool((found.get_scoped(named["account"], None, named["name"]) or {}).get("Arn") == arn)


@patch("ministack does not know ListRetirableGrants")
def kms_retirable_grants() -> None:
    def serving(original: Callable[..., Any]) -> Callable[..., Any]:
        async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Any:
            if headers.get("x-amz-target", "").endswith(".ListRetirableGrants"):
                return _retirable(kms.json.loads(body or b"{}"))
            return await original(method, path, headers, body, query)

        return handle

    replace(kms, "handle_request", serving)


def _retirable(asked: Mapping[str, Any]) -> Any:
    """Grants on keys of any account, in this region, whose retiring principal is one of the caller's account."""
    retiring, limit, marker = str(asked.get("RetiringPrincipal")), int(asked.get("Limit") or 50), asked.get("Marker")
    if not PRINCIPAL.fullmatch(retiring) or owner(retiring) != get_account_id():
        return error("InvalidArnException", f"ARN is not one of a principal of this account: {retiring}")
    found = sorted((each for each in kms._grants.values() if each.get("RetiringPrincipal") == retiring),
                   key=lambda each: each["GrantId"])  # fmt: skip
    left = [each for each in found if not marker or each["GrantId"] >= marker]
    body: dict[str, Any] = {"Grants": [kms._grant_entry(each) for each in left[:limit]], "Truncated": len(left) > limit}
    return answer(body | ({"NextMarker": left[limit]["GrantId"]} if body["Truncated"] else {}))
