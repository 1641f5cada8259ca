"""Which permissions boundaries bear on whoever holds a policy, as far as one document tells.

A policy that one of its known holders has without a boundary is limited by none, and so is one that nobody is known to
hold: what it grants, it grants to somebody.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from lictor import EMPTY, NamedTuple, Path
from lictor_plugins.kinds.aws_iam.found import IDENTITY_POLICY, FoundPolicy, FoundRole, Limit, Managed
from lictor_plugins.kinds.aws_iam.managed_arns import account_of, key_of, same_account
from lictor_plugins.kinds.aws_iam.well_known import well_known

_Found = TypeVar("_Found", FoundPolicy, FoundRole, FoundPolicy | FoundRole)


class _Holder(NamedTuple):
    """A principal by what it may have as its boundary: ARNs, None for none. `place` is where that is said."""

    account: str | None
    boundaries: tuple[str | None, ...]
    place: Path

    @property
    def is_limited(self) -> bool:
        return bool(self.boundaries) and None not in self.boundaries


class Limits(NamedTuple):
    """The holders of policies, by the place of an inline policy and the name of a managed one, and the boundaries."""

    inline: Mapping[Path, tuple[_Holder, ...]] = EMPTY
    managed: Mapping[str, tuple[_Holder, ...]] = EMPTY
    policies: Mapping[str, tuple[FoundPolicy, ...]] = EMPTY


NO_LIMITS = Limits()


def keys_of(managed: Managed) -> tuple[str, ...]:
    """Return what the ARNs of a managed policy say apart from partition and account."""
    return tuple(dict.fromkeys(key_of(arn) for arn in (managed.arn, managed.by_name) if arn))


def read_limits(found: Iterable[FoundPolicy | FoundRole]) -> Limits:
    """Gather who holds which policy, and what may be a boundary."""
    inline: dict[Path, tuple[_Holder, ...]] = {}
    managed: dict[str, tuple[_Holder, ...]] = {}
    policies: dict[str, tuple[FoundPolicy, ...]] = {}
    is_limited = False
    for each in found:
        if isinstance(each, FoundPolicy):
            if each.managed is not None and each.managed.may_limit:
                for key in keys_of(each.managed):
                    policies[key] = (*policies.get(key, ()), each)
            continue
        holder = _holder(each)
        is_limited = is_limited or holder.is_limited
        for _, policy in (*each.policies, *each.attached):
            inline[policy.path] = (*inline.get(policy.path, ()), holder)
        for arn in dict.fromkeys(each.facts.get("managed_policies", ())):
            managed[key_of(arn)] = (*managed.get(key_of(arn), ()), holder)
    return Limits(inline, managed, policies) if is_limited else NO_LIMITS


def limited(found: _Found, limits: Limits) -> _Found:
    """Return what was found with the boundaries that bear on it."""
    if limits is NO_LIMITS:
        return found
    if isinstance(found, FoundPolicy):
        return found._replace(limits=_of_policy(found, limits))
    policies, attached = (
        tuple((name, limited(policy, limits)) for name, policy in each) for each in (found.policies, found.attached)
    )
    return found._replace(policies=policies, attached=attached, limits=_shared_by((_holder(found),), limits))


def _holder(found: FoundRole) -> _Holder:
    own = found.facts.get("permissions_boundary")
    boundaries = found.boundaries or ((own,) if own else ())
    place = found.places.get(("permissions_boundary",), found.path)
    return _Holder(found.facts.get("account"), tuple(each or None for each in boundaries), place)


def _of_policy(found: FoundPolicy, limits: Limits) -> tuple[Limit, ...]:
    if found.kind != IDENTITY_POLICY:
        return ()
    if found.managed is None:
        return _shared_by(limits.inline.get(found.path, ()), limits)
    account, times = account_of(found.managed.arn), found.managed.times_attached
    named = (holder for key in keys_of(found.managed) for holder in limits.managed.get(key, ()))
    holders = tuple(holder for holder in named if same_account(holder.account, account))
    return _shared_by(holders, limits) if times is None or times <= len(holders) else ()


def _shared_by(holders: tuple[_Holder, ...], limits: Limits) -> tuple[Limit, ...]:
    if not all(holder.is_limited for holder in holders):
        return ()
    places = {arn: holder.place for holder in holders for arn in holder.boundaries if arn is not None}
    return tuple(Limit(arn, place, _policy(arn, limits)) for arn, place in places.items())


def _policy(arn: str, limits: Limits) -> FoundPolicy | None:
    account = account_of(arn)
    named = limits.policies.get(key_of(arn), ())
    own = (each for each in named if each.managed and same_account(account, account_of(each.managed.arn)))
    return next(own, None) or well_known(arn)
