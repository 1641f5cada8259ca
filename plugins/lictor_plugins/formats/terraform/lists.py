"""Terraform's functions of lists and sets beyond the everyday ones."""

import itertools
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from lictor_plugins.formats.terraform.formatting import format_text
from lictor_plugins.formats.terraform.operators import number
from lictor_plugins.formats.terraform.values import Items, Scalar, Value, as_text, is_whole, plain

Values = Sequence[Value]
Keep = Callable[[str | None, Sequence[Collection[str | None]]], bool]

_MOST = 1_000
"""Elements of a list that is made up: more than any policy spells out."""


def formatlist(values: Values) -> Value | None:
    """Format a text once for each element of the lists among the arguments."""
    lengths = {len(value.items) for value in values[1:] if isinstance(value, Items)}
    if len(lengths) != 1 or any(isinstance(value, Items) and value.is_assumed and not value.items for value in values):
        return None
    found: list[Value] = []
    for index in range(min(*lengths, _MOST)):
        made = format_text([value.items[index] if isinstance(value, Items) else value for value in values])
        if made is None:
            return None
        found.append(made)
    origins = next((value.origins for value in values[1:] if isinstance(value, Items)), ())
    return Items(origins, any(value.is_assumed for value in values), tuple(found))


def slice_of(values: Values) -> Value | None:
    """Return the elements of a list from one index up to, and without, another."""
    if len(values) != 3 or not isinstance(values[0], Items):  # noqa: PLR2004 - list, start, end
        return None
    start, end = number(values[1]), number(values[2])
    if start is None or end is None or not 0 <= start <= end <= len(values[0].items):
        return None
    return replace(values[0], items=values[0].items[int(start) : int(end)])


def reversed_list(values: Values) -> Value | None:
    """Return a list from its end."""
    return replace(values[0], items=values[0].items[::-1]) if isinstance(values[0], Items) else None


def element(values: Values) -> Value | None:
    """Return an element by its index, counted round and round."""
    at = number(values[1]) if len(values) > 1 else None
    if not isinstance(values[0], Items) or not values[0].items or at is None:
        return None
    return values[0].items[int(at) % len(values[0].items)]


def only(values: Values) -> Value | None:
    """Return the only element of a list, or null of an empty one."""
    if not isinstance(values[0], Items) or len(values[0].items) > 1:
        return None
    return values[0].items[0] if values[0].items else Scalar(value=None)


def products(values: Values) -> Value | None:
    """Return every choice of one element from each list."""
    if not all(isinstance(value, Items) for value in values):
        return None
    lists = [value.items for value in values if isinstance(value, Items)]
    count = 1
    for each in lists:
        count *= len(each)
    if count > _MOST:
        return None
    return Items(items=tuple(Items(items=chosen) for chosen in itertools.product(*lists)))


def index_of(values: Values) -> Value | None:
    """Return where a value is in a list."""
    if len(values) != 2 or not isinstance(values[0], Items) or not all(map(is_whole, values)):  # noqa: PLR2004 - list, value
        return None
    wanted = plain(values[1])
    return next((Scalar(value=at) for at, item in enumerate(values[0].items) if plain(item) == wanted), None)


def numbers_between(values: Values) -> Value | None:
    """Return the numbers from 0, or from the first argument, up to, and without, the last; by steps of one."""
    ends = [number(value) for value in values]
    if None in ends or len(ends) not in (1, 2):
        return None
    whole = [int(end) for end in ends if end is not None]
    start, end = (0, whole[0]) if len(whole) == 1 else (whole[0], whole[1])
    if not 0 <= end - start <= _MOST:
        return None
    return Items(items=tuple(Scalar(value=each) for each in range(start, end)))


def common(values: Values) -> Value | None:
    """Return what is in all sets."""
    return _kept(values, lambda name, others: all(name in other for other in others))


def remaining(values: Values) -> Value | None:
    """Return what is in the first set and not in the second."""
    return _kept(values, lambda name, others: not any(name in other for other in others))


def _kept(values: Values, is_kept: Keep) -> Value | None:
    first = values[0]
    if not isinstance(first, Items) or not all(isinstance(value, Items) and is_whole(value) for value in values):
        return None
    others = [{as_text(item) for item in value.items} for value in values[1:] if isinstance(value, Items)]
    items = tuple(item for item in first.items if is_kept(as_text(item), others))
    return replace(first, items=items, is_assumed=any(value.is_assumed for value in values))
