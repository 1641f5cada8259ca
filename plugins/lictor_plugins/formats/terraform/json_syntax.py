"""Terraform's JSON syntax (`.tf.json`): the same blocks and expressions as in HCL, each at its place in the JSON.

Terraform language reference, "JSON Configuration Syntax", read 2026-11. Nested blocks stay attributes: what reads
them takes an object, or a list of objects, for the block's bodies.
"""

from collections.abc import Iterator
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
            entries.append((Template((Chunk(name, key),), key), _expression(inner, is_literal=is_literal)))
        return Object(tuple(entries), span)
    if isinstance(value, Items):
        return Tuple(tuple(_expression(item, is_literal=is_literal) for item in value.items), span)
    if isinstance(value, Text):
        return _template(value, span, is_literal=is_literal)
    return Constant(value.value if isinstance(value, Scalar) else None, span)


def _template(value: Text, span: Span, *, is_literal: bool) -> Expression:
    text = value.text
    inner = Span(span.start + 1, span.end - 1)
    whole = Template((Chunk(text, inner),) if text else (), span)
    if is_literal or ("${" not in text and "%{" not in text):
        return whole
    found = parse_template(text)
    if not isinstance(found, Template):
        return whole
    parts = tuple(
        Chunk(part.text, _moved(part.span, text, inner)) if isinstance(part, Chunk) else replace(part, span=inner)
        for part in found.parts
    )
    return Template(parts, span)


def _moved(part: Span, text: str, inner: Span) -> Span:
    """Return where literal text stands in the file, when nothing in its string is escaped."""
    if len(text) != inner.end - inner.start:
        return inner
    return Span(inner.start + part.start, inner.start + part.end)
