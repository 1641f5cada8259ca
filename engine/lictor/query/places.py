"""Where the values of a result stand.

A place is a Path (a tuple) for a value that is part of the document, a list of places for a list that the query built,
a dict of places for an object that it built, and None for what was computed.
"""

from collections.abc import Iterable
from typing import Any

from lictor.model import Node
from lictor.query.value_types import Json

_new = tuple.__new__  # half the cost of a NamedTuple's own constructor

Place = Any
"""A tuple, a list, a dict or None, as above."""


def place_at(place: Place, steps: Iterable[str | int]) -> Place:
    """Follow keys and indices from a place.

    >>> place_at([("a",), None], (0, "b"))
    ('a', 'b')
    """
    if place.__class__ is tuple:
        return (*place, *steps)
    for step in steps:
        if place.__class__ is tuple:
            place = (*place, step)
        elif place.__class__ is dict:
            place = place.get(step)
        elif place.__class__ is list and step.__class__ is int and step < len(place):
            place = place[step]
        else:
            return None
    return place


def element_places(place: Place, values: list[Any]) -> list[Place]:
    """Return the place of each element of a list that stands at `place`."""
    if place.__class__ is tuple:
        return [(*place, index) for index in range(len(values))]
    if place.__class__ is list:
        return place
    return [None] * len(values)


def nodes_of(value: Json, place: Place) -> tuple[Node, ...]:
    """Turn a result into nodes: none for null, one an element for a list, else one."""
    if value is None:
        return ()
    if value.__class__ is not list:
        return (Node(value, place if place.__class__ is tuple else None),)
    nodes = []
    places = element_places(place, value)
    for index, element in enumerate(value):
        inner = places[index]
        nodes.append(_new(Node, (element, inner if inner.__class__ is tuple else None)))
    return tuple(nodes)
