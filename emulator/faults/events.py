"""Event weather: any event lost, doubled, held back or turned round on its way from a bus to the bus's rules.

`hold` keeps events until `weather/release`, oldest or newest first: that is how an event comes late or out of order.
An event that must come before something is noted (the token of a workflow that waits for an image): keep the image
pending with the command `images/hold`, let the workflow go as far as it should, then `images/release`.  The other way
round, hold the event with a rule here, let the workflow note its token, then release the event.  An event that came
*before* the token: throttle the call that notes it (`weather`), let the event come, then let the retry happen.

An event forwarded to another bus passes there once more: name the `bus` for weather that strikes but once on the way.
Archives see every event; replays pass like any other.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge
from pydantic import BaseModel, ConfigDict, Field, model_validator

from emulator.faults.rule import LOCK, Rule
from emulator.gateway.control import command
from emulator.gateway.patching import patch, replace

Deliver = Callable[..., None]
Event = dict[str, Any]


class EventRule(Rule):
    """One rule: the first that matches an event and still has strikes left decides what becomes of it."""

    bus: str | None = None
    source: str | None = None
    detail_type: str | None = None
    detail: dict[str, str | int | bool] = Field(default_factory=dict, description="top-level fields of the detail")
    effect: Literal["lose", "double", "hold", "reverse"] = Field(
        description="reverse: hold until `times` events have come, then deliver them newest first"
    )

    @model_validator(mode="after")
    def _can_reverse(self) -> Self:
        if self.effect == "reverse" and (self.times or 0) < 2:  # noqa: PLR2004 - a pair
            raise ValueError("`reverse` needs `times` of at least 2: how many events to turn round")
        return self

    def matches(self, event: Event) -> bool:
        return (
            self.is_at(get_account_id(), get_region())
            and self.bus in (None, event.get("EventBusName", "default"))
            and self.source in (None, event["Source"])
            and self.detail_type in (None, event["DetailType"])
            and all(_detail(event).get(name) == value for name, value in self.detail.items())
        )

    @property
    def is_spent(self) -> bool:
        return self._struck == self.times


@dataclass(frozen=True, eq=False)
class Held:
    """An event on its way, kept with where it was going and what delivers it."""

    rule: EventRule
    account: str
    region: str
    event: Event
    deliver: Deliver

    def go(self) -> None:
        with request_scope(self.account, self.region):
            self.deliver(self.event)

    def shown(self) -> dict[str, Any]:
        return {"account": self.account, "region": self.region, "rule": self.rule.shown()["id"]} | {
            "source": self.event["Source"], "detail_type": self.event["DetailType"], "detail": _detail(self.event),
        }  # fmt: skip


EVENT_RULES: Final[list[EventRule]] = []
HELD: Final[list[Held]] = []


class Release(BaseModel):
    model_config = ConfigDict(extra="forbid")
    account: str | None = None
    order: Literal["held", "reversed"] = "held"


@command("weather/events")
def add_event_weather(body: dict[str, Any]) -> Any:
    """Add a rule for events."""
    rule = EventRule.model_validate(body)
    EVENT_RULES.append(rule)
    return rule.shown()


@command("weather/release")
def release(body: dict[str, Any]) -> Any:
    """Deliver the events held back, oldest or newest first; answers them in the order of delivery."""
    asked = Release.model_validate(body)
    going = _take(lambda held: asked.account in (None, held.account))
    if asked.order == "reversed":
        going.reverse()
    for held in going:
        held.go()
    return [held.shown() for held in going]


def drop(account: str | None) -> None:
    """Lose what is held."""
    _take(lambda held: account in (None, held.account))


def _take(which: Callable[[Held], bool]) -> list[Held]:
    with LOCK:
        taken = [held for held in HELD if which(held)]
        HELD[:] = [held for held in HELD if held not in taken]
    return taken


def _detail(event: Event) -> dict[str, Any]:
    """The detail of an event record, a JSON object as text."""
    detail = json.loads(event["Detail"])
    return detail if isinstance(detail, dict) else {}


def _under_weather(deliver: Deliver) -> Deliver:
    def dispatch(event: Event, view: Any = None) -> None:
        rule = next((rule for rule in EVENT_RULES if rule.matches(event) and rule.strikes()), None)
        if rule is None:
            deliver(event, view)
        elif rule.effect == "double":
            deliver(event, view)
            deliver(event, view)
        elif rule.effect != "lose":
            _hold(Held(rule, get_account_id(), get_region(), dict(event), deliver))

    return dispatch


def _hold(held: Held) -> None:
    with LOCK:
        HELD.append(held)
    if held.rule.effect == "reverse" and held.rule.is_spent:
        for each in reversed(_take(lambda other: other.rule is held.rule)):
            each.go()


@patch("every event arrives once, at once and in order")
def event_weather() -> None:
    replace(eventbridge, "_dispatch_event", _under_weather)
