"""What a change can newly allow, as goals; and statements in the one form in which equal ones are the same."""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar

from lictor_plugins.reasoning.model import Policy, Principal, Statement
from lictor_plugins.reasoning.proofs import Goal
from lictor_plugins.reasoning.rules import Rule

_T = TypeVar("_T", str, Principal)


def rules_of(policy: Policy) -> list[Rule]:
    """Return the statements of a policy with what the policy says of them."""
    return [Rule(statement, policy.has_variables, policy.kind) for statement in policy.statements]


def split(rules: Iterable[Rule]) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Part statements into those that allow and those that deny."""
    rules = list(rules)
    return (
        tuple(rule for rule in rules if rule.statement.effect == "Allow"),
        tuple(rule for rule in rules if rule.statement.effect == "Deny"),
    )


def identity(rule: Rule) -> tuple[Statement, bool, str]:
    """Return what makes two statements the same, whatever their order and spelling of lists."""
    return _plain(rule.statement), rule.has_variables, rule.kind


def meaning(policy: Policy) -> tuple[object, ...]:
    """Return what makes two policies the same, whatever the order of what is in them."""
    statements = frozenset(
        (_plain(statement), statement.choice, "${" in repr(statement) and policy.has_variables)
        for statement in policy.statements
    )
    return policy.kind, statements, frozenset(policy.doubts)


def widening(old: Sequence[Rule], new: Sequence[Rule]) -> Iterator[Goal]:
    """Yield the ways in which a change can allow more: a new Allow, or a Deny that is gone."""
    old_allows, old_denies = split(old)
    new_allows, new_denies = split(new)
    known_allows = {identity(rule) for rule in old_allows}
    known_denies = {identity(rule) for rule in new_denies}
    said = _said(old_allows)
    for rule in new_allows:
        if identity(rule) in known_allows:
            continue
        rest = _less(rule, said)
        if rest is not None:
            yield Goal((rest,), (*new_denies, *old_allows))
    said = _said(new_denies)
    for deny in old_denies:
        if identity(deny) in known_denies:
            continue
        rest = _less(deny, said)
        if rest is not None:
            for rule in new_allows:
                yield Goal((rest, rule), new_denies)


Said = Mapping[tuple[Statement, bool, str, str], frozenset[str | Principal]]
"""For each statement without one of its lists what lists of statements like it hold."""

_List = Literal["actions", "resources", "principals"]
_LISTS: tuple[_List, ...] = ("actions", "resources", "principals")


def _said(rules: Iterable[Rule]) -> Said:
    result: dict[tuple[Statement, bool, str, str], frozenset[str | Principal]] = {}
    for rule in rules:
        for element in _LISTS:
            key = (_plain(rule.statement, element), rule.has_variables, rule.kind, element)
            result[key] = result.get(key, frozenset()) | frozenset(getattr(rule.statement, element) or ())
    return result


def _less(rule: Rule, said: Said) -> Rule | None:
    """Leave out of a statement what others with the same rest say as well; None when nothing is left."""
    if rule.statement.doubt:
        return rule
    for element in _LISTS:
        statement = rule.statement
        listed = getattr(statement, element)
        known = said.get((_plain(statement, element), rule.has_variables, rule.kind, element))
        if listed is None or known is None:
            continue
        rest = tuple(each for each in listed if each not in known)
        if not rest:
            return None
        rule = rule._replace(statement=_with(statement, element, rest))
    return rule


@functools.lru_cache(maxsize=10_000)
def _plain(statement: Statement, *left_out: _List) -> Statement:
    statement = statement._replace(index=0, sid="", choice=None)
    for element in left_out:
        statement = _with(statement, element, None)
    return statement._replace(
        actions=_sorted(statement.actions),
        not_actions=_sorted(statement.not_actions),
        resources=_sorted(statement.resources),
        not_resources=_sorted(statement.not_resources),
        principals=_sorted(statement.principals),
        not_principals=_sorted(statement.not_principals),
        conditions=tuple(
            sorted((each._replace(values=tuple(sorted(set(each.values)))) for each in statement.conditions), key=repr)
        ),
    )


def _sorted(listed: tuple[_T, ...] | None) -> tuple[_T, ...] | None:
    return None if listed is None else tuple(sorted(set(listed)))


def _with(statement: Statement, element: _List, listed: tuple[Any, ...] | None) -> Statement:
    if element == "actions":
        return statement._replace(actions=listed)
    return statement._replace(resources=listed) if element == "resources" else statement._replace(principals=listed)
