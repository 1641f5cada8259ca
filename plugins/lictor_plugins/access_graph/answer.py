"""What is asked of a graph: who starts, where the ways lead, what is left when somebody looks from one principal."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lictor import Document, LictorError, Path, Problem, Region, Subject, did_you_mean
from lictor_plugins.access_graph.build import build_graph
from lictor_plugins.access_graph.cycles import cycles
from lictor_plugins.access_graph.inventory import Inventory, read_inventory
from lictor_plugins.access_graph.model import ADMINISTRATOR, Graph, Node, Way
from lictor_plugins.access_graph.organization import NO_ORGANIZATION, Organization
from lictor_plugins.access_graph.resources import OpenResource, open_resources
from lictor_plugins.access_graph.ways import is_unsure, only, outside_edges, reachable, shortest_ways
from lictor_plugins.reasoning.model import Trusted

_LONG = 4_000
"""Characters of a part that are shown."""


class Place(NamedTuple):
    """Where something stands: the document's uri, and the region in its text."""

    uri: str
    region: Region


class Answer(NamedTuple):
    """A graph with its ways and circles. `start` and `goal` are nodes' ids, "" for strangers and administrators.

    `resources` are those whose own policies let in strangers; they are told where nobody asks for one way alone.
    """

    graph: Graph
    ways: tuple[Way, ...]
    cycles: tuple[tuple[str, ...], ...]
    inventory: Inventory
    start: str = ""
    goal: str = ""
    resources: tuple[OpenResource, ...] = ()

    @property
    def verdict(self) -> str:
        """Return whether there is a way: `yes`, `no` or `unknown`."""
        if not self.ways:
            return "no"
        return "unknown" if all(map(is_unsure, self.ways)) else "yes"


class Places:
    """Where parts of the account's value stand; each is looked up once."""

    def __init__(self, subject: Subject) -> None:
        """Start with an account of which nothing is looked up yet."""
        self._subject = subject
        self._known: dict[Path, Place] = {}
        self._lines: dict[str, Sequence[str]] = {}

    def of(self, path: Path) -> Place:
        """Return where a part stands."""
        if path not in self._known:
            document, inner = self._subject.place(path)
            self._known[path] = Place(document.uri, document.region_of(inner))
        return self._known[path]

    def text_of(self, path: Path) -> str:
        """Return the source lines of a part; of lines that hold a whole dump, what is of the part."""
        document, _ = self._subject.place(path)
        region = self.of(path).region
        lines = self._lines_of(document)[region.start_line - 1 : region.end_line]
        if sum(map(len, lines)) > _LONG and len(lines) == 1:
            lines = [lines[0][region.start_column - 1 : region.end_column - 1]]
        text = "\n".join(lines)
        return text if len(text) <= _LONG else f"{text[:_LONG]} …"

    def _lines_of(self, document: Document) -> Sequence[str]:
        if document.uri not in self._lines:
            self._lines[document.uri] = document.text.splitlines()
        return self._lines[document.uri]


def ask(
    subject: Subject,
    trusted: Trusted,
    start: str = "",
    goal: str = "",
    *,
    organization: Organization = NO_ORGANIZATION,
    resources: Sequence[Subject] = (),
) -> Answer:
    """Make the graph of an account and find its ways. Raises LictorError for a principal that is not there.

    `resources` are the policies of resources that stand beside the account.
    """
    inventory = read_inventory(subject, sorted(trusted.own_accounts), organization)
    graph = build_graph(inventory, trusted)
    first, last = _find(start, graph.nodes), _find(goal, graph.nodes)
    ways = shortest_ways(graph, first or outside_edges(graph), last or ADMINISTRATOR)
    if first or last:
        known = {edge for way in ways for edge in way.edges}
        ids = {edge.source for edge in known} | {edge.target for edge in known} | {first, last}
        ahead = reachable(graph.edges, first) if first else frozenset(graph.nodes)
        behind = reachable(graph.edges, last, backwards=True) if last else frozenset(graph.nodes)
        graph = only(graph, lambda key: key in ids or (key in ahead and key in behind))
    circles = tuple(cycles(edge for edge in graph.edges if edge.kind == "assume-role"))
    are_asked_for = not (first or last)
    opened = tuple(open_resources(resources, trusted, inventory.own)) if are_asked_for else ()
    return Answer(graph, ways, circles, inventory, first, last, opened)


def _find(name: str, nodes: Mapping[str, Node]) -> str:
    """Return the id of the node with an id or a name."""
    if not name or name in nodes:
        return name
    found = [key for key, node in nodes.items() if name == node.label]
    if len(found) == 1:
        return found[0]
    if found:
        raise LictorError([_problem(f"{len(found)} principals are called '{name}'", f"say which: {_joined(found)}")])
    hint = did_you_mean(name, [node.label for node in nodes.values()]) or "lictor graph -o json lists all"
    raise LictorError([_problem(f"no principal is called '{name}'", hint)])


def _joined(names: Sequence[str]) -> str:
    return ", ".join(names)


def _problem(message: str, hint: str) -> Problem:
    return Problem("bad-request", message, "usage", hint=hint)
