"""API weather: any call throttled, failed, denied, unavailable, or done with its answer lost.

It strikes at the gateway, before IAM and before any effect, so it reaches boto3, the AWS CLI, functions and workflows
alike.  What the emulator does to itself without a request (CloudFormation's own calls, a rule's target) has none.
`weather_buckets.py` is the weather that EC2 makes by itself, `weather_events.py` is the weather of events.
"""

from collections.abc import Awaitable, Callable
from fnmatch import filter as matching
from fnmatch import fnmatchcase
from typing import Any, Final, Literal, Self

from ministack import app as gateway
from pydantic import BaseModel, ConfigDict, Field, model_validator

from emulator.faults.answers import answer, denied, failure, named, throttle, unavailable
from emulator.faults.buckets import BUCKETS
from emulator.faults.events import EVENT_RULES, HELD, drop
from emulator.faults.operation import Call, call_of
from emulator.faults.rule import Rule, for_account
from emulator.gateway.answers import SERVICES, Answer, service_model
from emulator.gateway.control import command
from emulator.gateway.front_door import Request
from emulator.gateway.patching import patch, replace

Dispatch = Callable[[str, str, dict[str, str], bytes, dict[str, Any], str], Awaitable[Answer]]


class CallRule(Rule):
    """One rule: the first that matches a call and still has strikes left decides what becomes of it."""

    service: str = Field(description="boto3's name of a client: ec2, stepfunctions, events, …")
    operation: str = Field(description="an operation of the service as AWS spells it; * and ? match any text")
    principal: str | None = Field(default=None, description="part of the caller's ARN, such as a role's name")
    match: dict[str, str] = Field(default_factory=dict, description="parameter: part of its value (as text or JSON)")
    effect: Literal["throttle", "fail", "deny", "unavailable", "lost answer"]
    code: str | None = Field(default=None, description="for `fail`: the error code, instead of an internal error")
    message: str | None = None

    @model_validator(mode="after")
    def _names_what_exists(self) -> Self:
        if self.service not in SERVICES:
            raise ValueError(f"boto3 knows no service {self.service!r}")
        if not matching(service_model(self.service).operation_names, self.operation):
            raise ValueError(f"{self.service} has no operation {self.operation!r}")
        if self.effect != "fail" and (self.code or self.message):
            raise ValueError("`code` and `message` go with the effect `fail` only")
        return self

    def matches(self, call: Call) -> bool:
        return (
            self.service == call.service
            and fnmatchcase(call.operation, self.operation)
            and self.is_at(call.account, call.region)
            and (self.principal or "") in call.principal
            and all(part in value for name, part in self.match.items() for value in [_parameter(call, name)])
        )


class Clear(BaseModel):
    model_config = ConfigDict(extra="forbid")
    account: str | None = None


CALL_RULES: Final[list[CallRule]] = []


def _parameter(call: Call, name: str) -> str:
    """The parameter's text, lists and structures of the query protocols (`ImageId.1`, `Filter.1.Name`) joined."""
    return "\n".join(value for key, value in call.parameters.items() if key == name or key.startswith(f"{name}."))


@command("weather")
def add_weather(body: dict[str, Any]) -> Any:
    """Add a rule for API calls."""
    rule = CallRule.model_validate(body)
    CALL_RULES.append(rule)
    return rule.shown()


@command("weather/show")
def show_weather(body: dict[str, Any]) -> Any:
    """All rules of an account (or of all), how often each matched and struck, EC2's token buckets, the events held."""
    account = Clear.model_validate(body).account
    return {
        "calls": [rule.shown() for rule in for_account(CALL_RULES, account)],
        "events": [rule.shown() for rule in for_account(EVENT_RULES, account)],
        "buckets": BUCKETS.shown(account),
        "held": [held.shown() for held in HELD if account in (None, held.account)],
    }


@command("weather/clear")
def clear_weather(body: dict[str, Any]) -> Any:
    """Remove the rules and token buckets of an account (or all), lose the events held; answers what was there."""
    account = Clear.model_validate(body).account
    before = show_weather(body)
    CALL_RULES[:] = [rule for rule in CALL_RULES if rule.account != account and account]
    EVENT_RULES[:] = [rule for rule in EVENT_RULES if rule.account != account and account]
    BUCKETS.clear(account)
    drop(account)
    return before


def _strike(call: Call | None) -> CallRule | None:
    return next((rule for rule in CALL_RULES if call and rule.matches(call) and rule.strikes()), None)


def _has_token(call: Call) -> bool:
    return BUCKETS.take(call.account, call.region, call.operation, call.parameters)


def _refusal(rule: CallRule, call: Call) -> Answer:
    if rule.effect == "deny":
        return denied(call)
    if rule.code:
        return answer(call, named(call, rule.code, rule.message))
    return answer(call, {"throttle": throttle, "fail": failure, "unavailable": unavailable}[rule.effect](call))


def _under_weather(dispatch: Dispatch) -> Dispatch:
    async def serve(*request: Any) -> Answer:
        call = call_of(Request(*request)) if CALL_RULES or BUCKETS.are_on else None
        if call and call.service == "ec2" and not _has_token(call):
            return answer(call, throttle(call))
        rule = _strike(call)
        if call is None or rule is None:
            return await dispatch(*request)
        if rule.effect != "lost answer":
            return _refusal(rule, call)
        await dispatch(*request)
        return 500, {}, b""

    return serve


@patch("every call is answered: nothing is throttled, fails, is denied or done without an answer on demand")
def api_weather() -> None:
    replace(gateway, "_dispatch_service_request", _under_weather)
