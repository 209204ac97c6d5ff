"""A recipe's YAML as plain values, with the line of each, and what is wrong with it as YAML.

Nothing but keys, lists and simple values is read: tags, anchors and aliases are refused, so that a small file is no
large recipe, and so is a key that is there twice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from goldsmith.recipe.shapes import Path

_DEEPEST: Final = 20
_LONGEST: Final = 60
_PLAIN_TEXT: Final = {"tag:yaml.org,2002:merge", "tag:yaml.org,2002:value"}  # what YAML 1.1 sees in `<<` and `=`
_EXPLAINED: Final = (  # of PyYAML's messages, those that people meet
    ("'\\t'", "a tab", "indent with spaces"),
    ("special characters are not allowed", "a character that cannot be printed", "leave it out"),
    (
        "mapping values are not allowed",
        "a second `: `",
        "put text with `: ` in it in quotes, and look at the indentation",
    ),
    ("could not find expected ':'", "a key without a `:`", "write key: value"),
    ("expected <block end>", "a line that belongs to nothing", "indent the keys of a part alike, and close quotes"),
    ("unexpected end of stream", "an end in the middle", "close the quote"),
    ("but got '?'", "a `?` between brackets", "put the text that it is in in quotes"),
    ("expected ',' or", "a bracket that is not closed", "close it, and put commas between"),
    ("another document", "a second document", "write one recipe to a file"),
)


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what would be right.  As text it is one line."""

    file: str
    line: int
    path: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return " ".join(f"{self.file}:{self.line}: {self.path}: {self.what}; {self.remedy}".split())


class BadRecipe(ValueError):  # noqa: N818 - what it is about
    """A file that says no recipe.  `problems` has everything that is wrong with it, from its first line on."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass
class Document:
    """What a file says.  `lines` and `written` have each value's line and how a simple one is written, by its path."""

    file: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: set[Path] = field(default_factory=set)

    def problem(self, path: Path, what: str, remedy: str) -> Problem:
        """A problem at a path, or where the nearest thing above it is that is there."""
        above = path
        while above and above not in self.lines:
            above = above[:-1]
        return Problem(self.file, self.lines.get(above, 1), spelled(path), what, remedy)


def spelled(path: Path) -> str:
    return ".".join(shown(part) for part in path) or "recipe"


def compose(text: str, file: str) -> Document:
    """BadRecipe, if it is no YAML at all."""
    loader: _Loader | None = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        document = Document(file)
        document.data = _value(document, loader, node, ()) if node else None
    except yaml.YAMLError as error:
        raise BadRecipe([_explained(error, text, file)]) from None
    finally:
        if loader:
            loader.dispose()
    return document


class _Loader(yaml.SafeLoader):
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        self.depth += 1
        what = "a part too deep in others" if self.depth > _DEEPEST else "a tag, an anchor or an alias (`!`, `&`, `*`)"
        if isinstance(event, yaml.AliasEvent) or event.anchor or event.tag or self.depth > _DEEPEST:
            raise yaml.MarkedYAMLError(None, None, what, event.start_mark, "write plain values, or put text in quotes")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _explained(error: yaml.YAMLError, text: str, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", 0)) + 1
    line = min(line, max(1, len(text.splitlines())))
    said = str(getattr(error, "problem", None) or getattr(error, "reason", error))
    known = ((what, remedy) for part, what, remedy in _EXPLAINED if part in said)
    what, remedy = next(known, (said, getattr(error, "note", None) or "write YAML"))
    return Problem(file, line, "recipe", f"is no YAML from here on: {what}", remedy)


def _value(document: Document, loader: _Loader, node: yaml.Node, path: Path) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)  # in a mapping: the line of its key
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(document, loader, node, path))
    if isinstance(node, yaml.SequenceNode):
        return tuple(_value(document, loader, each, (*path, index)) for index, each in enumerate(node.value))
    document.written[path] = node.value
    if node.tag in _PLAIN_TEXT:
        return node.value
    try:
        return loader.construct_object(node)
    except (ValueError, OverflowError):
        document.unread.add(path)
        what = f"{shown(node.value)} looks like a number or a day and is none"
        document.problems.append(document.problem(path, what, "correct it, or put it in quotes if it is text"))
        return None


def _pairs(document: Document, loader: _Loader, node: yaml.MappingNode, path: Path) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            document.lines.setdefault(path, node.start_mark.line + 1)
            problem = document.problem(path, "has a list or a map as a key", "put text with brackets in quotes")
            document.problems.append(problem)
            continue
        below = (*path, key.value)
        line = key.start_mark.line + 1
        if key.value in seen:
            problem = Problem(document.file, line, spelled(below), "is there twice", "leave one of them out")
            document.problems.append(problem)
            continue
        seen.add(key.value)
        document.lines[below] = line
        yield key.value, _value(document, loader, value, below)


def shown(value: object) -> str:
    """A value as it is quoted in a message: short, on one line, and nothing that a terminal or UTF-8 stumbles over."""
    text = " ".join("".join(each if each.isprintable() else " " for each in str(value)).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
