"""Policies made ready for reasoning: what is known of the own account filled in, branches of a template told apart."""

import itertools
import re
from collections.abc import Iterator, Sequence

from lictor import lazy_pattern
from lictor_plugins.reasoning.domains import family
from lictor_plugins.reasoning.model import Condition, Policy, Principal, Statement
from lictor_plugins.reasoning.variables import has_dollar, placeholder

# What a variable or a local of Terraform holds nobody can tell, whatever its name is: it stays a hole.
_OWN_ACCOUNT = lazy_pattern(r"\$\{(?:AWS::AccountId|data\.aws_caller_identity\.[\w-]+\.account_id)\}", re.ASCII)
_PARTITION = {
    "${AWS::Partition}": "aws",
    "${data.aws_partition.current.partition}": "aws",
    "${AWS::URLSuffix}": "amazonaws.com",
}
_WORLDS_CAP = 32
MADE_UP_ACCOUNT = "123456789012"
"""Stands for the own account where a template means it and nobody says which it is."""

_HOLE = " is not known before deployment"


def settled(policy: Policy, account: str) -> Policy:
    """Fill in the own account, and leave doubts to the very patterns and values that are not known."""
    own = policy.account or account
    if own == policy.account and not any(map(has_dollar, policy.statements)):
        return policy
    filled = [_settled(each, own or MADE_UP_ACCOUNT) if has_dollar(each) else each for each in policy.statements]
    return policy._replace(account=own, statements=tuple(filled))


def means_own_account(policy: Policy) -> bool:
    """Tell whether a policy names the own account by a template's symbol."""
    return any(
        "${" in text and _OWN_ACCOUNT.search(text) for statement in policy.statements for text in _texts(statement)
    )


def _texts(statement: Statement) -> Iterator[str]:
    for listed in (statement.resources, statement.not_resources):
        yield from listed or ()
    for principals in (statement.principals, statement.not_principals):
        yield from (principal.value for principal in principals or ())
    for condition in statement.conditions:
        yield from condition.values


def _settled(statement: Statement, account: str) -> Statement:
    is_about_hole = statement.doubt.startswith("'${") and statement.doubt.endswith(_HOLE)
    return statement._replace(
        resources=_all_filled(statement.resources, account),
        not_resources=_all_filled(statement.not_resources, account),
        principals=_principals(statement.principals, account),
        not_principals=_principals(statement.not_principals, account),
        conditions=tuple(_condition(condition, account) for condition in statement.conditions),
        doubt="" if is_about_hole else statement.doubt,
    )


def _filled(text: str, account: str) -> str:
    if "${" not in text:
        return text
    text = _OWN_ACCOUNT.sub(account, text)
    for symbol, value in _PARTITION.items():
        text = text.replace(symbol, value)
    return text


def _all_filled(texts: tuple[str, ...] | None, account: str) -> tuple[str, ...] | None:
    return None if texts is None else tuple(_filled(text, account) for text in texts)


def _principals(principals: tuple[Principal, ...] | None, account: str) -> tuple[Principal, ...] | None:
    if principals is None:
        return None
    return tuple(principal._replace(value=_filled(principal.value, account)) for principal in principals)


def _condition(condition: Condition, account: str) -> Condition:
    values = tuple(_filled(value, account) for value in condition.values)
    is_about_hole = condition.doubt.startswith("'${") and condition.doubt.endswith(_HOLE)
    keeps_doubt = not is_about_hole or placeholder(condition.key) != "" or family(condition) != "text"
    if keeps_doubt and any(placeholder(value) for value in values):
        return condition._replace(values=values)
    return condition._replace(values=values, doubt="" if is_about_hole else condition.doubt)


def worlds(policies: Sequence[Policy]) -> Iterator[tuple[Policy, ...]]:
    """Yield the policies once for each way in which the branches of templates can be taken.

    Branches at the same place of two policies are taken together. Raises ValueError when there are too many ways.
    """
    if all(statement.choice is None for policy in policies for statement in policy.statements):
        yield tuple(policies)
        return
    choices = {
        taken for policy in policies for statement in policy.statements for taken in _branches(statement.choice or "")
    }
    options: dict[str, list[str]] = {}
    for place, branch in sorted(choices):
        options.setdefault(place, []).append(branch)
    ways = [[(place, branch) for branch in sorted({*found, "1", "2"})] for place, found in options.items()]
    count = 1
    for way in ways:
        count *= len(way)
    if count > _WORLDS_CAP:
        raise ValueError
    for taken in itertools.product(*ways):
        chosen = dict(taken)
        yield tuple(_in_world(policy, chosen) for policy in policies)


def _branches(choice: str) -> Iterator[tuple[str, str]]:
    """Yield each `Fn::If` on the way to a statement, and the branch that leads on."""
    parts = choice.split(".")
    for index, part in enumerate(parts[:-1]):
        if part == "Fn::If":
            yield ".".join(parts[: index + 1]), parts[index + 1]


def _in_world(policy: Policy, chosen: dict[str, str]) -> Policy:
    if not chosen:
        return policy
    kept = [
        statement._replace(choice=None)
        for statement in policy.statements
        if all(chosen[place] == branch for place, branch in _branches(statement.choice or ""))
    ]
    return policy._replace(statements=tuple(kept))
