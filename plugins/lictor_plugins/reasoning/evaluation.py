"""Policies of one kind on one request: which statements apply, and what they decide together.

IAM user guide, "Policy evaluation logic", read 2026-11: an explicit Deny beats any Allow, an Allow beats the implicit
deny, and the order of statements does not count. What can't be judged makes the outcome `unknown`, where it matters.
"""

from collections.abc import Iterable, Iterator, Mapping

from lictor import NamedTuple
from lictor_plugins.reasoning.globs import STAR
from lictor_plugins.reasoning.keys import derived_keys, presence, time_keys
from lictor_plugins.reasoning.model import (
    Condition,
    ContextValue,
    Decision,
    Effect,
    Outcome,
    Policy,
    Reason,
    Request,
    Statement,
)
from lictor_plugins.reasoning.operators import TAKES_VARIABLES, Truth, any_of, holds, negate
from lictor_plugins.reasoning.principals import Reach
from lictor_plugins.reasoning.truths import action_truth, covers_resource, named
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
    outcome, because = _concluded(says(judged, "Deny"), says(judged, "Allow"))
    if outcome == "explicit_deny":
        because = f"{_deciding(reasons, 'Deny')} denies it"
    elif outcome == "allow":
        because = f"{_deciding(reasons, 'Allow')} allows it"
    return Decision(outcome, reasons, because)


def outcome_of(policy: Policy, request: Request) -> Outcome:
    """Return what becomes of a request by a policy alone, without the reasons."""
    context = full_context(request)
    said: dict[Effect, list[Truth]] = {"Allow": list(policy.doubts), "Deny": list(policy.doubts)}
    # A Deny that applies settles it, so those are asked first.
    for statement in sorted(policy.statements, key=lambda each: each.effect, reverse=True):
        truth = _judge(statement, policy, request, context).applies
        if truth is True and statement.effect == "Deny":
            return "explicit_deny"
        said[statement.effect].append(truth)
    return _concluded(any_of(said["Deny"]), any_of(said["Allow"]))[0]


def _concluded(denied: Truth, allowed: Truth) -> tuple[Outcome, str]:
    if denied is True:
        return "explicit_deny", ""
    if allowed is False:
        return "implicit_deny", "no statement allows it"
    if allowed is not True:
        return "unknown", allowed
    return ("allow", "") if denied is False else ("unknown", denied)


def _deciding(reasons: Iterable[Reason], effect: Effect) -> str:
    return next(reason.name for reason in reasons if reason.effect == effect and not reason.failed)


def judge(policy: Policy, request: Request) -> Judged:
    """Judge every statement of a policy."""
    context = full_context(request)
    return Judged(policy, tuple(_judge(statement, policy, request, context) for statement in policy.statements))


def full_context(request: Request) -> Mapping[str, ContextValue]:
    """Return a request's context with the keys that follow from who calls; what the request says itself counts."""
    return {**derived_keys(request.principal, request.action), **time_keys(request.context), **request.context}


def says(judged: Iterable[Judged], effect: Effect) -> Truth:
    """Tell whether a statement with an effect applies, in any of the policies."""
    truths: list[Truth] = []
    for policy, judgements in judged:
        for statement, judgement in zip(policy.statements, judgements, strict=True):
            if statement.effect == effect:
                truths.append(judgement.applies)
        truths += policy.doubts
    return any_of(truths)


def reasons_of(judged: Iterable[Judged], first: int = 0) -> tuple[Reason, ...]:
    """Return what each statement said; `first` is the number of the first policy."""
    return tuple(
        Reason(statement.index, number, statement.effect, judgement.failed)
        for number, (policy, judgements) in enumerate(judged, start=first)
        for statement, judgement in zip(policy.statements, judgements, strict=True)
    )


def _judge(statement: Statement, policy: Policy, request: Request, context: Mapping[str, ContextValue]) -> Judgement:
    action = action_truth(statement, request.action)
    if action is False:
        return Judgement(applies=False, failed="NotAction" if statement.actions is None else "Action")
    caller = named(statement, policy.kind, request.principal)
    doubts = [each for each in (statement.doubt, action) if each and each is not True]
    for element, truth in _elements(statement, policy, request, context, caller.truth):
        if truth is False:
            return Judgement(applies=False, failed=element if isinstance(element, str) else _name_of(element))
        if truth is not True:
            doubts.append(truth)
    if statement.choice is not None:
        doubts.append("which branch of Fn::If is taken is not known before deployment")
    if doubts:
        return Judgement(doubts[0], f"unknown: {doubts[0]}", caller.reaches, caller.may_reach)
    return Judgement(True, "", caller.reaches, caller.may_reach)


def _elements(
    statement: Statement, policy: Policy, request: Request, context: Mapping[str, ContextValue], caller: Truth
) -> Iterator[tuple[str | Condition, Truth]]:
    """Yield what the other elements say, one by one, as after the first that fails nobody asks for the rest."""
    yield "NotPrincipal" if statement.principals is None else "Principal", caller
    yield "NotResource" if statement.resources is None else "Resource", _resource(statement, policy, request, context)
    for condition in statement.conditions:
        yield condition, _condition(condition, policy, request, context)


def _resource(statement: Statement, policy: Policy, request: Request, context: Mapping[str, ContextValue]) -> Truth:
    patterns = statement.not_resources if statement.resources is None else statement.resources
    if patterns is None:
        return True
    covered = any_of([_covers_resource(pattern, policy, request, context) for pattern in patterns])
    return covered if statement.resources is not None else negate(covered)


def _covers_resource(pattern: str, policy: Policy, request: Request, context: Mapping[str, ContextValue]) -> Truth:
    """Tell whether a pattern covers the resource; where a wildcard amid a part takes a colon, that is a doubt."""
    if "${" in pattern or not request.resource:
        tokens, doubt = fill(pattern, context, has_variables=policy.has_variables)
        if tokens is None:
            return _untold(variable_keys(pattern), request, context) or False
        if not request.resource and (doubt or any(token != STAR for token in tokens)):
            return "the request names no resource"
    return covers_resource(pattern, request.resource, context, has_variables=policy.has_variables, is_by_part=None)


def _condition(condition: Condition, policy: Policy, request: Request, context: Mapping[str, ContextValue]) -> Truth:
    used = [condition.key]
    if policy.has_variables and condition.operator.replace("Not", "", 1).startswith(TAKES_VARIABLES):
        used += [key for value in condition.values if "${" in value for key in variable_keys(value)]
    return _untold(used, request, context) or holds(condition, context, has_variables=policy.has_variables)


def _name_of(condition: Condition) -> str:
    set_operator = f"{condition.set_operator}:" if condition.set_operator else ""
    return f"Condition {set_operator}{condition.operator}{'IfExists' if condition.if_exists else ''} {condition.key}"


def _untold(keys: Iterable[str], request: Request, context: Mapping[str, ContextValue]) -> str:
    """Say which key the request should have told: one that is always there, and whose value nobody can guess.

    A claim that an assertion should hold and the request does not tell is missing, and IAM refuses it.
    """
    for key in keys:
        if (
            key not in context
            and not key.startswith("saml:")
            and presence(key, request.principal, request.action) == "always"
        ):
            return f"the request does not say '{key}', which is always there"
    return ""
