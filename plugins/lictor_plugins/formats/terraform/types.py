"""What the type of a variable adds to its value: the defaults of attributes that are left out.

Terraform language reference, "Type Constraints", "Optional Object Type Attributes", read 2026-11.
"""

from collections.abc import Callable
from dataclasses import replace

from lictor_plugins.formats.terraform.syntax import Call, Chunk, Expression, Object, Template
from lictor_plugins.formats.terraform.values import Choice, Fields, Items, Scalar, Value, is_null

Evaluate = Callable[[Expression], Value]


def with_defaults(kind: Expression, value: Value, evaluate: Evaluate) -> Value:
    """Return a value with what its type says of attributes that nobody gave: a default, or null."""
    if not isinstance(kind, Call) or not kind.arguments:
        return value
    inner = kind.arguments[0]
    if isinstance(value, Choice):
        return replace(value, options=tuple(with_defaults(kind, option, evaluate) for option in value.options))
    if kind.name == "optional":
        return with_defaults(inner, value, evaluate)
    if kind.name in {"list", "set"} and isinstance(value, Items):
        return replace(value, items=tuple(with_defaults(inner, item, evaluate) for item in value.items))
    return _of_fields(kind.name, inner, value, evaluate) if isinstance(value, Fields) else value


def _of_fields(kind: str, inner: Expression, value: Fields, evaluate: Evaluate) -> Fields:
    if kind == "map":
        return replace(
            value, fields={name: with_defaults(inner, each, evaluate) for name, each in value.fields.items()}
        )
    return _completed(inner, value, evaluate) if kind == "object" and isinstance(inner, Object) else value


def _completed(kind: Object, value: Fields, evaluate: Evaluate) -> Fields:
    fields = dict(value.fields)
    for key, inner in kind.entries:
        name = _name(key)
        given = fields.get(name)
        if given is not None and not is_null(given):
            fields[name] = with_defaults(inner, given, evaluate)
        elif isinstance(inner, Call) and inner.name == "optional":
            default = evaluate(inner.arguments[1]) if len(inner.arguments) > 1 else Scalar()
            fields[name] = with_defaults(inner, default, evaluate)
    return replace(value, fields=fields)


def _name(key: Expression) -> str:
    parts = key.parts if isinstance(key, Template) else ()
    return "".join(part.text for part in parts if isinstance(part, Chunk))
