"""What single elements of a statement say of a call: its action, its caller, its resource."""

import functools
from collections.abc import Mapping
from typing import NamedTuple

from lictor_plugins.reasoning.globs import (
    ARN_PARTS,
    ONE,
    STAR,
    arn_tokens,
    matches_action,
    matches_arn_tokens,
    matches_tokens,
)
from lictor_plugins.reasoning.model import ContextValue, PolicyKind, Principal, Statement
from lictor_plugins.reasoning.operators import Truth, any_of, negate
from lictor_plugins.reasoning.patterns import reading_of_resources
from lictor_plugins.reasoning.principals import ANONYMOUS, Reach, names, spares
from lictor_plugins.reasoning.variables import fill


def action_truth(statement: Statement, action: str) -> Truth:
    """Tell whether a statement covers an action."""
    patterns = statement.not_actions if statement.actions is None else statement.actions
    if patterns is None:
        return "the statement has neither Action nor NotAction"
    wanted = action.lower()
    covered: Truth = False
    for pattern in patterns:
        if "*" in pattern or "?" in pattern or "${" in pattern:
            covered = any_of((covered, _covers_action(pattern, action)))
        elif pattern.lower() == wanted:
            covered = True
        if covered is True:
            break
    return covered if statement.actions is not None else negate(covered)


@functools.lru_cache(maxsize=50_000)
def _covers_action(pattern: str, action: str) -> Truth:
    if "${" not in pattern:
        return matches_action(pattern, action)
    filled = fill(pattern.lower(), {}, has_variables=False)
    return matches_tokens(filled.tokens or (), action.lower()) and (filled.doubt or True)


class Named(NamedTuple):
    """Whether a statement names a caller, by which ways, and why it may in a stronger way than is known."""

    truth: Truth
    reaches: frozenset[Reach] = frozenset()
    may_reach: str = ""


_ANYONE = Named(truth=True, reaches=frozenset({"anyone"}))
_EVERYBODY = Named(truth=True)
_NOBODY = Named(truth=False)


def named(statement: Statement, kind: PolicyKind, caller: Principal) -> Named:
    """Tell whether and how a statement names a caller."""
    if statement.not_principals is not None:
        return _ANYONE._replace(truth=negate(spares(statement.not_principals, caller)))
    if statement.principals is None:
        return _EVERYBODY
    if kind == "rcp" and any(principal.value == "*" for principal in statement.principals):
        return _ANYONE
    if kind == "trust" and caller == ANONYMOUS:
        return _NOBODY
    found = [names(principal, caller, statement.effect) for principal in statement.principals]
    doubt = next((naming.doubt for naming in found if naming.doubt), "")
    reaches = frozenset([naming.reach for naming in found if naming.is_named])
    return Named(bool(reaches) or doubt or False, reaches, doubt)


def principal_truth(statement: Statement, kind: PolicyKind, caller: Principal) -> Truth:
    """Tell whether a statement names a caller."""
    return named(statement, kind, caller).truth


def caller_truths(statement: Statement, kind: PolicyKind, callers: tuple[Principal, ...]) -> tuple[Truth, ...]:
    """Tell of each of some callers whether a statement names it."""
    if statement.principals is None and statement.not_principals is None:
        return (True,) * len(callers)
    plain = Statement(0, statement.effect, principals=statement.principals, not_principals=statement.not_principals)
    return _caller_truths(plain, kind, callers)


@functools.lru_cache(maxsize=1_000)
def _caller_truths(statement: Statement, kind: PolicyKind, callers: tuple[Principal, ...]) -> tuple[Truth, ...]:
    return tuple([named(statement, kind, caller).truth for caller in callers])


def resource_truth(
    statement: Statement,
    resource: str,
    context: Mapping[str, ContextValue],
    *,
    has_variables: bool,
    is_by_part: bool | None = True,
) -> Truth:
    """Tell whether a statement covers a resource.

    `is_by_part`: stars stay within their part of the ARN, or they don't; None: either, and where it matters is a doubt.
    """
    patterns = statement.not_resources if statement.resources is None else statement.resources
    if patterns is None:
        return True
    covered = any_of(
        [
            covers_resource(pattern, resource, context, has_variables=has_variables, is_by_part=is_by_part)
            for pattern in patterns
        ]
    )
    return covered if statement.resources is not None else negate(covered)


def covers_resource(
    pattern: str,
    resource: str,
    context: Mapping[str, ContextValue],
    *,
    has_variables: bool,
    is_by_part: bool | None = True,
) -> Truth:
    """Tell whether a pattern covers a resource; `is_by_part` as for `resource_truth`."""
    if pattern == "*":
        return True
    if "${" in pattern:
        return _covers(pattern, resource, context, has_variables=has_variables, is_by_part=is_by_part)
    return _covers_plainly(pattern, resource, is_by_part)


@functools.lru_cache(maxsize=100_000)
def _covers_plainly(pattern: str, resource: str, is_by_part: bool | None) -> Truth:
    """Return what `_covers` does of a pattern without variables, which accounts ask about for each of their roles."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == resource
    if not resource.startswith(pattern.partition("*")[0].partition("?")[0]):
        return False
    return _covers(pattern, resource, {}, has_variables=True, is_by_part=is_by_part)


def _covers(  # noqa: PLR0911 - one return for each fact
    pattern: str, resource: str, context: Mapping[str, ContextValue], *, has_variables: bool, is_by_part: bool | None
) -> Truth:
    tokens, doubt = fill(pattern, context, has_variables=has_variables)
    if tokens is None:
        return False
    if not doubt and all(token == STAR for token in tokens):
        return True
    if not matches_tokens(tokens, resource):
        return False
    if doubt or is_by_part is False or pattern == resource or not (STAR in tokens or ONE in tokens):
        return doubt or True
    parts = arn_tokens(tokens)
    if matches_arn_tokens(parts, resource):
        return True
    if (is_by_part is None or len(parts) < ARN_PARTS) and reading_of_resources(tokens).matches(resource):
        return True
    if is_by_part is None:
        return f"whether a wildcard in '{pattern}' goes beyond its part of the ARN is not documented"
    # Of a pattern with all six parts, those within their parts are the documented reading; a shorter one has none.
    is_told = len(parts) == len(resource.split(":", ARN_PARTS - 1)) == ARN_PARTS
    return False if is_told else f"how far '{pattern}' reaches is not documented"
