"""Terraform's JSON syntax (`.tf.json`): the same blocks and expressions as in HCL, each at its place in the JSON.

Terraform language reference, "JSON Configuration Syntax", read 2026-11. Nested blocks stay attributes: what reads
them takes an object, or a list of objects, for the block's bodies.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lictor import Budgets, Problem
from lictor_plugins.formats.terraform.json_values import decode
from lictor_plugins.formats.terraform.parse import parse_template
from lictor_plugins.formats.terraform.syntax import (
    Attribute,
    Block,
    Body,
    Chunk,
    Constant,
    Expression,
    Object,
    Source,
    Span,
    Template,
    Tuple,
)
from lictor_plugins.formats.terraform.templates import Part
from lictor_plugins.formats.terraform.values import Fields, Items, Origin, Piece, Scalar, Text, Value

_LABELS = {"resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "check": 1}


def parse_json_syntax(uri: str, text: str, budgets: Budgets) -> Source | tuple[Problem, ...]:
    """Read one file. Never raises on bad input."""
    from lictor import parse_json

    loaded = parse_json(uri, text, budgets)
    if loaded.problems:
        return loaded.problems
    value = decode(Text(pieces=(Piece(text, Origin(uri, 0, len(text))),)))
    if not isinstance(value, Fields):
        return Source(uri, text, Body({}, ()))
    if uri.lower().endswith(".tfvars.json"):
        return Source(uri, text, _body(value, is_literal=True))
    return Source(uri, text, Body({}, tuple(_blocks(value))))


def _blocks(value: Fields) -> Iterator[Block]:
    for kind, inner in value.fields.items():
        for labels, body, key in _labelled(inner, _LABELS.get(kind, 0), (), _span(inner)):
            is_literal = kind == "variable"
            yield Block(kind, labels, _body(body, is_literal=is_literal), _span(body), key)


def _labelled(
    value: Value, count: int, labels: tuple[str, ...], key: Span
) -> Iterator[tuple[tuple[str, ...], Fields, Span]]:
    """Follow the labels of a block down to its bodies."""
    for each in value.items if isinstance(value, Items) else (value,):
        if not isinstance(each, Fields):
            continue
        if not count:
            yield labels, each, key
            continue
        for name, inner in each.fields.items():
            origin = each.keys.get(name)
            here = Span(origin.start, origin.end) if origin else key
            yield from _labelled(inner, count - 1, (*labels, name), here)


def _body(value: Fields, *, is_literal: bool) -> Body:
    attributes = {}
    for name, inner in value.fields.items():
        if name != "//":
            origin = value.keys.get(name)
            span = Span(origin.start, origin.end) if origin else _span(inner)
            attributes[name] = Attribute(name, _expression(inner, is_literal=is_literal), span)
    return Body(attributes, ())


def _span(value: Value) -> Span:
    origin = next(iter(value.origins), None)
    return Span(0, 0) if origin is None else Span(origin.start, origin.end)


def _expression(value: Value, *, is_literal: bool) -> Expression:
    span = _span(value)
    if isinstance(value, Fields):
        entries = []
        for name, inner in value.fields.items():
            origin = value.keys.get(name)
            key = Span(origin.start, origin.end) if origin else span
            inside = origin and origin._replace(start=origin.start + 1, end=origin.end - 1)
            named = _template(Text(pieces=(Piece(name, inside),)), key, is_literal=is_literal)
            entries.append((named, _expression(inner, is_literal=is_literal)))
        return Object(tuple(entries), span)
    if isinstance(value, Items):
        return Tuple(tuple(_expression(item, is_literal=is_literal) for item in value.items), span)
    if isinstance(value, Text):
        return _template(value, span, is_literal=is_literal)
    return Constant(value.value if isinstance(value, Scalar) else None, span)


def _template(value: Text, span: Span, *, is_literal: bool) -> Expression:
    text = value.text
    whole = Template(tuple(_literal(Chunk(text, Span(0, len(text))), text, value.pieces)), span)
    if is_literal or ("${" not in text and "%{" not in text):
        return whole
    found = parse_template(text)
    if not isinstance(found, Template):
        return whole
    parts: list[Part] = []
    for part in found.parts:
        if isinstance(part, Chunk):
            parts += _literal(part, text, value.pieces)
        else:
            parts.append(replace(part, span=_place(part.span, value.pieces)))
    return Template(tuple(parts), span)


def _literal(chunk: Chunk, text: str, pieces: Sequence[Piece]) -> Iterator[Chunk]:
    """Yield literal text piece by piece, so that each stands letter for letter in the file, or is an escape there."""
    start, end = chunk.span
    if chunk.text != text[start:end]:  # `$${` stands for `${`
        yield Chunk(chunk.text, _place(chunk.span, pieces))
        return
    for piece, at in _within(chunk.span, pieces):
        inside = Span(max(at, start), min(at + len(piece.text), end))
        yield Chunk(text[slice(*inside)], _place(inside, pieces))


def _within(span: Span, pieces: Sequence[Piece]) -> Iterator[tuple[Piece, int]]:
    """Yield the pieces that a stretch of a text is made of, each with its offset in the text."""
    at = 0
    for piece in pieces:
        if at < span.end and at + len(piece.text) > span.start:
            yield piece, at
        at += len(piece.text)


def _place(span: Span, pieces: Sequence[Piece]) -> Span:
    """Return where a stretch of a string's text stands in the file."""
    start, end = -1, 0
    for piece, at in _within(span, pieces):
        if piece.origin is None:
            continue
        is_exact = piece.origin.end - piece.origin.start == len(piece.text)
        first = piece.origin.start + max(span.start - at, 0) if is_exact else piece.origin.start
        start = first if start < 0 else start
        end = piece.origin.start + min(span.end - at, len(piece.text)) if is_exact else piece.origin.end
    return Span(max(start, 0), end)
