"""The graph as data: JSON for programs, DOT for Graphviz."""

from collections.abc import Iterator
from typing import Any

from lictor_plugins.access_graph.answer import Answer, Places
from lictor_plugins.access_graph.inventory import shown
from lictor_plugins.access_graph.model import ADMINISTRATOR, Edge, Node
from lictor_plugins.access_graph.resources import OpenResource
from lictor_plugins.access_graph.ways import is_unsure
from lictor_plugins.access_graph.wording import certainty_text, edge_text, node_text


def as_data(answer: Answer) -> dict[str, Any]:
    """Return nodes, edges, ways (as numbers of edges) and cycles."""
    places = Places(answer.inventory.subject)
    numbers = {edge: index for index, edge in enumerate(answer.graph.edges)}
    powers = {edge.source: edge.certainty for edge in reversed(answer.graph.edges) if edge.target == ADMINISTRATOR}
    return {
        "answer": answer.verdict,
        "accounts": sorted(map(shown, answer.inventory.own)),
        "nodes": [_node(node, powers, places) for node in answer.graph.nodes.values()],
        "edges": [_edge(edge, places) for edge in answer.graph.edges],
        "ways": [
            {
                "certainty": "unknown" if is_unsure(way) else way.certainty,
                "edges": [numbers[edge] for edge in way.edges if edge in numbers],
            }
            for way in answer.ways
        ],
        "cycles": [list(map(shown, members)) for members in answer.cycles],
        "resources": [_resource(each) for each in answer.resources],
    }


def _resource(each: OpenResource) -> dict[str, Any]:
    return {
        "name": each.name,
        "answer": "yes" if each.witness else "unknown",
        "witness": shown(each.witness) or None,
        "because": None if each.witness else shown(each.because),
        "place": {"uri": each.uri, "line": each.region.start_line, "column": each.region.start_column},
    }


def _node(node: Node, powers: dict[str, Any], places: Places) -> dict[str, Any]:
    return {
        "id": shown(node.id),
        "kind": node.kind,
        "name": shown(node.label),
        "account": shown(node.account) or None,
        "is_known": node.is_known,
        "administrator": powers.get(node.id),
        "groups": list(node.groups),
        "place": _place(node.path, places) if node.path else None,
    }


def _edge(edge: Edge, places: Places) -> dict[str, Any]:
    return {
        "source": shown(edge.source),
        "target": shown(edge.target),
        "kind": edge.kind,
        "label": edge_text(edge),
        "certainty": edge.certainty,
        "action": edge.action or None,
        "service": edge.service or None,
        "condition": edge.condition or None,
        "because": shown(edge.because) or None,
        "outside": edge.outside,
        "statements": [{**_place(path, places), "message": message} for path, message in edge.evidence],
    }


def _place(path: tuple[str | int, ...], places: Places) -> dict[str, Any]:
    place = places.of(path)
    return {"uri": place.uri, "line": place.region.start_line, "column": place.region.start_column}


_COLOURS = {"always": "#b3261e", "conditional": "#a15c00", "unknown": "#5f6368"}
_SHAPES = {"role": "box", "user": "ellipse", "permission-set": "box", "administrator": "octagon"}


def dot_lines(answer: Answer) -> Iterator[str]:
    """Yield the graph in the language of Graphviz."""
    yield "digraph access {"
    yield "  rankdir=LR;"
    yield '  node [fontname="sans-serif"];'
    for node in answer.graph.nodes.values():
        shape = _SHAPES.get(node.kind, "hexagon")
        yield f"  {_quoted(shown(node.id))} [label={_quoted(node_text(node))}, shape={shape}];"
    on_way = {edge for way in answer.ways for edge in way.edges}
    for edge in answer.graph.edges:
        wide = ", penwidth=3" if edge in on_way else ""
        dashed = ", style=dashed" if edge.certainty != "always" else ""
        label = _quoted(f"{edge.kind}, {certainty_text(edge)}")
        yield (
            f"  {_quoted(shown(edge.source))} -> {_quoted(shown(edge.target))} "
            f'[label={label}, color="{_COLOURS[edge.certainty]}"{dashed}{wide}];'
        )
    yield "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
