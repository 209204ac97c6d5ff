"""What is written from the model is as the model is, and is right about real recipes."""

import pytest
from pydantic import BaseModel

from cli.recipe_docs import parts, written
from goldsmith import recipe_shapes
from goldsmith.recipe import Recipe

PARTS = [model for _, model in parts("", Recipe)]


@pytest.mark.parametrize("path", sorted(written()), ids=lambda path: path.name)
def test_nothing_written_is_stale(path):
    assert path.read_text() == written()[path], "run: python -m cli.recipe_docs"


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_is_described(part: type[BaseModel]):
    assert part.__doc__
    assert not [name for name, field in part.model_fields.items() if not field.description]


def test_every_pattern_is_told_in_words():
    patterns = {value for name, value in vars(recipe_shapes).items() if isinstance(value, str) and value[:1] == "^"}
    assert patterns == set(recipe_shapes.WORDS)
