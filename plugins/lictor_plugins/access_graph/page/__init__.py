"""The graph as a page for a browser: one file that needs nothing else.

The page draws the ways from outside to administrator rights in layers, and the neighbours of a principal that is
chosen; so it can be read with hundreds of roles. What can't be drawn without its script is told as text.
"""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from lictor import escape_xml
from lictor_plugins.access_graph.answer import Answer, Places
from lictor_plugins.access_graph.inventory import shown
from lictor_plugins.access_graph.model import ADMINISTRATOR, Edge
from lictor_plugins.access_graph.text import headline, summary
from lictor_plugins.access_graph.ways import is_unsure
from lictor_plugins.access_graph.wording import certainty_text, edge_text, node_text, way_text
from lictor_plugins.html_page import html_page

_LONGEST = 60
"""Lines of a statement that are shown."""


def page(answer: Answer) -> str:
    """Return the page."""
    assets = files("lictor_plugins.access_graph.page")
    style, script, body = (
        (assets / name).read_text(encoding="utf-8") for name in ("graph.css", "graph.js", "graph.html")
    )
    # Data of a document must not end the element that it stands in.
    data = json.dumps(_data(answer), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    body = (
        body.replace("{headline}", escape_xml(headline(answer)))
        .replace("{summary}", escape_xml(summary(answer)))
        .replace("{verdict}", answer.verdict)
        .replace("{data}", data)
    )
    return html_page(f"lictor: {headline(answer)}", body, style, script)


class _Statements:
    """The statements that edges rest on, each kept once."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._numbers: dict[tuple[str | int, ...], int] = {}
        self.known: list[Mapping[str, Any]] = []

    def number(self, path: tuple[str | int, ...]) -> int:
        if path not in self._numbers:
            place = self._places.of(path)
            lines = self._places.text_of(_statement(path)).splitlines()
            if len(lines) > _LONGEST:
                lines = [*lines[:_LONGEST], f"… {len(lines) - _LONGEST} more lines"]
            self._numbers[path] = len(self.known)
            where = f"{place.uri}:{place.region.start_line}:{place.region.start_column}"
            self.known.append({"place": where, "text": "\n".join(_dedented(lines))})
        return self._numbers[path]


def _statement(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return the statement that a path leads into, or the path itself."""
    if "statements" in path:
        return path[: path.index("statements") + 2]
    return path


def _dedented(lines: list[str]) -> list[str]:
    depth = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    return [line[min(depth, len(line) - len(line.lstrip())) :] for line in lines]


def _data(answer: Answer) -> Mapping[str, Any]:
    statements = _Statements(Places(answer.inventory.subject))
    numbers = {key: index for index, key in enumerate(answer.graph.nodes)}
    edges = {edge: index for index, edge in enumerate(answer.graph.edges)}
    powers = {
        edge.source for edge in answer.graph.edges if edge.target == ADMINISTRATOR and edge.certainty != "unknown"
    }
    outside = {edge.source for edge in answer.graph.edges if edge.outside != "no"}
    places = Places(answer.inventory.subject)
    nodes = []
    for node in answer.graph.nodes.values():
        place = places.of(node.path) if node.path else None
        nodes.append(
            {
                "name": shown(node.label),
                "kind": node.kind,
                "text": node_text(node),
                "id": shown(node.id),
                "place": f"{place.uri}:{place.region.start_line}:{place.region.start_column}" if place else "",
                "administrator": node.id in powers,
                "outside": node.id in outside,
                "groups": list(node.groups),
            }
        )
    return {
        "nodes": nodes,
        "edges": [_edge(edge, numbers, statements) for edge in answer.graph.edges],
        "statements": statements.known,
        "ways": [
            {
                "edges": [edges[edge] for edge in way.edges if edge in edges],
                "unsure": is_unsure(way),
                "text": way_text(way, answer.graph.nodes),
            }
            for way in answer.ways
        ],
        "cycles": [[numbers[each] for each in members] for members in answer.cycles],
        "resources": [
            {
                "name": each.name,
                "text": shown(each.text),
                "unsure": not each.witness,
                "place": f"{each.uri}:{each.region.start_line}:{each.region.start_column}",
            }
            for each in answer.resources
        ],
    }


def _edge(edge: Edge, numbers: Mapping[str, int], statements: _Statements) -> Mapping[str, Any]:
    return {
        "source": numbers[edge.source],
        "target": numbers[edge.target],
        "kind": edge.kind,
        "certainty": edge.certainty,
        "text": edge_text(edge),
        "when": certainty_text(edge),
        "short": _short(edge),
        "outside": edge.outside,
        "statements": [[statements.number(path), message] for path, message in edge.evidence],
    }


def _short(edge: Edge) -> str:
    if edge.kind == "administrator":
        return "allowed everything"
    if edge.kind == "take-over" and not edge.action:
        return "one of them"
    if edge.kind == "pass-role":
        return f"PassRole {edge.service.partition('.')[0]}"
    return edge.action.partition(":")[2].replace("AssumeRoleWith", "")
