"""What a changed policy allows that it did not, in words: fixes that widen access are refused by it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lictor import Level, NewAccess, Path, Subject
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


# What AWS refuses in a policy of a kind: it refuses all of the policy then, so that taking it out widens nothing.
_REFUSED: "Mapping[PolicyKind, tuple[str, ...]]" = {
    "trust": ("resource", "not_resource"),
    "identity": ("principal", "not_principal"),
    "boundary": ("principal", "not_principal"),
    "session": ("principal", "not_principal"),
}


def newly_allows(old: Subject | None, new: Subject) -> NewAccess | None:
    """Return a request that the new policy allows and the old one does not, or what keeps that from being known.

    A policy that AWS refuses is compared by what it was meant to say.
    """
    kind = _KINDS.get(new.kind)
    if kind is None:
        return None
    after = _as_meant(new.value, kind)
    before = None if old is None else _as_meant(old.value, kind)
    if before == after:
        return None
    from lictor_plugins.access.comparing import compare, opens_to_outside
    from lictor_plugins.reasoning.reading import policy_from
    from lictor_plugins.reasoning.wording import request_text

    policies = (None if before is None else policy_from(before, kind), policy_from(after, kind))
    answer = compare(*policies)
    if answer.verdict == "no":
        return None
    path: Path = ("statements", answer.statements[0]) if answer.statements else ()
    if answer.witness is None:
        return NewAccess(answer.because, path, is_certain=False)
    level: Level = "error" if opens_to_outside(*policies) else "warning"
    return NewAccess(request_text(answer.witness), path, level)


def _as_meant(value: Mapping[str, Any], kind: "PolicyKind") -> dict[str, Any]:
    nothing: dict[str, Any] = {}
    for element in _REFUSED.get(kind, ()):
        nothing |= {f"has_{element}": False, f"{element}s": []}
    statements = [
        {**statement, **nothing, "effect_raw": statement["effect"], "elements": []} for statement in value["statements"]
    ]
    return {**value, "statements": statements, "elements": []}
