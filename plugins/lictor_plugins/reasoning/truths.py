"""What single elements of a statement say of single values, as the evaluation of a request sees them."""

import functools
from collections.abc import Mapping

from lictor import EMPTY
from lictor_plugins.reasoning.globs import (
    STAR,
    arn_tokens,
    matches_action,
    matches_arn_tokens,
    matches_tokens,
)
from lictor_plugins.reasoning.model import ContextValue, PolicyKind, Principal, Statement
from lictor_plugins.reasoning.operators import Truth, any_of, negate
from lictor_plugins.reasoning.principals import ANONYMOUS, names, spares
from lictor_plugins.reasoning.variables import fill


def action_truth(statement: Statement, action: str) -> Truth:
    """Tell whether a statement covers an action."""
    patterns = statement.not_actions if statement.actions is None else statement.actions
    if patterns is None:
        return "the statement has neither Action nor NotAction"
    covered = any_of(_covers_action(pattern, action) for pattern in patterns)
    return covered if statement.actions is not None else negate(covered)


@functools.lru_cache(maxsize=50_000)
def _covers_action(pattern: str, action: str) -> Truth:
    if "${" not in pattern:
        return matches_action(pattern, action)
    filled = fill(pattern.lower(), {}, has_variables=False)
    return matches_tokens(filled.tokens or (), action.lower()) and (filled.doubt or True)


def principal_truth(statement: Statement, kind: PolicyKind, caller: Principal) -> Truth:
    """Tell whether a statement names a caller."""
    if statement.not_principals is not None:
        return negate(spares(statement.not_principals, caller))
    if statement.principals is None:
        return True
    if kind == "rcp" and any(principal.value == "*" for principal in statement.principals):
        return True
    if kind == "trust" and caller == ANONYMOUS:
        return False
    found = [names(principal, caller) for principal in statement.principals]
    return any_of(naming.doubt or naming.is_named for naming in found)


def resource_truth(
    statement: Statement,
    resource: str,
    context: Mapping[str, ContextValue],
    *,
    has_variables: bool,
    is_by_part: bool = True,
) -> Truth:
    """Tell whether a statement covers a resource; `is_by_part`: stars stay within their part of the ARN."""
    patterns = statement.not_resources if statement.resources is None else statement.resources
    if patterns is None:
        return True
    covered = any_of(
        _covers_resource(pattern, resource, context, has_variables=has_variables, is_by_part=is_by_part)
        for pattern in patterns
    )
    return covered if statement.resources is not None else negate(covered)


def _covers_resource(
    pattern: str, resource: str, context: Mapping[str, ContextValue], *, has_variables: bool, is_by_part: bool
) -> Truth:
    if pattern == "*":
        return True
    if "${" in pattern:
        return _covers(pattern, resource, context, has_variables=has_variables, is_by_part=is_by_part)
    return _covers_plainly(pattern, resource, is_by_part)


@functools.lru_cache(maxsize=100_000)
def _covers_plainly(pattern: str, resource: str, is_by_part: bool) -> Truth:
    """Return what `_covers` does of a pattern without variables, which accounts ask about for each of their roles."""
    if not resource.startswith(pattern.partition("*")[0].partition("?")[0]):
        return False
    return _covers(pattern, resource, EMPTY, has_variables=True, is_by_part=is_by_part)


def _covers(
    pattern: str, resource: str, context: Mapping[str, ContextValue], *, has_variables: bool, is_by_part: bool
) -> Truth:
    filled = fill(pattern, context, has_variables=has_variables)
    if filled.tokens is None or not matches_tokens(filled.tokens, resource):
        return all(token == STAR for token in filled.tokens or (".",))
    parts = arn_tokens(filled.tokens)
    if filled.doubt or not is_by_part or matches_arn_tokens(parts, resource) or pattern == resource:
        return filled.doubt or True
    if STAR not in filled.tokens and "??" not in filled.tokens:
        return True
    # Of a pattern with all six parts, those within their parts are the documented reading; a shorter one has none.
    return False if len(parts) == len(resource.split(":", 5)) == 6 else f"how far '{pattern}' reaches is not documented"  # noqa: PLR2004 - an ARN's parts
