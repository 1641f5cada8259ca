"""Evaluated Terraform values in the form that policies are read in: plain data, with intrinsics for what is open.

What is not known is a `Ref` to nothing, named as in the configuration; a default is the default of a parameter; a
choice is a `Fn::If`. So all that reads CloudFormation's intrinsics reads these.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from lictor import EMBEDDED, Path
from lictor_plugins.formats.terraform.json_values import opened
from lictor_plugins.formats.terraform.locator import IF
from lictor_plugins.formats.terraform.values import (
    Choice,
    Fields,
    Items,
    Json,
    Scalar,
    Text,
    Unknown,
    Value,
    name_of,
    pieces_of,
    plain,
)
from lictor_plugins.kinds.aws_iam.template import NO_VALUE, Template

_EMPTY_BY_DEFAULT = "a list that is empty by default"


class Raw(NamedTuple):
    """A policy as it can be read, with the place of it and what its intrinsics refer to."""

    value: Any
    path: Path
    template: Template


def policies_in(value: Value, path: Path) -> Iterator[Raw]:
    """Yield the policies that a value may come to: what a string holds as JSON, each option of a choice."""
    if isinstance(value, Choice):
        for index, option in enumerate(value.options, 1):
            yield from policies_in(option, (*path, IF, index))
    elif not _is_nothing(value):
        inside = opened(value)
        parameters: dict[str, Any] = {}
        raw = _raw(value if inside is None else inside, parameters)
        yield Raw(raw, path if inside is None else (*path, EMBEDDED), Template(parameters=parameters))


def text_of(value: Value | None) -> str | None:
    """Return a value as one text, with `${…}` for what is not known; of a choice the first option that is there."""
    if value is None or _is_nothing(value) or isinstance(value, Items | Fields):
        return None
    if isinstance(value, Choice):
        return next((text for text in map(text_of, value.options) if text is not None), None)
    return "".join(piece.text for piece in pieces_of(value))


def texts_of(value: Value | None, path: Path) -> Iterator[tuple[str, Path]]:
    """Yield the texts of a list, or of one value, each with its place."""
    if isinstance(value, Choice):
        for index, option in enumerate(value.options, 1):
            yield from texts_of(option, (*path, IF, index))
    elif isinstance(value, Items):
        for index, item in enumerate(value.items):
            yield from texts_of(item, (*path, index))
    else:
        text = text_of(value)
        if text is not None:
            yield text, path


def followed(value: Value, place: tuple[str, ...], path: Path) -> Iterator[tuple[Value, Path]]:
    """Follow attributes down to values; "*" stands for each of a list."""
    if not place:
        yield value, path
    elif isinstance(value, Choice):
        for index, option in enumerate(value.options, 1):
            yield from followed(option, place, (*path, IF, index))
    elif place[0] == "*":
        for index, item in enumerate(value.items if isinstance(value, Items) else ()):
            yield from followed(item, place[1:], (*path, index))
    elif isinstance(value, Fields) and place[0] in value.fields:
        yield from followed(value.fields[place[0]], place[1:], (*path, place[0]))


def raw_of(value: Value) -> tuple[Any, Template]:
    """Return a value in the form that policies are read in, with what its intrinsics refer to."""
    parameters: dict[str, Any] = {}
    return _raw(value, parameters), Template(parameters=parameters)


def value_of(data: Any) -> Value:  # noqa: ANN401 - any JSON value
    """Return plain data, such as a plan's, as a value."""
    if isinstance(data, str):
        from lictor_plugins.formats.terraform.values import text_value

        return text_value(data)
    if isinstance(data, list):
        return Items(items=tuple(map(value_of, data)))
    if isinstance(data, dict):
        return Fields(fields={str(key): value_of(inner) for key, inner in data.items()})
    return Scalar(value=data)


def _is_nothing(value: Value) -> bool:
    return isinstance(value, Scalar) and value.value is None


def _raw(value: Value, parameters: dict[str, Any]) -> Any:  # noqa: ANN401, PLR0911 - any JSON value; one return a form
    if isinstance(value, Text):
        return _raw_text(value, parameters)
    if isinstance(value, Scalar):
        return value.value
    if isinstance(value, Items):
        if not value.items and value.is_assumed:
            return {"Ref": _EMPTY_BY_DEFAULT}
        return [_raw(item, parameters) for item in value.items]
    if isinstance(value, Fields):
        return {key: _raw(inner, parameters) for key, inner in value.fields.items()}
    if isinstance(value, Choice):
        options = [NO_VALUE if _is_nothing(option) else _raw(option, parameters) for option in value.options]
        return {IF: [value.test, *options]}
    if isinstance(value, Json) and not isinstance(value.inner, Unknown | Choice):
        return plain(value)
    return {"Ref": name_of(value.inner if isinstance(value, Json) else value)}


def _raw_text(value: Text, parameters: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    text = value.text
    if value.is_known:
        if not value.is_assumed or not text:
            return text
        name = f"default {len(parameters) + 1}"
        parameters[name] = {"Type": "String", "Default": text}
        return {"Ref": name}
    parts = [{"Ref": piece.text[2:-1]} if piece.is_unresolved else piece.text for piece in value.pieces]
    return parts[0] if len(parts) == 1 else {"Fn::Join": ["", parts]}
