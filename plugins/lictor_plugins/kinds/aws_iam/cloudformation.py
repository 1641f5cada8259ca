"""Policies and principals in CloudFormation and SAM templates."""

from collections.abc import Iterator, Mapping
from typing import Any

from lictor import Document, Path
from lictor_plugins.kinds.aws_iam.cloudformation_places import PERMISSIONS, PLACES, PRINCIPALS
from lictor_plugins.kinds.aws_iam.cloudformation_policies import permission, policies_at, unlisted
from lictor_plugins.kinds.aws_iam.cloudformation_principals import (
    Resources,
    attachments_of,
    boundaries_of,
    principal,
    read_attachments,
    text_of,
    undeclared,
)
from lictor_plugins.kinds.aws_iam.for_each import resources_of
from lictor_plugins.kinds.aws_iam.found import (
    IDENTITY_POLICY,
    PERMISSIONS_BOUNDARY,
    RESOURCE_POLICY,
    FoundPolicy,
    FoundRole,
    Managed,
    organization_kind_of,
)
from lictor_plugins.kinds.aws_iam.intrinsics import Template
from lictor_plugins.kinds.aws_iam.nested_stacks import template_of
from lictor_plugins.kinds.aws_iam.relocating import relocated
from lictor_plugins.kinds.sam_globals import IMPLICIT_API, Moved, globals_of, has_implicit_api, with_globals

_MANAGED = "AWS::IAM::ManagedPolicy"


def find_in_template(
    document: Document, data: Mapping[str, Any] | None = None, place: Path = ()
) -> Iterator[FoundPolicy | FoundRole]:
    """Yield every policy and principal of a template, in the order of its resources.

    The template is the whole document, unless its `data` stands at a `place` in it.
    """
    data = document.data if data is None else data
    template = template_of(document, data)
    resources, moved = _resources(data, template, place)
    every = _in_resources(resources, template)
    return (relocated(found, moved) for found in every) if moved else every


def _resources(data: Mapping[str, Any], template: Template, place: Path) -> tuple[Resources, dict[Path, Moved]]:
    """Return the resources of a template with what SAM's Globals give them, and what stands elsewhere then, by path."""
    resources = tuple(resources_of(data, template, place))
    given = globals_of(data)
    if not given:
        return resources, {}
    moved: dict[Path, Moved] = {}
    merged: list[tuple[str, Any, Path]] = []
    if has_implicit_api(resource for _, resource, _ in resources):
        # SAM makes it, and Globals are all that it has.
        resources = (*resources, (IMPLICIT_API, {"Type": "AWS::Serverless::Api"}, (*place, "Globals", "Api")))
    for logical, resource, here in resources:
        whole, its_moved = with_globals(resource, here, given, (*place, "Globals"))
        merged.append((logical, whole, here))
        if its_moved:
            moved[here] = its_moved
    return tuple(merged), moved


def _in_resources(resources: Resources, template: Template) -> Iterator[FoundPolicy | FoundRole]:
    attachments = read_attachments(resources, template)
    boundaries = boundaries_of(resources, template)
    for logical, resource, here in resources:
        if not isinstance(resource, dict):
            continue
        if str(resource.get("Type")) in PRINCIPALS:
            yield from principal(logical, resource, here, template, attachments)
            continue
        if not isinstance(resource.get("Properties"), dict):
            continue
        yield from _policies(logical, resource, (*here, "Properties"), template, boundaries)
    yield from undeclared(resources, attachments, template)


def _policies(
    logical: str, resource: Mapping[str, Any], path: Path, template: Template, boundaries: frozenset[str]
) -> Iterator[FoundPolicy]:
    """Yield the policies of a resource that is no principal."""
    properties, kind = resource["Properties"], str(resource.get("Type"))
    if kind == "AWS::Organizations::Policy":
        organization_kind = organization_kind_of(text_of(properties.get("Type"), template))
        if organization_kind is not None:
            yield from policies_at(properties, path, ("Content",), organization_kind, logical, template)
    elif kind in PERMISSIONS:
        yield from permission(properties, path, logical, PERMISSIONS[kind], template)
    elif kind == _MANAGED:
        is_boundary = logical in boundaries or _is_named_boundary(logical, properties)
        yield from _managed(
            properties, path, logical, PERMISSIONS_BOUNDARY if is_boundary else IDENTITY_POLICY, template
        )
    elif kind == "AWS::Serverless::Api":
        yield from _custom_statements(properties, path, logical, template)
    elif kind not in PLACES and kind not in PRINCIPALS:
        yield from unlisted(properties, path, logical, template)
    for place, policy_kind in PLACES.get(kind, ()) if kind != _MANAGED else ():
        yield from policies_at(properties, path, place, policy_kind, logical, template)


def _managed(
    properties: Mapping[str, Any], path: Path, logical: str, kind: str, template: Template
) -> Iterator[FoundPolicy]:
    arn = text_of({"Ref": logical}, template)
    name = text_of(properties.get("ManagedPolicyName"), template) or logical
    managed = Managed(name, arn, path, attachments_of(properties, _MANAGED, path, template))
    for found in policies_at(properties, path, ("PolicyDocument",), kind, logical, template):
        yield found._replace(managed=managed)


def _custom_statements(
    properties: Mapping[str, Any], path: Path, logical: str, template: Template
) -> Iterator[FoundPolicy]:
    """Read the statements that SAM makes a resource policy of."""
    place = ("Auth", "ResourcePolicy", "CustomStatements")
    for found in policies_at(properties, path, place, RESOURCE_POLICY, logical, template):
        raw = {"Version": "2012-10-17", "Statement": found.raw}
        yield found._replace(raw=raw, places={(): found.path, ("Statement",): found.path})


def _is_named_boundary(logical: str, properties: Mapping[str, Any]) -> bool:
    """Tell whether a policy is meant as a boundary for roles of other templates, by its name."""
    return "boundary" in f"{logical} {properties.get('ManagedPolicyName')}".lower()
