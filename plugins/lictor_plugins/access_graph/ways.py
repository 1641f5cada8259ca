"""Ways through the graph: the shortest from strangers to administrators, what can be reached, and circles."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from lictor_plugins.access_graph.model import ADMINISTRATOR, Edge, Graph, Way


def outside_edges(graph: Graph) -> tuple[Edge, ...]:
    """Return the edges by which strangers come in, or may."""
    return tuple(edge for edge in graph.edges if edge.outside != "no")


def shortest_ways(graph: Graph, starts: Sequence[Edge] | str, goal: str = ADMINISTRATOR) -> tuple[Way, ...]:
    """Return the shortest way to a node from each stranger, or from one node; sure ways before what is unknown.

    From a stranger there is one way by each of its first edges.
    """
    usable = tuple(edge for edge in graph.edges if edge.certainty != "unknown")
    nearer, anyhow = steps_to(goal, usable), steps_to(goal, graph.edges)
    firsts: Iterable[Edge]
    if isinstance(starts, str):
        way = _walk(starts, goal, nearer) or _walk(starts, goal, anyhow)
        return (Way(way),) if way else ()
    firsts = starts
    found = []
    for first in firsts:
        sure = None if _is_unsure(first) else _walk(first.target, goal, nearer)
        rest = sure if sure is not None else _walk(first.target, goal, anyhow)
        if rest is not None:
            found.append(Way((first, *rest)))
    return tuple(sorted(found, key=lambda way: (is_unsure(way), len(way.edges), way.edges[0].source)))


def is_unsure(way: Way) -> bool:
    """Tell whether a way may be none, since a part of it can't be decided."""
    return any(map(_is_unsure, way.edges))


def _is_unsure(edge: Edge) -> bool:
    return edge.certainty == "unknown" or edge.outside == "unknown"


def steps_to(goal: str, edges: Iterable[Edge]) -> Mapping[str, Edge]:
    """Return, for each node from which a goal can be reached, the edge to take next on the shortest way."""
    into: dict[str, list[Edge]] = {}
    for edge in edges:
        into.setdefault(edge.target, []).append(edge)
    steps: dict[str, Edge] = {}
    queue = deque([goal])
    while queue:
        for edge in into.get(queue.popleft(), ()):
            if edge.source != goal and edge.source not in steps:
                steps[edge.source] = edge
                queue.append(edge.source)
    return steps


def _walk(start: str, goal: str, steps: Mapping[str, Edge]) -> tuple[Edge, ...] | None:
    way: list[Edge] = []
    while start != goal:
        if start not in steps:
            return None
        way.append(steps[start])
        start = steps[start].target
    return tuple(way)


def reachable(edges: Iterable[Edge], start: str, *, backwards: bool = False) -> frozenset[str]:
    """Return the nodes that can be reached from one, or from which it can be reached, with itself."""
    out: dict[str, list[str]] = {}
    for edge in edges:
        source, target = (edge.target, edge.source) if backwards else (edge.source, edge.target)
        out.setdefault(source, []).append(target)
    found, queue = {start}, deque([start])
    while queue:
        for target in out.get(queue.popleft(), ()):
            if target not in found:
                found.add(target)
                queue.append(target)
    return frozenset(found)


def only(graph: Graph, keep: Callable[[str], bool]) -> Graph:
    """Return the graph with some of its nodes."""
    return Graph(
        {key: node for key, node in graph.nodes.items() if keep(key)},
        tuple(edge for edge in graph.edges if keep(edge.source) and keep(edge.target)),
    )
