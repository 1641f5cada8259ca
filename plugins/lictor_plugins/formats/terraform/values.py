"""What Terraform expressions come to: values that know where each part of them was written.

`origins` are the places that a value comes from, the innermost first: where it is written out, then every reference
that leads there. What is not known before it is applied is `Unknown`; what may be one of several is a `Choice`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

_LETTERS = 16
"""Letters that count as much as a value."""


class Origin(NamedTuple):
    """A stretch of a file, by offsets."""

    uri: str
    start: int
    end: int


class Piece(NamedTuple):
    """Some letters of a text. They stand letter for letter in their origin when both are of one length."""

    text: str
    origin: Origin | None = None
    is_unresolved: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """What all values have: where they come from, and whether a default was taken for the word of somebody."""

    origins: tuple[Origin, ...] = ()
    is_assumed: bool = False

    def via(self, origin: Origin) -> "Value":
        """Return the same value, come to by a reference."""
        return replace(self, origins=(*self.origins, origin))

    def assumed(self) -> "Value":
        """Return the same value, as a default that somebody may override."""
        return replace(self, is_assumed=True)


@dataclass(frozen=True, slots=True, eq=False)
class Scalar(Value):
    """A number, true, false or null."""

    value: int | float | bool | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Text(Value):
    """A string, in pieces."""

    pieces: tuple[Piece, ...] = ()

    @property
    def text(self) -> str:
        """Return the whole, with `${…}` for what is not known."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def is_known(self) -> bool:
        """Tell whether no piece of it is left open."""
        return not any(piece.is_unresolved for piece in self.pieces)


@dataclass(frozen=True, slots=True, eq=False)
class Json(Value):
    """A string that holds the JSON of a value: what `jsonencode` gives."""

    inner: Value = Value()


@dataclass(frozen=True, slots=True, eq=False)
class Items(Value):
    """A list, a tuple or a set."""

    items: tuple[Value, ...] = ()

    def assumed(self) -> Value:
        """Return the same with every item assumed."""
        return replace(self, items=tuple(item.assumed() for item in self.items), is_assumed=True)


@dataclass(frozen=True, slots=True, eq=False)
class Fields(Value):
    """A map or an object; `keys` are the places of its keys."""

    fields: Mapping[str, Value] = field(default_factory=dict)
    keys: Mapping[str, Origin] = field(default_factory=dict)

    def assumed(self) -> Value:
        """Return the same with every value assumed."""
        return replace(self, fields={key: value.assumed() for key, value in self.fields.items()}, is_assumed=True)


@dataclass(frozen=True, slots=True, eq=False)
class Unknown(Value):
    """What is not known before it is applied; `text` names it. What `is_absent` is known not to be there."""

    text: str = ""
    is_absent: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Choice(Value):
    """One of two values, which may be choices too; nobody can tell which."""

    test: str = ""
    options: tuple[Value, ...] = ()


def is_null(value: Value) -> bool:
    """Tell whether a value is null, as an optional attribute is that nobody gave."""
    return (isinstance(value, Scalar) and value.value is None) or (isinstance(value, Unknown) and value.is_absent)


def choice_of(test: str, options: Sequence[Value]) -> Value:
    """Return one of some values."""
    if len(options) == 1:
        return options[0]
    return Choice(test=test, options=(options[0], choice_of(test, options[1:])))


def text_value(text: str, origin: Origin | None = None) -> Text:
    """Return a string that is wholly known."""
    return Text((origin,) if origin else (), pieces=(Piece(text, origin),))


def as_text(value: Value) -> str | None:
    """Return a value as text, when it is a known scalar.

    >>> as_text(Scalar(value=True)), as_text(Unknown(text="var.x"))
    ('true', None)
    """
    if isinstance(value, Text):
        return value.text if value.is_known else None
    if isinstance(value, Scalar) and value.value is not None:
        return scalar_text(value.value)
    if isinstance(value, Json):
        return "".join(piece.text for piece in pieces_of(value)) if is_whole(value.inner) else None
    return None


def scalar_text(value: float | bool) -> str:
    """Write a number or truth value as Terraform does."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def is_whole(value: Value) -> bool:
    """Tell whether nothing in a value is left open."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Unknown | Choice) or (isinstance(each, Text) and not each.is_known):
            return False
        waiting += children(each)
    return True


def children(value: Value) -> Iterable[Value]:
    """Return what a value is made of."""
    if isinstance(value, Items):
        return value.items
    if isinstance(value, Fields):
        return value.fields.values()
    return (value.inner,) if isinstance(value, Json) else ()


def weight(value: Value, most: int) -> int:
    """Return how many values and letters a value holds, shared ones each time; no more than is asked for and one."""
    waiting = [value]
    count = 0
    while waiting and count <= most:
        each = waiting.pop()
        count += 1
        if isinstance(each, Text):
            count += sum(1 + len(piece.text) // _LETTERS for piece in each.pieces)
        waiting += children(each)
    return count


def pieces_of(value: Value, origin: Origin | None = None) -> Iterator[Piece]:
    """Yield the letters that a value is put into a string as; `origin` is where that is done."""
    if isinstance(value, Text):
        for piece in value.pieces:
            yield piece if origin is None else piece._replace(origin=origin)
    elif isinstance(value, Scalar):
        if value.value is not None:
            yield Piece(scalar_text(value.value), origin)
    elif isinstance(value, Json):
        for piece in _encoded(value.inner):
            yield piece if origin is None else piece._replace(origin=origin)
    else:
        yield Piece(f"${{{name_of(value)}}}", origin, is_unresolved=True)


def _encoded(value: Value) -> Iterator[Piece]:
    if isinstance(value, Text):
        yield Piece('"')
        for piece in value.pieces:
            yield piece._replace(text=json.dumps(piece.text, ensure_ascii=False)[1:-1])
        yield Piece('"')
    elif isinstance(value, Fields):
        yield Piece("{")
        for index, (key, inner) in enumerate(value.fields.items()):
            yield Piece(f"{',' if index else ''}{json.dumps(key, ensure_ascii=False)}:")
            yield from _encoded(inner)
        yield Piece("}")
    elif isinstance(value, Items):
        yield Piece("[")
        for index, inner in enumerate(value.items):
            if index:
                yield Piece(",")
            yield from _encoded(inner)
        yield Piece("]")
    elif isinstance(value, Scalar):
        yield Piece(json.dumps(value.value))
    elif isinstance(value, Json):
        yield Piece(json.dumps("".join(piece.text for piece in _encoded(value.inner)), ensure_ascii=False))
    else:
        # Not known: any JSON value may come to stand here.
        yield Piece('"')
        yield Piece(f"${{{name_of(value)}}}", None, is_unresolved=True)
        yield Piece('"')


def ways_of(value: Value | None) -> int:
    """Return how many texts a value may be, when each of them is known to be one."""
    if not isinstance(value, Choice):
        return 1
    return sum(map(ways_of, value.options)) if all(map(_is_text, value.options)) else 1


def _is_text(value: Value) -> bool:
    return isinstance(value, Text | Scalar | Json | Unknown) or (
        isinstance(value, Choice) and all(map(_is_text, value.options))
    )


def name_of(value: Value) -> str:
    """Return what to call a value that is not known."""
    if isinstance(value, Unknown):
        return value.text
    return value.test if isinstance(value, Choice) else "value"


def plain(value: Value) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value as plain data, with `${…}` for what is not known."""
    if isinstance(value, Text):
        return value.text
    if isinstance(value, Scalar):
        return value.value
    if isinstance(value, Items):
        return [plain(item) for item in value.items]
    if isinstance(value, Fields):
        return {key: plain(inner) for key, inner in value.fields.items()}
    if isinstance(value, Json):
        return json.dumps(plain(value.inner), ensure_ascii=False)
    return f"${{{name_of(value)}}}"
