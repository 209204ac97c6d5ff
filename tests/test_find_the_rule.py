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


@pytest.mark.parametrize(("question", "answer"), [(question, answer) for _, question, answer in ROWS])
def test_each_file_has_each_name(question, answer):
    found = ANSWER.findall(answer)
    assert found, question
    for link, names in found:
        path = DOCS / link
        assert path.exists(), link
        text = path.read_text() if path.is_file() else ""
        assert not [each for each in re.findall(r"`([^`]+)`", names) if each not in text], link


def test_a_name_that_is_not_there_is_noticed():
    assert ANSWER.findall("[`a`](b.md): `one`, `two`") == [("b.md", "`one`, `two`")]


def test_the_picture_has_the_packages_that_the_linter_keeps_apart():
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
    packages = {name.strip() for layer in layers for name in layer.split("|")}
    drawn = set(re.findall(r'class="t">([^<]+)<', (DOCS / "layout.svg").read_text()))
    assert {name.removesuffix("/").removesuffix(".py") for names in drawn for name in names.split()} >= packages
    assert not [name for names in drawn for name in names.split() if not any(
        (folder / name).exists() for folder in (ROOT, ROOT / "layers/goldsmith/goldsmith")
    )]  # fmt: skip
