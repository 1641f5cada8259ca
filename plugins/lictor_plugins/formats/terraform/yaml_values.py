"""`yamldecode`: YAML in a string as values that know where each part was written."""

from collections.abc import Sequence
from typing import Any

from lictor import Document, Path, lines_of
from lictor_plugins.formats.terraform.values import (
    Fields,
    Items,
    Origin,
    Piece,
    Scalar,
    Text,
    Value,
    as_text,
    text_value,
)

_LONGEST = 200_000
"""Letters of YAML that are read for an expression."""


def yamldecode(values: Sequence[Value]) -> Value | None:
    """Return the value whose YAML a string holds; None when it holds none, or several documents."""
    text = as_text(values[0])
    if text is None or not isinstance(values[0], Text) or len(text) > _LONGEST:
        return None
    from lictor import parse_yaml  # few configurations are made of YAML

    loaded = parse_yaml("", text)
    if loaded.problems or len(loaded.documents) != 1:
        return None
    pieces = values[0].pieces
    origin = pieces[0].origin if len(pieces) == 1 else None
    is_exact = origin is not None and origin.end - origin.start == len(text)
    return _Reader(loaded.documents[0], origin if is_exact else None, values[0].is_assumed).read()


class _Reader:
    """Turns a document into values; without an origin these have no places."""

    def __init__(self, document: Document, origin: Origin | None, is_assumed: bool) -> None:
        self._document = document
        self._origin = origin
        self._is_assumed = is_assumed

    def read(self) -> Value:
        return self._value(self._document.data, ())

    def _value(self, data: Any, path: Path) -> Value:  # noqa: ANN401 - any YAML value
        here = self._place(path)
        origins = () if here is None else (here,)
        if isinstance(data, dict):
            keys = {str(name): self._place((*path, name), is_key=True) for name in data}
            known = {name: place for name, place in keys.items() if place is not None}
            fields = {str(name): self._value(inner, (*path, name)) for name, inner in data.items()}
            return Fields(origins, self._is_assumed, fields, known)
        if isinstance(data, list):
            items = tuple(self._value(inner, (*path, index)) for index, inner in enumerate(data))
            return Items(origins, self._is_assumed, items)
        if isinstance(data, str):
            return Text(origins, self._is_assumed, (Piece(data, here),)) if here else text_value(data)
        return Scalar(origins, self._is_assumed, data)

    def _place(self, path: Path, *, is_key: bool = False) -> Origin | None:
        if self._origin is None:
            return None
        region = self._document.region_of(path, "key" if is_key else "value")
        lines = lines_of(self._document.text)
        start = lines.offset(region.start_line, region.start_column)
        end = lines.offset(region.end_line, region.end_column)
        return Origin(self._origin.uri, self._origin.start + start, self._origin.start + end)
