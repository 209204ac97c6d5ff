"""Compares the literal arguments of a boto3 call with the input that botocore's model describes."""

import ast
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from botocore.model import ListShape, MapShape, Shape, StructureShape

from checks.models import element, literal_problem, member, missing

Found = Iterator[tuple[int, str]]
"""Problems: the line and what is wrong there."""

BESIDE = {"PaginationConfig"}  # boto3's own parameter of every paginator
MADE_BY_BOTO3 = {"CopySource"}  # S3's model says string; boto3 takes a mapping as well


def suggestion(name: str, known: list[str]) -> str:
    """What to write instead, if anything is close."""
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return f": write {close[0]}" if close else ""


def call_problems(
    call: ast.Call, shape: Shape | None, named: Mapping[str, ast.expr], given: frozenset[str] = frozenset()
) -> Found:
    """`named` are literals by the names of the module's constants, `given` are parameters that the code adds itself."""
    names, whole = set(given), True
    for keyword in call.keywords:
        fields = {keyword.arg: keyword.value} if keyword.arg else _spread(keyword.value, named)
        whole = whole and (bool(keyword.arg) or _is_whole(keyword.value, fields, named))
        names |= fields.keys()
        for name, value in fields.items():
            if name not in BESIDE:
                yield from _field(name, name, value, shape, named)
    if whole:
        yield from ((call.lineno, f"lacks the required parameter {name}") for name in missing(shape, names))


def _spread(node: ast.expr, named: Mapping[str, ast.expr]) -> dict[str, ast.expr]:
    """What `**node` passes, as far as it is written in the module."""
    mapping = named.get(_reference(node), node)
    if not isinstance(mapping, ast.Dict):
        return {}
    pairs = zip(mapping.keys, mapping.values, strict=True)
    return {str(key.value): value for key, value in pairs if isinstance(key, ast.Constant)}


def _is_whole(node: ast.expr, fields: Mapping[str, ast.expr], named: Mapping[str, ast.expr]) -> bool:
    """Whether `**node` passes these fields and no other; what a variable holds may grow."""
    mapping = named.get(_reference(node), node)
    return isinstance(mapping, ast.Dict) and len(mapping.keys) == len(fields) and not isinstance(node, ast.Name)


def _reference(node: ast.expr) -> str:
    """The name under which a constant, a local mapping or a function's mapping is known."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name, value=ast.Name(id="self"))):
            return f"{name}()"
    return ""


def _field(key: str, path: str, value: ast.expr, shape: Shape | None, named: Mapping[str, ast.expr]) -> Found:
    inner = member(shape, key)
    if inner is None:
        known = list(shape.members) if isinstance(shape, StructureShape) else []
        yield value.lineno, f"takes no {path}{suggestion(key, known)}"
    elif key not in MADE_BY_BOTO3:
        yield from _value(path, value, inner, named)


def _value(path: str, value: ast.expr, shape: Shape, named: Mapping[str, ast.expr]) -> Found:
    """Nothing for a value that only the running program knows."""
    match value:
        case ast.Name() | ast.Call() if (name := _reference(value)) in named:
            yield from _value(path, named[name], shape, {})
        case ast.Dict():
            yield from _mapping(path, value, shape, named)
        case ast.List(elts=items) | ast.Tuple(elts=items):
            yield from _items(path, value, items, shape, named)
        case ast.ListComp(elt=item):
            yield from _items(path, value, [item], shape, named)
        case ast.IfExp(body=body, orelse=other):
            yield from _value(path, body, shape, named)
            yield from _value(path, other, shape, named)
        case ast.Constant(value=literal):
            if said := literal_problem(literal, shape):
                yield value.lineno, f"{path} {said}"
        case ast.JoinedStr() if shape.type_name not in {"string", "blob", "timestamp"}:
            yield value.lineno, f"{path} is a {shape.type_name}, not a string"


def _mapping(path: str, value: ast.Dict, shape: Shape, named: Mapping[str, ast.expr]) -> Found:
    if not isinstance(shape, StructureShape | MapShape):
        yield value.lineno, f"{path} is a {shape.type_name}, not a mapping"
        return
    if isinstance(shape, StructureShape) and shape.is_document_type:
        return
    keys = {key.value for key in value.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
    for key, each in zip(value.keys, value.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield from _field(key.value, f"{path}.{key.value}", each, shape, named)
    if len(keys) == len(value.keys):
        yield from ((value.lineno, f"lacks the required {path}.{name}") for name in missing(shape, keys))


def _items(path: str, value: ast.expr, items: list[ast.expr], shape: Shape, named: Mapping[str, ast.expr]) -> Found:
    inner = element(shape)
    if not isinstance(shape, ListShape) or inner is None:
        yield value.lineno, f"{path} is a {shape.type_name}, not a list"
        return
    for item in items:
        yield from _value(f"{path}[]", item, inner, named)
