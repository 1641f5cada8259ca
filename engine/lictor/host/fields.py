"""Check what a plugin registers, field by field: a mistake is told when the plugin is loaded, with its name."""

import re
from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

from lictor.model import Rule

_RULE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
"""The same as `rule-id` in rule.schema.json."""

_UNKNOWN = (str, ForwardRef)
"""Annotations of types that are only imported for type checkers."""


def refuse_wrong_fields(item: Any, types: tuple[type, ...]) -> None:  # noqa: ANN401 - whatever a plugin returned
    """Raise TypeError for what is none of the types, or has a field that is not; ValueError for a rule's id."""
    if not isinstance(item, types):
        expected = " or ".join(kind.__name__ for kind in types)
        raise TypeError(f"expected {expected}, found {type(item).__name__}")
    for name, annotation in type(item).__annotations__.items():
        value = getattr(item, name)
        if not _fits(value, annotation):
            raise TypeError(f"{type(item).__name__}.{name}: expected {_words(annotation)}, found {value!r}")
    if isinstance(item, Rule) and not _RULE_ID.fullmatch(item.id):
        raise ValueError(f"Rule.id: expected kebab-case, area first, such as 'acme-role-name', found {item.id!r}")


def _fits(value: object, annotation: Any) -> bool:  # noqa: ANN401 - any annotation
    if annotation is Any or isinstance(annotation, _UNKNOWN):
        return True
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return any(_fits(value, each) for each in inner)
    if origin is Literal:
        return value in inner
    if origin is Callable:
        return callable(value)
    if origin is tuple and isinstance(value, tuple) and inner[1:] == (...,):
        return all(_fits(each, inner[0]) for each in value)
    kind = origin or annotation or NoneType
    return isinstance(value, (int, float) if kind is float else kind)


def _words(annotation: Any) -> str:  # noqa: ANN401 - any annotation
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return " or ".join(map(_words, inner))
    if origin is Literal:
        return f"one of {', '.join(inner)}"
    if origin is tuple:
        return f"a tuple of {_words(inner[0])}"
    if origin is Callable:
        return "something to call"
    return "a mapping" if origin is Mapping else "None" if annotation is NoneType else str(annotation.__name__)
