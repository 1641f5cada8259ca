"""A policy against what it was, where either may be missing."""

from lictor_plugins.reasoning.model import Answer, Policy, PolicyKind, Principal, Statement, Trusted
from lictor_plugins.reasoning.principals import identify
from lictor_plugins.reasoning.questions import new_access, outside_access

_LIMITS: frozenset[PolicyKind] = frozenset({"boundary", "scp", "rcp"})
"""Kinds of policies that grant nothing and only limit: without one, nothing is limited."""


def compare(old: Policy | None, new: Policy | None) -> Answer:
    """Ask whether there is a request that `new` allows and `old` does not."""
    some = new or old
    if some is None:
        return Answer("no")
    return new_access(old or without(some), new or without(some))


def without(policy: Policy) -> Policy:
    """Return what it means that there is no policy of this kind: nothing is granted, or nothing is limited."""
    if policy.kind not in _LIMITS:
        return policy._replace(statements=(), doubts=())
    everyone = (Principal("*", "*"),) if policy.kind == "rcp" else None
    everything = Statement(0, "Allow", actions=("*",), resources=("*",), principals=everyone)
    return policy._replace(statements=(everything,), doubts=())


def opens_to_outside(old: Policy | None, new: Policy) -> bool:
    """Tell whether somebody of an account that the old policy did not name gets in, who did not before."""
    if new.kind not in ("trust", "resource"):
        return False
    before = old or without(new)
    named = {
        identify(principal).account
        for statement in before.statements
        if statement.effect == "Allow"
        for principal in statement.principals or ()
    }
    trusted = Trusted(own_accounts=frozenset({*named, new.account} - {""}))
    return outside_access(new, trusted).verdict == "yes" and outside_access(before, trusted).verdict != "yes"
