"""Statements with what their policies say of them."""

from collections.abc import Iterable

from lictor import NamedTuple
from lictor_plugins.reasoning.model import Policy, PolicyKind, Statement
from lictor_plugins.reasoning.operators import TAKES_VARIABLES
from lictor_plugins.reasoning.variables import escaped, variable_keys


class Rule(NamedTuple):
    """A statement with what its policy says of it; one without any `${` has variables whatever the policy's version."""

    statement: Statement
    has_variables: bool
    kind: PolicyKind


def rule_of(statement: Statement, policy: Policy) -> Rule:
    """Return a statement of a policy as a rule."""
    return Rule(statement, policy.has_variables or not _has_dollar(statement), policy.kind)


def _has_dollar(statement: Statement) -> bool:
    values = (condition.values for condition in statement.conditions)
    return any(
        "${" in text for texts in (statement.resources, statement.not_resources, *values) for text in texts or ()
    )


def with_variables(rule: Rule) -> Rule:
    """Return a rule that means the same and has variables: what looks like one is written so that it is plain text.

    So statements of policies of different versions can be looked at together.
    """
    if rule.has_variables:
        return rule
    statement = rule.statement
    plain = statement._replace(
        resources=_escaped(statement.resources),
        not_resources=_escaped(statement.not_resources),
        conditions=tuple(each._replace(values=_escaped(each.values) or ()) for each in statement.conditions),
    )
    return rule._replace(statement=plain, has_variables=True)


def _escaped(texts: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if texts is None else tuple(map(escaped, texts))


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
            for value in condition.values:
                if "${" in value and condition.operator.replace("Not", "", 1).startswith(TAKES_VARIABLES):
                    found.update(variable_keys(value))
    return frozenset(found)
