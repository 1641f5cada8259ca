"""The values that rules see of what was found, and where the parts of these values stand."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

from lictor import Path
from lictor_plugins.kinds.aws_iam.found import GROUP, PERMISSION_SET, ROLE, USER, FoundPolicy, FoundRole, Limit
from lictor_plugins.kinds.aws_iam.normalise import normalise, source_of

SourcePath = Callable[[Path], Path]

_NAMES = ("name", "arn", "account", "path")
# The properties of each kind of principal; lists that nothing is known of are empty.
_FACTS: Mapping[str, tuple[str, ...]] = {
    ROLE: (*_NAMES, "max_session_duration", "permissions_boundary", "managed_policies", "instance_profiles"),
    USER: (*_NAMES, "permissions_boundary", "managed_policies", "groups"),
    GROUP: (*_NAMES, "managed_policies"),
    PERMISSION_SET: (*_NAMES, "permissions_boundary", "managed_policies"),
}
_LISTS = frozenset({"managed_policies", "instance_profiles", "groups"})


def policy_value(found: FoundPolicy, plain: set[int] | None = None) -> dict[str, Any]:
    """Return a policy in its normalised form. The indices of its plain statements are added to `plain`."""
    value = normalise(found.raw, found.template, role=found.role, plain=plain)
    value["boundaries"] = _boundaries_value(found.limits)
    return value


def _boundaries_value(limits: Iterable[Limit]) -> list[dict[str, Any]]:
    return [
        {
            "arn": limit.arn,
            "policy": None if limit.policy is None else normalise(limit.policy.raw, limit.policy.template),
        }
        for limit in limits
    ]


def policy_source(found: FoundPolicy, plain: Container[int] = ()) -> SourcePath:
    """Return the function from a path in the normalised policy to the path in its document.

    `plain` holds the indices that `policy_value` gave.
    """
    own = _own_source(found, plain)
    return _with_limits(own, found.limits) if found.limits else own


def _with_limits(own: SourcePath, limits: Sequence[Limit]) -> SourcePath:
    def source_path(path: Path) -> Path:
        if path[:1] != ("boundaries",) or len(path) < 2 or not isinstance(path[1], int):  # noqa: PLR2004 - the number of one
            return own(path)
        limit = limits[path[1]]
        written = limit.policy
        if written is None or written.is_made or path[2:3] != ("policy",):
            return limit.place
        return _own_source(written, ())(path[3:])

    return source_path


def _own_source(found: FoundPolicy, plain: Container[int]) -> SourcePath:
    inner = source_of(found.raw, found.template, found.path, found.anchor, plain)
    if not found.places:
        return inner

    def source_path(path: Path) -> Path:
        place = inner(path)[len(found.path) :]
        known = place
        while known not in found.places:
            if not known:
                return (*found.path, *place)
            known = known[:-1]
        return found.places[known] + place[len(known) :] if known else found.places[known]

    return source_path


def principal_value(found: FoundRole) -> dict[str, Any]:
    """Return a principal in its normalised form, the policies in it included."""
    value: dict[str, Any] = {
        field: found.facts.get(field, [] if field in _LISTS else None) for field in _FACTS[found.kind]
    }
    value["is_declared"] = found.is_declared
    if found.kind != GROUP:
        value["boundaries"] = _boundaries_value(found.limits)
    if found.kind == ROLE:
        value["trust"] = policy_value(found.trusts[0]) if found.trusts else None
    value["policies"] = [
        {"name": name, "policy": policy_value(policy)} for name, policy in (*found.policies, *found.attached)
    ]
    return value


def principal_source(found: FoundRole) -> SourcePath:
    """Return the function from a path in the value of a principal to the path in its document."""

    def source_path(path: Path) -> Path:
        if path[:1] == ("trust",) and found.trusts:
            return policy_source(found.trusts[0])(path[1:])
        if path[:1] == ("policies",) and len(path) > 1 and isinstance(path[1], int):
            return policy_source((*found.policies, *found.attached)[path[1]][1])(path[3:])
        while path and path not in found.places:
            path = path[:-1]
        return found.places.get(path, found.path)

    return _with_limits(source_path, found.limits) if found.limits else source_path
