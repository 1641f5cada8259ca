"""Terraform's functions, as far as they matter for what a policy says; None where the outcome is not known.

Names and behaviour from the Terraform language reference, "Functions", read 2026-11.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lictor_plugins.formats.terraform import lists
from lictor_plugins.formats.terraform.evaluate import Evaluator, Function, Scope
from lictor_plugins.formats.terraform.files import read_file, read_template
from lictor_plugins.formats.terraform.formatting import format_text
from lictor_plugins.formats.terraform.json_values import opened
from lictor_plugins.formats.terraform.operators import truth
from lictor_plugins.formats.terraform.parts import accessed, entries_of, flattened
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
    as_text,
    choice_of,
    is_null,
    is_whole,
    pieces_of,
    plain,
    text_value,
)
from lictor_plugins.formats.terraform.yaml_values import yamldecode

Values = Sequence[Value]
Simple = Callable[[Values], Value | None]


_LONGEST = 1_000_000
"""Letters that a replacement may come to."""

_LONGEST_SEARCHED = 1_000
# Letters, classes and escapes, each maybe repeated: what RE2 and Python read alike, and neither takes long for.
_PLAIN_PATTERN = re.compile(r"(?:(?:\[\^?[\w :/.,@=+*$-]+\]|\\[wWdDsS./-]|[\w :/@=,-])[+*]?){1,4}", re.ASCII)


def _jsonencode(values: Values) -> Value | None:
    return Json(is_assumed=values[0].is_assumed, inner=values[0]) if values else None


def _jsondecode(values: Values) -> Value | None:
    return opened(values[0]) if values else None


def _first(values: Values) -> Value | None:
    return values[0] if values else None


def _join(values: Values) -> Value | None:
    delimiter = as_text(values[0])
    lists = values[1:]
    if delimiter is None or not lists or not all(isinstance(each, Items) for each in lists):
        return None
    pieces: list[Piece] = []
    for item in (item for each in lists for item in flattened(each)):
        if pieces:
            pieces.append(Piece(delimiter))
        pieces.extend(pieces_of(item))
    return Text(pieces=tuple(pieces), is_assumed=any(each.is_assumed for each in lists))


def _concat(values: Values) -> Value | None:
    items: list[Value] = []
    for value in values:
        # A list that is not known leaves the others as they are: one entry says that there may be more.
        items.extend(value.items if isinstance(value, Items) else (value,))
    return Items(is_assumed=any(value.is_assumed for value in values), items=tuple(items))


def _flatten(values: Values) -> Value | None:
    if not isinstance(values[0], Items):
        return None
    is_assumed = any(value.is_assumed for value in (values[0], *values[0].items))
    return Items(is_assumed=is_assumed, items=tuple(flattened(values[0])))


def _merge(values: Values) -> Value | None:
    fields: dict[str, Value] = {}
    keys: dict[str, Origin] = {}
    for value in values:
        if is_null(value):
            continue
        if not isinstance(value, Fields):
            return None
        fields.update(value.fields)
        keys.update(value.keys)
    return Fields(fields=fields, keys=keys)


def _distinct(values: Values) -> Value | None:
    if not isinstance(values[0], Items):
        return values[0] if isinstance(values[0], Unknown) else None
    found: dict[str, Value] = {}
    for item in values[0].items:
        found.setdefault(json.dumps(plain(item), sort_keys=True), item)
    return Items(is_assumed=values[0].is_assumed, items=tuple(found.values()))


def _compact(values: Values) -> Value | None:
    if not isinstance(values[0], Items):
        return None
    kept = [
        item
        for item in values[0].items
        if not (isinstance(item, Scalar) and item.value is None) and not (isinstance(item, Text) and not item.pieces)
    ]
    return replace(values[0], items=tuple(kept))


def _lookup(values: Values) -> Value | None:
    held, key, *default = values if len(values) > 1 else (None, None)
    if not isinstance(held, Fields) or key is None:
        return None
    found = accessed(held, key)
    if found is not None and as_text(key) is None:
        return choice_of("lookup(...)", [found, *default])
    return found if found is not None or not default or as_text(key) is None else default[0]


def _keys(values: Values) -> Value | None:
    entries = entries_of(values[0]) if isinstance(values[0], Fields) else None
    return None if entries is None else Items(items=tuple(key for key, _ in entries))


def _values(values: Values) -> Value | None:
    entries = entries_of(values[0]) if isinstance(values[0], Fields) else None
    return None if entries is None else Items(items=tuple(inner for _, inner in entries))


def _length(values: Values) -> Value | None:
    value = values[0]
    if isinstance(value, Items):
        return Scalar(is_assumed=value.is_assumed, value=len(value.items))
    if isinstance(value, Fields):
        return Scalar(is_assumed=value.is_assumed, value=len(value.fields))
    text = as_text(value)
    return None if text is None else Scalar(is_assumed=value.is_assumed, value=len(text))


def _coalesce(values: Values) -> Value | None:
    given = [value for value in values if not is_null(value) and as_text(value) != ""]
    if not given:
        return None
    return choice_of("coalesce(...)", given) if isinstance(given[0], Unknown | Choice) else given[0]


def _coalescelist(values: Values) -> Value | None:
    for value in values:
        if not isinstance(value, Items):
            return None
        if value.items:
            return value
    return None


def _contains(values: Values) -> Value | None:
    if len(values) < 2 or not isinstance(values[0], Items) or not all(map(is_whole, values)):  # noqa: PLR2004 - list, value
        return None
    is_assumed = any(value.is_assumed for value in values)
    return Scalar(is_assumed=is_assumed, value=plain(values[1]) in [plain(item) for item in values[0].items])


def _split(values: Values) -> Value | None:
    delimiter, text = as_text(values[0]), as_text(values[1]) if len(values) > 1 else None
    if not delimiter or text is None or ("${" in text and delimiter in "${}:."):
        return None
    return Items(is_assumed=values[1].is_assumed, items=tuple(text_value(part) for part in text.split(delimiter)))


def _replace(values: Values) -> Value | None:
    texts = [as_text(value) for value in values]
    if len(texts) != 3 or None in texts:  # noqa: PLR2004 - text, substring, replacement
        return None
    text, old, new = (each or "" for each in texts)
    if len(text) * max(len(new), 1) > _LONGEST:
        return None
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        if not _PLAIN_PATTERN.fullmatch(old[1:-1]) or "$" in new or len(text) > _LONGEST_SEARCHED:
            return None  # a regular expression whose dialect (RE2) may not be Python's
        return Text(is_assumed=values[0].is_assumed, pieces=(Piece(re.sub(old[1:-1], lambda _: new, text)),))
    return Text(is_assumed=values[0].is_assumed, pieces=(Piece(text.replace(old, new)),))


def _tells(ask: Callable[..., bool]) -> Simple:
    """Make a question about texts that are all known."""

    def call(values: Values) -> Value | None:
        texts = [as_text(value) for value in values]
        if None in texts or len(texts) != 2:  # noqa: PLR2004 - the text, and what is looked for
            return None
        return Scalar(is_assumed=any(value.is_assumed for value in values), value=ask(*texts))

    return call


def _try(values: Values) -> Value | None:
    left = [value for value in values if not (isinstance(value, Unknown) and value.is_absent)]
    if left and not isinstance(left[0], Unknown):
        return left[0]
    return choice_of("try(...)", left) if left else None


def _zipmap(values: Values) -> Value | None:
    if len(values) != 2 or not isinstance(values[0], Items) or not isinstance(values[1], Items):  # noqa: PLR2004 - keys, values
        return None
    names = [as_text(item) for item in values[0].items]
    return Fields(fields={name: inner for name, inner in zip(names, values[1].items, strict=False) if name is not None})


def _can(values: Values) -> Value | None:
    if isinstance(values[0], Unknown):
        return Scalar(value=False) if values[0].is_absent else None
    return Scalar(value=True)


def _texts(change: Callable[..., str]) -> Simple:
    """Make a function of texts that are all known."""

    def call(values: Values) -> Value | None:
        texts = [as_text(value) for value in values]
        if None in texts:
            return None
        try:
            made = change(*texts)
        except (TypeError, ValueError):
            return None
        return Text(is_assumed=any(value.is_assumed for value in values), pieces=(Piece(made),))

    return call


def _choice(wanted: bool) -> Simple:
    def call(values: Values) -> Value | None:
        if not isinstance(values[0], Items):
            return None
        meant = [truth(item) for item in values[0].items]
        found = (not wanted) in meant
        return None if None in meant and not found else Scalar(value=(not wanted) if found else wanted)

    return call


_SIMPLE: Mapping[str, Simple] = {
    "alltrue": _choice(wanted=True),
    "anytrue": _choice(wanted=False),
    "base64decode": _texts(lambda text: base64.b64decode(text, validate=True).decode()),
    "base64encode": _texts(lambda text: base64.b64encode(text.encode()).decode()),
    "can": _can,
    "chomp": _texts(lambda text: text.rstrip("\r\n")),
    "coalesce": _coalesce,
    "coalescelist": _coalescelist,
    "compact": _compact,
    "concat": _concat,
    "contains": _contains,
    "distinct": _distinct,
    "element": lists.element,
    "flatten": _flatten,
    "endswith": _tells(str.endswith),
    "format": format_text,
    "formatlist": lists.formatlist,
    "index": lists.index_of,
    "join": _join,
    "jsondecode": _jsondecode,
    "jsonencode": _jsonencode,
    "keys": _keys,
    "length": _length,
    "lookup": _lookup,
    "lower": _texts(str.lower),
    "merge": _merge,
    "nonsensitive": _first,
    "one": lists.only,
    "range": lists.numbers_between,
    "replace": _replace,
    "reverse": lists.reversed_list,
    "sensitive": _first,
    "setintersection": lists.common,
    "setproduct": lists.products,
    "setsubtract": lists.remaining,
    "setunion": lambda values: _distinct([_concat(values) or Items()]),
    "slice": lists.slice_of,
    "sort": _first,
    "split": _split,
    "startswith": _tells(str.startswith),
    "strcontains": _tells(lambda text, part: part in text),
    "title": _texts(str.title),
    "tobool": _first,
    "tolist": _first,
    "tomap": _first,
    "tonumber": _first,
    "toset": _distinct,
    "tostring": _first,
    "trim": _texts(lambda text, letters: text.strip(letters)),
    "trimprefix": _texts(lambda text, prefix: text.removeprefix(prefix)),
    "trimspace": _texts(str.strip),
    "trimsuffix": _texts(lambda text, suffix: text.removesuffix(suffix)),
    "try": _try,
    "upper": _texts(str.upper),
    "values": _values,
    "yamldecode": yamldecode,
    "zipmap": _zipmap,
}


def _plain_call(simple: Simple) -> Function:
    def call(values: Values, _evaluator: Evaluator, _scope: Scope) -> Value | None:
        return simple(values) if values or simple in {_concat, _merge} else None

    return call


FUNCTIONS: Mapping[str, Function] = {
    **{name: _plain_call(simple) for name, simple in _SIMPLE.items()},
    "file": read_file,
    "templatefile": read_template,
}
"""The functions that expressions may call; any other is not known."""
