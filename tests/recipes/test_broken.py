"""Broken recipes.  Each says at its top what is told about it: line, path, what is wrong, and what would be right."""

from datetime import date
from pathlib import Path

import pytest

from goldsmith.recipe.document import BadRecipe, read

TODAY = date(2026, 11, 26)
BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
EXPECT = "# expect: "


def test_there_are_enough_of_them():
    assert len(BROKEN) >= 20


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_every_problem_is_told_with_its_line_and_what_would_be_right(file):
    text = file.read_text()
    expected = [
        f"recipes/{file.name}:{line.removeprefix(EXPECT)}" for line in text.splitlines() if line.startswith(EXPECT)
    ]
    assert expected
    with pytest.raises(BadRecipe) as raised:
        read(text, f"recipes/{file.name}", TODAY)
    assert [str(problem) for problem in raised.value.problems] == expected
    assert str(raised.value) == "\n".join(expected)
