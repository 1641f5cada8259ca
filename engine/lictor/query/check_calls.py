"""What a function call gives, and whether its arguments can be right, by their schemas."""

from collections.abc import Callable, Iterator, Sequence

from lictor.query.errors import QueryError, one_of
from lictor.query.functions import Signature, type_words
from lictor.query.schemas import (
    ANYTHING,
    Shapes,
    array_of,
    element_shapes,
    of_kind,
    schema_of,
    value_shapes,
    without_null,
)
from lictor.query.syntax import Tree
from lictor.query.value_types import TYPE_NAMES

_Answer = Callable[[Sequence[Shapes], Shapes], Shapes]


def check_arguments(signature: Signature, tree: Tree, arguments: Sequence[Shapes]) -> Iterator[QueryError]:
    """Yield an error for each argument that can't have an accepted type."""
    for number, (kinds, shapes, child) in enumerate(
        zip(signature.parameters, arguments, tree.children, strict=False), 1
    ):
        if child.kind == "expref" or not kinds or not shapes or any(not shape.kind for shape in shapes):
            continue
        accepted = {kind.partition("-")[0] for kind in kinds}
        found = dict.fromkeys(shape.kind for shape in shapes)
        if accepted.isdisjoint(found):
            hint = "to_array() makes a list of a single value" if accepted == {"array"} else signature.usage
            message = f"{signature.name}() argument {number}: expected {type_words(kinds)}, found {one_of(found)}"
            yield QueryError("query-type", message, hint, child.offset)


def call_shapes(signature: Signature, arguments: Sequence[Shapes], answers: Shapes) -> Shapes:
    """Return the shapes of a call's result; `answers` are what its expression reference gives."""
    answer = _ANSWERS.get(signature.name)
    return answer(arguments, answers) or ANYTHING if answer else of_kind(signature.returns)


def _same_list(arguments: Sequence[Shapes], _answers: Shapes) -> Shapes:
    return tuple(shape for shape in arguments[0] if shape.kind != "null")


def _element(arguments: Sequence[Shapes], _answers: Shapes) -> Shapes:
    return element_shapes(arguments[0])


def _to_array(arguments: Sequence[Shapes], _answers: Shapes) -> Shapes:
    if any(not shape.kind for shape in arguments[0]):
        return of_kind("array")
    return tuple(
        array for shape in arguments[0] for array in ((shape,) if shape.kind == "array" else array_of((shape,)))
    )


def _not_null(arguments: Sequence[Shapes], _answers: Shapes) -> Shapes:
    return tuple(shape for argument in arguments for shape in without_null(argument))


def _map(_arguments: Sequence[Shapes], answers: Shapes) -> Shapes:
    return array_of(answers)


def _keys(_arguments: Sequence[Shapes], _answers: Shapes) -> Shapes:
    return array_of(of_kind("string"))


def _values(arguments: Sequence[Shapes], _answers: Shapes) -> Shapes:
    return array_of(value_shapes(arguments[0]) or ANYTHING)


def _items(arguments: Sequence[Shapes], _answers: Shapes) -> Shapes:
    inner = value_shapes(arguments[0]) or ANYTHING
    prefix = [{"type": "string"}, dict(schema_of(inner))]
    return array_of(array_of([*of_kind("string"), *inner], prefixItems=prefix))


def _type(_arguments: Sequence[Shapes], _answers: Shapes) -> Shapes:
    return of_kind("string", enum=list(dict.fromkeys(TYPE_NAMES.values())))


_ANSWERS: dict[str, _Answer] = {
    **dict.fromkeys(("max", "max_by", "min", "min_by"), _element),
    **dict.fromkeys(("reverse", "sort", "sort_by"), _same_list),
    "items": _items,
    "keys": _keys,
    "map": _map,
    "not_null": _not_null,
    "to_array": _to_array,
    "type": _type,
    "values": _values,
}
