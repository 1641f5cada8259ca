"""Plausible requests, tried before anything is told apart: where the evaluator agrees to one, a search is spared."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from lictor_plugins.reasoning.actions import TRUST_ACTIONS, may_call
from lictor_plugins.reasoning.callers import NICE_ACCOUNTS
from lictor_plugins.reasoning.domains import has_shape
from lictor_plugins.reasoning.keys import TIMES, key_facts, presence
from lictor_plugins.reasoning.model import Condition, ContextValue, Principal, Request, Statement
from lictor_plugins.reasoning.physics import USER_IDS
from lictor_plugins.reasoning.principals import identify
from lictor_plugins.reasoning.rules import Rule
from lictor_plugins.reasoning.truths import action_truth
from lictor_plugins.reasoning.witness import action_like, arn_like, in_partition, partition_of, resource_of_service

_TRIES = 8
"""Requests that are tried of one statement; each costs a look at the policies."""

_PLAIN = frozenset({"StringEquals", "StringEqualsIgnoreCase", "Bool"})
_POSITIVE = _PLAIN | {"StringLike", "ArnLike", "ArnEquals"}


def guesses(
    must: Sequence[Rule], must_not: Sequence[Rule], fixed: Mapping[str, ContextValue], *, is_plain: bool
) -> Iterator[Request]:
    """Yield requests that all of `must` may match: what they list, with the stars filled in.

    `is_plain`: only where no condition needs more than the value that it names, which a search would come to as well.
    """
    if not must:
        return
    first = must[0].statement
    if first.not_actions is not None or first.not_resources is not None or first.not_principals is not None:
        return
    caller = _caller(first)
    if caller is None:
        return
    actions = list(_actions(first, must[0].kind == "trust", caller))
    # As of the witnesses of a search, what stars are filled in of comes first.
    resources = sorted(first.resources or ("",), key=lambda text: "*" not in text)
    partition = partition_of(each.statement for each in (*must, *must_not))
    conditions = [condition for each in must for condition in each.statement.conditions]
    for action, resource in itertools.islice(itertools.product(actions, resources[:3]), _TRIES):
        context = _context(conditions, caller, action, fixed, is_plain=is_plain)
        if context is None:
            continue
        named = "" if first.resources is None else _resource(resource, action)
        yield in_partition(Request(caller, action, named, context), partition, fixed)


_ENTITIES = frozenset({"user", "role", "role-session", "federated-user", "service", "federated"})


def _caller(statement: Statement) -> Principal | None:
    """Return whom a statement names first, a role of an account that it names or of any; None for anybody else."""
    listed = statement.principals or ()
    stated = next((each for each in listed if each.type == "AWS"), listed[0] if listed else None)
    account = NICE_ACCOUNTS[0]
    if stated is not None and stated.value != "*":
        identity = identify(stated)
        if identity.kind in _ENTITIES and "*" not in stated.value and "${" not in stated.value:
            return stated
        if identity.kind != "root":
            return None
        account = identity.account
    return Principal("AWS", f"arn:aws:iam::{account}:role/any-role")


def _actions(statement: Statement, is_trust: bool, caller: Principal) -> Iterator[str]:
    if is_trust:
        yield from (each for each in TRUST_ACTIONS if may_call(caller, each) and action_truth(statement, each) is True)
        return
    for text in statement.actions or ():
        yield action_like(text) if "*" in text or "?" in text else text


def _resource(text: str, action: str) -> str:
    return arn_like(text) if text.strip("*") else resource_of_service(action)


def _context(
    conditions: Sequence[Condition],
    caller: Principal,
    action: str,
    fixed: Mapping[str, ContextValue],
    *,
    is_plain: bool,
) -> dict[str, ContextValue] | None:
    """Return values that conditions ask for; None where not every caller's request may have them."""
    context = dict(fixed)
    for condition in conditions:
        key = condition.key
        if condition.operator not in (_PLAIN if is_plain else _POSITIVE) or key in context or not condition.values:
            return None
        if presence(key, caller, action) != "maybe" or has_shape(key) or key == USER_IDS.key or key in TIMES:
            return None
        facts = key_facts(key)
        if is_plain and (condition.set_operator or facts.is_multivalued):
            return None
        value = condition.values[0]
        if condition.operator not in _PLAIN:
            value = value.replace("*", "anything").replace("?", "x")
        if facts.type not in ("string", "arn") and not (facts.type == "bool" and value.lower() in ("true", "false")):
            return None
        context[key] = (value,) if condition.set_operator else value
    return context
