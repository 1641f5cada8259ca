"""Policies in files of their own: bare, or in the wrapping that the AWS command line prints them in."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lictor import Document, Path
from lictor_plugins.kinds.aws_iam.classify import classify, is_policy
from lictor_plugins.kinds.aws_iam.found import (
    IDENTITY_POLICY,
    RCP,
    RESOURCE_POLICY,
    SCP,
    TRUST_POLICY,
    FoundPolicy,
    FoundRole,
    role_facts,
    unwrap,
)
from lictor_plugins.kinds.aws_iam.intrinsics import Template

_ORGANIZATION_TYPES = {"SERVICE_CONTROL_POLICY": SCP, "RESOURCE_CONTROL_POLICY": RCP}


def find_bare(document: Document) -> Iterator[FoundPolicy | FoundRole]:
    """Yield the policies of a file that is a policy, or that wraps some.

    Known wrappings: `aws iam get-role`, `list-roles`, `get-policy-version`, `get-role-policy`, `get-bucket-policy`,
    `organizations describe-policy`, and an object with AssumeRolePolicyDocument or PolicyDocument.
    """
    data = document.data
    if is_policy(data):
        yield _by_content(data, (), document, "")
    elif isinstance(data, dict):
        yield from _wrapped(data, (), document)
    elif isinstance(data, list):
        for index, item in enumerate(data):
            if isinstance(item, dict):
                yield from _wrapped(item, (index,), document)


def take_as(document: Document, kind: str) -> FoundPolicy:
    """Take a document for a policy of a kind, whatever is in it; a known wrapping is entered."""
    for item in find_bare(document):
        found = item.trusts[0] if isinstance(item, FoundRole) else item
        return replace(found, kind=kind, classified_by="asked for")
    return FoundPolicy(document.data, (), _stem(document.uri), kind, "asked for")


def _wrapped(data: Mapping[str, Any], path: Path, document: Document) -> Iterator[FoundPolicy | FoundRole]:
    name = _text(data.get("RoleName")) or _text(data.get("PolicyName")) or ""
    if "AssumeRolePolicyDocument" in data:
        yield _role(data, path, document)
    elif "PolicyDocument" in data:
        yield _entered(data["PolicyDocument"], (*path, "PolicyDocument"), document, name, _policy_kind(data))
    elif isinstance(data.get("PolicyVersion"), dict) and "Document" in data["PolicyVersion"]:
        inner = (*path, "PolicyVersion", "Document")
        yield _entered(data["PolicyVersion"]["Document"], inner, document, name, IDENTITY_POLICY)
    elif isinstance(data.get("Role"), dict):
        yield from _wrapped(data["Role"], (*path, "Role"), document)
    elif isinstance(data.get("Roles"), list):
        for index, role in enumerate(data["Roles"]):
            if isinstance(role, dict):
                yield from _wrapped(role, (*path, "Roles", index), document)
    elif "Policy" in data:
        yield from _service_policy(data["Policy"], (*path, "Policy"), document)


def _service_policy(value: Any, path: Path, document: Document) -> Iterator[FoundPolicy]:  # noqa: ANN401 - any JSON
    """Read `{"Policy": …}`: text of a resource policy, or a policy of AWS Organizations."""
    if isinstance(value, dict) and "Content" in value:
        summary = value.get("PolicySummary")
        kind = _ORGANIZATION_TYPES.get(str(summary.get("Type"))) if isinstance(summary, dict) else SCP
        if kind is not None:
            name = _text(summary.get("Name")) if isinstance(summary, dict) else ""
            yield _entered(value["Content"], (*path, "Content"), document, name or "", kind)
        return
    entered = _entered(value, path, document, "", RESOURCE_POLICY)
    if is_policy(entered.raw):
        yield entered


def _policy_kind(data: Mapping[str, Any]) -> str:
    is_inline = any(name in data for name in ("RoleName", "UserName", "GroupName"))
    return IDENTITY_POLICY if is_inline else ""


def _role(data: Mapping[str, Any], path: Path, document: Document) -> FoundRole:
    name = _text(data.get("RoleName")) or _stem(document.uri)
    facts = role_facts(_text(data.get("RoleName")), _text(data.get("Arn")), None, _text(data.get("Path")))
    inner = (*path, "AssumeRolePolicyDocument")
    trust = _entered(data["AssumeRolePolicyDocument"], inner, document, name, TRUST_POLICY, facts)
    boundary = data.get("PermissionsBoundary")
    duration = data.get("MaxSessionDuration")
    more: dict[str, Any] = {
        "max_session_duration": duration if isinstance(duration, int) else None,
        "permissions_boundary": _text(boundary.get("PermissionsBoundaryArn")) if isinstance(boundary, dict) else None,
        "managed_policies": [],
    }
    places: dict[Path, Path] = {
        ("name",): (*path, "RoleName"),
        ("arn",): (*path, "Arn"),
        ("path",): (*path, "Path"),
        ("max_session_duration",): (*path, "MaxSessionDuration"),
        ("permissions_boundary",): (*path, "PermissionsBoundary", "PermissionsBoundaryArn"),
    }
    return FoundRole(path, name, {**facts, **more}, places, (trust,))


def _entered(
    raw: Any,  # noqa: ANN401 - any JSON value
    path: Path,
    document: Document,
    name: str,
    kind: str,
    role: Mapping[str, Any] | None = None,
) -> FoundPolicy:
    value, place, anchor, template = unwrap(raw, path, Template())
    if not kind:
        kind, told_by = classify(value, document.uri)
    else:
        told_by = f"the wrapping '{path[-1]}'"
    return FoundPolicy(value, place, name or _stem(document.uri), kind, told_by, template, role, anchor)


def _by_content(data: Any, path: Path, document: Document, name: str) -> FoundPolicy:  # noqa: ANN401 - any document
    kind, told_by = classify(data, document.uri)
    return FoundPolicy(data, path, name or _stem(document.uri), kind, told_by)


def _text(value: Any) -> str | None:  # noqa: ANN401 - any JSON value
    return value if isinstance(value, str) else None


def _stem(uri: str) -> str:
    """Name a policy after its file.

    >>> _stem("roles/auditor.json")
    'auditor'
    """
    return uri.rsplit("/", 1)[-1].rsplit(".", 1)[0]
