"""Policies in files of their own: bare, or in the wrapping that the AWS command line prints them in."""

from collections.abc import Iterator, Mapping
from typing import Any

from lictor import Document, Path
from lictor_plugins.kinds.aws_iam.classify import classify, holds_statements, is_policy
from lictor_plugins.kinds.aws_iam.found import (
    IDENTITY_POLICY,
    PERMISSIONS_BOUNDARY,
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
_NAMES = ("RoleName", "PolicyName", "UserName", "GroupName", "policyName")
_HOLDERS = ("RoleName", "UserName", "GroupName")
# What repeats another part of the same file: a role of a dump in its instance profiles, a template in CDK's tree.json,
# what was and what changes in a Terraform plan.
_COPIES = frozenset({"InstanceProfileList", "aws:cdk:cloudformation:props"})
_PLAN_COPIES = frozenset({"prior_state", "resource_changes", "resource_drift", "configuration"})
_STATEMENTS = frozenset({"statement", "statements"})


def find_bare(document: Document) -> Iterator[FoundPolicy | FoundRole]:
    """Yield the policies of a file that is a policy, or that wraps some anywhere, as objects or as text.

    The answers of the AWS command line say more: `iam get-role`, `list-roles`, `get-policy-version`, `get-role-policy`,
    `get-account-authorization-details`, `organizations describe-policy` tell the kind and the role.
    """
    data = document.data
    if _is_permission(data):
        # Lambda answers with a statement alone; the policy that it goes into has this version.
        policy = {"Version": "2012-10-17", "Statement": data["Statement"]}
        yield FoundPolicy(policy, (), _stem(document.uri), RESOURCE_POLICY, "an answer of AWS Lambda")
    elif is_policy(data):
        yield _by_content(data, (), document, "")
    elif isinstance(data, dict | list):
        yield from _within(data, document)


def take_as(document: Document, kind: str) -> FoundPolicy:
    """Take a document for a policy of a kind, whatever is in it; a known wrapping is entered."""
    for item in find_bare(document):
        found = item.trusts[0] if isinstance(item, FoundRole) else item
        return found._replace(kind=kind, classified_by="asked for")
    return FoundPolicy(document.data, (), _stem(document.uri), kind, "asked for")


def _is_permission(data: Any) -> bool:  # noqa: ANN401 - any document
    """Tell whether a document is the answer of `aws lambda add-permission` or `add-layer-version-permission`."""
    if not isinstance(data, dict) or not {"Statement"} <= data.keys() <= {"Statement", "RevisionId"}:
        return False
    return "RevisionId" in data or (isinstance(data["Statement"], str) and _is_json_text(data["Statement"]))


def _within(data: Any, document: Document) -> Iterator[FoundPolicy | FoundRole]:  # noqa: ANN401 - any document
    """Walk a document in its order and yield the policies in it."""
    copies = _COPIES | _PLAN_COPIES if isinstance(data, dict) and "terraform_version" in data else _COPIES
    waiting: list[tuple[Any, Path]] = [(data, ())]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, list):
            items = [(item, (*path, index)) for index, item in enumerate(value)]
            waiting += [(_policy_in(item, place, document, "") or item, place) for item, place in reversed(items)]
        elif isinstance(value, FoundPolicy | FoundRole):
            yield value
        elif isinstance(value, dict) and isinstance(value.get("PolicyVersionList"), list):
            yield from _managed(value, path, document)
        elif isinstance(value, dict):
            inside: list[tuple[Any, Path]] = []
            for name, inner in value.items():
                found = _found_under(value, name, path, document)
                if found is not None:
                    inside.append((found, path))
                elif isinstance(inner, dict | list) and name not in copies and not _is_of_role(value, name):
                    inside.append((inner, (*path, name)))
            waiting += reversed(inside)


def _is_of_role(value: Mapping[Any, Any], name: Any) -> bool:  # noqa: ANN401 - any key
    return name == "RolePolicyList" and "AssumeRolePolicyDocument" in value


def _managed(policy: Mapping[Any, Any], path: Path, document: Document) -> Iterator[FoundPolicy]:
    """Read a managed policy of a dump: the version in force, unless it is AWS's own, which nobody else can change."""
    if ":iam::aws:" in str(policy.get("Arn")):
        return
    is_boundary = policy.get("PermissionsBoundaryUsageCount") and not policy.get("AttachmentCount")
    kind = PERMISSIONS_BOUNDARY if is_boundary else IDENTITY_POLICY
    for index, version in enumerate(policy["PolicyVersionList"]):
        if isinstance(version, dict) and "Document" in version and version.get("IsDefaultVersion") is not False:
            place = (*path, "PolicyVersionList", index, "Document")
            yield _entered(version["Document"], place, document, _name(policy), kind)


def _found_under(
    value: Mapping[Any, Any],
    name: Any,  # noqa: ANN401 - any key
    path: Path,
    document: Document,
) -> FoundPolicy | FoundRole | None:
    """Return the policy or the role that a key of an object holds."""
    inner, place = value[name], (*path, name)
    if name == "AssumeRolePolicyDocument":
        return _role(value, path, document)
    is_document = name == "PolicyDocument" or (name == "Document" and "VersionId" in value)
    if is_document and "VpcEndpointId" not in value and (not isinstance(inner, str) or _is_json_text(inner)):
        return _entered(inner, place, document, _name(value), _policy_kind(value, name))
    if name == "Content" and path[-1:] == ("Policy",):
        summary = value.get("PolicySummary")
        kind = _ORGANIZATION_TYPES.get(str(summary.get("Type"))) if isinstance(summary, dict) else SCP
        title = _text(summary.get("Name")) if isinstance(summary, dict) else None
        return None if kind is None else _entered(inner, place, document, title or "", kind)
    return None if "VpcEndpointId" in value else _policy_in(inner, place, document, _name(value))


def _policy_in(value: Any, path: Path, document: Document, name: str) -> FoundPolicy | None:  # noqa: ANN401 - any JSON
    """Return a value as a policy if it surely is one."""
    if not _may_be_policy(value):
        return None
    entered = _entered(value, path, document, name, "")
    return entered if holds_statements(entered.raw) else None


def _may_be_policy(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return _is_json_text(value) and "statement" in value.lower()
    return isinstance(value, dict) and not _STATEMENTS.isdisjoint(str(name).lower() for name in value)


def _is_json_text(text: str) -> bool:
    return text.lstrip().startswith(("{", "%7B"))


def _name(value: Mapping[Any, Any]) -> str:
    return next((name for name in (_text(value.get(key)) for key in _NAMES) if name), "")


def _policy_kind(value: Mapping[Any, Any], name: str) -> str:
    # Without its name it is what `aws iam update-assume-role-policy` takes.
    is_inline = "PolicyName" in value and any(holder in value for holder in _HOLDERS)
    return IDENTITY_POLICY if name == "Document" or is_inline else ""


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
    inline = data.get("RolePolicyList")
    policies = tuple(
        (
            _text(each.get("PolicyName")),
            _entered(
                each["PolicyDocument"],
                (*path, "RolePolicyList", index, "PolicyDocument"),
                document,
                name,
                IDENTITY_POLICY,
                facts,
            ),
        )
        for index, each in enumerate(inline if isinstance(inline, list) else ())
        if isinstance(each, dict) and "PolicyDocument" in each
    )
    return FoundRole(path, name, {**facts, **more}, places, (trust,), policies)


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
