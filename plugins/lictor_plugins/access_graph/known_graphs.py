"""The graph of an account that rules share: it is made once, however many of them ask."""

import functools
from collections.abc import Mapping
from typing import Any

from lictor import Subject
from lictor_plugins.access_graph.build import build_graph
from lictor_plugins.access_graph.inventory import Inventory, read_inventory
from lictor_plugins.access_graph.model import Graph
from lictor_plugins.reasoning.model import Trusted


class _Account:
    """An account by its value: each rule is given a subject of its own, around one value while none changes it."""

    __slots__ = ("subject",)

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Account) and self.subject.value is other.subject.value

    def __hash__(self) -> int:
        return id(self.subject.value)


def inventory_of(subject: Subject, parameters: Mapping[str, Any]) -> Inventory:
    """Return the principals of an account."""
    return _inventory(_Account(subject), tuple(parameters.get("own-accounts", ())))


def graph_of(subject: Subject, parameters: Mapping[str, Any]) -> Graph:
    """Return the graph of an account; the parameters say who is no stranger."""
    named = ("own-accounts", "trusted-accounts", "trusted-organizations")
    return _graph(_Account(subject), *(tuple(parameters.get(name, ())) for name in named))


@functools.lru_cache(maxsize=2)
def _inventory(account: _Account, own: tuple[str, ...]) -> Inventory:
    return read_inventory(account.subject, own)


@functools.lru_cache(maxsize=2)
def _graph(account: _Account, own: tuple[str, ...], accounts: tuple[str, ...], organizations: tuple[str, ...]) -> Graph:
    trusted = Trusted(frozenset(own), frozenset(accounts), frozenset(organizations))
    return build_graph(_inventory(account, own), trusted)
