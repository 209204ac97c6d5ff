"""aws:PrincipalOrgID: the organization of which the caller's account is a member."""

from ministack.core import iam_evaluator as evaluator

from emulator.gateway.patching import patch, replace
from emulator.images.sharing import memberships


@patch("aws:PrincipalOrgID is known of an organization's management account alone, and not of its members")
def iam_principal_org() -> None:
    replace(evaluator, "_principal_org_id", lambda _: _organization_of)


def _organization_of(account: str) -> str | None:
    """Its id is the last part of its ARN, `arn:aws:organizations::ACCOUNT:organization/o-ID`."""
    ids = [arn.rpartition("/")[2] for arn in memberships(account) if arn and ":organization/" in arn]
    return ids[0] if ids else None
