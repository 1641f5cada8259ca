"""Who has administrator rights, or can give them to itself."""

from collections.abc import Iterator, Mapping
from typing import Any

from lictor_plugins.access.condition_words import conditions_text
from lictor_plugins.access_graph.granting import Call, Grant, granted
from lictor_plugins.access_graph.inventory import Actor, Side
from lictor_plugins.access_graph.model import ADMINISTRATOR, Certainty, Edge, Evidence
from lictor_plugins.functions.escalations import ESCALATIONS, escalation
from lictor_plugins.reasoning.model import Statement

# What a principal may do to itself (IAM user guide, "Actions, resources, and condition keys for IAM", read 2026-11).
_ON_ITSELF: Mapping[str, tuple[str, ...]] = {
    "user": ("iam:AttachUserPolicy", "iam:PutUserPolicy"),
    "role": ("iam:AttachRolePolicy", "iam:PutRolePolicy"),
    "permission-set": (),
}
_IS_ONE = "allows everything"


def powers(actor: Actor) -> Iterator[Edge]:
    """Yield the edges from a principal to administrator rights: the one that it is one, else those to become one."""
    sides = actor.limits()
    whole = _administers(actor, sides)
    if whole is not None:
        yield _edge(actor, whole, "administrator", "*", _IS_ONE)
        if whole.certainty == "always":
            return
    elif actor.identity.doubts:
        unknown = Grant("unknown", because=actor.identity.doubts[0])
        yield _edge(actor, unknown, "administrator", "*", "acts under a policy that is not known")
    for action, grant in _escalations(actor, sides):
        if whole is None or grant.certainty == "always":
            yield _edge(actor, grant, "escalation", action, f"allows {action}")


def _edge(actor: Actor, grant: Grant, kind: Any, action: str, message: str) -> Edge:  # noqa: ANN401 - a literal
    evidence = tuple(Evidence(path, message) for path in grant.statements) or (Evidence(actor.path, message),)
    return Edge(actor.id, ADMINISTRATOR, kind, grant.certainty, action, evidence, grant.condition, grant.because)


def _administers(actor: Actor, sides: list[Side]) -> Grant | None:
    """Tell whether the principal is allowed everything, apart from what a few Denys take back."""
    kept = []
    for side in sides:
        allows = tuple(part for part in side.allows if _is_whole(part.rule.statement))
        kept.append(Side(allows, tuple(part for part in side.denies if _is_whole(part.rule.statement)), ()))
    # Any action would do: whoever is allowed everything is allowed this.
    return granted(Call(actor.principal, "iam:CreatePolicyVersion", account=actor.account), kept)


def _is_whole(statement: Statement) -> bool:
    return any(action in ("*", "*:*") for action in statement.actions or ()) and "*" in (statement.resources or ())


def _escalations(actor: Actor, sides: list[Side]) -> Iterator[tuple[str, Grant]]:
    """Yield the actions by which a principal makes itself an administrator; of the same statements the first."""
    told = set()
    for action, grant in (*_on_itself(actor, sides), *_templates(actor)):
        if grant.statements not in told:
            told.add(grant.statements)
            yield action, grant


def _on_itself(actor: Actor, sides: list[Side]) -> Iterator[tuple[str, Grant]]:
    for action in _ON_ITSELF[actor.kind]:
        call = Call(actor.principal, action, actor.principal.value, actor.account)
        known = [side._replace(doubts=()) for side in sides]
        grant = granted(call, known)
        if grant is not None:
            yield action, grant


def _templates(actor: Actor) -> Iterator[tuple[str, Grant]]:
    """Yield the known ways to administrator rights that are open in the policies, taken together.

    Those that pass a role to a service, or change what runs with one, are edges to that role.
    """
    merged, paths = _merged(actor)
    conditions = {part.path: part.rule.statement.conditions for part in actor.identity.allows}
    boundary = actor.value["permissions_boundary"]
    limit = boundary["policy"] if boundary is not None else None
    for name, way in ESCALATIONS.items():
        if way.service or name == "update-function-code":
            continue
        found = escalation(merged, name)
        if found["verdict"] == "no" or (limit is not None and escalation(limit, name)["verdict"] == "no"):
            continue
        statements = tuple(paths[index] for index in found["statements"])
        if boundary is not None and limit is None:
            because = f"the permissions boundary '{boundary['arn']}' is not in the documents"
        else:
            because = "" if found["verdict"] == "yes" else "a condition or an unresolved value decides"
        when = conditions_text(dict.fromkeys(each for path in statements for each in conditions.get(path, ())))
        certainty: Certainty = "unknown" if because else "conditional" if when else "always"
        yield found["action"], Grant(certainty, when, because, statements)


def _merged(actor: Actor) -> tuple[Mapping[str, Any], list[tuple[Any, ...]]]:
    """Return all policies of a principal as one, and where each of its statements stands."""
    statements: list[Mapping[str, Any]] = []
    unresolved: list[Any] = []
    paths = []
    for number, entry in enumerate(actor.value["effective"]):
        policy = entry["policy"]
        if policy is None:
            continue
        for statement in policy["statements"]:
            paths.append((*actor.path, "effective", number, "policy", "statements", statement["index"]))
            statements.append({**statement, "index": len(statements)})
        unresolved += policy["unresolved"]
    return {"statements": statements, "unresolved": unresolved}, paths
