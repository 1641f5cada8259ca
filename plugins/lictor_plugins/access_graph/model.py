"""The access graph: who there is, and how one becomes another."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from lictor import EMPTY, Path
from lictor_plugins.reasoning.model import Verdict

Certainty = Literal["always", "conditional", "unknown"]
CERTAINTIES: tuple[Certainty, ...] = ("always", "conditional", "unknown")
"""Strongest first."""

EdgeKind = Literal["assume-role", "pass-role", "take-over", "escalation", "administrator"]
NodeKind = Literal[
    "role", "user", "permission-set", "anyone", "account", "principal", "service", "provider", "unresolved", "insiders",
    "crowd", "administrator",
]  # fmt: skip

ADMINISTRATOR = "administrator"
"""The id of the node that stands for administrator rights."""


class Evidence(NamedTuple):
    """A statement that an edge rests on: its path in the account's value, and what it says."""

    path: Path
    message: str


class Node(NamedTuple):
    """Someone. `path` is where a principal of the inventory stands in the account's value.

    `is_known`: whether it is one of the inventory. `groups` are those that a user is in.
    """

    id: str
    kind: NodeKind
    label: str
    account: str = ""
    is_known: bool = False
    path: Path = ()
    groups: tuple[str, ...] = ()


class Edge(NamedTuple):
    """One way to become another: `condition` says when, `because` what can't be decided, `action` by which call.

    `service` is the one that a role is passed to. `outside` tells whether a stranger starts here.
    """

    source: str
    target: str
    kind: EdgeKind
    certainty: Certainty
    action: str
    evidence: tuple[Evidence, ...] = ()
    condition: str = ""
    because: str = ""
    service: str = ""
    outside: Verdict = "no"


class Way(NamedTuple):
    """Edges that lead from one node to another."""

    edges: tuple[Edge, ...]

    @property
    def certainty(self) -> Certainty:
        """Return the weakest certainty of its edges; a start that may be no stranger's is unknown."""
        found = {edge.certainty for edge in self.edges}
        return next(each for each in reversed(CERTAINTIES) if each in found)


class Graph(NamedTuple):
    """Nodes by id, in order, and edges in order."""

    nodes: Mapping[str, Node] = EMPTY
    edges: tuple[Edge, ...] = ()
