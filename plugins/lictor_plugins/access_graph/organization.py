"""What an organization lays upon its accounts: service control policies and resource control policies.

Organizations user guide, "SCP evaluation" and "RCP evaluation", read 2026-11: neither bears on the management account
nor on service-linked roles.
"""

from collections.abc import Sequence
from typing import NamedTuple

from lictor_plugins.access_graph.sides import Part, Side, side_of
from lictor_plugins.reasoning.model import Policy

_LEVELS = (
    "some service control policies allow it and some perhaps don't: on different levels of the organization all must"
)


class Organization(NamedTuple):
    """What the organization adds: policies for all accounts but those of `management`, which heed none."""

    scps: tuple[Policy, ...] = ()
    rcps: tuple[Policy, ...] = ()
    management: frozenset[str] = frozenset()


NO_ORGANIZATION = Organization()


def levels(policies: Sequence[Policy]) -> tuple[Side, ...]:
    """Return the service control policies as one side, of which something has to allow a call.

    Which level of the organization a policy is on is not known: what one of several allows, and the others perhaps
    don't, is doubtful. A policy that only denies is taken to stand beside one that allows everything.
    """
    sides = [side_of(policy, (), has_places=False) for policy in policies]
    allowing = [side for side in sides if side.allows]
    if not sides:
        return ()
    parts: list[Part] = []
    for side in allowing:
        is_sure = all(each is side or _allows_all(each) for each in allowing)
        for part in side.allows:
            statement = part.rule.statement
            doubt = statement.doubt or ("" if is_sure else _LEVELS)
            parts.append(part._replace(rule=part.rule._replace(statement=statement._replace(doubt=doubt))))
    denies = tuple(part for side in sides for part in side.denies)
    doubts = tuple(doubt for side in sides for doubt in side.doubts)
    return (Side(tuple(parts), denies, doubts, is_limit=bool(allowing)),)


def _allows_all(side: Side) -> bool:
    statements = [part.rule.statement for part in side.allows]
    return any(
        "*" in (each.actions or ()) and "*" in (each.resources or ()) and not each.conditions for each in statements
    )


def only_denying(policies: Sequence[Policy]) -> tuple[Side, ...]:
    """Return resource control policies as sides that only deny: the Allow that AWS attaches can't be taken away."""
    sides = [side_of(policy, (), has_places=False) for policy in policies]
    return tuple(side._replace(allows=(), is_limit=False) for side in sides)
