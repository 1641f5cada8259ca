"""A policy against what it was, where either may be missing."""

from lictor_plugins.reasoning.model import WITH_PRINCIPALS, Answer, Policy, PolicyKind, Principal, Statement, Trusted
from lictor_plugins.reasoning.principals import identify
from lictor_plugins.reasoning.questions import new_access, outside_access

_LIMITS: frozenset[PolicyKind] = frozenset({"boundary", "scp", "rcp", "endpoint"})
"""Kinds of policies that grant nothing and only limit: without one, nothing is limited."""

_ATTACHED: frozenset[PolicyKind] = frozenset({"scp", "rcp"})
BESIDE = -1
"""The index of a statement that is taken to stand in another policy."""


def compare(old: Policy | None, new: Policy | None, *, is_inline: bool = False) -> Answer:
    """Ask whether there is a request that `new` allows and `old` does not; `is_inline`: they go with their role."""
    old, new = as_attached(old, new)
    if new is not None:
        return new_access(old or without(new), new)
    return Answer("no") if old is None else new_access(*removal(old, is_inline=is_inline))


def as_attached(old: Policy | None, new: Policy | None) -> tuple[Policy | None, Policy | None]:
    """Return control policies that only deny with the Allow of everything that AWS attaches beside them.

    Organizations user guide, "SCP evaluation" and "RCP evaluation", read 2026-11: FullAWSAccess and RCPFullAWSAccess.
    """
    given = [policy for policy in (old, new) if policy is not None]
    if not given or given[0].kind not in _ATTACHED or any(map(_has_allow, given)):
        return old, new
    allowing = [_everything(given[0])]
    added = [None if each is None else each._replace(statements=(*allowing, *each.statements)) for each in (old, new)]
    return added[0], added[1]


def _has_allow(policy: Policy) -> bool:
    return any(statement.effect == "Allow" for statement in policy.statements)


def without(policy: Policy) -> Policy:
    """Return what it means that there is no policy of this kind: nothing is granted, or nothing is limited."""
    if policy.kind not in _LIMITS:
        return policy._replace(statements=(), doubts=())
    return policy._replace(statements=(_everything(policy),), doubts=())


def removal(policy: Policy, *, is_inline: bool = False) -> tuple[Policy, Policy]:
    """Return a policy that goes as what it limited, before and after.

    What it granted goes with it, but what it denied others may grant. A trust policy and an inline policy, which
    `is_inline` says, go with their role.
    """
    denies = tuple(each for each in policy.statements if each.effect == "Deny")
    if policy.kind in _LIMITS or is_inline or policy.kind == "trust" or not denies:
        return policy, without(policy)
    everything = _everything(policy)
    return policy._replace(statements=(everything, *denies)), policy._replace(statements=(everything,), doubts=())


def _everything(policy: Policy) -> Statement:
    everyone = (Principal("*", "*"),) if policy.kind in WITH_PRINCIPALS else None
    return Statement(BESIDE, "Allow", actions=("*",), resources=("*",), principals=everyone)


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
