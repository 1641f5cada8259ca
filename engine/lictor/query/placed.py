"""Functions that hand on parts of the document, with the places of those parts."""

from collections.abc import Callable
from typing import Any

from lictor.query.places import Place, element_places, place_at
from lictor.query.value_types import Json

Call = Callable[..., Any]
"""The same function on values alone: it checks the arguments and raises."""

Placed = Callable[..., tuple[Any, Place]]


class _Expression:
    """An expression reference, as jmespath's functions take it."""

    def __init__(self, call: Callable[[Any], Any]) -> None:
        self.expression = None
        self._call = call

    def visit(self, _expression: None, value: Json) -> Json:
        return self._call(value)


def reference(call: Callable[[Any], Any]) -> _Expression:
    """Wrap a generated function so that jmespath's functions accept it."""
    return _Expression(call)


def never(_value: object) -> None:
    """Stand for an expression that is never asked."""


def _reverse(call: Call, meter: list[int], value: Json, place: Place) -> tuple[Any, Place]:
    result = call(meter, value)
    return result, element_places(place, value)[::-1] if value.__class__ is list else None


def _sort(call: Call, meter: list[int], value: Json, place: Place) -> tuple[Any, Place]:
    result = call(meter, value)
    places = element_places(place, value)
    return result, [places[index] for index in sorted(range(len(value)), key=value.__getitem__)]


def _extreme(call: Call, meter: list[int], value: Json, place: Place) -> tuple[Any, Place]:
    """`max` and `min`: the first element that is the result."""
    result = call(meter, value)
    return result, place_at(place, (value.index(result),)) if value else None


def _values(call: Call, meter: list[int], value: Json, place: Place) -> tuple[Any, Place]:
    return call(meter, value), [place_at(place, (key,)) for key in value or ()]


def _items(call: Call, meter: list[int], value: Json, place: Place) -> tuple[Any, Place]:
    return call(meter, value), [[None, place_at(place, (key,))] for key in value or ()]


def _merge(call: Call, meter: list[int], *pairs: Any) -> tuple[Any, Place]:
    values, places = pairs[::2], pairs[1::2]
    result = call(meter, *values)
    return result, {key: place_at(place, (key,)) for value, place in zip(values, places, strict=True) for key in value}


def _sort_by(
    call: Call, meter: list[int], value: Json, place: Place, by: _Expression, _by_place: Place
) -> tuple[Any, Place]:
    if value.__class__ is not list:
        return call(meter, value, by), None
    order = call(meter, list(range(len(value))), _at_index(value, by))
    places = element_places(place, value)
    return [value[index] for index in order], [places[index] for index in order]


def _extreme_by(
    call: Call, meter: list[int], value: Json, place: Place, by: _Expression, _by_place: Place
) -> tuple[Any, Place]:
    if value.__class__ is not list:
        return call(meter, value, by), None
    index = call(meter, list(range(len(value))), _at_index(value, by))
    return (None, None) if index is None else (value[index], place_at(place, (index,)))


def _at_index(values: list[Any], by: Json) -> Json:
    """Let jmespath order the indices of a list by what the expression gives for the elements."""
    if by.__class__ is not _Expression:
        return by
    return _Expression(lambda index: by.visit(None, values[index]))


PLACED: dict[str, Placed] = {
    "items": _items,
    "max": _extreme,
    "max_by": _extreme_by,
    "merge": _merge,
    "min": _extreme,
    "min_by": _extreme_by,
    "reverse": _reverse,
    "sort": _sort,
    "sort_by": _sort_by,
    "values": _values,
}
"""By name: `placed(call, meter, value, place, value, place, …)`."""
