"""What a JSON Schema validator objects to, in lictor's words, with the place and the nearest right name."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lictor.errors import did_you_mean
from lictor.model import Highlight, Path
from lictor.values import NamedTuple

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

_LONGEST_SHOWN = 60
_MOST_NAMES = 24

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "a mapping",
    "string": "a string",
}

_LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minItems": "a list of {} or more",
    "maxItems": "a list of at most {}",
    "minLength": "a string of length {} or more",
    "maxLength": "a string of at most length {}",
    "minProperties": "a mapping of {} or more",
    "maxProperties": "a mapping of at most {}",
    "format": "a string of the format '{}'",
    "pattern": "a string that matches {}",
}

_SWITCHES = {True: "on", False: "off"}


class Complaint(NamedTuple):
    """One thing that is wrong: where, and whether it is about the key there or about its value."""

    path: Path
    highlight: Highlight
    code: str
    message: str
    hint: str = ""


def complaints_about(errors: "Iterable[ValidationError]", schema: Any, code: str) -> Iterator[Complaint]:  # noqa: ANN401 - a schema may be a boolean
    """Say in our words what a validator's errors say; `code` is the problem code of all but unknown keys."""
    for error in errors:
        yield from _complaints(error, schema, code)


def describe(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Name a value in a message: a scalar as it is, a list or mapping by its sort.

    >>> describe("x"), describe(None), describe([1]), describe([])
    ("'x'", 'null', 'a list', 'an empty list')
    """
    if isinstance(value, str):
        return f"'{value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + '…'}'"
    if isinstance(value, Mapping):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return json.dumps(value)


def _complaints(error: "ValidationError", schema: Any, code: str) -> Iterator[Complaint]:  # noqa: ANN401 - see above
    path = tuple(error.instance_path)
    keyword = error.kind.name
    parent = _at(schema, error.schema_path[:-1])
    own = parent.get("errorMessage") if isinstance(parent, Mapping) else None
    kind: Any = error.kind
    if keyword in {"additionalProperties", "unevaluatedProperties"} and hasattr(kind, "unexpected"):
        for key in kind.unexpected:
            yield _unknown_key(path, key, parent)
    elif keyword in {"required", "dependentRequired"} and hasattr(kind, "property"):
        yield _missing_key(path, kind.property, parent, code)
    elif keyword == "propertyNames":
        yield _bad_name(path, error, parent, code)
    elif keyword in {"oneOf", "anyOf"} and not own:
        yield from _branch(error, schema, code)
    else:
        yield Complaint(path, "value", code, own or _expected(keyword, parent, error), _hint(keyword, parent, error))


def _unknown_key(path: Path, key: str, parent: Mapping[str, Any]) -> Complaint:
    known = sorted(parent.get("properties", {}))
    hint = did_you_mean(key, known)
    if not hint and 0 < len(known) <= _MOST_NAMES:
        hint = f"known keys: {', '.join(known)}"
    return Complaint((*path, key), "key", "unknown-key", f"unknown key '{key}'", hint)


def _missing_key(path: Path, key: str, parent: Mapping[str, Any], code: str) -> Complaint:
    description = parent.get("properties", {}).get(key, {}).get("description", "")
    return Complaint(path, "value", code, f"'{key}' is missing", description and f"{key}: {description}")


def _bad_name(path: Path, error: "ValidationError", parent: Any, code: str) -> Complaint:  # noqa: ANN401 - see above
    """Explain a key that `propertyNames` refuses; the error's schema is the name's, its instance the whole mapping."""
    inner: Any = error.kind
    name = str(inner.error.instance)
    expected = parent.get("patternErrorMessage") if isinstance(parent, Mapping) else None
    message = f"{expected or 'expected another key'}, found {describe(name)}"
    return Complaint((*path, name), "key", code, message)


def _branch(error: "ValidationError", schema: Any, code: str) -> Iterator[Complaint]:  # noqa: ANN401 - see above
    """Explain the alternative that was meant: the one of the value's own type that comes closest."""
    path = list(error.instance_path)
    branches: Sequence[Sequence[ValidationError]] = [b for b in getattr(error.kind, "context", ()) if b]

    def is_other_type(branch: "Sequence[ValidationError]") -> bool:
        return any(list(e.instance_path) == path and e.schema_path[-1] in {"type", "enum", "const"} for e in branch)

    meant = [branch for branch in branches if not is_other_type(branch)]
    if meant:
        for inner in min(meant, key=len):
            yield from _complaints(inner, schema, code)
        return
    expected: list[str] = []
    hints: list[str] = []
    for inner in (e for branch in branches for e in branch if list(e.instance_path) == path):
        keyword, parent = str(inner.schema_path[-1]), _at(schema, inner.schema_path[:-1])
        expected.append(_wanted(keyword, parent) or inner.message)
        hints.append(_hint(keyword, parent, inner))
    message = "more than one of the forms that are allowed here fits"
    if expected:
        message = f"expected {_or(dict.fromkeys(expected))}, found {describe(error.instance)}"
    yield Complaint(tuple(path), "value", code, message, next(filter(None, hints), ""))


def _expected(keyword: str, parent: Any, error: "ValidationError") -> str:  # noqa: ANN401 - see above
    found = describe(error.instance)
    if isinstance(parent, Mapping):
        if keyword == "pattern" and "patternErrorMessage" in parent:
            return f"{parent['patternErrorMessage']}, found {found}"
        wanted = _wanted(keyword, parent)
        if wanted:
            return f"expected {wanted}, found {found}"
    if keyword == "uniqueItems":
        return "expected each element once, found one again"
    return error.message[:1].lower() + error.message[1:].rstrip(".")


def _wanted(keyword: str, parent: Any) -> str:  # noqa: ANN401 - see above
    if not isinstance(parent, Mapping):
        return ""
    if keyword == "type":
        types = [parent["type"]] if isinstance(parent["type"], str) else parent["type"]
        return _or(_TYPES[name] for name in types)
    if keyword == "enum":
        return _or(describe(option) for option in parent["enum"])
    if keyword == "const":
        return describe(parent["const"])
    return _LIMITS[keyword].format(parent[keyword]) if keyword in _LIMITS else ""


def _hint(keyword: str, parent: Any, error: "ValidationError") -> str:  # noqa: ANN401 - see above
    found = error.instance
    if keyword == "enum" and isinstance(found, str):
        return did_you_mean(found, [option for option in parent["enum"] if isinstance(option, str)])
    if keyword == "enum" and isinstance(found, bool) and _SWITCHES[found] in parent["enum"]:
        return f"write '{_SWITCHES[found]}'"
    if keyword == "type" and isinstance(parent, Mapping):
        return _how_to_write(parent, found) or str(parent.get("description", ""))
    return ""


def _how_to_write(parent: Mapping[str, Any], found: Any) -> str:  # noqa: ANN401 - any JSON value
    """Say how a value is written as the type that is wanted, where only the YAML around it is amiss.

    >>> _how_to_write({"type": "array"}, "trust-*"), _how_to_write({"type": "string"}, 12)
    ("write it as a list: ['trust-*']", "put it in quotes: '12'")
    """
    wanted = parent["type"]
    if wanted == "array" and isinstance(found, str):
        return f"write it as a list: [{describe(found)}]"
    if wanted == "array" and isinstance(found, Mapping):
        return "begin each entry of the list with '- '"
    if wanted == "object" and isinstance(found, list) and all(isinstance(each, Mapping) for each in found):
        return "write its keys without '- ' before them"
    if wanted == "string" and isinstance(found, int | float) and not isinstance(found, bool):
        return f"put it in quotes: '{found}'"
    return ""


def _or(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def _at(schema: Any, path: Iterable[str | int]) -> Any:  # noqa: ANN401 - any part of a schema
    for element in path:
        try:
            schema = schema[element]
        except (KeyError, IndexError, TypeError):
            return {}
    return schema
