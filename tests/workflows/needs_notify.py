"""What of telling owners is refused, each way that it goes on from there."""

from collections.abc import Callable
from itertools import count
from typing import Any, Final

from tests.workflows.deployed import Deployed
from tests.workflows.refusals import Case

NUMBERS: Final = count(100)
OWNER: Final = {"team": "Web platform", "email": "web@example.com", "slack": "#web"}


def tell(at: Deployed, family: str, **more: Any) -> None:
    """A build of that family failed."""
    failure = {"architecture": "x86_64", "error": "NeedsAPerson", "cause": "no room", "lastLines": [], "link": ""}
    at.put("Build Failed", {"family": family, "version": "2026.11.20", "failures": [failure], **more})


def first(at: Deployed) -> None:
    """Of a team: its topic is not there yet."""
    tell(at, "webapp", owner=OWNER | {"team": f"Team {next(NUMBERS)}"})


def unheard(at: Deployed) -> None:
    at.tell("weather", service="sns", operation="Publish", effect="fail", code="AuthorizationError")
    tell(at, "unheard", owner=OWNER)


NEEDS: Final[dict[Case, Callable[[Deployed], None]]] = {
    ("NotifyRole", "sns:Publish", ""): first,
    ("NotifyRole", "sns:CreateTopic", ""): first,  # the platform team is told in its place
    ("NotifyRole", "sqs:SendMessage", ""): unheard,
}
