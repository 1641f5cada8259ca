"""What edges are made of: a principal's policies about one action, grants put together, the edge and its evidence."""

from collections.abc import Iterator, Mapping

from lictor import Path
from lictor_plugins.access_graph.granting import Grant, side_about
from lictor_plugins.access_graph.inventory import Actor
from lictor_plugins.access_graph.model import CERTAINTIES, Edge, Evidence
from lictor_plugins.access_graph.sides import Side


def about(actor: Actor, action: str) -> Actor:
    """Leave out of a principal's policies what is not about an action, which is asked about many times."""
    boundary = None if actor.boundary is None else side_about(actor.boundary, action)
    scps = tuple(side_about(each, action) for each in actor.scps)
    return actor._replace(identity=side_about(actor.identity, action), boundary=boundary, scps=scps)


def may_call(actor: Actor) -> bool:
    """Tell whether a principal that is left with what is about an action may call it at all."""
    return bool(actor.identity.allows or actor.identity.doubts)


def treats_all_alike(actor: Actor) -> bool:
    """Tell whether what is left of a principal's policies names no resource, so that one answer is that for all."""
    parts = (part for side in actor.limits() for part in (*side.allows, *side.denies))
    return all("*" in (part.rule.statement.resources or ()) for part in parts)


def only_denies(actor: Actor, *, with_boundary: bool) -> Iterator[Side]:
    """Yield what may deny where nothing else has to allow; see `granted` for what is asked of each side."""
    sides = [actor.identity, *((actor.boundary,) if with_boundary and actor.boundary is not None else ())]
    for side in sides:
        yield side._replace(allows=(), is_limit=False)


def both(one: Grant, other: Grant) -> Grant:
    """Return the grant of two calls that are both needed."""
    certainty = max(one.certainty, other.certainty, key=CERTAINTIES.index)
    condition = " and ".join(dict.fromkeys(filter(None, (one.condition, other.condition))))
    statements = tuple(dict.fromkeys((*one.statements, *other.statements)))
    return Grant(certainty, condition, one.because or other.because, statements)


def edge_of(source: str, target: str, grant: Grant, kind: str, action: str, service: str = "") -> Edge:
    """Return the edge that a grant makes, with the statements that it rests on."""
    evidence = tuple(Evidence(path, _says(path)) for path in grant.statements)
    return Edge(source, target, kind, grant.certainty, action, evidence, grant.condition, grant.because, service)  # type: ignore[arg-type]  # a literal


def _says(path: Path) -> str:
    """Say what a statement contributes, by the field of the principal that it stands in."""
    return next((text for field, text in _SAYS.items() if field in path[2:3]), "")


_SAYS: Mapping[str, str] = {
    "trust": "the role trusts the caller",
    "effective": "a policy of the caller allows it",
    "permissions_boundary": "the boundary allows it",
}
