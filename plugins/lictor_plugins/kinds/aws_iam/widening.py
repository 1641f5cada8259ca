"""What a changed policy allows that it did not, in words: fixes that widen access are refused by it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lictor import Level, NewAccess, Path, Subject
from lictor_plugins.kinds.aws_iam.conditions import nearest_operator, read_operator
from lictor_plugins.kinds.aws_iam.found import (
    IDENTITY_POLICY,
    PERMISSIONS_BOUNDARY,
    RCP,
    RESOURCE_POLICY,
    SCP,
    TRUST_POLICY,
)

if TYPE_CHECKING:
    from lictor_plugins.reasoning.model import PolicyKind

_KINDS: "Mapping[str, PolicyKind]" = {
    TRUST_POLICY: "trust",
    IDENTITY_POLICY: "identity",
    PERMISSIONS_BOUNDARY: "boundary",
    RESOURCE_POLICY: "resource",
    SCP: "scp",
    RCP: "rcp",
}


_VERSIONS = (None, "2008-10-17", "2012-10-17")
# What AWS refuses in a policy of a kind: it refuses all of the policy then, so that taking it out widens nothing.
_REFUSED: "Mapping[PolicyKind, tuple[str, ...]]" = {
    "trust": ("resource", "not_resource"),
    "identity": ("principal", "not_principal"),
    "boundary": ("principal", "not_principal"),
    "session": ("principal", "not_principal"),
}


def newly_allows(old: Subject | None, new: Subject | None) -> NewAccess | None:
    """Return a request that the new policy allows and the old one does not, or what keeps that from being known.

    A policy that AWS refuses is compared by what it was meant to say; of operators that don't exist only the old one's
    are read so, as what the new one's will be corrected to is anyone's guess. Without a new one, what the old one
    limited is limited no more; a policy that grants took its grants along.
    """
    some = new or old
    kind = _KINDS.get(some.kind) if some is not None else None
    if kind is None:
        return None
    after = None if new is None else _as_meant(new.value, kind)
    before = None if old is None else _as_meant(old.value, kind)
    if before == after:
        return None
    from lictor_plugins.access.comparing import compare, opens_to_outside
    from lictor_plugins.reasoning.reading import policy_from
    from lictor_plugins.reasoning.wording import request_text

    before = None if before is None else _with_meant_operators(before)
    policies = tuple(None if value is None else policy_from(value, kind) for value in (before, after))
    is_inline = before is not None and bool(before.get("role"))
    answer = compare(*policies, is_inline=is_inline)
    if answer.verdict == "no":
        return None
    path: Path = ("statements", answer.statements[0]) if answer.statements and new is not None else ()
    if answer.witness is None:
        return NewAccess(answer.because, path, is_certain=False)
    level: Level = "error" if policies[1] is not None and opens_to_outside(policies[0], policies[1]) else "warning"
    return NewAccess(request_text(answer.witness), path, level)


def _as_meant(value: Mapping[str, Any], kind: "PolicyKind") -> dict[str, Any]:
    nothing: dict[str, Any] = {}
    for element in _REFUSED.get(kind, ()):
        nothing |= {f"has_{element}": False, f"{element}s": []}
    statements = [
        {
            **statement,
            **nothing,
            "effect_raw": statement["effect"],
            "elements": [],
        }
        for statement in value["statements"]
    ]
    version = value["version"] if value["version"] in _VERSIONS else _VERSIONS[-1]
    unknown = [each for each in value["unknown_elements"] if not each["nearest"]]
    meant = {"version": version, "unknown_elements": unknown, "elements": []}
    return {**value, "statements": statements, **meant}


def _with_meant_operators(value: Mapping[str, Any]) -> dict[str, Any]:
    statements = [
        {**statement, "conditions": list(map(_with_meant_operator, statement["conditions"]))}
        for statement in value["statements"]
    ]
    return {**value, "statements": statements}


def _with_meant_operator(condition: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read an operator that does not exist, and for which IAM refuses the policy, as the one that it resembles."""
    is_null = condition["operator"] == "Null" and not condition["set_operator"]
    if not is_null and (condition["is_known"] or condition["set_operator"] or condition["if_exists"]):
        return condition
    if is_null:
        return {**condition, "if_exists": False, "is_known": True}
    meant = nearest_operator(read_operator(condition["operator_raw"]))
    if meant is None:
        return condition
    return {**condition, "operator": meant, "operator_raw": meant, "negated": "Not" in meant, "is_known": True}
