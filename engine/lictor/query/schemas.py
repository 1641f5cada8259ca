"""Steps through JSON Schemas as a query steps through values."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lictor.query.value_types import Json, type_name
from lictor.values import NamedTuple

Schema = Mapping[str, Any]

_ABOUT_OBJECTS = frozenset({"properties", "additionalProperties", "patternProperties"})


class Shape(NamedTuple):
    """One kind of value that may stand somewhere: a schema with one `type` at most, and its document's `$defs`."""

    schema: Schema
    definitions: Schema

    @property
    def kind(self) -> str:
        """The JSON type, "" when anything goes."""
        kind = str(self.schema.get("type", ""))
        if not kind and not _ABOUT_OBJECTS.isdisjoint(self.schema):
            return "object"
        return "array" if not kind and "items" in self.schema else "number" if kind == "integer" else kind

    def inner(self, schema: Json) -> "Shapes":
        """Return the shapes of a schema inside this one."""
        return tuple(_resolve(schema, self.definitions, frozenset()))


Shapes = tuple[Shape, ...]
"""Every kind of value that may stand somewhere."""

ANYTHING: Shapes = (Shape({}, {}),)


def shapes_of(schema: Schema | None) -> Shapes:
    """Return the shapes of a whole schema; anything for none.

    >>> [shape.kind for shape in shapes_of({"type": ["object", "null"]})]
    ['object', 'null']
    """
    return tuple(_resolve(schema, schema.get("$defs", {}), frozenset())) if schema else ANYTHING


def of_kind(kind: str, **more: Any) -> Shapes:
    """Return the shapes of a JSON type."""
    return (Shape({"type": kind, **more} if kind not in ("", "any") else more, {}),)


def of_literal(value: Json) -> Shapes:
    """Return the shapes of a constant."""
    kind = type_name(value)
    return of_kind(kind) if kind in ("array", "object") else of_kind(kind, enum=[value])


def schema_of(shapes: Iterable[Shape]) -> Schema:
    """Return one schema for shapes, whole with its definitions."""
    distinct: list[Shape] = []
    for shape in shapes:
        if not shape.schema:
            return {}
        if shape not in distinct:
            distinct.append(shape)
    definitions = next((shape.definitions for shape in distinct if shape.definitions), {})
    if any(shape.definitions and shape.definitions != definitions for shape in distinct):
        return {}  # two documents' definitions may use one name for two things
    whole = {"$defs": definitions} if definitions else {}
    if len(distinct) == 1:
        return {**distinct[0].schema, **whole}
    return {"anyOf": [shape.schema for shape in distinct], **whole}


def array_of(shapes: Iterable[Shape], **more: Any) -> Shapes:
    """Return the shapes of a list of these."""
    items = dict(schema_of(shapes))
    definitions = items.pop("$defs", {})
    return (Shape({"type": "array", "items": items, **more}, definitions),)


def without_null(shapes: Shapes) -> Shapes:
    """Drop null; a value that is always null stays."""
    return tuple(shape for shape in shapes if shape.kind != "null") or shapes


def element_shapes(shapes: Shapes) -> Shapes:
    """Return what may stand in lists of these shapes; nothing when none is a list."""
    found: list[Shape] = []
    for shape in shapes:
        if not shape.kind:
            return ANYTHING
        if shape.kind == "array":
            found += ANYTHING if "items" not in shape.schema else shape.inner(shape.schema["items"])
    return tuple(found)


def index_shapes(shapes: Shapes, index: int) -> Shapes:
    """Return what may stand at an index."""
    found: list[Shape] = []
    for shape in shapes:
        prefix = shape.schema.get("prefixItems", [])
        found += shape.inner(prefix[index]) if -len(prefix) <= index < len(prefix) else element_shapes((shape,))
    return tuple(found)


def value_shapes(shapes: Shapes) -> Shapes:
    """Return what may stand under the keys of objects of these shapes; nothing when none is an object."""
    found: list[Shape] = []
    for shape in shapes:
        if not shape.kind or (shape.kind == "object" and _is_open(shape.schema)):
            return ANYTHING
        if shape.kind == "object":
            for inner in _inner_schemas(shape.schema):
                found += shape.inner(inner)
    return tuple(found)


def field_shapes(shapes: Shapes, name: str) -> Shapes | None:
    """Return what may stand under a key; None when it can't be there."""
    found: list[Shape] = []
    is_possible = False
    for shape in shapes:
        if shape.kind == "null":
            found.append(shape)
        elif not shape.kind:
            return ANYTHING
        elif shape.kind == "object":
            inner = _field(shape, name)
            is_possible |= inner is not None
            found += inner or ()
    return tuple(found) if is_possible or all(shape.kind == "null" for shape in shapes) else None


def field_names(shapes: Shapes) -> frozenset[str]:
    """Return the keys that are known."""
    return frozenset(name for shape in shapes for name in shape.schema.get("properties", ()))


def choices(shapes: Shapes) -> list[Any] | None:
    """Return every value that may stand here, None when they are not listed."""
    found: list[Any] = []
    for shape in shapes:
        if shape.kind == "null":
            found.append(None)
        elif shape.kind == "boolean":
            found += [True, False]
        elif "enum" in shape.schema:
            found += shape.schema["enum"]
        else:
            return None
    return found


def _field(shape: Shape, name: str) -> Shapes | None:
    schema = shape.schema
    properties = schema.get("properties", {})
    if name in properties:
        return shape.inner(properties[name])
    for pattern, inner in schema.get("patternProperties", {}).items():
        if re.search(pattern, name):
            return shape.inner(inner)
    if isinstance(schema.get("additionalProperties"), Mapping):
        return shape.inner(schema["additionalProperties"])
    return ANYTHING if _is_open(schema) else None


def _is_open(schema: Schema) -> bool:
    """Whether keys that the schema doesn't name may be there. A schema that names keys means to name them all."""
    if "additionalProperties" in schema:
        return schema["additionalProperties"] is True
    return "properties" not in schema and "patternProperties" not in schema


def _inner_schemas(schema: Schema) -> Iterator[Any]:
    yield from schema.get("properties", {}).values()
    yield from schema.get("patternProperties", {}).values()
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield schema["additionalProperties"]


def _resolve(schema: Json, definitions: Schema, seen: frozenset[str]) -> Iterator[Shape]:
    """Split a schema in shapes: references followed, alternatives and lists of types taken apart."""
    if not isinstance(schema, Mapping):
        if schema is not False:
            yield from ANYTHING
        return
    if "$ref" in schema:
        reference = str(schema["$ref"])
        target = definitions.get(reference.removeprefix("#/$defs/"))
        if target is None or reference in seen:
            yield from ANYTHING
        else:
            yield from _resolve(target, definitions, seen | {reference})
        return
    for word in ("anyOf", "oneOf"):
        if word in schema:
            rest = {key: value for key, value in schema.items() if key not in (word, "$defs")}
            for alternative in schema[word]:
                yield from _resolve(_both(rest, alternative), definitions, seen)
            return
    if "allOf" in schema:
        merged: Any = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema["allOf"]:
            merged = _both(merged, _target(part, definitions))
        yield from _resolve(merged, definitions, seen)
        return
    yield from _by_type(schema, definitions)


def _target(schema: Json, definitions: Schema) -> Json:
    if isinstance(schema, Mapping) and "$ref" in schema:
        return definitions.get(str(schema["$ref"]).removeprefix("#/$defs/"), True)
    return schema


def _both(first: Schema, second: Json) -> Json:
    """Return a schema for what fits both."""
    if not isinstance(second, Mapping):
        return first if second is not False else False
    if not first:
        return second
    merged = {**first, **second}
    if "properties" in first and "properties" in second:
        merged["properties"] = {**first["properties"], **second["properties"]}
    return merged


def _by_type(schema: Schema, definitions: Schema) -> Iterator[Shape]:
    plain = {key: value for key, value in schema.items() if key != "$defs"}
    values = [plain["const"]] if "const" in plain else plain.get("enum")
    if values is not None:
        for kind in dict.fromkeys(type_name(value) for value in values):
            yield Shape({"type": kind, "enum": [value for value in values if type_name(value) == kind]}, definitions)
        return
    kinds = plain.get("type")
    for one in kinds if isinstance(kinds, list) else [kinds]:
        yield Shape({**plain, "type": one} if one else plain, definitions)
