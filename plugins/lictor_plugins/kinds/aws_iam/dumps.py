"""Roles, users and groups as `aws iam get-account-authorization-details` and the like describe them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lictor import Document, Path
from lictor_plugins.kinds.aws_iam.entering import entered, stem, text_or_none
from lictor_plugins.kinds.aws_iam.found import (
    GROUP,
    IDENTITY_POLICY,
    ROLE,
    TRUST_POLICY,
    USER,
    FoundPolicy,
    FoundRole,
    role_facts,
)

OWN_POLICIES = frozenset({"RolePolicyList", "UserPolicyList", "GroupPolicyList"})
"""The keys that hold the inline policies of a principal; they are found with it."""

# A user or a group that is described in full says at least one of these (IAM API reference, read 2026-11).
_DETAILS = frozenset({"UserPolicyList", "GroupPolicyList", "AttachedManagedPolicies"})


def principal_in(value: Mapping[Any, Any], path: Path, document: Document) -> FoundRole | None:
    """Return the user or the group that an object describes in full, if it does."""
    if "Arn" not in value or _DETAILS.isdisjoint(value) or "AssumeRolePolicyDocument" in value:
        return None
    if "UserName" in value:
        return _principal(value, path, document, USER)
    return _principal(value, path, document, GROUP) if "GroupName" in value else None


def role_in(value: Mapping[Any, Any], path: Path, document: Document) -> FoundRole:
    """Return the role that an object with a trust policy describes."""
    return _principal(value, path, document, ROLE)


def _principal(data: Mapping[Any, Any], path: Path, document: Document, kind: str) -> FoundRole:
    title = {ROLE: "Role", USER: "User", GROUP: "Group"}[kind]
    given = text_or_none(data.get(f"{title}Name"))
    name = given or stem(document.uri)
    facts = role_facts(given, text_or_none(data.get("Arn")), None, text_or_none(data.get("Path")))
    boundary, duration = data.get("PermissionsBoundary"), data.get("MaxSessionDuration")
    places: dict[Path, Path] = {
        ("name",): (*path, f"{title}Name"),
        ("arn",): (*path, "Arn"),
        ("path",): (*path, "Path"),
        ("max_session_duration",): (*path, "MaxSessionDuration"),
        ("permissions_boundary",): (*path, "PermissionsBoundary", "PermissionsBoundaryArn"),
    }
    more: dict[str, Any] = {
        "max_session_duration": duration if isinstance(duration, int) else None,
        "permissions_boundary": text_or_none(boundary.get("PermissionsBoundaryArn"))
        if isinstance(boundary, dict)
        else None,
    }
    for field, entries in (
        ("managed_policies", _texts_in(data, path, "AttachedManagedPolicies", "PolicyArn")),
        ("groups", _texts_in(data, path, "GroupList", "")),
        ("instance_profiles", _texts_in(data, path, "InstanceProfileList", "InstanceProfileName")),
    ):
        known = tuple(entries)
        more[field] = [text for text, _ in known]
        places.update({(field, index): place for index, (_, place) in enumerate(known)})
    role = facts if kind == ROLE else None
    trusts: tuple[FoundPolicy, ...] = ()
    if kind == ROLE:
        inner = (*path, "AssumeRolePolicyDocument")
        trusts = (entered(data["AssumeRolePolicyDocument"], inner, document, name, TRUST_POLICY, facts),)
    policies = tuple(_inline(data, path, document, f"{title}PolicyList", role, name if kind == ROLE else ""))
    return FoundRole(path, name, {**facts, **more}, places, trusts, policies, kind)


def _texts_in(data: Mapping[Any, Any], path: Path, key: str, inner: str) -> Iterator[tuple[str, Path]]:
    """Yield the texts of a list, or of one key of each of its objects, with their places."""
    for index, entry in enumerate(_list(data.get(key))):
        here = (*path, key, index)
        text = entry.get(inner) if inner and isinstance(entry, dict) else entry
        if isinstance(text, str):
            yield text, (*here, inner) if inner else here


def _inline(
    data: Mapping[Any, Any],
    path: Path,
    document: Document,
    key: str,
    role: Mapping[str, Any] | None,
    name: str,
) -> Iterator[tuple[str | None, FoundPolicy]]:
    for index, each in enumerate(_list(data.get(key))):
        if isinstance(each, dict) and "PolicyDocument" in each:
            own = text_or_none(each.get("PolicyName"))
            place = (*path, key, index, "PolicyDocument")
            yield own, entered(each["PolicyDocument"], place, document, name or own or "", IDENTITY_POLICY, role)


def _list(value: Any) -> Iterable[Any]:  # noqa: ANN401 - any JSON value
    return value if isinstance(value, list) else ()
