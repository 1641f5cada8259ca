"""Parts of values: what a step leads to, what a collection holds."""

from collections.abc import Iterator

from lictor_plugins.formats.terraform.values import (
    Choice,
    Fields,
    Items,
    Scalar,
    Unknown,
    Value,
    as_text,
    choice_of,
    text_value,
)

Step = str | Value
"""A name after a dot, or what stands in brackets."""

_MOST_ENTRIES = 8
"""Entries of a map that are looked at one by one where the key is not known."""


def entries_of(collection: Value) -> list[tuple[Value, Value]] | None:
    """Return the keys and values of a collection; None when it is not known."""
    if isinstance(collection, Items):
        return [(Scalar(value=index), item) for index, item in enumerate(collection.items)]
    if isinstance(collection, Fields):
        return [(text_value(key, collection.keys.get(key)), inner) for key, inner in sorted(collection.fields.items())]
    return None


def accessed(value: Value, step: Step) -> Value | None:
    """Return a part of a value; None when it is not known or not there."""
    if isinstance(value, Choice):
        options = [accessed(option, step) for option in value.options]
        known = tuple(option for option in options if option is not None)
        return Choice(value.origins, value.is_assumed, value.test, known) if len(known) == len(options) else None
    key = step if isinstance(step, str) else as_text(step)
    if key is None:
        return _one_of(value, step)
    if isinstance(value, Fields):
        return value.fields.get(key)
    if isinstance(value, Items) and key.isdecimal() and len(key) < 10:  # noqa: PLR2004 - an index
        index = int(key)
        return value.items[index] if index < len(value.items) else None
    return None


def _one_of(value: Value, key: Step) -> Value | None:
    """Return what a map may hold under a key that nobody knows, if it holds little."""
    if not isinstance(value, Fields) or not isinstance(key, Unknown) or not 1 < len(value.fields) <= _MOST_ENTRIES:
        return None
    return choice_of(key.text, [inner for _, inner in sorted(value.fields.items())])


def lacks(value: Value, step: Step) -> bool:
    """Tell whether a value is known to have no such part."""
    key = step if isinstance(step, str) else as_text(step)
    if isinstance(value, Fields):
        return key is not None and not value.is_assumed
    return (isinstance(value, Scalar) and value.value is None) or (isinstance(value, Unknown) and value.is_absent)


def flattened(value: Value) -> Iterator[Value]:
    """Yield the elements of lists in lists."""
    if isinstance(value, Items):
        for item in value.items:
            yield from flattened(item)
    else:
        yield value
