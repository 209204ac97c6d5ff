"""An uploaded bundle in; accepted or refused, and said so on the bus."""

from datetime import UTC, datetime

from goldsmith.act.recipe.accept import acceptor
from goldsmith.act.recipe.check import Taken
from goldsmith.model import Event
from goldsmith.step import step


@step
def handler(event: Event) -> Taken:
    return acceptor().accept(event, datetime.now(UTC).date())
