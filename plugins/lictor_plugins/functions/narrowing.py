"""A policy narrowed to a part of a question: one account's principals, callers without tags or other keys."""

from collections.abc import Callable, Iterable

from lictor_plugins.reasoning.model import Condition, Policy, Principal, Statement
from lictor_plugins.reasoning.principals import identify

TAGS = ("aws:principaltag/", "aws:requesttag/")
"""How keys begin that hold what callers write on themselves and on their sessions."""

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
    """Replace the principals of a statement by those chosen."""
    statements = tuple(
        statement._replace(principals=choose(statement), doubt=_without_star(statement.doubt))
        if statement.index == index
        else statement
        for statement in policy.statements
    )
    return policy._replace(statements=statements)


def _without_star(doubt: str) -> str:
    # `arn:aws:iam::*:root` is no principal that IAM takes; who writes it means anyone.
    return "" if doubt.startswith("IAM refuses the principal 'arn:") and ":iam::*:root'" in doubt else doubt
