"""The graph of an account that rules share: it is made once, however many of them ask."""

import functools
from collections.abc import Mapping
from typing import Any

from lictor import Subject
from lictor_plugins.access_graph.build import build_graph
from lictor_plugins.access_graph.inventory import Inventory, read_inventory
from lictor_plugins.access_graph.model import Graph
from lictor_plugins.reasoning.model import Trusted


def inventory_of(subject: Subject, parameters: Mapping[str, Any]) -> Inventory:
    """Return the principals of an account."""
    return _inventory(subject, tuple(parameters.get("own-accounts", ())))


def graph_of(subject: Subject, parameters: Mapping[str, Any]) -> Graph:
    """Return the graph of an account; the parameters say who is no stranger."""
    named = ("own-accounts", "trusted-accounts", "trusted-organizations")
    return _graph(subject, *(tuple(parameters.get(name, ())) for name in named))


@functools.lru_cache(maxsize=2)
def _inventory(subject: Subject, own: tuple[str, ...]) -> Inventory:
    return read_inventory(subject, own)


@functools.lru_cache(maxsize=2)
def _graph(subject: Subject, own: tuple[str, ...], accounts: tuple[str, ...], organizations: tuple[str, ...]) -> Graph:
    trusted = Trusted(frozenset(own), frozenset(accounts), frozenset(organizations))
    return build_graph(_inventory(subject, own), trusted)
