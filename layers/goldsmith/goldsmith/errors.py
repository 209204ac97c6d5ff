"""Everything that can go wrong, sorted by what the workflow does about it.

GoldsmithError
├── TryAgain        AWS was busy or not yet consistent       the workflow, or Lambda, tries again
├── CannotTell      a fact is missing, so no safe decision   the workflow asks the policy, which objects
└── NeedsAPerson    wrong configuration or a bug             the run fails, and people are told

The class names are the names in `ErrorEquals` in `workflows/`.  A "no" from a policy is a Verdict, not an error.
"""

from typing import Any, Final

BUSY: Final = frozenset({
    "InternalError", "InternalFailure", "InternalServerError", "ProvisionedThroughputExceededException",
    "RequestLimitExceeded", "RequestTimeout", "ServerInternal", "ServiceUnavailable", "SlowDown", "Throttled",
    "Throttling", "ThrottlingException", "TooManyRequestsException", "TransactionConflictException", "Unavailable",
})  # fmt: skip
DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException", "AuthFailure", "UnauthorizedOperation"})


class GoldsmithError(Exception):
    """Base of every error this project raises on purpose."""


class TryAgain(GoldsmithError):  # noqa: N818 - reads as an instruction in ErrorEquals
    """AWS was busy, or does not know yet what it will know in a moment."""


class CannotTell(GoldsmithError):  # noqa: N818 - see above
    """A fact is missing.  The message names the place that could not be read."""


class NeedsAPerson(GoldsmithError):  # noqa: N818 - see above
    """Nothing but a person's change mends this.  The message says what, where, and what to do."""


def code_of(error: BaseException) -> str:
    """AWS's error code, or "" if AWS did not answer with one.  Looks without botocore: `decide` never imports it."""
    response: Any = getattr(error, "response", None)
    return str(response["Error"].get("Code", "")) if isinstance(response, dict) and "Error" in response else ""


def sort(error: Exception) -> GoldsmithError | None:
    """What an error that AWS or the network raised means for the workflow; None if it is not one of theirs."""
    if isinstance(error, GoldsmithError):
        return error
    code = code_of(error)
    if code in BUSY or (not code and type(error).__module__.startswith("botocore")):
        return TryAgain(f"AWS is busy or out of reach: {error}")
    if code in DENIED:
        return NeedsAPerson(f"a permission is missing: {error}. Compare the role with its template, and your SCPs.")
    return NeedsAPerson(f"AWS refused: {error}") if code else None
