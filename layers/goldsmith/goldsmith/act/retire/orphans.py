"""Delete snapshots that their images left behind, if that was decided."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from goldsmith.act.retire.steps import REFUSED
from goldsmith.errors import code_of
from goldsmith.model import Model
from goldsmith.pace import Paces
from goldsmith.policy.decide import Decision
from goldsmith.values.retire import OrphanFacts
from goldsmith.values.sweep import SnapshotDeletion
from goldsmith.vocabulary import EventType

GONE: Final = "InvalidSnapshot.NotFound"


def delete_orphans(
    run: str,
    decisions: Iterable[tuple[Decision, OrphanFacts]],
    *,
    client: Callable[[str], Callable[[str, str], Any]],
    paces: Paces,
    say: Callable[[EventType, Model], None],
) -> Iterator[str]:
    """What came of each; what cannot be deleted stays for the next sweep."""
    for decision, facts in decisions:
        error = _delete(facts, client, paces) if decision.verdict.allowed else ""
        kind = EventType.SNAPSHOT_DELETED if decision.verdict.allowed and not error else EventType.SNAPSHOT_KEPT
        told = SnapshotDeletion(
            run=run,
            family=facts.family,
            version=facts.version,
            snapshot=facts.snapshot_id,
            account=facts.account,
            region=facts.region,
            error=error,
            decision=decision.model_dump(mode="json", by_alias=True),
        )
        say(kind, told)
        yield kind.value


def _delete(facts: OrphanFacts, client: Callable[[str], Callable[[str, str], Any]], paces: Paces) -> str:
    """Why not; nothing if it is gone."""
    try:
        paces.take(facts.account, facts.region, "DeleteSnapshot")
        client(facts.account)("ec2", facts.region).delete_snapshot(SnapshotId=facts.snapshot_id)
    except REFUSED as error:
        return "" if code_of(error) == GONE else str(error)
    return ""
