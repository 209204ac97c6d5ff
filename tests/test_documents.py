"""What the documents say is true: links lead somewhere, commands exist, numbers are the template's."""

import json
import re
from pathlib import Path

import pytest

from goldsmith.vocabulary import EventType
from tests.deployment import template
from tests.embedded import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("components/**/*.md")])
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
README = (ROOT / "README.md").read_text()


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_lead_somewhere(document):
    links = re.findall(r"\]\(([^)#\s]+)", document.read_text())
    assert not [link for link in links if "://" not in link and not (document.parent / link).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_json_is_json(document):
    for example in re.findall(r"^```json\n(.*?)^```", document.read_text(), re.MULTILINE | re.DOTALL):
        assert json.loads(example)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_make_target_exists(document):
    named = re.findall(r"(?:`|^)make ([a-z-]+)", document.read_text(), re.MULTILINE)
    assert not set(named) - TARGETS


def test_the_makefile_is_short_enough_to_remember():
    assert len(TARGETS) <= 14


def test_the_readme_tells_the_templates_parameters():
    told = dict(re.findall(r"^\| `(\w+)` \| (?:`([^`]+)`|none) \|", README, re.MULTILINE))
    assert told == {key: str(each["Default"]) for key, each in template()["Parameters"].items()}


def test_every_decision_says_how_to_undo_it():
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert decisions
    parts = ("**Context.**", "**Decision.**", "**Consequence.**", "**Undo.**")
    assert not [name(path) for path in decisions if not all(part in path.read_text() for part in parts)]


def test_every_reason_that_keeps_a_version_is_told():
    told = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/retire.md").read_text(), re.MULTILINE)
    named = {"retain", "supersede", "postpone", "announce", "deprecate", "disable", "deregister"}
    policies = ROOT / "layers/goldsmith/goldsmith/policy"
    asked = {each for file in named for each in re.findall(r"Reason\.(\w+)", (policies / f"{file}.py").read_text())}
    assert sorted(told) == sorted(each.lower() for each in asked)


def test_every_event_of_a_retirement_is_told():
    kinds = list(EventType)
    kinds = kinds[kinds.index(EventType.IMAGE_AGE_THRESHOLD_REACHED) : kinds.index(EventType.RUN_ENDED)]
    text = (ROOT / "docs/retire.md").read_text()
    assert not [each for each in kinds if f"`{each.value}`" not in text]
