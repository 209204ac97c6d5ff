"""Filters and pages as EC2 has them: `*` and `?` in values, any value of a filter, every filter, opaque tokens."""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from emulator.ec2.api import Parameters, refuse

T = TypeVar("T")
Values = Callable[[T], Iterable[str]]
MARK: Final = "goldsmith:"


def pattern(value: str) -> re.Pattern[str]:
    """A filter value as a regular expression; a backslash takes the meaning of `*`, `?` and itself away."""
    parts = re.findall(r"\\[*?\\]|.", value, re.DOTALL)
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(part) or re.escape(part[-1]) for part in parts), re.DOTALL)


def filtered(
    things: Iterable[T], parameters: Parameters, known: Mapping[str, Values[T]], tags: Callable[[T], Mapping[str, str]]
) -> list[T]:
    """The things that pass all of the request's Filters; a filter that is not in `known` is refused."""
    kept = list(things)
    for each in parameters.get("Filters") or []:
        values = _values(each.get("Name"), known, tags)
        wanted = [pattern(value) for value in each.get("Values", [])]
        kept = [thing for thing in kept if any(want.fullmatch(value) for value in values(thing) for want in wanted)]
    return kept


def _values(name: Any, known: Mapping[str, Values[T]], tags: Callable[[T], Mapping[str, str]]) -> Values[T]:
    if name in known:
        return known[name]
    if name == "tag-key":
        return lambda thing: tags(thing).keys()
    if isinstance(name, str) and name.startswith("tag:"):
        key = name.removeprefix("tag:")
        return lambda thing: [value for value in [tags(thing).get(key)] if value is not None]
    return refuse("InvalidParameterValue", f"The filter '{name or 'null'}' is invalid")


def page(
    things: Sequence[T], parameters: Parameters, key: Callable[[T], str], *, least: int = 1, most: int | None = None
) -> tuple[list[T], str | None]:
    """One page in the order of `key`, and the token of the next; everything if no MaxResults was given."""
    ordered = sorted(things, key=key)
    if token := parameters.get("NextToken"):
        last = _last(token)
        ordered = [thing for thing in ordered if key(thing) > last]
    size = parameters.get("MaxResults")
    if size is None:
        return ordered, None
    if int(size) < least or (most is not None and int(size) > most):
        refuse("InvalidParameterValue", f"Value ( {size} ) for parameter maxResults is invalid.")
    shown = ordered[: int(size)]
    more = len(ordered) > len(shown)
    return shown, base64.b64encode((MARK + key(shown[-1])).encode()).decode() if more else None


def _last(token: str) -> str:
    try:
        text = base64.b64decode(token, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    if not text.startswith(MARK):
        refuse("InvalidParameterValue", "Unable to parse pagination token")
    return text.removeprefix(MARK)
