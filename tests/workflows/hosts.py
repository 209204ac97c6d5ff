"""What the components of a build answer on the hosts of an account."""

from typing import Any

from tests.embedded import Account


def succeed(account: Account, **where: Any) -> None:
    """Let every component that Goldsmith ships succeed, on all hosts or those `where` (`ami=…`, `tag={…}`) says."""
    account.tell("hosts/components", **where)


def end(account: Account, component: str, *outcomes: dict[str, Any], **where: Any) -> None:
    """Let one component (`update`, `check/hygiene`) end otherwise, whatever was said before.

    Each outcome (`{"status": "Failed", "stderr": "…"}`, `{"exit": 194}`, `{"status": "InProgress"}`) is one run's; the
    last is that of all runs after it.
    """
    account.tell("hosts/script", match={"contains": f"report {component} ", **where}, outcomes=list(outcomes))
