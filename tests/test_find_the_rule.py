"""docs/find-the-rule.md answers twenty questions: every file and every name in the answers is there."""

import re
import tomllib

import pytest

from tests.embedded import ROOT

DOCS = ROOT / "docs"
ROWS = re.findall(r"^\| (\d+) \| (.+?) \| (.+) \|$", (DOCS / "find-the-rule.md").read_text(), re.MULTILINE)
ANSWER = re.compile(r"\[[^]]+\]\(([^)]+)\)(?:: ((?:`[^`]+`(?:, )?)+))?")  # a file, and perhaps names to look for in it


def test_there_are_twenty():
    assert [int(number) for number, _, _ in ROWS] == list(range(1, 21))


def missing(answer: str) -> list[str]:
    """The files that an answer links and that are not there, and the names that its files do not hold."""
    found = []
    for link, names in ANSWER.findall(answer):
        path = DOCS / link
        text = path.read_text() if path.is_file() else ""
        found += [] if path.exists() else [link]
        found += [name for name in re.findall(r"`([^`]+)`", names) if name not in text]
    return found


@pytest.mark.parametrize(("question", "answer"), [(question, answer) for _, question, answer in ROWS])
def test_each_answer_has_a_file_and_each_name_is_in_it(question, answer):
    assert ANSWER.findall(answer), question
    assert not missing(answer)


def test_a_file_or_a_name_that_is_not_there_is_noticed():
    there = "[`rules.py`](../layers/goldsmith/goldsmith/rules.py)"
    assert missing(f"{there}: `RetireRules`, `NoRules`; [`x`](../no/such.py)") == ["NoRules", "../no/such.py"]


def test_the_picture_has_the_packages_that_the_linter_keeps_apart():
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
    packages = {name.strip() for layer in layers for name in layer.split("|")}
    drawn = set(re.findall(r'class="t">([^<]+)<', (DOCS / "layout.svg").read_text()))
    assert {name.removesuffix("/").removesuffix(".py") for names in drawn for name in names.split()} >= packages
    assert not [name for names in drawn for name in names.split() if not any(
        (folder / name).exists() for folder in (ROOT, ROOT / "layers/goldsmith/goldsmith")
    )]  # fmt: skip
