"""Policies of one kind on one request: which statements apply, and what they decide together.

IAM user guide, "Policy evaluation logic", read 2026-11: an explicit Deny beats any Allow, an Allow beats the implicit
deny, and the order of statements does not count. What can't be judged makes the outcome `unknown`, where it matters.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lictor_plugins.reasoning.globs import (
    ONE,
    STAR,
    Tokens,
    arn_tokens,
    matches_action,
    matches_arn_tokens,
    matches_tokens,
)
from lictor_plugins.reasoning.keys import derived_keys, presence, time_keys
from lictor_plugins.reasoning.model import (
    Condition,
    ContextValue,
    Decision,
    Effect,
    Policy,
    Principal,
    Reason,
    Request,
    Statement,
)
from lictor_plugins.reasoning.operators import TAKES_VARIABLES, Truth, any_of, holds, negate
from lictor_plugins.reasoning.principals import ANONYMOUS, Reach, names, spares
from lictor_plugins.reasoning.variables import fill, variable_keys


class Judgement(NamedTuple):
    """What a statement says of a request: whether it applies, and else the element or condition that doesn't match.

    `reaches` tells how its Principal names the caller; `may_reach` that it may in a stronger way than is known.
    """

    applies: Truth
    failed: str = ""
    reaches: frozenset[Reach] = frozenset()
    may_reach: str = ""


class Judged(NamedTuple):
    """A policy with a judgement for each of its statements."""

    policy: Policy
    judgements: tuple[Judgement, ...]


def decide(policies: Iterable[Policy], request: Request) -> Decision:
    """Decide a request by policies of one kind alone, as if there were no others."""
    judged = [judge(policy, request) for policy in policies]
    reasons = reasons_of(judged)
    denied, allowed = says(judged, "Deny"), says(judged, "Allow")
    if denied is True:
        return Decision("explicit_deny", reasons, f"{_deciding(reasons, 'Deny')} denies it")
    if allowed is False:
        return Decision("implicit_deny", reasons, "no statement allows it")
    if allowed is not True:
        return Decision("unknown", reasons, allowed)
    if denied is not False:
        return Decision("unknown", reasons, denied)
    return Decision("allow", reasons, f"{_deciding(reasons, 'Allow')} allows it")


def _deciding(reasons: Iterable[Reason], effect: Effect) -> str:
    found = [reason.statement for reason in reasons if reason.effect == effect and not reason.failed]
    return f"statement {found[0]}"


def judge(policy: Policy, request: Request) -> Judged:
    """Judge every statement of a policy."""
    context = full_context(request)
    return Judged(policy, tuple(_judge(statement, policy, request, context) for statement in policy.statements))


def full_context(request: Request) -> Mapping[str, ContextValue]:
    """Return a request's context with the keys that follow from who calls; what the request says itself counts."""
    return {**derived_keys(request.principal, request.action), **time_keys(request.context), **request.context}


def says(judged: Iterable[Judged], effect: Effect) -> Truth:
    """Tell whether a statement with an effect applies, in any of the policies."""
    return any_of(
        truth
        for policy, judgements in judged
        for truth in (
            *(
                judgement.applies
                for statement, judgement in zip(policy.statements, judgements, strict=True)
                if statement.effect == effect
            ),
            *policy.doubts,
        )
    )


def reasons_of(judged: Iterable[Judged], first: int = 0) -> tuple[Reason, ...]:
    """Return what each statement said; `first` is the number of the first policy."""
    return tuple(
        Reason(statement.index, number, statement.effect, judgement.failed)
        for number, (policy, judgements) in enumerate(judged, start=first)
        for statement, judgement in zip(policy.statements, judgements, strict=True)
    )


def _judge(statement: Statement, policy: Policy, request: Request, context: Mapping[str, ContextValue]) -> Judgement:
    doubts: list[str] = []
    naming = _principal(statement, policy, request.principal)
    for element, truth in _elements(statement, policy, request, context, naming):
        if truth is False:
            return Judgement(applies=False, failed=element)
        if truth is not True:
            doubts.append(truth)
    if statement.doubt:
        doubts.insert(0, statement.doubt)
    elif statement.choice is not None:
        doubts.append("which branch of Fn::If is taken is not known before deployment")
    if doubts:
        return naming._replace(applies=doubts[0], failed=f"unknown: {doubts[0]}")
    return naming


def _elements(
    statement: Statement, policy: Policy, request: Request, context: Mapping[str, ContextValue], naming: Judgement
) -> Iterator[tuple[str, Truth]]:
    """Yield what each element says, one by one, as after the first that fails nobody asks for the rest."""
    yield "NotAction" if statement.actions is None else "Action", _action(statement, request)
    yield "NotPrincipal" if statement.principals is None else "Principal", naming.applies
    yield "NotResource" if statement.resources is None else "Resource", _resource(statement, policy, request, context)
    yield from _conditions(statement, policy, request, context)


def _action(statement: Statement, request: Request) -> Truth:
    if statement.actions is not None:
        return any_of(_covers_action(pattern, request.action) for pattern in statement.actions)
    if statement.not_actions is not None:
        return negate(any_of(_covers_action(pattern, request.action) for pattern in statement.not_actions))
    return "the statement has neither Action nor NotAction"


def _covers_action(pattern: str, action: str) -> Truth:
    if "${" in pattern:
        filled = fill(pattern.lower(), {}, has_variables=False)
        is_covered = matches_tokens(filled.tokens or (), action.lower())
        return (filled.doubt or is_covered) if is_covered else False
    return matches_action(pattern, action)


def _principal(statement: Statement, policy: Policy, caller: Principal) -> Judgement:
    if statement.not_principals is not None:
        return Judgement(negate(spares(statement.not_principals, caller)), reaches=frozenset({"anyone"}))
    if statement.principals is None:
        return Judgement(applies=True)
    if policy.kind == "rcp" and any(principal.value == "*" for principal in statement.principals):
        return Judgement(applies=True, reaches=frozenset({"anyone"}))
    if policy.kind == "trust" and caller == ANONYMOUS:
        return Judgement(applies=False)
    found = [names(principal, caller) for principal in statement.principals]
    doubt = next((naming.doubt for naming in found if naming.doubt), "")
    reaches = frozenset(naming.reach for naming in found if naming.is_named)
    return Judgement(bool(reaches) or doubt or False, reaches=reaches, may_reach=doubt)


def _resource(statement: Statement, policy: Policy, request: Request, context: Mapping[str, ContextValue]) -> Truth:
    patterns = statement.not_resources if statement.resources is None else statement.resources
    if patterns is None:
        return True
    covered = any_of(_covers_resource(pattern, policy, request, context) for pattern in patterns)
    return covered if statement.resources is not None else negate(covered)


def _covers_resource(pattern: str, policy: Policy, request: Request, context: Mapping[str, ContextValue]) -> Truth:
    """Tell whether a pattern covers the resource; its star crosses colons or not, and where that matters is a doubt."""
    filled = fill(pattern, context, has_variables=policy.has_variables)
    if filled.tokens is None:
        return _unsaid(variable_keys(pattern), request, context) or False
    if all(token == STAR for token in filled.tokens) and not filled.doubt:
        return True
    if not request.resource:
        return "the request names no resource"
    if not matches_tokens(filled.tokens, request.resource):
        return False
    if filled.doubt or not _goes_beyond(filled.tokens, request.resource):
        return filled.doubt or True
    return f"whether a wildcard in '{pattern}' goes beyond its part of the ARN is not documented"


def _goes_beyond(pattern: Tokens, arn: str) -> bool:
    """Tell whether a pattern matches only when one of its wildcards takes a colon between the parts of the ARN."""
    has_wildcard = STAR in pattern or ONE in pattern
    return has_wildcard and not matches_arn_tokens(arn_tokens(pattern), arn)


def _conditions(
    statement: Statement, policy: Policy, request: Request, context: Mapping[str, ContextValue]
) -> Iterator[tuple[str, Truth]]:
    for condition in statement.conditions:
        truth = _condition(condition, policy, request, context)
        set_operator = f"{condition.set_operator}:" if condition.set_operator else ""
        exists = "IfExists" if condition.if_exists else ""
        yield f"Condition {set_operator}{condition.operator}{exists} {condition.key}", truth


def _condition(condition: Condition, policy: Policy, request: Request, context: Mapping[str, ContextValue]) -> Truth:
    used = [condition.key]
    if policy.has_variables and condition.operator.replace("Not", "", 1).startswith(TAKES_VARIABLES):
        used += [key for value in condition.values for key in variable_keys(value)]
    return _unsaid(used, request, context) or holds(condition, context, has_variables=policy.has_variables)


def _unsaid(keys: Iterable[str], request: Request, context: Mapping[str, ContextValue]) -> str:
    """Say which key the request should have told: one that is always there, and whose value nobody can guess."""
    for key in keys:
        if key not in context and presence(key, request.principal, request.action) == "always":
            return f"the request does not say '{key}', which is always there"
    return ""
