"""Statements with what their policies say of them."""

from collections.abc import Iterable
from typing import NamedTuple

from lictor_plugins.reasoning.model import PolicyKind, Statement
from lictor_plugins.reasoning.operators import TAKES_VARIABLES
from lictor_plugins.reasoning.variables import variable_keys


class Rule(NamedTuple):
    """A statement with what its policy says of it."""

    statement: Statement
    has_variables: bool
    kind: PolicyKind


def variables_of(rules: Iterable[Rule]) -> frozenset[str]:
    """Return the keys of the policy variables in statements."""
    found: set[str] = set()
    for statement, has_variables, _ in rules:
        if not has_variables:
            continue
        for text in (*(statement.resources or ()), *(statement.not_resources or ())):
            if "${" in text:
                found.update(variable_keys(text))
        for condition in statement.conditions:
            if condition.operator.replace("Not", "", 1).startswith(TAKES_VARIABLES):
                for value in condition.values:
                    if "${" in value:
                        found.update(variable_keys(value))
    return frozenset(found)
