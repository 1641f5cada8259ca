"""Who has administrator rights, or can give them to itself."""

from collections.abc import Iterator, Mapping
from typing import Any

from lictor_plugins.access.condition_words import conditions_text
from lictor_plugins.access_graph.granting import Call, Grant, granted
from lictor_plugins.access_graph.inventory import Actor, Group
from lictor_plugins.access_graph.model import ADMINISTRATOR, Certainty, Edge, Evidence
from lictor_plugins.access_graph.sides import Side
from lictor_plugins.functions.escalations import ESCALATIONS, Step, escalation
from lictor_plugins.functions.grants import ANYTHING, OWN_USER, stand_in
from lictor_plugins.reasoning.model import Statement

# What a principal may do to itself (IAM user guide, "Actions, resources, and condition keys for IAM", read 2026-11).
_ON_ITSELF: Mapping[str, tuple[str, ...]] = {
    "user": ("iam:AttachUserPolicy", "iam:PutUserPolicy"),
    "role": ("iam:AttachRolePolicy", "iam:PutRolePolicy"),
    "permission-set": (),
}
_NEWER = "2012-10-17"
_IS_ONE = "allows everything"
_OLDER = "whether an older version of the policy allows more is not in the documents"


def powers(actor: Actor, groups: Mapping[tuple[str, str], Group]) -> Iterator[Edge]:
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
    for action, grant in _escalations(actor, sides, groups):
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
        denies = tuple(part for part in side.denies if _is_whole(part.rule.statement))
        kept.append(side._replace(allows=allows, denies=denies, doubts=()))
    # Any action would do: whoever is allowed everything is allowed this.
    return granted(Call(actor.principal, "iam:CreatePolicyVersion", account=actor.account), kept)


def _is_whole(statement: Statement) -> bool:
    return any(action in ("*", "*:*") for action in statement.actions or ()) and "*" in (statement.resources or ())


def _escalations(
    actor: Actor, sides: list[Side], groups: Mapping[tuple[str, str], Group]
) -> Iterator[tuple[str, Grant]]:
    """Yield the actions by which a principal makes itself an administrator; of the same statements the first."""
    told = set()
    for action, grant in (*_on_itself(actor, sides, groups), *_templates(actor, sides)):
        if grant.statements not in told:
            told.add(grant.statements)
            yield action, grant


def _on_itself(actor: Actor, sides: list[Side], groups: Mapping[tuple[str, str], Group]) -> Iterator[tuple[str, Grant]]:
    """Yield what a principal may do to itself, to its groups and to the policies that it acts under."""
    known = [side._replace(doubts=()) for side in sides]
    capped = next(
        (why for side, why in _caps(actor) if not any(_is_whole(each.rule.statement) for each in side.allows)), ""
    )
    for action, target, doubt in _own_targets(actor, groups):
        grant = granted(Call(actor.principal, action, target, actor.account), known)
        if grant is not None:
            because = grant.because or capped or doubt
            yield action, grant._replace(certainty="unknown", because=because) if because else grant


def _caps(actor: Actor) -> Iterator[tuple[Side, str]]:
    """Yield what still limits a principal when it has given itself everything."""
    if actor.boundary is not None:
        yield actor.boundary, "the permissions boundary limits what it can give itself"
    for side in actor.scps:
        if side.is_limit:
            yield side, "the service control policies limit what it can give itself"


def _own_targets(actor: Actor, groups: Mapping[tuple[str, str], Group]) -> Iterator[tuple[str, str, str]]:
    """Yield actions, what they would be called on, and why even that may not help."""
    for action in _ON_ITSELF[actor.kind]:
        yield action, actor.principal.value, ""
    mine = [groups[key] for key in ((actor.account, name) for name in actor.value["groups"]) if key in groups]
    for group in mine:
        for action in ("iam:AttachGroupPolicy", "iam:PutGroupPolicy"):
            yield action, group.arn, ""
    if actor.kind == "user":
        for group in groups.values():
            is_better = any(_is_whole(part.rule.statement) for part in group.side.allows)
            if is_better and group not in mine and group.arn.split(":")[4] == actor.account:
                yield "iam:AddUserToGroup", group.arn, ""
    for arn in dict.fromkeys(entry["arn"] for entry in actor.value["effective"] if entry["arn"]):
        if f":{actor.account}:policy/" in arn:
            yield "iam:CreatePolicyVersion", arn, ""
            yield "iam:SetDefaultPolicyVersion", arn, _OLDER


def _templates(actor: Actor, sides: list[Side]) -> Iterator[tuple[str, Grant]]:
    """Yield the known ways to administrator rights that are open in the policies, taken together.

    Those that pass a role to a service, or change what runs with one, are edges to that role.
    """
    merged, paths = _merged(actor)
    conditions = {part.path: part.rule.statement.conditions for part in actor.identity.allows}
    for name, way in ESCALATIONS.items():
        if way.service or way.takes_role:
            continue
        found = escalation(merged, name)
        if found["verdict"] == "no":
            continue
        limits = [_limited(actor, step, sides) for step in way.steps]
        if any(each is None for each in limits):
            continue
        statements = tuple(paths[index] for index in found["statements"])
        because = "" if found["verdict"] == "yes" else "a condition or an unresolved value decides"
        because = next((each.because for each in limits if each is not None and each.because), because)
        when = conditions_text(dict.fromkeys(each for path in statements for each in conditions.get(path, ())))
        when = when or next((each.condition for each in limits if each is not None), "")
        certainty: Certainty = "unknown" if because else "conditional" if when else "always"
        yield found["action"], Grant(certainty, when, because, statements)


def _limited(actor: Actor, step: Step, sides: list[Side]) -> Grant | None:
    """Return how boundary and organization limit a step, on a resource whose name nobody guesses."""
    if len(sides) == 1:
        return Grant("always")
    for call in step:
        kind = "user" if call.resource == OWN_USER else call.resource
        resource = "" if kind == ANYTHING else stand_in(call.action, kind, "aws", "us-east-1", actor.account)
        found = granted(Call(actor.principal, call.action, resource, actor.account), sides[1:])
        if found is not None:
            return found
    return None


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
    has_variables = any(entry["policy"]["version"] == _NEWER for entry in actor.value["effective"] if entry["policy"])
    whole = {"statements": statements, "unresolved": unresolved, "unknown_elements": [], "malformed": [], "role": None}
    return {**whole, "version": _NEWER if has_variables else None}, paths
