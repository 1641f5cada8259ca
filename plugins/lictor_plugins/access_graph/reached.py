"""Checks of what can be reached: ways from outside to administrators, roles passed on for more rights, cycles."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lictor import Match, RelatedMatch, Subject
from lictor_plugins.access_graph.cycles import cycles
from lictor_plugins.access_graph.inventory import Actor
from lictor_plugins.access_graph.known_graphs import graph_of, inventory_of
from lictor_plugins.access_graph.model import ADMINISTRATOR, Edge, Evidence, Graph, Way
from lictor_plugins.access_graph.ways import is_unsure, outside_edges, shortest_ways
from lictor_plugins.access_graph.wording import edge_text, node_text, way_text


def chain_external(subject: Subject, parameters: Mapping[str, Any]) -> Iterator[Match]:
    """Yield where a stranger comes in and gets on to administrator rights; of each first role the shortest way."""
    graph = graph_of(subject, parameters)
    for way in shortest_ways(graph, outside_edges(graph)):
        first = way.edges[0]
        values = {
            "stranger": node_text(graph.nodes[first.source]),
            "way": way_text(way, graph.nodes),
            "steps": "1 step" if len(way.edges) == 2 else f"{len(way.edges) - 1} steps",  # noqa: PLR2004 - the last edge is the goal
        }
        kind = "open" if is_unsure(way) else "fail"
        yield Match(first.evidence[0].path, values, kind=kind, code_flows=(_flow(way, graph),))  # type: ignore[arg-type]  # a literal


def _flow(way: Way, graph: Graph) -> tuple[RelatedMatch, ...]:
    """Return a way as steps, one for each statement that it rests on."""
    steps = []
    for edge in way.edges:
        source = node_text(graph.nodes[edge.source])
        target = "" if edge.kind == "administrator" else f" becomes {node_text(graph.nodes[edge.target])}"
        for path, message in edge.evidence:
            steps.append(RelatedMatch(path, f"{source}{target} {edge_text(edge)} ({message})"))
    return tuple(steps)


def passrole_to_admin(subject: Subject, parameters: Mapping[str, Any]) -> Iterator[Match]:
    """Yield where a principal that is no administrator can pass a role that is one to a service."""
    graph = graph_of(subject, parameters)
    powers = {edge.source: edge for edge in reversed(graph.edges) if edge.target == ADMINISTRATOR}
    sure = {source for source, edge in powers.items() if edge.certainty != "unknown"}
    told = set()
    for edge in graph.edges:
        if edge.kind != "pass-role" or edge.certainty == "unknown" or edge.source in sure or edge.target not in sure:
            continue
        place = (edge.source, edge.evidence[0].path)
        if place not in told:
            told.add(place)
            values = {
                "principal": node_text(graph.nodes[edge.source]),
                "role": node_text(graph.nodes[edge.target]),
                "service": edge.service,
                "action": edge.action,
            }
            flow = _flow(Way((edge, powers[edge.target])), graph)
            yield Match(edge.evidence[0].path, values, code_flows=(flow,))


def cycle(subject: Subject, parameters: Mapping[str, Any]) -> Iterator[Match]:
    """Yield sets of roles that name each other in their trust policies, so that each can become all others."""
    inventory = inventory_of(subject, parameters)
    edges = tuple(_by_name(inventory.actors))
    graph = Graph(graph_of(subject, parameters).nodes, edges)
    for members in cycles(edges):
        inside = [edge for edge in edges if edge.source in members and edge.target in members]
        round_trip = _round(members[0], inside)
        names = ", ".join(node_text(graph.nodes[each]) for each in members)
        steps = tuple(
            RelatedMatch(
                edge.evidence[0].path,
                f"{node_text(graph.nodes[edge.target])} trusts {node_text(graph.nodes[edge.source])}",
            )
            for edge in round_trip
        )
        yield Match(round_trip[-1].evidence[0].path, {"roles": names, "count": len(members)}, code_flows=(steps,))


def _by_name(actors: Sequence[Actor]) -> Iterator[Edge]:
    """Yield an edge for each role that another role's trust policy names."""
    known = {actor.id for actor in actors if actor.trust is not None}
    for actor in actors:
        for part in actor.trust_side.allows:
            for number, principal in enumerate(part.rule.statement.principals or ()):
                if principal.value in known and principal.value != actor.id and not part.rule.statement.doubt:
                    evidence = (Evidence((*part.path, "principals", number), ""),)
                    yield Edge(principal.value, actor.id, "assume-role", "always", "sts:AssumeRole", evidence)


def _round(start: str, edges: Sequence[Edge]) -> list[Edge]:
    """Return the edges of a shortest way from a node back to itself."""
    ways: list[list[Edge]] = [[edge] for edge in edges if edge.source == start]
    seen = set()
    for way in ways:
        if way[-1].target == start:
            return way
        if way[-1].target not in seen:
            seen.add(way[-1].target)
            ways += [[*way, edge] for edge in edges if edge.source == way[-1].target]
    return ways[0]
