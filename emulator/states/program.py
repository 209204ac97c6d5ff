"""Definitions are parsed once: the parser, in Python, takes longer than many an execution."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from moto.stepfunctions.parser.asl.component.component import Component
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser


@lru_cache(maxsize=256)
def program(definition: str) -> Any:
    """The program of this definition, for any number of executions at a time; raises whatever the parser raises.

    What evaluating it changes lies in the environment of an execution. It writes into the program only the keys by
    which an execution finds the counters of its retries, each made when it is first asked for: that is here, so that
    two executions cannot make two.
    """
    parsed, _ = AmazonStateLanguageParser.parse(definition)
    for component in _components(parsed):
        _ = component.heap_key
    return parsed


def _components(found: Any) -> Iterator[Any]:
    inside: Any = ()
    if isinstance(found, Component):
        inside = vars(found).values()
    elif isinstance(found, dict):
        inside = found.values()
    elif isinstance(found, list | tuple | set):
        inside = found
    if isinstance(found, EvalComponent):
        yield found
    for each in inside:
        yield from _components(each)
