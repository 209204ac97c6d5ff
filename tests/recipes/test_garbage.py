"""Whatever a file holds, it is a recipe or a list of problems of one line each: never a traceback, never jargon."""

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from goldsmith.recipe import schedule
from goldsmith.recipe.document import BadRecipe, Problem, Recipe, read

GOOD = (Path(__file__).parent / "good.yaml").read_text()
LINES = GOOD.splitlines()
TODAY = date(2026, 11, 26)
SPECIAL = "\t\n\r\0\x85\u2028\ud800\ufeff:#-?*&!|>%@`'\"{}[],0e._~<="


def told(text: str) -> list[str]:
    """What is told about a text; nothing if it is a recipe."""
    problems = problems_of(text)
    lines = [problem.line for problem in problems]
    assert lines == sorted(lines)
    for problem in problems:
        assert 1 <= problem.line <= max(1, len(text.splitlines())), problem
        assert problem.file == "recipes/x.yaml"
        assert problem.what
        assert problem.remedy
        assert len(str(problem).splitlines()) == 1
        assert str(problem).startswith(f"recipes/x.yaml:{problem.line}: ")
        assert "docs/recipe.md" not in problem.remedy, f"not in plain words: {problem}"
    return [str(problem) for problem in problems]


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        recipe = read(text, "recipes/x.yaml", TODAY)
    except BadRecipe as error:
        return error.problems or pytest.fail("a bad recipe without a problem")
    assert isinstance(recipe, Recipe)
    return ()


SOME_LINES = st.integers(0, len(LINES) - 1)
CHARACTERS = st.sampled_from(SPECIAL) | st.characters()
TIDY = settings(max_examples=100, deadline=None, derandomize=True, database=None)


@TIDY
@given(st.lists(st.tuples(st.sampled_from(["delete", "double", "swap"]), SOME_LINES, SOME_LINES), max_size=6))
def test_lines_deleted_doubled_and_swapped(changes):
    lines = list(LINES)
    for how, first, second in changes:
        here, there = first % len(lines), second % len(lines)
        if how == "delete" and len(lines) > 1:
            del lines[here]
        elif how == "double":
            lines.insert(there, lines[here])
        else:
            lines[here], lines[there] = lines[there], lines[here]
    told("\n".join(lines))


@TIDY
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), CHARACTERS), max_size=5))
def test_characters_replaced(changes):
    text = list(GOOD)
    for position, character in changes:
        text[position] = character
    told("".join(text))


@TIDY
@given(st.text(CHARACTERS, max_size=200) | st.binary(max_size=100).map(lambda some: some.decode("latin-1")))
def test_any_text(text):
    told(text)


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates() | st.datetimes()
) | st.sampled_from(["all", "*", "", "alias/aws/ebs", "cron(0 4 31 2 ? *)", "aws-marketplace", "America", "../x"])
VALUES = st.recursive(
    SCALARS,
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=8), some, max_size=3),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in children for place in places(each, (*path, key)))]


DATA = yaml.safe_load(GOOD)
PLACES = places(DATA)[1:]


@TIDY
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=3))
def test_values_replaced(changes):
    data = copy.deepcopy(DATA)
    for path, value in sorted(changes, key=lambda change: -len(change[0])):
        above = data
        for key in path[:-1]:
            above = above[key]
        above[path[-1]] = value
    told(yaml.dump(data, Dumper=Written, allow_unicode=True, sort_keys=False))


class Written(yaml.SafeDumper):
    def ignore_aliases(self, data):
        del data
        return True


@TIDY
@given(
    st.lists(st.text("0123456789*?/,-#LWSUNMON", min_size=1, max_size=6), min_size=5, max_size=7).map(" ".join)
    | st.text("0123456789*?/,-#LW ", max_size=20)
)
def test_any_cron(fields):
    fault = schedule.fault(f"cron({fields})", TODAY)
    assert fault is None or all(fault)


def test_what_once_went_wrong():
    for value in (
        "0x_",
        "0b_",
        "1" * 5000,
        "0x" + "f" * 5000,
        "2026-13-45",
        "9999-12-31T23:59:59-23:00",
        "=",
        "<<",
        "1:9e9",
        "[" * 500,
        "{a: " * 500,
    ):
        assert told(GOOD.replace("expiry_days: 200", f"expiry_days: {value}")), value
    assert told("? [a, b]\n: c\n")
    assert told("<<: {family: x}\n")
    assert told('family: "\\ud800"\n')
    assert told("family: !!python/object:os.system x\n")
    assert told("\0")
