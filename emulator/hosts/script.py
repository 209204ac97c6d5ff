"""What commands answer is told by a world or a test, or the command is really run.  Untold commands fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from emulator.gateway.control import command
from emulator.hosts.behaviour import LOCK, Which, which
from emulator.ssm.documents import Step

STATUSES: Final = {"Success", "Failed", "TimedOut", "Cancelled", "Undeliverable", "InProgress"}
MEMBERS: Final = {"status", "exit", "stdout", "stderr", "run"}
MATCHES: Final = ("document", "contains", "owner", "origin", "architecture")
UNTOLD: Final = 127
REBOOT: Final = 194  # asks the agent to reboot the host and run the step again


@dataclass(frozen=True)
class Outcome:
    """How one step ends: scripted, or `run`: by really running it.  InProgress holds until `hosts/release`."""

    status: str
    code: int
    stdout: str = ""
    stderr: str = ""
    run: bool = False


@dataclass
class Script:
    where: Which
    match: Mapping[str, str]
    outcomes: Sequence[Outcome]
    used: int = 0

    def matches(self, instance: Any, document: str, step: Step) -> bool:
        image = instance.__dict__.get("image")
        seen = {
            "document": document,
            "owner": image.owner_id if image else "",
            "origin": (image.first_owner or image.owner_id) if image else "",
            "architecture": image.architecture if image else "",
        }
        return (
            all(self.match.get(name, value) == value for name, value in seen.items())
            and self.match.get("contains", "") in step.text
            and self.where.matches(instance)
        )


SCRIPTS: Final[list[Script]] = []


def next_outcome(instance: Any, document: str, step: Step) -> Outcome:
    """Of the script told last that matches: its outcomes in order, the last one again and again."""
    with LOCK:
        script = next((each for each in reversed(SCRIPTS) if each.matches(instance, document, step)), None)
        if script is None:
            said = f"not scripted: add hosts/script for {document} on {instance.id}: {step.text[:200]!r}\n"
            return Outcome("Failed", UNTOLD, stderr=said)
        outcome = script.outcomes[min(script.used, len(script.outcomes) - 1)]
        script.used += 1
        return replace(outcome, stdout=outcome.stdout.replace("{instance}", instance.id))


def outcome(told: Mapping[str, Any]) -> Outcome:
    """Check one outcome as told; a status that contradicts its exit code is refused."""
    if unknown := told.keys() - MEMBERS:
        raise ValueError(f"an outcome knows no {', '.join(sorted(unknown))}")
    if told.get("run"):
        return Outcome("", 0, run=True)
    status = told.get("status", "Failed" if told.get("exit") == REBOOT else None)
    if status not in STATUSES:
        raise ValueError(f"status {status!r} is none of {', '.join(sorted(STATUSES))}, and run is not true")
    code = told.get("exit", {"Success": 0, "Failed": 1}.get(status, -1))
    if (status == "Success") != (code == 0) and code != REBOOT:
        raise ValueError(f"status {status} with exit {code}")
    return Outcome(status, code, told.get("stdout", ""), told.get("stderr", ""))


@command("hosts/script")
def script(body: dict[str, Any]) -> dict[str, Any]:
    """`{account, match: {document?, contains?, region?, instance_id?, ami?, tag?, …}, outcomes: [...]}`.

    `owner` and `architecture` in `match` are those of the image that the host was launched from, `origin` is the owner
    of the first image of its lineage.  `{instance}` in a stdout is the id of the host.
    """
    match, outcomes = body.get("match") or {}, [outcome(each) for each in body.get("outcomes") or []]
    if unknown := match.keys() - {*MATCHES, "region", "instance_id", "ami", "tag"}:
        raise ValueError(f"match knows no {', '.join(sorted(unknown))}")
    if not outcomes:
        raise ValueError("say at least one outcome")
    where = which({"account": body.get("account"), **match} if "account" in body else match)
    with LOCK:
        SCRIPTS.append(Script(where, match, outcomes))
    return {"outcomes": len(outcomes)}
