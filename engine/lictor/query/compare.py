"""Compares values as jmespath does: JSON equality, and an order for numbers and for texts."""

import operator
from collections.abc import Callable
from typing import Any

from lictor.query.budgets import MAX_OUTPUT, size, spend_on
from lictor.query.errors import QueryError
from lictor.query.value_types import Json, type_name

_NUMBERS = (int, float)
_CONTAINERS = (list, dict)
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


def equal(meter: list[int], left: Json, right: Json) -> bool:
    """Tell whether two values are equal: true is not 1. Comparing containers costs a step a value.

    Inside containers Python's own equality decides, as in jmespath.py.
    """
    if left.__class__ in _CONTAINERS and left.__class__ is right.__class__ and left is not right:
        spend_on(meter, left if size(left) <= MAX_OUTPUT else right)
    return bool(left == right) and (left.__class__ is right.__class__ or bool not in (left.__class__, right.__class__))


def ordering(name: str, offset: int) -> Callable[[Any, Any], bool | None]:
    """Return the function for an ordering operator: None unless both sides are numbers or texts."""
    compare = _OPERATORS[name]

    def order(left: Json, right: Json) -> bool | None:
        if not (_is_ordered(left) and _is_ordered(right)):
            return None
        try:
            return compare(left, right)
        except TypeError as error:
            raise QueryError(
                "query-type",
                f"expected two numbers or two strings to compare, found {type_name(left)} and {type_name(right)}",
                "to_number() makes a number of a string",
                offset,
            ) from error

    return order


def _is_ordered(value: Json) -> bool:
    return value.__class__ is not bool and isinstance(value, (*_NUMBERS, str))
