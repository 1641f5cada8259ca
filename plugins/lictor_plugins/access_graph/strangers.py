"""Whom a role's trust policy lets in from beyond the inventory, and whether that is a stranger."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lictor import Path
from lictor_plugins.access.condition_words import conditions_text
from lictor_plugins.access_graph.granting import bears
from lictor_plugins.access_graph.inventory import Actor, Inventory
from lictor_plugins.access_graph.model import Certainty, Edge, Evidence, Node
from lictor_plugins.access_graph.sides import Part
from lictor_plugins.access_graph.wording import node_text
from lictor_plugins.reasoning.actions import ASSUME_ACTIONS
from lictor_plugins.reasoning.model import Answer, Policy, Principal, Statement, Trusted
from lictor_plugins.reasoning.principals import identify
from lictor_plugins.reasoning.questions import Way, allows, outside_access
from lictor_plugins.reasoning.truths import resource_truth
from lictor_plugins.reasoning.variables import placeholder


class Stranger(NamedTuple):
    """A node that the inventory does not hold, and its edge to a role."""

    node: Node
    edge: Edge


def strangers(role: Actor, inventory: Inventory, trusted: Trusted) -> Iterator[Stranger]:
    """Yield everyone that a trust policy names and the inventory does not hold."""
    trust = role.trust
    if trust is None:
        return
    known = inventory.by_arn()
    for part in role.trust_side.allows:
        statement = part.rule.statement
        action = next((each for each in ASSUME_ACTIONS if bears(part, each)), "")
        if not action:
            continue
        if statement.not_principals is not None:
            node = Node("anyone", "anyone", "everybody but those that a NotPrincipal names")
            edge = _edge(_Asked(role, trust, part, None), node, inventory, trusted)
            if edge is not None:
                yield Stranger(node, edge)
        for number, principal in enumerate(statement.principals or ()):
            node_of = _node(principal, inventory, known)
            if node_of is not None:
                path: Path = (*part.path, "principals", number)
                asked = _Asked(role, trust, part._replace(path=path), principal)
                edge = _edge(asked, node_of, inventory, trusted)
                if edge is not None:
                    yield Stranger(node_of, edge)
    if trust.doubts:
        node = Node("unresolved", "unresolved", "what is not known before deployment")
        evidence = (Evidence((*role.path, "trust"), "trust policy"),)
        edge = Edge(node.id, role.id, "assume-role", "unknown", "sts:AssumeRole", evidence, because=trust.doubts[0])
        yield Stranger(node, edge._replace(outside="unknown"))


def _node(principal: Principal, inventory: Inventory, known: Mapping[str, Actor]) -> Node | None:
    """Return the node of a principal that is no single one of the inventory."""
    text = principal.value
    identity = identify(principal)
    if placeholder(text):
        return Node(text, "unresolved", text)
    if principal.type in ("AWS", "*"):
        return Node("anyone", "anyone", "anyone") if text == "*" else _entity(principal, inventory, known)
    if principal.type == "Federated":
        parts = text.split(":")
        account = parts[4] if len(parts) > 4 else ""  # noqa: PLR2004 - an ARN's fifth part
        return Node(text, "provider", identity.provider or text.rpartition(":")[2], account)
    return Node(text, "service", text)


def _entity(principal: Principal, inventory: Inventory, known: Mapping[str, Actor]) -> Node | None:
    """Return the node of an account, a user or a role that is none of the inventory."""
    text, identity = principal.value, identify(principal)
    if identity.kind == "root":
        # An own account's root stands for its principals, who are in the inventory.
        return None if identity.account in inventory.own else Node(identity.account, "account", identity.account)
    if text in known or identity.entity_arn in known:
        return None
    label = f"{identity.kind} {identity.name}" if identity.name else text
    return Node(text, "principal", label, identity.account)


_WAYS: Mapping[str, frozenset[Way]] = {"provider": frozenset({"federated"}), "service": frozenset({"service"})}


class _Asked(NamedTuple):
    """One principal of one Allow of a role's trust policy; None for all that a NotPrincipal leaves."""

    role: Actor
    trust: Policy
    part: Part
    principal: Principal | None


def _edge(asked: _Asked, node: Node, inventory: Inventory, trusted: Trusted) -> Edge | None:
    """Return the edge from a node to a role, with whether a stranger can be at its start; None if nobody gets in."""
    statement = asked.part.rule.statement
    action = next(each for each in ASSUME_ACTIONS if bears(asked.part, each))
    condition = conditions_text(statement.conditions)
    evidence = (Evidence(asked.part.path, f"lets in {node_text(node)}"),)
    because = _doubt(statement, node, inventory)
    certainty: Certainty = "unknown" if because else "conditional" if condition else "always"
    edge = Edge(node.id, asked.role.id, "assume-role", certainty, action, evidence, condition, because)
    if node.kind == "unresolved":
        return edge._replace(outside="unknown")
    if asked.principal is not None:
        statement = statement._replace(principals=(asked.principal,))
    denies = tuple(part.rule.statement for part in asked.role.trust_side.denies if bears(part, action))
    denies += tuple(_as_trust(part, asked.role) for part in _beside(asked.role) if bears(part, action))
    alone = asked.trust._replace(statements=(statement, *denies), doubts=())
    if (denies or condition) and allows(alone).verdict == "no":
        return None
    if denies and edge.certainty == "always":
        unless = " or ".join(filter(None, (conditions_text(each.conditions) for each in denies)))
        if unless:
            edge = edge._replace(certainty="conditional", condition=f"not when {unless}")
    if node.kind == "service" or (node.kind == "principal" and node.account in inventory.own):
        return edge
    answer = _ask(alone, inventory, trusted, _WAYS.get(node.kind, frozenset({"aws"})))
    if answer.verdict == "unknown" and not because:
        edge = edge._replace(certainty="unknown", because=answer.because)
    return edge._replace(outside=answer.verdict)


def _beside(role: Actor) -> Iterator[Part]:
    """Yield what resource control policies deny of a role."""
    for part in (part for side in role.rcps for part in side.denies):
        if resource_truth(part.rule.statement, role.id, {}, has_variables=part.rule.has_variables) is not False:
            yield part


def _as_trust(part: Part, role: Actor) -> Statement:
    """Return a Deny of a resource control policy, which is about everyone, as one of the role's trust policy."""
    statement = part.rule.statement
    covers = resource_truth(statement, role.id, {}, has_variables=part.rule.has_variables)
    doubt = statement.doubt or (covers if isinstance(covers, str) else "")
    return statement._replace(index=-1, principals=None, resources=None, not_resources=None, doubt=doubt)


def _doubt(statement: Statement, node: Node, inventory: Inventory) -> str:
    """Say why an edge may be none, or ""."""
    if node.kind == "unresolved":
        return f"'{node.id}' is not known before deployment"
    if statement.choice is not None and not statement.doubt:
        return "which branch of Fn::If is taken is not known before deployment"
    if node.kind == "principal" and node.account in inventory.own and not statement.doubt:
        # Named, of an own account, and not there: it may have been deleted, or be described elsewhere.
        return "this principal is not in the documents"
    return statement.doubt


def _ask(policy: Policy, inventory: Inventory, trusted: Trusted, ways: frozenset[Way]) -> Answer:
    everyone = trusted._replace(own_accounts=trusted.own_accounts | inventory.own)
    return outside_access(policy, everyone, ways=ways)
