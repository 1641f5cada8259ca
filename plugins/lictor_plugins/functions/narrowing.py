"""A policy narrowed to a part of a question: one account's principals, callers without tags or other keys."""

from collections.abc import Callable, Iterable

from lictor_plugins.reasoning.model import Condition, Policy, Principal, Statement
from lictor_plugins.reasoning.principals import identify

TAGS = ("aws:principaltag/", "aws:requesttag/")
"""How keys begin that hold what callers write on themselves and on their sessions."""

HOLE = " is not known before deployment"
"""How a doubt ends that is about what a template fills in."""

_ANYONE = Principal("AWS", "*")

Chooser = Callable[[Statement], tuple[Principal, ...] | None]


def without_tags(policy: Policy, index: int) -> Policy:
    """Have a statement ask for callers who have none of the tags that its conditions are about."""
    return with_absent(policy, index, lambda key: key.startswith(TAGS))


def with_absent(policy: Policy, index: int, is_absent: Callable[[str], bool]) -> Policy:
    """Have a statement ask that some of the keys of its conditions be absent."""
    return policy._replace(
        statements=tuple(
            statement._replace(conditions=(*statement.conditions, *_absent(statement, is_absent)))
            if statement.index == index
            else statement
            for statement in policy.statements
        )
    )


def _absent(statement: Statement, is_absent: Callable[[str], bool]) -> Iterable[Condition]:
    keys = dict.fromkeys(condition.key for condition in statement.conditions if is_absent(condition.key))
    return (Condition("Null", key, ("true",)) for key in keys)


def for_account(policy: Policy, index: int, account: str) -> Policy:
    """Leave of the principals of a statement those of one account; `*` stands for those that mean anyone."""

    def chosen(statement: Statement) -> tuple[Principal, ...]:
        return tuple(
            each
            for each in statement.principals or ()
            if (each.value == "*" if account == "*" else identify(each).account == account)
        )

    return with_principals(policy, index, chosen)


def for_anyone(policy: Policy, index: int) -> Policy:
    """Leave of the principals of a statement those that mean anyone: the others are named, and no strangers."""
    return with_principals(policy, index, lambda statement: (_ANYONE,) if statement.principals is not None else None)


def with_principals(policy: Policy, index: int, choose: Chooser) -> Policy:
    """Replace the principals of a statement by those chosen; what was in doubt of the others is so no more."""

    def replaced(statement: Statement) -> Statement:
        principals = choose(statement)
        return statement._replace(principals=principals, doubt=_left_doubt(statement, principals))

    statements = (replaced(each) if each.index == index else each for each in policy.statements)
    return policy._replace(statements=tuple(statements))


def _left_doubt(statement: Statement, principals: tuple[Principal, ...] | None) -> str:
    doubt = statement.doubt
    # `arn:aws:iam::*:root` is no principal that IAM takes; who writes it means anyone.
    if doubt.startswith("IAM refuses the principal 'arn:") and ":iam::*:root'" in doubt:
        return ""
    hole = doubt[1:].partition("'")[0]
    if not doubt.endswith(HOLE) or not any(hole in each.value for each in statement.principals or ()):
        return doubt
    listed = (statement.actions, statement.not_actions, statement.resources, statement.not_resources)
    kept = (*(each.value for each in principals or ()), *(text for each in listed for text in each or ()))
    return doubt if any("${" in text for text in kept) else ""
