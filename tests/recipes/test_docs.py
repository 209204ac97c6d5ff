"""What is written from the model is as the model is, and is right about real recipes."""

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from pydantic import BaseModel

from goldsmith.recipe import shapes
from goldsmith.recipe.document import Recipe
from goldsmith_cli.recipe.docs import ROOT, parts, schema, written

HERE = Path(__file__).parent
PARTS = [model for _, model in parts("", Recipe)]


@pytest.mark.parametrize("path", sorted(written()), ids=lambda path: path.name)
def test_nothing_written_is_stale(path):
    assert path.read_text() == written()[path], "run: python -m goldsmith_cli.recipe.docs"


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_is_described(part: type[BaseModel]):
    assert part.__doc__
    assert not [name for name, field in part.model_fields.items() if not field.description]


def test_every_pattern_is_told_in_words():
    patterns = {value for name, value in vars(shapes).items() if isinstance(value, str) and value[:1] == "^"}
    assert patterns == set(shapes.WORDS)


def accepted_by_the_schema(text: str) -> bool:
    plain = json.loads(json.dumps(yaml.safe_load(text), default=str))
    return bool(jsonschema.Draft202012Validator(schema()).is_valid(plain))


@pytest.mark.parametrize("path", [HERE / "good.yaml", HERE / "minimal.yaml", *ROOT.glob("recipes/*.yaml")], ids=str)
def test_editors_accept_what_is_right(path):
    assert accepted_by_the_schema(path.read_text())


@pytest.mark.parametrize(
    "broken", ["missing", "unknown-keys", "wrong-types", "numbers", "words", "open-filter", "public"]
)
def test_editors_refuse_what_is_wrong(broken):
    assert not accepted_by_the_schema((HERE / f"broken/{broken}.yaml").read_text())
