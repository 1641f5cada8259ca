"""Nodes, edges and ways in words."""

from collections.abc import Mapping

from lictor_plugins.access_graph.inventory import shown
from lictor_plugins.access_graph.model import ADMINISTRATOR, Edge, Node, Way

_KINDS: Mapping[str, str] = {
    "account": "account",
    "service": "service",
    "provider": "identity provider",
    "principal": "",
    "anyone": "",
    "insiders": "",
    "crowd": "",
    "administrator": "",
    "unresolved": "whoever is",
    "permission-set": "permission set",
}


def node_text(node: Node) -> str:
    """Say who a node is.

    >>> node_text(Node("arn:aws:iam::111122223333:role/ci", "role", "ci"))
    'role ci'
    """
    text = shown(f"{_KINDS.get(node.kind, node.kind)} {node.label}".strip())
    return f"{text} of account {shown(node.account)}" if node.kind == "principal" and node.account else text


def edge_text(edge: Edge) -> str:
    """Say by which call an edge leads on, and when."""
    if edge.kind == "take-over" and not edge.action:
        return "which is one of them"
    if edge.kind == "administrator":
        means = "is allowed everything"
    elif edge.kind == "pass-role":
        started = f" with {edge.action}" if edge.action else ""
        means = f"by iam:PassRole to {edge.service}{started}"
    else:
        means = f"by {edge.action}"
    return f"{means}, {certainty_text(edge)}"


def certainty_text(edge: Edge) -> str:
    """Say when an edge is there."""
    if edge.certainty == "always":
        return "always"
    when = f"when {edge.condition}" if edge.condition else "when a policy variable fits"
    if edge.certainty == "conditional":
        return when
    return f"unknown: {shown(edge.because)}" + (f" ({when})" if edge.condition else "")


def way_text(way: Way, nodes: Mapping[str, Node]) -> str:
    """Return the nodes of a way, one after the other.

    >>> nodes = {"a": Node("a", "role", "a"), "administrator": Node("administrator", "administrator", "all")}
    >>> way_text(Way((Edge("a", "administrator", "administrator", "always", "*"),)), nodes)
    'role a'
    """
    ids = [way.edges[0].source, *(edge.target for edge in way.edges if edge.kind != "administrator")]
    return " → ".join("administrator rights" if each == ADMINISTRATOR else node_text(nodes[each]) for each in ids)
