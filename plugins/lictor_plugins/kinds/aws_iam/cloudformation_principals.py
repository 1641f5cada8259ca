"""Roles, users, groups and permission sets of a template, with all that the template attaches to them."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lictor import Path
from lictor_plugins.kinds.aws_iam.cloudformation_places import PRINCIPALS, PrincipalPlaces
from lictor_plugins.kinds.aws_iam.cloudformation_policies import policies_at
from lictor_plugins.kinds.aws_iam.found import (
    GROUP,
    IDENTITY_POLICY,
    ROLE,
    TRUST_POLICY,
    USER,
    Attachment,
    FoundPolicy,
    FoundRole,
    role_facts,
)
from lictor_plugins.kinds.aws_iam.intrinsics import NO_VALUE, Template, branches, intrinsic, members, texts
from lictor_plugins.kinds.aws_iam.managed_arns import key_of, own_arn
from lictor_plugins.kinds.aws_iam.sam_policies import sam_policies
from lictor_plugins.kinds.aws_iam.template import unknown

Resources = tuple[tuple[str, Any, Path], ...]

_NAMED_IN = {"Users": USER, "Roles": ROLE, "Groups": GROUP, "UserName": USER, "RoleName": ROLE, "GroupName": GROUP}
_ATTACHED_BY = {
    "AWS::IAM::ManagedPolicy": ("Users", "Roles", "Groups"),
    "AWS::IAM::Policy": ("Users", "Roles", "Groups"),
    "AWS::IAM::UserPolicy": ("UserName",),
    "AWS::IAM::RolePolicy": ("RoleName",),
    "AWS::IAM::GroupPolicy": ("GroupName",),
}


class Attached(NamedTuple):
    """What other resources of a template attach to one principal."""

    managed: tuple[tuple[str, Path], ...] = ()
    inline: tuple[tuple[str | None, FoundPolicy], ...] = ()
    groups: tuple[tuple[str, Path], ...] = ()
    instance_profiles: tuple[tuple[str, Path], ...] = ()


Attachments = Mapping[tuple[str, str], Attached]
"""By kind and name: the text that `Ref` of the principal gives."""


def attachments_of(properties: Mapping[str, Any], kind: str, path: Path, template: Template) -> tuple[Attachment, ...]:
    """Return what a policy's own resource attaches it to."""
    return tuple(
        Attachment(_NAMED_IN[named], text.text, place)
        for named in _ATTACHED_BY.get(kind, ())
        if named in properties
        for member, place in members(properties[named], (*path, named))
        for text in texts(member, template) or ()
    )


def read_attachments(resources: Resources, template: Template) -> Attachments:
    """Gather what the resources of a template attach to principals."""
    found: dict[tuple[str, str], Attached] = {}
    for logical, resource, place in resources:
        properties = resource.get("Properties") if isinstance(resource, dict) else None
        if not isinstance(properties, dict):
            continue
        kind, path = str(resource.get("Type")), (*place, "Properties")
        for attachment in attachments_of(properties, kind, path, template):
            key = (attachment.kind, attachment.name)
            before = found.get(key, Attached())
            if kind == "AWS::IAM::ManagedPolicy":
                arn = text_of({"Ref": logical}, template) or logical
                found[key] = before._replace(managed=(*before.managed, (arn, attachment.place)))
            else:
                policies = policies_at(properties, path, ("PolicyDocument",), IDENTITY_POLICY, logical, template)
                name = text_of(properties.get("PolicyName"), template)
                found[key] = before._replace(inline=(*before.inline, *((name, policy) for policy in policies)))
        _memberships(found, logical, properties, (kind, path), template)
    return found


def _memberships(
    found: dict[tuple[str, str], Attached],
    logical: str,
    properties: Mapping[str, Any],
    place: tuple[str, Path],
    template: Template,
) -> None:
    """Add users to their groups, and roles to their instance profiles."""
    kind, path = place
    if kind == "AWS::IAM::UserToGroupAddition":
        group = text_of(properties.get("GroupName"), template) or ""
        for name, where in _names(properties.get("Users"), (*path, "Users"), template):
            before = found.get((USER, name), Attached())
            found[USER, name] = before._replace(groups=(*before.groups, (group, where)))
    elif kind == "AWS::IAM::InstanceProfile":
        profile = text_of({"Ref": logical}, template) or logical
        for name, where in _names(properties.get("Roles"), (*path, "Roles"), template):
            before = found.get((ROLE, name), Attached())
            found[ROLE, name] = before._replace(instance_profiles=(*before.instance_profiles, (profile, where)))


def principal(
    logical: str, resource: Mapping[str, Any], place: Path, template: Template, attachments: Attachments
) -> Iterator[FoundRole]:
    """Yield the principal that a resource is or makes, if it does."""
    known = PRINCIPALS[str(resource.get("Type"))]
    # A user needs no properties at all.
    properties = resource.get("Properties") or {}
    path = (*place, "Properties") if resource.get("Properties") else place
    if not isinstance(properties, dict):
        return
    is_made = not known.name
    if is_made and ("Role" in properties or not {known.trust, known.managed, known.boundary} & properties.keys()):
        return
    # SAM developer guide, "Generated CloudFormation resources".
    default = f"{logical}Role" if is_made else logical
    name = (text_of(properties.get(known.name), template) if known.name else None) or default
    facts = role_facts(name, None, None, text_of(properties.get(known.path), template))
    attached = attachments.get((known.kind, _called(logical, str(resource["Type"]), template) or logical), Attached())
    more, places = _more(known, properties, path, template, attached)
    trusts: tuple[FoundPolicy, ...] = ()
    role = facts if known.kind == ROLE else None
    if known.trust and properties.get(known.trust, ...) is not None:
        trusts = tuple(policies_at(properties, path, (known.trust,), TRUST_POLICY, logical, template, role))
    inline = policies_at(properties, path, known.inline, IDENTITY_POLICY, logical, template, role)
    if known.inline[-1] == "*":
        inline = (policy for found in inline for policy in sam_policies(found))
    policies = tuple((_policy_name(properties, found.path, len(path), template), found) for found in inline)
    here = place if is_made else path
    boundaries = tuple(_boundaries(properties.get(known.boundary), template))
    yield FoundRole(
        here,
        logical,
        {**facts, **more},
        places,
        trusts,
        policies,
        known.kind,
        attached.inline,
        boundaries=boundaries,
    )


def undeclared(resources: Resources, attachments: Attachments, template: Template) -> Iterator[FoundRole]:
    """Yield the users, groups and roles that a template gives policies to without making them."""
    declared = {
        (PRINCIPALS[str(resource.get("Type"))].kind, _called(logical, str(resource.get("Type")), template))
        for logical, resource, _ in resources
        if isinstance(resource, dict) and str(resource.get("Type")) in PRINCIPALS
    }
    for (kind, name), attached in attachments.items():
        stands = [place for _, place in (*attached.managed, *attached.groups)]
        stands += [policy.path for _, policy in attached.inline]
        if (kind, name) in declared or not stands:
            continue
        lists = {"managed_policies": attached.managed, "groups": attached.groups}
        places: dict[Path, Path] = {(): stands[0]}
        for field, each in lists.items():
            places.update({(field, index): place for index, (_, place) in enumerate(each)})
        facts = {field: [text for text, _ in each] for field, each in lists.items()}
        known = {**role_facts(name), **facts}
        yield FoundRole(stands[0], name, known, places, (), (), kind, attached.inline, is_declared=False)


def _called(logical: str, kind: str, template: Template) -> str | None:
    """Return the text that references to a principal come to; SAM names the role of a function after it."""
    return text_of({"Ref": logical}, template) if PRINCIPALS[kind].name else f"${{{logical}Role}}"


def _more(
    known: PrincipalPlaces, properties: Mapping[str, Any], path: Path, template: Template, attached: Attached
) -> tuple[dict[str, Any], dict[Path, Path]]:
    """Return the facts of a principal beside its name, and where all of them stand."""
    duration = properties.get(known.duration)
    boundary, boundary_place = _boundary(properties.get(known.boundary), (*path, known.boundary), template)
    places: dict[Path, Path] = {
        ("name",): (*path, known.name) if known.name else path,
        ("path",): (*path, known.path),
        ("max_session_duration",): (*path, known.duration),
        ("permissions_boundary",): boundary_place,
    }
    managed = [*_managed(known, properties, path, template), *attached.managed]
    groups = [*_names(properties.get("Groups"), (*path, "Groups"), template), *attached.groups]
    lists = {"managed_policies": managed, "groups": groups, "instance_profiles": attached.instance_profiles}
    for field, entries in lists.items():
        places.update({(field, index): place for index, (_, place) in enumerate(entries)})
    places["managed_policies",] = (*path, known.managed)
    facts = {
        "max_session_duration": duration if isinstance(duration, int) else None,
        "permissions_boundary": boundary,
        **{field: [text for text, _ in entries] for field, entries in lists.items()},
    }
    return facts, places


def _managed(
    known: PrincipalPlaces, properties: Mapping[str, Any], path: Path, template: Template
) -> Iterator[tuple[str, Path]]:
    is_sam = known.managed == "Policies"
    for text, place in _names(properties.get(known.managed), (*path, known.managed), template):
        # SAM also takes the name of one of AWS's own policies.
        is_name = is_sam and ":" not in text and not text.startswith("${")
        yield (f"arn:${{AWS::Partition}}:iam::aws:policy/{text}" if is_name else text), place
    here = (*path, "CustomerManagedPolicyReferences")
    for reference, place in members(properties.get("CustomerManagedPolicyReferences", []), here):
        name = _by_reference(reference, template)
        if name is not None:
            yield name, place


def _boundary(value: Any, path: Path, template: Template) -> tuple[str | None, Path]:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict) and "ManagedPolicyArn" in value:
        return text_of(value["ManagedPolicyArn"], template), (*path, "ManagedPolicyArn")
    if isinstance(value, dict) and "CustomerManagedPolicyReference" in value:
        inner = (*path, "CustomerManagedPolicyReference")
        return _by_reference(value["CustomerManagedPolicyReference"], template), inner
    return text_of(value, template), path


def _boundaries(value: Any, template: Template) -> Iterator[str | None]:  # noqa: ANN401 - any JSON value
    """Yield the ARNs that a boundary may come to, and None where there may be none."""
    for branch, _ in branches(value, ()):
        if isinstance(branch, dict) and "CustomerManagedPolicyReference" in branch:
            yield (
                _by_reference(branch["CustomerManagedPolicyReference"], template) or unknown("PermissionsBoundary").text
            )
        elif branch:
            given = branch.get("ManagedPolicyArn", branch) if isinstance(branch, dict) else branch
            yield from (text.text for text in texts(given, template) or (unknown("PermissionsBoundary"),))
    if _may_be_missing(value):
        yield None


def _may_be_missing(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    arguments = value.get("Fn::If") if intrinsic(value) == "Fn::If" else None
    return value == NO_VALUE or (isinstance(arguments, list) and any(map(_may_be_missing, arguments[1:])))


def _by_reference(value: Any, template: Template) -> str | None:  # noqa: ANN401 - any JSON value
    """Return the ARN of a customer managed policy that each account of a permission set has by this name."""
    name = text_of(value.get("Name"), template) if isinstance(value, dict) else None
    path = text_of(value.get("Path"), template) if isinstance(value, dict) else None
    return None if name is None else own_arn(name, path)


def _names(value: Any, path: Path, template: Template) -> Iterator[tuple[str, Path]]:  # noqa: ANN401 - any JSON value
    for member, place in members(value, path) if value is not None else ():
        yield from ((text.text, place) for text in texts(member, template) or ())


def _policy_name(properties: Mapping[str, Any], path: Path, start: int, template: Template) -> str | None:
    """Return the PolicyName beside the PolicyDocument that `path` leads into."""
    if "PolicyDocument" not in path[start:]:
        return None
    value: Any = properties
    for element in path[start : path.index("PolicyDocument", start)]:
        value = value[element]
    return text_of(value.get("PolicyName"), template)


def boundaries_of(resources: Resources, template: Template) -> frozenset[str]:
    """Return the logical names of managed policies that serve as a boundary in the same template."""
    typed = [(logical, resource) for logical, resource, _ in resources if isinstance(resource, dict)]
    wanted = {
        key_of(arn)
        for _, resource in typed
        if isinstance(properties := resource.get("Properties"), dict)
        for arn in _boundaries(properties.get("PermissionsBoundary"), template)
        if arn is not None
    }
    managed = (logical for logical, resource in typed if resource.get("Type") == "AWS::IAM::ManagedPolicy")
    return frozenset(logical for logical in managed if key_of(text_of({"Ref": logical}, template)) in wanted)


def text_of(value: Any, template: Template) -> str | None:  # noqa: ANN401 - any JSON value
    """Return the first text that a value comes to, or None."""
    found = texts(value, template)
    return found[0].text if found else None
