"""What pydantic finds wrong with a recipe, in plain words, and what would be right."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from goldsmith.recipe.reading import Document, Problem, shown
from goldsmith.recipe.shapes import WORDS, Path

_PUBLIC: Final = {"public", "group", "groups", "user_groups"}
_EVERYBODY: Final = {"all", "*"}
_NEVER_PUBLIC: Final = "an image is never public: name accounts, organizations or organizational_units"
_WANTED: Final = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "date_type": "a day, without quotes: 2027-01-31",
    "tuple_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
}
_FOUND: Final = {
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number with a point",
    tuple: "a list",
    dict: "a map",
    date: "a day",
    datetime: "a day with a time",
}

Told = tuple[str, str]  # what is wrong, and what would be right


def problems_of(error: ValidationError, document: Document, model: type[BaseModel]) -> Iterator[Problem]:
    for each in error.errors(include_url=False):
        path = tuple(part for part in each["loc"] if part != "[key]")
        if path in document.unread or (each["type"] == "too_short" and each["input"]):  # what it has is told by itself
            continue
        if each["type"] == "objections":
            for objection in each["ctx"]["found"]:
                yield document.problem((*path, *objection.path), objection.what, objection.remedy)
        else:
            tell = _TELLERS.get(each["type"], _wrong_type if each["type"] in _WANTED else _wrong)
            yield document.problem(path, *tell(each, path, document, model))


def _missing(_: ErrorDetails, path: Path, __: Document, model: type[BaseModel]) -> Told:
    return "is missing", f"add it: {_described(model, path)}"


def _unknown(_: ErrorDetails, path: Path, __: Document, model: type[BaseModel]) -> Told:
    key = str(path[-1])
    if key in _PUBLIC:
        return "cannot be said", _NEVER_PUBLIC
    part = _model_at(model, path[:-1])
    known = list(part.model_fields) if part else []
    close = difflib.get_close_matches(key, known, n=1)
    return "is unknown", f"write {close[0]}" if close else f"leave it out; there are {', '.join(known)}"


def _wrong_type(error: ErrorDetails, path: Path, document: Document, model: type[BaseModel]) -> Told:
    given, written = error["input"], document.written.get(path, "")
    wanted = _WANTED[error["type"]]
    part = _model_at(model, path)
    if wanted == "keys and values" and part:
        musts = [name for name, field in part.model_fields.items() if field.is_required()]
        wanted = f"keys and values: {', '.join(musts or part.model_fields)}"
    if given is None:
        return "is empty", f"write {wanted}" if wanted != "text" else f"write {_described(model, path)}"
    what = f"is {_FOUND[type(given)]}, not {_WANTED[error['type']].partition(',')[0]}"
    if error["type"] == "string_type" and written:
        return what, f'put it in quotes: "{shown(written)}"'
    if error["type"] == "int_type" and isinstance(given, str) and given.isdecimal():
        return what, f"write {shown(given)} without quotes"
    return what, f"write {wanted}"


def _quoted(error: ErrorDetails, path: Path, document: Document) -> str:
    """A value as the file has it: Python may write it otherwise, or, a number of 5,000 digits, not at all."""
    if error["loc"][-1] == "[key]":
        return shown(path[-1]) or "an empty key"
    if error["input"] is None:
        return "nothing"
    if path in document.written:
        return shown(document.written[path]) or "an empty text"
    return _FOUND[type(error["input"])]


def _mismatch(error: ErrorDetails, path: Path, document: Document, _: type[BaseModel]) -> Told:
    if "accounts" in path and error["input"] in _EVERYBODY:
        return f"{error['input']} cannot be said", _NEVER_PUBLIC
    return f"{_quoted(error, path, document)} is not right", f"write {WORDS[error['ctx']['pattern']]}"


def _not_among(error: ErrorDetails, path: Path, document: Document, _: type[BaseModel]) -> Told:
    expected = error["ctx"]["expected"].replace("'", "")
    return f"{_quoted(error, path, document)} is not known", f"write {expected}"


def _too_few(error: ErrorDetails, _: Path, __: Document, ___: type[BaseModel]) -> Told:
    return "is an empty list", f"write at least {error['ctx']['min_length']}"


def _too_long(error: ErrorDetails, _: Path, __: Document, ___: type[BaseModel]) -> Told:
    return f"has {len(error['input'])} characters", f"write at most {error['ctx']['max_length']}"


def _too_small(error: ErrorDetails, path: Path, document: Document, _: type[BaseModel]) -> Told:
    return f"{_quoted(error, path, document)} is too small", f"write at least {error['ctx']['ge']:g}"


def _too_large(error: ErrorDetails, path: Path, document: Document, _: type[BaseModel]) -> Told:
    return f"{_quoted(error, path, document)} is too large", f"write at most {error['ctx']['le']:g}"


def _wrong(error: ErrorDetails, path: Path, document: Document, _: type[BaseModel]) -> Told:
    return f"{_quoted(error, path, document)} cannot be taken ({error['type']})", "look it up in docs/recipe.md"


def _no_text(_: ErrorDetails, __: Path, ___: Document, ____: type[BaseModel]) -> Told:
    return "has half a character (\\ud800 to \\udfff)", "leave it out"


_TELLERS: Final[Mapping[str, Callable[[ErrorDetails, Path, Document, type[BaseModel]], Told]]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "string_pattern_mismatch": _mismatch,
    "literal_error": _not_among,
    "string_unicode": _no_text,
    "too_short": _too_few,
    "string_too_long": _too_long,
    "greater_than_equal": _too_small,
    "less_than_equal": _too_large,
}


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The part that a field holds, be it a list of them; None if it holds none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := model_in(part))), None)


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The part of a recipe that is at a path, whether in a list or not; None if none is."""
    for name in path:
        if isinstance(name, int):
            continue
        field = model.model_fields.get(name)
        within = model_in(field.annotation) if field else None
        if not within:
            return None
        model = within
    return model


def _field_at(model: type[BaseModel], path: Path) -> FieldInfo | None:
    names = [name for name in path if isinstance(name, str)]
    while names:
        part = _model_at(model, tuple(names[:-1]))
        if part and names[-1] in part.model_fields:
            return part.model_fields[names[-1]]
        names.pop()
    return None


def _described(model: type[BaseModel], path: Path) -> str:
    """The first sentence of the field's description, as part of another."""
    field = _field_at(model, path)
    sentence = (field.description or "").partition(". ")[0].rstrip(".") if field else "a value"
    return sentence[:1].lower() + sentence[1:]
