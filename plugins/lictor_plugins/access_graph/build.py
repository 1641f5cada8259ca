"""From an inventory to its access graph."""

from collections.abc import Iterable, Iterator, Sequence

from lictor_plugins.access_graph.calls import about, both, edge_of, may_call, only_denies, treats_all_alike
from lictor_plugins.access_graph.granting import Call, Grant, bears, granted, side_about
from lictor_plugins.access_graph.inventory import Actor, Inventory, shown
from lictor_plugins.access_graph.model import ADMINISTRATOR, CERTAINTIES, Edge, Graph, Node
from lictor_plugins.access_graph.powers import powers
from lictor_plugins.access_graph.services import starts
from lictor_plugins.access_graph.sides import Side
from lictor_plugins.access_graph.strangers import strangers
from lictor_plugins.access_graph.taking import takings
from lictor_plugins.reasoning.model import Principal, Trusted
from lictor_plugins.reasoning.principals import Reach, identify, names

_ASSUME = "sts:AssumeRole"
_PASS = "iam:PassRole"  # noqa: S105 - an action
_ANYONE_INSIDE = "whether '*' suffices within an account without a policy of the caller is not documented"


def build_graph(inventory: Inventory, trusted: Trusted) -> Graph:
    """Return who can become whom. `trusted` says which strangers are none."""
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for actor in inventory.actors:
        groups = tuple(actor.value["groups"])
        nodes[actor.id] = Node(actor.id, actor.kind, actor.name, actor.account, True, actor.path, groups)
    roles = [actor for actor in inventory.actors if actor.trust is not None]
    for role in roles:
        for stranger in strangers(role, inventory, trusted):
            nodes.setdefault(stranger.node.id, stranger.node)
            edges.append(stranger.edge)
    edges += _assuming(inventory, roles, nodes)
    edges += _passing(inventory, roles)
    for actor in inventory.actors:
        edges += powers(actor, inventory.groups)
    edges += takings(inventory, edges, nodes)
    if any(edge.target == ADMINISTRATOR for edge in edges):
        nodes[ADMINISTRATOR] = Node(ADMINISTRATOR, "administrator", "administrator rights")
    return Graph(nodes, tuple(_merged(edges)))


def _merged(edges: Iterable[Edge]) -> Iterator[Edge]:
    """Yield edges, of several that lead the same way the surest with the fewest conditions."""
    best: dict[tuple[str, ...], Edge] = {}
    for edge in edges:
        key = (edge.source, edge.target, edge.kind, edge.service, edge.action)
        known = best.get(key)
        if known is None or _rank(edge) < _rank(known):
            best[key] = edge
    yield from best.values()


def _rank(edge: Edge) -> tuple[int, int, int]:
    outside = {"yes": 0, "unknown": 1, "no": 2}[edge.outside]
    return outside, CERTAINTIES.index(edge.certainty), len(edge.condition)


def _assuming(inventory: Inventory, roles: Sequence[Actor], nodes: dict[str, Node]) -> Iterator[Edge]:
    """Yield the edges between principals of the inventory, by their trust policies and their own.

    Only who is named is asked about: of those that a whole account or anyone stands for, who has a policy for it.
    """
    actors = [about(actor, _ASSUME) for actor in inventory.actors]
    able = [actor for actor in actors if may_call(actor)]
    known = _Known(actors, able)
    able_ids = {actor.id for actor in able}
    for role in roles:
        trust = side_about(role.trust_side, _ASSUME)
        allows = trust.allows
        candidates = {actor.id: actor for part in allows for actor in known.named(part.rule.statement.principals)}
        for actor in candidates.values():
            if actor.id == role.id:
                continue
            named = tuple(part for part in allows if _is_named(part.rule.statement.principals, actor))
            grant = _assume(actor, role, trust._replace(allows=named), is_able=actor.id in able_ids)
            if grant is not None:
                yield edge_of(actor.id, role.id, grant, "assume-role", _ASSUME)
        wide = next((part for part in allows if _names_all(part.rule.statement.principals)), None)
        if wide is not None:
            label = "everyone in the account, without a policy for it"
            nodes.setdefault("insiders", Node("insiders", "insiders", label))
            grant = Grant("unknown", because=_ANYONE_INSIDE, statements=(wide.path,))
            yield edge_of("insiders", role.id, grant, "assume-role", _ASSUME)


class _Known:
    """The principals of an inventory by the names that trust policies have for them."""

    def __init__(self, actors: Iterable[Actor], able: Sequence[Actor]) -> None:
        self._able = able
        self._by_name: dict[tuple[str, str], list[Actor]] = {}
        for actor in actors:
            self._by_name.setdefault((actor.account, actor.name), []).append(actor)

    def named(self, principals: Sequence[Principal] | None) -> Iterable[Actor]:
        """Yield whom the principals of a statement may mean, and perhaps a few that they don't."""
        if principals is None:
            yield from self._able
        for each in principals or ():
            identity = identify(each)
            if each.value == "*" or identity.kind == "root":
                yield from self._able
            elif identity.account:
                yield from self._by_name.get((identity.account, identity.name), ())


def _is_named(principals: Sequence[Principal] | None, actor: Actor) -> bool:
    """Tell whether a statement may mean a principal; one without Principal, by NotPrincipal, may mean anyone."""
    return principals is None or any(_reach(each, actor) for each in principals)


def _reach(stated: Principal, actor: Actor) -> Reach | None:
    """Tell how a principal of a statement means one of the inventory; a session means its role."""
    if "${" in stated.value:
        return None
    if ":assumed-role/" in stated.value and actor.kind != "user":
        role, _, _ = stated.value.partition(":assumed-role/")[2].partition("/")
        is_meant = role == actor.name and f"::{actor.account}:" in stated.value
        return "session" if is_meant else None
    naming = names(stated, actor.principal)
    return naming.reach if naming.is_named else None


def _names_all(principals: Sequence[Principal] | None) -> bool:
    return principals is None or any(each.type in ("AWS", "*") and each.value == "*" for each in principals)


def _assume(actor: Actor, role: Actor, trust: Side, *, is_able: bool) -> Grant | None:
    """Decide one principal and one role: by name alone within an account, else by both sides."""
    found: list[Grant] = []
    if actor.account == role.account:
        for part in trust.allows:
            for stated in part.rule.statement.principals or ():
                reach = _reach(stated, actor)
                if reach not in ("direct", "session"):
                    continue
                caller = stated if reach == "session" else actor.principal
                is_limited = reach == "direct" and actor.kind != "user"
                limits = (actor.boundary,) if is_limited and actor.boundary is not None else ()
                call = Call(caller, _ASSUME, role.id, actor.account)
                sides = [
                    Side((part,), trust.denies, trust.doubts),
                    *limits,
                    *only_denies(actor, with_boundary=not limits),
                    *actor.scps,
                    *role.rcps_for(actor),
                ]
                grant = granted(call, sides)
                found += [grant] if grant is not None else []
    if is_able and not any(grant.certainty == "always" for grant in found):
        sides = [trust, *actor.limits(), *role.rcps_for(actor)]
        grant = granted(Call(actor.principal, _ASSUME, role.id, actor.account), sides)
        found += [grant] if grant is not None else []
    return min(found, key=lambda grant: CERTAINTIES.index(grant.certainty), default=None)


def _passing(inventory: Inventory, roles: Sequence[Actor]) -> Iterator[Edge]:
    """Yield the edges by which a principal has a service act with a role of its account."""
    trusting = [(role, service) for role in roles for service in _services(role)]
    for actor in inventory.actors:
        yield from _passing_by(actor, trusting)


def _passing_by(actor: Actor, trusting: Sequence[tuple[Actor, str]]) -> Iterator[Edge]:
    passer = about(actor, _PASS)
    if not may_call(passer):
        return
    started: dict[str, tuple[Grant | None, str]] = {}
    passes: dict[str, Grant | None] = {}
    is_uniform = treats_all_alike(passer)
    for role, service in trusting:
        if role.account != actor.account or role.id == actor.id:
            continue
        if service not in passes or not is_uniform:
            passes[service] = _passed(passer, role, service)
        passed = passes[service]
        if passed is None:
            continue
        if service not in started:
            started[service] = _started(actor, service)
        start, action = started[service]
        if start is not None:
            yield edge_of(actor.id, role.id, both(passed, start), "pass-role", action, service)


def _services(role: Actor) -> Iterator[str]:
    """Yield the services that a role trusts, apart from those that AWS alone may use."""
    services = {
        principal.value: None
        for part in role.trust_side.allows
        for principal in part.rule.statement.principals or ()
        if principal.type == "Service" and bears(part, _ASSUME) and not part.rule.statement.doubt
    }
    if "/aws-service-role/" not in role.id:
        yield from services


def _passed(actor: Actor, role: Actor, service: str) -> Grant | None:
    call = Call(actor.principal, _PASS, role.id, actor.account, {"iam:passedtoservice": service})
    return granted(call, actor.limits())


def _started(actor: Actor, service: str) -> tuple[Grant | None, str]:
    """Tell whether a principal can start a service, and by which action."""
    steps = starts(service)
    if not steps:
        return Grant("unknown", because=f"which call starts '{shown(service)}' is not known"), ""
    whole, named = Grant("always"), ""
    for actions in steps:
        grants = [
            (granted(Call(actor.principal, each, account=actor.account), actor.limits()), each) for each in actions
        ]
        found = [(grant, action) for grant, action in grants if grant is not None]
        if not found:
            return None, ""
        best, action = min(found, key=lambda pair: CERTAINTIES.index(pair[0].certainty))
        whole, named = both(whole, best), named or action
    return whole, named
