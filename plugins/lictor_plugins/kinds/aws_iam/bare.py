"""Policies in files of their own: bare, or in the wrapping that the AWS command line prints them in."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from json import JSONDecoder
from typing import Any

from lictor import Document, Path, lazy_pattern
from lictor_plugins.kinds.aws_iam.classify import classify, classify_exact, holds_statements, is_policy
from lictor_plugins.kinds.aws_iam.dumps import OWN_POLICIES, principal_in, role_in
from lictor_plugins.kinds.aws_iam.entering import entered, stem, text_or_none
from lictor_plugins.kinds.aws_iam.found import (
    ENDPOINT_POLICY,
    IDENTITY_POLICY,
    PERMISSIONS_BOUNDARY,
    RCP,
    RESOURCE_POLICY,
    SCP,
    FoundPolicy,
    FoundRole,
    Managed,
    unwrap,
)
from lictor_plugins.kinds.aws_iam.intrinsics import Template
from lictor_plugins.kinds.general import is_cloudformation

_ORGANIZATION_TYPES = {"SERVICE_CONTROL_POLICY": SCP, "RESOURCE_CONTROL_POLICY": RCP}
_NAMES = ("RoleName", "PolicyName", "UserName", "GroupName", "policyName")
_HOLDERS = ("RoleName", "UserName", "GroupName")
# What repeats another part of the same file: a role of a dump in its instance profiles, a template in CDK's tree.json,
# what was and what changes in a Terraform plan.
_COPIES = frozenset({"InstanceProfileList", "aws:cdk:cloudformation:props"})
_PLAN_COPIES = frozenset({"prior_state", "resource_changes", "resource_drift", "configuration"})
_STATEMENTS = frozenset({"statement", "statements"})
_BOUNDARY = lazy_pattern(r'"PermissionsBoundary"\s*:\s*(?=\{)')  # as a key: inside a string, quotes have a backslash


def find_bare(document: Document) -> Iterator[FoundPolicy | FoundRole]:
    """Yield the policies of a file that is a policy, or that wraps some anywhere, as objects or as text.

    The answers of the AWS command line say more: `iam get-role`, `list-roles`, `get-policy-version`, `get-role-policy`,
    `get-account-authorization-details`, `organizations describe-policy` tell the kind and the role. Text may hold what
    wraps policies, as AWS Config writes it, and a template, as `cloudformation get-template` prints it.
    """
    base, data = document.part
    if base:
        yield from _within(_policy_in(data, base, document, "") or data, document, base)
        return
    known = classify_exact(data, document.uri)
    if known is not None:
        yield FoundPolicy(data, (), stem(document.uri), *known)
    elif _is_permission(data):
        # Lambda answers with a statement alone; the policy that it goes into has this version.
        policy = {"Version": "2012-10-17", "Statement": data["Statement"]}
        yield FoundPolicy(policy, (), stem(document.uri), RESOURCE_POLICY, "an answer of AWS Lambda")
    elif is_policy(data):
        yield _by_content(data, (), document, "")
    elif isinstance(data, dict | list):
        yield from _within(data, document)


def names_boundaries(text: str) -> bool:
    """Tell whether a dump says of anybody that there is a permissions boundary."""
    return _BOUNDARY.search(text) is not None


def take_as(document: Document, kind: str) -> FoundPolicy:
    """Take a document for a policy of a kind, whatever is in it; a known wrapping is entered."""
    if is_policy(document.data) and not _is_permission(document.data):
        return FoundPolicy(document.data, (), stem(document.uri), kind, "asked for")
    for item in find_bare(document):
        found = item.trusts[0] if isinstance(item, FoundRole) else item
        return found._replace(kind=kind, classified_by="asked for")
    return FoundPolicy(document.data, (), stem(document.uri), kind, "asked for")


def _is_permission(data: Any) -> bool:  # noqa: ANN401 - any document
    """Tell whether a document is the answer of `aws lambda add-permission` or `add-layer-version-permission`."""
    if not isinstance(data, dict) or not {"Statement"} <= data.keys() <= {"Statement", "RevisionId"}:
        return False
    return "RevisionId" in data or (isinstance(data["Statement"], str) and _is_jsontext_or_none(data["Statement"]))


def _within(
    data: Any,  # noqa: ANN401 - any document
    document: Document,
    base: Path = (),
) -> Iterator[FoundPolicy | FoundRole]:
    """Walk a document, or the part of it at `base`, in its order and yield the policies in it."""
    copies = _COPIES | _PLAN_COPIES if isinstance(data, dict) and "terraform_version" in data else _COPIES
    boundaries: frozenset[str] | None = None
    waiting: list[tuple[Any, Path]] = [(data, base)]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, list):
            items = [(item, (*path, index)) for index, item in enumerate(value)]
            waiting += [(_policy_in(item, place, document, "") or item, place) for item, place in reversed(items)]
        elif isinstance(value, FoundPolicy | FoundRole):
            yield value
        elif "TemplateBody" in path[-2:] and is_cloudformation(value):
            from lictor_plugins.kinds.aws_iam.cloudformation import find_in_template  # not needed for bare policies

            yield from find_in_template(document, value, path)
        elif isinstance(value, dict) and isinstance(value.get("PolicyVersionList"), list):
            boundaries = _boundaries(data, document.text if base else "") if boundaries is None else boundaries
            yield from _managed(value, path, document, boundaries)
        elif isinstance(value, dict):
            waiting += reversed(list(_inside(value, path, document, copies)))


def _inside(
    value: Mapping[Any, Any], path: Path, document: Document, copies: frozenset[str]
) -> Iterator[tuple[Any, Path]]:
    """Yield the policies and principals that an object holds, and what else there is to walk, in its order."""
    principal = principal_in(value, path, document)
    if principal is not None:
        yield principal, path
    own = OWN_POLICIES if principal is not None or "AssumeRolePolicyDocument" in value else frozenset()
    for name, inner in value.items():
        found = _found_under(value, name, path, document)
        if found is not None:
            yield found, path
        elif isinstance(inner, dict | list | str) and name not in copies and name not in own:
            yield from _held_in(inner, (*path, name))


def _held_in(value: dict[Any, Any] | list[Any] | str, path: Path) -> Iterator[tuple[Any, Path]]:
    """Yield what there is to walk: an object or a list, also one that is written as text and holds policies."""
    if not isinstance(value, str):
        yield value, path
    elif _is_jsontext_or_none(value) and "statement" in value.lower():
        held, place, _, _ = unwrap(value, path, Template())
        if place != path:
            yield held, place


def _managed(
    policy: Mapping[Any, Any], path: Path, document: Document, boundaries: frozenset[str]
) -> Iterator[FoundPolicy]:
    """Read a managed policy of a dump: the version in force.

    AWS's own are known, for what they are attached to, but no rule speaks of them: nobody else can change them.
    """
    arn, name = text_or_none(policy.get("Arn")), _name(policy)
    is_limit = arn in boundaries or bool(policy.get("PermissionsBoundaryUsageCount"))
    kind = PERMISSIONS_BOUNDARY if is_limit and not policy.get("AttachmentCount") else IDENTITY_POLICY
    for index, version in enumerate(policy["PolicyVersionList"]):
        if isinstance(version, dict) and "Document" in version and version.get("IsDefaultVersion") is not False:
            place = (*path, "PolicyVersionList", index, "Document")
            found = entered(version["Document"], place, document, name, kind)
            own_kind = "" if ":iam::aws:" in str(arn) else kind
            times = policy.get("AttachmentCount")
            managed = Managed(
                name or None, arn, path, times_attached=times if isinstance(times, int) else None, may_limit=is_limit
            )
            yield found._replace(kind=own_kind, managed=managed)


def _boundaries(data: Any, text: str) -> frozenset[str]:  # noqa: ANN401 - any document
    """Return the ARNs of the policies that serve as a permissions boundary anywhere in a dump.

    Of one that is read entry by entry it is the `text` that tells of all of them.
    """
    if text:
        return _boundaries_in(text)
    found: set[str] = set()
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            boundary = value.get("PermissionsBoundary")
            if isinstance(boundary, dict) and isinstance(boundary.get("PermissionsBoundaryArn"), str):
                found.add(boundary["PermissionsBoundaryArn"])
        if isinstance(value, dict | list):
            inner = value.values() if isinstance(value, dict) else value
            waiting += [item for item in inner if isinstance(item, dict | list)]
    return frozenset(found)


@lru_cache(maxsize=1)  # each entry of a dump asks
def _boundaries_in(text: str) -> frozenset[str]:
    decode = JSONDecoder().raw_decode
    found = (decode(text, match.end())[0].get("PermissionsBoundaryArn") for match in _BOUNDARY.finditer(text))
    return frozenset(arn for arn in found if isinstance(arn, str))


def _found_under(
    value: Mapping[Any, Any],
    name: Any,  # noqa: ANN401 - any key
    path: Path,
    document: Document,
) -> FoundPolicy | FoundRole | None:
    """Return the policy or the role that a key of an object holds."""
    inner, place = value[name], (*path, name)
    if name == "AssumeRolePolicyDocument":
        return role_in(value, path, document)
    if name == "PolicyDocument" and "VpcEndpointId" in value:
        return entered(inner, place, document, str(value["VpcEndpointId"]), ENDPOINT_POLICY)
    is_document = name == "PolicyDocument" or (name == "Document" and "VersionId" in value)
    if is_document and (not isinstance(inner, str) or _is_jsontext_or_none(inner)):
        return entered(inner, place, document, _name(value), _policy_kind(value, name))
    if name == "Content" and path[-1:] == ("Policy",):
        summary = value.get("PolicySummary")
        kind = _ORGANIZATION_TYPES.get(str(summary.get("Type"))) if isinstance(summary, dict) else SCP
        title = text_or_none(summary.get("Name")) if isinstance(summary, dict) else None
        return None if kind is None else entered(inner, place, document, title or "", kind)
    if "VpcEndpointId" in value or not _may_be_policy(inner):  # most are none, and their names are not needed
        return None
    return _policy_in(inner, place, document, _name(value))


def _policy_in(value: Any, path: Path, document: Document, name: str) -> FoundPolicy | None:  # noqa: ANN401 - any JSON
    """Return a value as a policy if it surely is one."""
    if not _may_be_policy(value):
        return None
    found = entered(value, path, document, name, "")
    return found if holds_statements(found.raw) else None


def _may_be_policy(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return _is_jsontext_or_none(value) and "statement" in value.lower()
    return isinstance(value, dict) and not _STATEMENTS.isdisjoint(str(name).lower() for name in value)


def _is_jsontext_or_none(text: str) -> bool:
    return text.lstrip().startswith(("{", "%7B"))


def _name(value: Mapping[Any, Any]) -> str:
    return next((name for name in (text_or_none(value.get(key)) for key in _NAMES) if name), "")


def _policy_kind(value: Mapping[Any, Any], name: str) -> str:
    # Without its name it is what `aws iam update-assume-role-policy` takes.
    is_inline = "PolicyName" in value and any(holder in value for holder in _HOLDERS)
    return IDENTITY_POLICY if name == "Document" or is_inline else ""


def _by_content(data: Any, path: Path, document: Document, name: str) -> FoundPolicy:  # noqa: ANN401 - any document
    kind, told_by = classify(data, document.uri)
    return FoundPolicy(data, path, name or stem(document.uri), kind, told_by)
