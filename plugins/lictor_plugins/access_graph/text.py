"""The graph as text: ways first, then who comes in, who is what, and every edge by where it starts."""

from collections import Counter
from collections.abc import Iterable, Iterator

from lictor_plugins.access_graph.answer import Answer, Places
from lictor_plugins.access_graph.inventory import shown
from lictor_plugins.access_graph.model import ADMINISTRATOR, Edge, Way
from lictor_plugins.access_graph.ways import is_unsure
from lictor_plugins.access_graph.wording import edge_text, node_text

_MOST = 300
"""Edges that are told one by one; more would not be read."""

_MEMBERS = 12
"""Principals of a cycle that are named."""


def lines(answer: Answer) -> Iterator[str]:
    """Yield the lines of the text."""
    places = Places(answer.inventory.subject)
    yield f"{headline(answer)} ({summary(answer)})"
    for number, way in enumerate(answer.ways, 1):
        yield ""
        yield from _way(number, way, answer, places)
    outside = [edge for edge in answer.graph.edges if edge.outside != "no"]
    yield from _section("From outside", outside, answer, places)
    yield from _section("To administrator rights", _to_administrator(answer), answer, places)
    told = {*outside, *_to_administrator(answer)}
    others = [each for each in answer.graph.edges if each not in told]
    if len(others) <= _MOST or answer.start or answer.goal:
        yield from _section("All others", others, answer, places)
    else:
        yield from _counts(others, answer)
    if answer.resources:
        yield ""
        yield "Resources that a stranger may use"
        for each in answer.resources:
            place = f"{each.uri}:{each.region.start_line}:{each.region.start_column}"
            yield f"  {each.name}: {shown(each.text)}  [{place}]"
    if answer.cycles:
        yield ""
        yield "Cycles"
        for members in answer.cycles:
            more = f" and {len(members) - _MEMBERS} more" if len(members) > _MEMBERS else ""
            yield "  " + ", ".join(node_text(answer.graph.nodes[each]) for each in members[:_MEMBERS]) + more


def _counts(edges: Iterable[Edge], answer: Answer) -> Iterator[str]:
    """Yield how many edges start where, for a graph that is too large to be read as a whole."""
    counts = Counter(edge.source for edge in edges)
    yield ""
    yield "All others (edges of one: lictor graph --from NAME; all of them: -o json or -o html=FILE)"
    for source, count in sorted(counts.items(), key=lambda pair: (-pair[1], node_text(answer.graph.nodes[pair[0]]))):
        yield f"  {node_text(answer.graph.nodes[source])}: {count}"


def summary(answer: Answer) -> str:
    """Say how much there is."""
    known = sum(node.is_known for node in answer.graph.nodes.values())
    unsure = sum(edge.certainty == "unknown" for edge in answer.graph.edges)
    edges = len(answer.graph.edges)
    principals, ways = ("principal" if known == 1 else "principals"), ("edge" if edges == 1 else "edges")
    return f"{known} {principals}, {edges} {ways}, {unsure} of them unknown"


def headline(answer: Answer) -> str:
    """Say in one line whether there is a way."""
    nodes = answer.graph.nodes
    start = node_text(nodes[answer.start]) if answer.start else "outside"
    goal = node_text(nodes[answer.goal]) if answer.goal else "an administrator"
    sure = sum(not is_unsure(way) for way in answer.ways)
    if not answer.ways:
        return f"no way from {start} to {goal}"
    if not sure:
        return f"{len(answer.ways)} unknown way{'s' if len(answer.ways) != 1 else ''} from {start} to {goal}"
    more = f", {len(answer.ways) - sure} more unknown" if len(answer.ways) > sure else ""
    return f"{sure} way{'s' if sure != 1 else ''} from {start} to {goal}{more}"


def _way(number: int, way: Way, answer: Answer, places: Places) -> Iterator[str]:
    nodes = answer.graph.nodes
    unsure = " (unknown)" if is_unsure(way) else ""
    yield f"{number}. {node_text(nodes[way.edges[0].source])}{unsure}"
    for edge in way.edges:
        yield f"   → {_hop(edge, answer)}"
        yield from (f"     {line}" for line in _places(edge, places))


def _hop(edge: Edge, answer: Answer) -> str:
    if edge.kind == "administrator":
        return edge_text(edge)
    return f"{node_text(answer.graph.nodes[edge.target])} {edge_text(edge)}"


def _places(edge: Edge, places: Places) -> Iterator[str]:
    for path, message in edge.evidence:
        place = places.of(path)
        yield f"{place.uri}:{place.region.start_line}:{place.region.start_column}: {message}"


def _to_administrator(answer: Answer) -> list[Edge]:
    return [edge for edge in answer.graph.edges if edge.target == ADMINISTRATOR]


def _section(title: str, edges: Iterable[Edge], answer: Answer, places: Places) -> Iterator[str]:
    by_source: dict[str, list[Edge]] = {}
    for edge in edges:
        by_source.setdefault(edge.source, []).append(edge)
    if by_source:
        yield ""
        yield title
    for source, group in sorted(by_source.items(), key=lambda pair: node_text(answer.graph.nodes[pair[0]])):
        yield f"  {node_text(answer.graph.nodes[source])}"
        for edge in group:
            place = places.of(edge.evidence[0].path)
            yield (f"    → {_hop(edge, answer)}  [{place.uri}:{place.region.start_line}:{place.region.start_column}]")
