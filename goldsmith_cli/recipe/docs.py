"""`python -m goldsmith_cli.recipe.docs` writes docs/recipe.md and recipes/recipe.schema.json from goldsmith/recipe."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from goldsmith.recipe.document import Recipe
from goldsmith.recipe.problems import model_in
from goldsmith.recipe.shapes import WORDS

ROOT: Final = Path(__file__).parents[2]
INTRO: Final = """\
# The recipe

<!-- Written by `python -m goldsmith_cli.recipe.docs` from layers/goldsmith/goldsmith/recipe/: change it there. -->

A recipe is a YAML file in `recipes/` that declares one family of images. Only the keys below are known, each once.
Every problem is told with its file, line and path, and what would be right:

```
recipes/webapp.yaml:12: distribution.regions.1.name: us-east-1 is there twice; leave it out here
```

Text that looks like a number, a day or a comment goes in quotes: `"136693071363"`, `"#web"`. So does text with a `?` or
`: ` between brackets. Tags, anchors and aliases (`!`, `&`, `*`) are refused.

For completion and checks in an editor, begin the file with

```yaml
# yaml-language-server: $schema=recipe.schema.json
```

The smallest recipe:

```yaml
"""
_KINDS: Final = {"integer": "whole number", "number": "number", "boolean": "`true` or `false`"}


def schema() -> dict[str, Any]:
    """The JSON Schema of a recipe.  It knows each value by itself, not what must fit together."""
    made = Recipe.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_untitled(made), "title": "Goldsmith recipe"}


def _untitled(part: Any) -> Any:
    """Without pydantic's titles, which say each key again, and with each description on one line."""
    if isinstance(part, list):
        return [_untitled(each) for each in part]
    if isinstance(part, dict):
        told = part.get("description")
        line = {"description": " ".join(told.split())} if isinstance(told, str) else {}
        return {key: _untitled(each) for key, each in part.items() if key != "title" or isinstance(each, dict)} | line
    return part


def reference(smallest: str) -> str:
    """The whole page; `smallest` is its example."""
    known = schema()
    sections = [_section(path, model, known) for path, model in parts("", Recipe)]
    return INTRO + smallest + "```\n\n" + "\n".join(sections)


def parts(path: str, model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """A part and all those in it, as they follow each other in a recipe."""
    yield path, model
    for name, field in model.model_fields.items():
        if part := model_in(field.annotation):
            yield from parts(f"{path}.{name}".lstrip("."), part)


def _section(path: str, model: type[BaseModel], known: dict[str, Any]) -> str:
    properties = (known["$defs"][model.__name__] if path else known)["properties"]
    rows = [
        f"| `{name}` | {_values(properties[name], f'{path}.{name}'.lstrip('.'))} "
        f"| {_default(field)} | {field.description} |"
        for name, field in model.model_fields.items()
    ]
    heading = f"## {path}\n\n{' '.join((model.__doc__ or '').split())}" if path else "## All keys"
    return "\n".join((heading, "", "| key | value | default | what it is |", "|---|---|---|---|", *rows, ""))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    if field.default is PydanticUndefined:
        return "its defaults"
    if field.default is None or field.default == "":
        return "none"
    return f"`{field.default if isinstance(field.default, str) else json.dumps(field.default)}`"


def _values(known: dict[str, Any], path: str) -> str:
    """What a key takes, in words."""
    if "anyOf" in known:
        known = next(each for each in known["anyOf"] if each.get("type") != "null")
    if "$ref" in known:
        return f"[{path}](#{path.replace('.', '')})"
    if "enum" in known:
        return ", ".join(f"`{each}`" for each in known["enum"])
    if known["type"] == "array":
        least = " of at least one" if known.get("minItems") else ""
        return f"list{least}: {_values(known['items'], path)}"
    if known["type"] == "object":
        each = "architecture" if "enum" in known.get("propertyNames", {}) else "name"
        return f"for each {each}: {_values(known['additionalProperties'], path)}"
    return _text(known) if known["type"] == "string" else _KINDS[known["type"]] + _range(known)


def _text(known: dict[str, Any]) -> str:
    if known.get("format") == "date":
        return "day, e.g. 2027-01-31"
    words = WORDS[known["pattern"]] if "pattern" in known else "text"
    return words + (f", at most {known['maxLength']} characters" if "maxLength" in known else "")


def _range(known: dict[str, Any]) -> str:
    return f", {known['minimum']:,} to {known['maximum']:,}" if "minimum" in known else ""


def written() -> dict[Path, str]:
    """What each of the files has to hold."""
    smallest = (ROOT / "tests/recipes/minimal.yaml").read_text()
    return {
        ROOT / "docs/recipe.md": reference(smallest),
        ROOT / "recipes/recipe.schema.json": json.dumps(schema(), indent=2, ensure_ascii=False) + "\n",
    }


def main() -> None:
    for path, text in written().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
