"""JSON in a string, as values that know where each part was written, whatever the string was put together of."""

import json
import re
from collections.abc import Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed leaves it out
from typing import Any

from lictor_plugins.formats.terraform.values import (
    Choice,
    Fields,
    Items,
    Json,
    Origin,
    Piece,
    Scalar,
    Text,
    Unknown,
    Value,
)

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
# What a JSON string is made of: an escape, two of them for a letter beyond 16 bits, and stretches without any.
_PARTS = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]+|\\", re.DOTALL
)
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
_DEEPEST = 60


class _NotJsonError(ValueError):
    """The text is no JSON."""


def decode(value: Value) -> Value | None:
    """Return the value whose JSON a string holds; None when it holds none.

    A piece that is not known and stands where a whole JSON value should is an unknown value.
    """
    if isinstance(value, Json):
        return value.inner
    if not isinstance(value, Text):
        return None
    try:
        return _Decoder(value.pieces).whole()
    except (_NotJsonError, ValueError, RecursionError):
        return None


class _Decoder:
    """Reads one text."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = [piece for piece in pieces if piece.text]
        self._starts: list[int] = []
        at = 0
        for piece in self._pieces:
            self._starts.append(at)
            at += len(piece.text)
        self._text = "".join(piece.text for piece in self._pieces)

    def whole(self) -> Value:
        value, at = self._value(self._skip(0), 0)
        if self._skip(at) != len(self._text):
            raise _NotJsonError
        return value

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _piece(self, at: int) -> tuple[Piece, int]:
        from bisect import bisect_right

        index = bisect_right(self._starts, at) - 1
        return self._pieces[index], self._starts[index]

    def _origins(self, start: int, end: int) -> tuple[Origin, ...]:
        """Return where the letters between two offsets stand, if all stand in one file."""
        first, first_start = self._piece(start)
        last, last_start = self._piece(max(end - 1, start))
        if first.origin is None or last.origin is None or first.origin.uri != last.origin.uri:
            own = first.origin or last.origin
            return (own,) if own is not None else ()
        begin = self._offset(first, start - first_start, is_end=False)
        finish = self._offset(last, end - last_start, is_end=True)
        return (Origin(first.origin.uri, begin, max(begin, finish)),)

    @staticmethod
    def _offset(piece: Piece, inside: int, *, is_end: bool) -> int:
        _, start, end = piece.origin or Origin("", 0, 0)
        if end - start == len(piece.text):
            return start + inside
        return end if is_end else start

    def _value(self, at: int, depth: int) -> tuple[Value, int]:
        if depth > _DEEPEST or at >= len(self._text):
            raise _NotJsonError
        letter = self._text[at]
        if letter == "{":
            return self._object(at, depth)
        if letter == "[":
            return self._array(at, depth)
        if letter == '"':
            return self._string(at)
        piece, start = self._piece(at)
        if piece.is_unresolved and start == at:
            end = at + len(piece.text)
            return Unknown(self._origins(at, end), text=piece.text[2:-1]), end
        return self._scalar(at)

    def _scalar(self, at: int) -> tuple[Value, int]:
        for word, meant in _WORDS.items():
            if self._text.startswith(word, at):
                return Scalar(self._origins(at, at + len(word)), value=meant), at + len(word)
        found = _NUMBER.match(self._text, at)
        if not found:
            raise _NotJsonError
        return Scalar(self._origins(at, found.end()), value=json.loads(found[0])), found.end()

    def _string(self, at: int) -> tuple[Value, int]:
        _, end = scanstring(self._text, at + 1, True)
        pieces: list[Piece] = []
        cursor = at + 1
        while cursor < end - 1:
            piece, start = self._piece(cursor)
            stop = min(start + len(piece.text), end - 1)
            source = self._text[cursor:stop]
            for part in _PARTS.findall(source) if "\\" in source else (source,):
                end_of_part = cursor + len(part)
                text = self._unescaped(part) if "\\" in part else part
                pieces.append(Piece(text, *self._one(cursor, end_of_part), is_unresolved=piece.is_unresolved))
                cursor = end_of_part
        return Text(self._origins(at, end), pieces=tuple(pieces)), end

    @staticmethod
    def _unescaped(source: str) -> str:
        try:
            return str(json.loads(f'"{source}"'))
        except ValueError:
            return source  # an escape that is cut by an interpolation

    def _one(self, start: int, end: int) -> tuple[Origin | None]:
        return (next(iter(self._origins(start, end)), None),)

    def _array(self, at: int, depth: int) -> tuple[Value, int]:
        start, at = at, self._skip(at + 1)
        items: list[Value] = []
        while self._text[at : at + 1] != "]":
            if items:
                at = self._expect(at, ",")
            item, at = self._value(at, depth + 1)
            items.append(item)
            at = self._skip(at)
        return Items(self._origins(start, at + 1), items=tuple(items)), at + 1

    def _object(self, at: int, depth: int) -> tuple[Value, int]:
        start, at = at, self._skip(at + 1)
        fields: dict[str, Value] = {}
        keys: dict[str, Origin] = {}
        while self._text[at : at + 1] != "}":
            if fields:
                at = self._expect(at, ",")
            if self._text[at : at + 1] != '"':
                raise _NotJsonError
            key, end = self._string(at)
            name = key.text if isinstance(key, Text) else ""
            keys.update(dict(zip((name,), key.origins, strict=False)))
            fields.pop(name, None)
            fields[name], at = self._value(self._expect(self._skip(end), ":"), depth + 1)
            at = self._skip(at)
        return Fields(self._origins(start, at + 1), fields=fields, keys=keys), at + 1

    def _expect(self, at: int, letter: str) -> int:
        if self._text[at : at + 1] != letter:
            raise _NotJsonError
        return self._skip(at + 1)


def opened(value: Value) -> Value | None:
    """Return what a string holds as JSON: an object or a list, or each option of a choice of such; else None."""
    if isinstance(value, Choice):
        return Choice(
            value.origins, value.is_assumed, value.test, tuple(opened(each) or each for each in value.options)
        )
    found = decode(value)
    return found if isinstance(found, Fields | Items | Choice) else None
