"""Whom a trust policy lets in, by name: one member for each principal of each statement."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lictor_plugins.access.condition_words import conditions_text
from lictor_plugins.reasoning.actions import ASSUME_ACTIONS
from lictor_plugins.reasoning.globs import matches_action
from lictor_plugins.reasoning.model import Policy, Principal, Statement
from lictor_plugins.reasoning.principals import identify
from lictor_plugins.reasoning.questions import allows
from lictor_plugins.reasoning.worlds import settled

_KINDS: Mapping[str, str] = {
    "root": "account",
    "role-session": "role session",
    "federated-user": "federated user",
    "federated": "identity provider",
}


class Member(NamedTuple):
    """One principal that a statement names. `kind` is for people, `condition` says when, "" for always.

    `is_idle`: no request at all gets in by it, since its conditions contradict each other or a Deny is in the way.
    """

    kind: str
    value: str
    condition: str
    statement: int
    principal: int
    is_idle: bool = False


def members(policy: Policy) -> Iterator[Member]:
    """Yield whom the Allow statements of a trust policy let assume the role, in the policy's order."""
    # What is known of the own account and the partition makes an ARN of a template's text.
    policy = settled(policy, policy.account)
    denies = tuple(each for each in policy.statements if each.effect == "Deny")
    for statement in policy.statements:
        if statement.effect != "Allow" or not _is_about_assuming(statement):
            continue
        condition = conditions_text(statement.conditions)
        if statement.principals is None and statement.not_principals is not None:
            is_idle = _is_idle(policy, statement, denies)
            yield Member("everybody but", _left_out(statement), condition, statement.index, -1, is_idle)
        for number, principal in enumerate(statement.principals or ()):
            is_idle = _is_idle(policy, statement._replace(principals=(principal,)), denies)
            yield Member(kind_of(principal), principal.value, condition, statement.index, number, is_idle)


def _is_idle(policy: Policy, statement: Statement, denies: tuple[Statement, ...]) -> bool:
    return allows(policy._replace(statements=(statement, *denies))).verdict == "no"


def kind_of(principal: Principal) -> str:
    """Return what a principal of a statement is, in a word that people know.

    >>> kind_of(Principal("AWS", "111122223333"))
    'account'
    """
    if principal.type in ("AWS", "*") and principal.value == "*":
        return "everybody"
    if "${" in principal.value:
        return "not known"
    kind = identify(principal).kind
    return _KINDS.get(kind, principal.type if kind == "other" else kind)


def _is_about_assuming(statement: Statement) -> bool:
    listed = statement.actions if statement.actions is not None else statement.not_actions or ()
    covered = [
        any("${" in pattern or matches_action(pattern, action) for pattern in listed) for action in ASSUME_ACTIONS
    ]
    return any(covered) if statement.actions is not None else not all(covered)


def _left_out(statement: Statement) -> str:
    return ", ".join(principal.value for principal in statement.not_principals or ()) or "nobody"
