"""Whether the ARN of a policy, which may have wildcards, can mean a resource of a type."""

import re
from functools import cache
from typing import Final

FIELDS: Final = 6
WITHOUT_SLASH: Final = frozenset({"BucketName"})
"""Parts of an ARN that hold no slash: what follows one is an object of the bucket."""
Token = tuple[str, bool]
"""A character, `?` for any one, `*` for any number; whether a slash may be among them."""


@cache
def overlap(pattern: str, resource: str) -> bool:
    """Whether some ARN fits `pattern` (`arn:${Partition}:s3:::${BucketName}/${ObjectName}`) and `resource` alike."""
    ours, theirs = pattern.split(":", FIELDS - 1), resource.split(":", FIELDS - 1)
    if len(theirs) != FIELDS:
        return False
    return all(_meet(_of_pattern(one), _of_resource(other)) for one, other in zip(ours, theirs, strict=True))


def _of_pattern(text: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    for variable, character in re.findall(r"\$\{(\w+)\}|(.)", text):
        slash = variable not in WITHOUT_SLASH
        tokens += [("?", slash), ("*", slash)] if variable else [(character, True)]
    return tuple(tokens)


def _of_resource(text: str) -> tuple[Token, ...]:
    return tuple((character, True) for character in text)


def _meet(ours: tuple[Token, ...], theirs: tuple[Token, ...]) -> bool:
    """Whether some text fits both."""

    @cache
    def from_here(one: int, other: int) -> bool:
        mine, yours = ours[one : one + 1], theirs[other : other + 1]
        if not mine and not yours:
            return True
        if mine and mine[0][0] == "*":
            return from_here(one + 1, other) or bool(yours and _fits(mine[0], yours[0]) and from_here(one, other + 1))
        if yours and yours[0][0] == "*":
            return from_here(one, other + 1) or bool(mine and from_here(one + 1, other))
        return bool(mine and yours and _fits(mine[0], yours[0]) and from_here(one + 1, other + 1))

    return from_here(0, 0)


def _fits(mine: Token, yours: Token) -> bool:
    """Whether one character of ours can be the same as one of theirs."""
    if mine[0] in {"*", "?"}:
        return mine[1] or yours[0] != "/"
    return yours[0] in {"*", "?", mine[0]}
