from typing import Any

import pytest
from pydantic import ValidationError

from goldsmith.act.admit import AdmitReport, admit
from goldsmith.values.admit import Asked, BuildFacts
from goldsmith.vocabulary import EventType, Reason
from tests.act.conftest import NOW, said

READY = BuildFacts(family="webapp", again=False, recipe_sha="sha-1", public_access="block-new-sharing")


class Known:
    """Gathers what a test says."""

    def __init__(self, facts: BuildFacts) -> None:
        self.facts, self.asked = facts, list[Asked]()

    def gather(self, asked: Asked, _: Any) -> BuildFacts:
        self.asked.append(asked)
        return self.facts


def ask(facts: BuildFacts, **detail: Any) -> tuple[EventType, AdmitReport]:
    heard: list[tuple[EventType, AdmitReport]] = []
    known: Any = Known(facts)
    event = said("Build Requested", family="webapp", **detail)
    admit(event, gatherer=known, say=lambda kind, answer: heard.append((kind, answer)), now=NOW)
    assert known.asked == [Asked(family="webapp", **detail)]
    return heard[0]


def test_a_wanted_build_is_admitted_with_its_request():
    kind, answer = ask(READY, by="pipeline", reason="a new nginx")

    assert kind == EventType.BUILD_ADMITTED
    assert (answer.family, answer.again) == ("webapp", True)
    assert answer.requested == {"family": "webapp", "by": "pipeline", "reason": "a new nginx"}
    assert (answer.decision.facts, answer.decision.decided_at) == (READY, NOW)


def test_another_is_refused_with_all_reasons():
    facts = READY.model_copy(update={"recipe_sha": None, "running": "build-webapp-1"})

    kind, answer = ask(facts)

    assert kind == EventType.BUILD_REFUSED
    assert answer.again is False
    assert answer.decision.verdict.reasons == (Reason.NO_RECIPE, Reason.ALREADY_RUNNING)


def test_what_is_no_request_is_said_to_nobody():
    with pytest.raises(ValidationError, match="familly"):
        admit(said("Build Requested", familly="x"), gatherer=Known(READY), say=lambda *_: None, now=NOW)  # type: ignore[arg-type]
