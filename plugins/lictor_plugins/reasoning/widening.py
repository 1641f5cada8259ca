"""What a change can newly allow, as goals; and statements in the one form in which equal ones are the same."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lictor_plugins.reasoning.model import Policy, Principal, Statement
from lictor_plugins.reasoning.proofs import Goal
from lictor_plugins.reasoning.rules import Rule, rule_of


def rules_of(policy: Policy) -> list[Rule]:
    """Return the statements of a policy with what the policy says of them."""
    return [rule_of(statement, policy) for statement in policy.statements]


def split(rules: Iterable[Rule]) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Part statements into those that allow and those that deny."""
    rules = list(rules)
    return (
        tuple([rule for rule in rules if rule.statement.effect == "Allow"]),
        tuple([rule for rule in rules if rule.statement.effect == "Deny"]),
    )


def meaning(policy: Policy) -> tuple[object, ...]:
    """Return what makes two policies the same, whatever the order of what is in them."""
    statements = frozenset((_form(rule), rule.statement.choice) for rule in rules_of(policy))
    return policy.kind, statements, frozenset(policy.doubts)


def widening(old: Sequence[Rule], new: Sequence[Rule]) -> Iterator[Goal]:
    """Yield the ways in which a change can allow more: a new Allow, or a Deny that is gone."""
    old_allows, old_denies = split(old)
    new_allows, new_denies = split(new)
    for rest in _unsaid(new_allows, old_allows):
        yield Goal((rest,), (*new_denies, *old_allows))
    for rest in _unsaid(old_denies, new_denies):
        for rule in new_allows:
            yield Goal((rest, rule), new_denies)


_Form = tuple[object, ...]
"""What makes two statements the same, whatever their order and spelling of lists; `_LISTS` come first."""

_LISTS = ("actions", "resources", "principals")


def _form(rule: Rule) -> _Form:
    statement = rule.statement
    lists = (
        statement.actions,
        statement.resources,
        statement.principals,
        statement.not_actions,
        statement.not_resources,
        statement.not_principals,
    )
    conditions = frozenset([(*each[:2], frozenset(each.values), *each[3:]) for each in statement.conditions])
    return (
        *[None if each is None else frozenset(each) for each in lists],
        conditions,
        statement.effect,
        statement.doubt,
        rule.has_variables,
        rule.kind,
    )


def _as_written(rule: Rule) -> tuple[object, ...]:
    """Return what is the same of statements whose form is the same and that are spelt alike, which is told sooner."""
    statement = rule.statement
    return (*statement[1:9], statement.doubt, rule.has_variables, rule.kind)


def _without(form: _Form, number: int) -> _Form:
    return (number, *form[:number], *form[number + 1 :])


def _unsaid(rules: Sequence[Rule], others: Sequence[Rule]) -> Iterator[Rule]:
    """Yield what is left of each statement that others don't say as well."""
    if not rules:
        return
    written = set(map(_as_written, others))
    rules = [rule for rule in rules if _as_written(rule) not in written]
    if not rules:
        return
    forms = set(map(_form, others))
    unsaid = [(rule, form) for rule, form in zip(rules, map(_form, rules), strict=True) if form not in forms]
    if not unsaid:
        return
    # For each statement without one of its lists: what lists of statements like it hold.
    said: dict[_Form, set[str | Principal]] = {}
    for form in forms:
        for number in range(len(_LISTS)):
            listed = form[number]
            if isinstance(listed, frozenset):
                said.setdefault(_without(form, number), set()).update(listed)
    for rule, form in unsaid:
        rest = _less(rule, form, said)
        if rest is not None:
            yield rest


def _less(rule: Rule, form: _Form, said: Mapping[_Form, set[str | Principal]]) -> Rule | None:
    """Leave out of a statement what others with the same rest say as well; None when nothing is left."""
    if rule.statement.doubt:
        return rule
    for number, element in enumerate(_LISTS):
        listed = getattr(rule.statement, element)
        known = None if listed is None else said.get(_without(form, number))
        if not known:
            continue
        rest = tuple(each for each in listed if each not in known)
        if not rest:
            return None
        if len(rest) < len(listed):
            rule = rule._replace(statement=_with(rule.statement, element, rest))
            form = _form(rule)
    return rule


def _with(statement: Statement, element: str, listed: tuple[Any, ...]) -> Statement:
    if element == "actions":
        return statement._replace(actions=listed)
    return statement._replace(resources=listed) if element == "resources" else statement._replace(principals=listed)
