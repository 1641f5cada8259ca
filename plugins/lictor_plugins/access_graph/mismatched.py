"""Checks of sides that don't fit: trust that nobody uses, calls that nobody trusts, names that nobody has."""

from collections.abc import Iterator, Mapping
from typing import Any

from lictor import Match, Path, RelatedMatch, Subject
from lictor_plugins.access_graph.granting import bears
from lictor_plugins.access_graph.inventory import Actor, Inventory
from lictor_plugins.access_graph.known_graphs import graph_of, inventory_of
from lictor_plugins.access_graph.model import Edge
from lictor_plugins.access_graph.sides import Part
from lictor_plugins.reasoning.principals import identify
from lictor_plugins.reasoning.truths import resource_truth

_ASSUME = "sts:AssumeRole"
_SET_SOURCE = "sts:SetSourceIdentity"
_USERS, _ROLES = "UserDetailList", "RoleDetailList"


def trust_no_identity(subject: Subject, parameters: Mapping[str, Any]) -> Iterator[Match]:
    """Yield principals whom a role trusts, and who would need a policy for it and have none."""
    inventory = inventory_of(subject, parameters)
    complete = _complete_accounts(inventory)
    known = inventory.by_arn()
    into = _edges_into(subject, parameters)
    for role, part, number, text in _trusted(inventory):
        sources = {edge.source for edge in into.get(role.id, ())}
        identity = identify(part.rule.statement.principals[number])  # type: ignore[index]  # one of them
        path: Path = (*part.path, "principals", number)
        if identity.kind == "root" and identity.account in complete[_USERS] & complete[_ROLES]:
            insiders = [actor for actor in inventory.actors if actor.account == identity.account]
            if not any(actor.id in sources or actor.identity.doubts for actor in insiders):
                values = {"role": role.name, "who": f"account {identity.account}", "nobody": "nobody there has"}
                yield Match(path, values)
        actor = known.get(text)
        if actor is not None and actor.account != role.account and actor.id not in sources:
            yield Match(path, {"role": role.name, "who": f"{actor.kind} {actor.name}", "nobody": "it has not"})


def identity_no_trust(subject: Subject, parameters: Mapping[str, Any]) -> Iterator[Match]:
    """Yield roles that a policy lets its holders assume, and that trust none of them."""
    inventory = inventory_of(subject, parameters)
    into = _edges_into(subject, parameters)
    for role, place, holders in _named_roles(inventory, _ASSUME):
        sources = {edge.source for edge in into.get(role.id, ())}
        if role.trust is None or role.trust.doubts or any(actor.id in sources for actor in holders):
            continue
        names = ", ".join(f"{actor.kind} {actor.name}" for actor in holders[:3])
        related = (RelatedMatch((*role.path, "trust"), "the trust policy, which does not let it in"),)
        yield Match(place, {"role": role.name, "holders": names}, related)


def passrole_no_service_trust(subject: Subject, parameters: Mapping[str, Any]) -> Iterator[Match]:
    """Yield roles that a policy lets its holders pass to services, and that no service is trusted by."""
    inventory = inventory_of(subject, parameters)
    for role, place, _holders in _named_roles(inventory, "iam:PassRole"):
        allows = role.trust_side.allows
        stated = [each for part in allows for each in part.rule.statement.principals or ()]
        is_open = any(part.rule.statement.principals is None or part.rule.statement.doubt for part in allows)
        if role.trust is None or role.trust.doubts or is_open:
            continue
        if not any(each.type == "Service" or each.value == "*" for each in stated):
            related = (RelatedMatch((*role.path, "trust"), "the trust policy, which names no service"),)
            yield Match(place, {"role": role.name}, related)


def sourceidentity_chain(subject: Subject, parameters: Mapping[str, Any]) -> Iterator[Match]:
    """Yield roles that a session with a source identity can't be taken on to, since they don't let it be set."""
    inventory = inventory_of(subject, parameters)
    graph = graph_of(subject, parameters)
    actors = {actor.id: actor for actor in inventory.actors}
    told = set()
    for edge in graph.edges:
        first, second = actors.get(edge.source), actors.get(edge.target)
        if edge.kind != "assume-role" or edge.certainty == "unknown" or first is None or second is None:
            continue
        given = next((part for part in first.trust_side.allows if _sets_source(part)), None)
        path = edge.evidence[0].path
        if given is None or any(bears(part, _SET_SOURCE) for part in second.trust_side.allows) or path in told:
            continue
        told.add(path)
        flow = (
            RelatedMatch(given.path, f"a session of role {first.name} may carry a source identity"),
            RelatedMatch(path, f"role {second.name} trusts role {first.name}, without {_SET_SOURCE}"),
        )
        yield Match(path, {"role": second.name, "caller": first.name}, code_flows=(flow,))


def _sets_source(part: Part) -> bool:
    actions = part.rule.statement.actions or ()
    return any(action.lower() == _SET_SOURCE.lower() for action in actions)


def deleted(subject: Subject, parameters: Mapping[str, Any]) -> Iterator[Match]:
    """Yield users and roles of an own account that a trust policy names and a whole dump of it does not hold."""
    inventory = inventory_of(subject, parameters)
    complete = _complete_accounts(inventory)
    known = {(actor.account, actor.kind == "user", actor.name) for actor in inventory.actors}
    for role, part, number, text in _trusted(inventory):
        identity = identify(part.rule.statement.principals[number])  # type: ignore[index]  # one of them
        if identity.kind not in ("user", "role", "role-session"):
            continue
        is_user = identity.kind == "user"
        if identity.account not in complete[_USERS if is_user else _ROLES]:
            continue
        if (identity.account, is_user, identity.name) not in known:
            values = {"role": role.name, "arn": text, "name": identity.name, "what": "user" if is_user else "role"}
            yield Match((*part.path, "principals", number), values)


def _trusted(inventory: Inventory) -> Iterator[tuple[Actor, Part, int, str]]:
    """Yield each principal of each Allow of each role's trust policy."""
    for role in inventory.actors:
        for part in role.trust_side.allows:
            if bears(part, _ASSUME) and not part.rule.statement.doubt:
                for number, principal in enumerate(part.rule.statement.principals or ()):
                    if principal.type == "AWS":
                        yield role, part, number, principal.value


def _named_roles(inventory: Inventory, action: str) -> Iterator[tuple[Actor, Path, list[Actor]]]:
    """Yield each role of the inventory that an Allow of an action names, where it does, and who holds the policy."""
    known = inventory.by_arn()
    found: dict[Any, tuple[Actor, Path, list[Actor]]] = {}
    for actor in inventory.actors:
        for part in actor.identity.allows:
            statement = part.rule.statement
            if statement.doubt or not bears(part, action):
                continue
            for number, text in enumerate(statement.resources or ()):
                role = known.get(text)
                if role is None or resource_truth(statement, text, {}, has_variables=False) is not True:
                    continue
                path: Path = (*part.path, "resources", number)
                # A managed policy stands at one place, however many hold it.
                document, place = inventory.subject.place(path)
                found.setdefault((document.uri, place), (role, path, []))[2].append(actor)
    yield from found.values()


def _edges_into(subject: Subject, parameters: Mapping[str, Any]) -> Mapping[str, list[Edge]]:
    into: dict[str, list[Edge]] = {}
    for edge in graph_of(subject, parameters).edges:
        if edge.kind == "assume-role":
            into.setdefault(edge.target, []).append(edge)
    return into


def _complete_accounts(inventory: Inventory) -> Mapping[str, frozenset[str]]:
    """Return the accounts of which every user, and every role, is known: those of whole dumps."""
    found: dict[str, set[str]] = {_USERS: set(), _ROLES: set()}
    for actor in inventory.actors:
        data = inventory.subject.place(actor.path)[0].data
        if not isinstance(data, dict) or data.get("IsTruncated"):
            continue
        for key, accounts in found.items():
            if isinstance(data.get(key), list) and data[key]:
                accounts.add(actor.account)
    return {key: frozenset(accounts) for key, accounts in found.items()}
