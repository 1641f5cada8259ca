"""Policies as sides of a decision: what allows, what denies, what can't be judged, each with its place."""

from collections.abc import Iterable
from typing import NamedTuple

from lictor import Path
from lictor_plugins.reasoning.model import Policy, Statement
from lictor_plugins.reasoning.rules import Rule


class Part(NamedTuple):
    """A statement and where it stands in the account's value; () where that is somewhere else."""

    rule: Rule
    path: Path


class Side(NamedTuple):
    """The statements of one sort of policy: those that allow, those that deny, and what can't be judged.

    Without `is_limit` it only denies: nothing of it has to allow a call.
    """

    allows: tuple[Part, ...] = ()
    denies: tuple[Part, ...] = ()
    doubts: tuple[str, ...] = ()
    is_limit: bool = True


def side_of(policy: Policy, path: Path, *, has_places: bool = True) -> Side:
    """Return the statements of a policy; `has_places`: they stand one by one below the path."""

    def place(statement: Statement) -> Path:
        return (*path, "statements", statement.index) if has_places else path

    parts = [
        Part(Rule(statement, policy.has_variables, policy.kind), place(statement)) for statement in policy.statements
    ]
    return Side(
        tuple(part for part in parts if part.rule.statement.effect == "Allow"),
        tuple(part for part in parts if part.rule.statement.effect == "Deny"),
        policy.doubts,
    )


def together(sides: Iterable[Side]) -> Side:
    """Return several policies, any of which may allow, as one side."""
    every = list(sides)
    return Side(
        tuple(part for side in every for part in side.allows),
        tuple(part for side in every for part in side.denies),
        tuple(doubt for side in every for doubt in side.doubts),
    )
