"""Associations of EKS Pod Identity: they give the pods of a service account a role.

EKS user guide, "EKS Pod Identity", read 2026-11: the role trusts `pods.eks.amazonaws.com`, and conditions on the
session tags that EKS sets say which pods may have it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from lictor import Document, Path
from lictor_plugins.kinds.aws_iam.service_accounts import ServiceAccount
from lictor_plugins.kinds.general import is_cloudformation

CLOUDFORMATION = "AWS::EKS::PodIdentityAssociation"
TERRAFORM = "aws_eks_pod_identity_association"


def find_pod_identities(document: Document) -> Iterator[ServiceAccount]:
    """Yield the service accounts that a template, a configuration or a plan associates with a role."""
    data = document.data
    if is_cloudformation(data):
        yield from _in_template(document)
    elif document.format == "terraform":
        yield from _in_configuration(document)
    elif isinstance(data, dict) and ("format_version" in data or "lineage" in data):
        yield from _in_plan(data)


def _in_template(document: Document) -> Iterator[ServiceAccount]:
    data: Mapping[str, Any] = document.data
    resources = data.get("Resources")
    if not isinstance(resources, dict) or not any(
        isinstance(each, dict) and each.get("Type") == CLOUDFORMATION for each in resources.values()
    ):
        return
    from lictor_plugins.kinds.aws_iam.cloudformation_principals import text_of  # not needed for most templates
    from lictor_plugins.kinds.aws_iam.for_each import resources_of
    from lictor_plugins.kinds.aws_iam.nested_stacks import template_of

    template = template_of(document)
    for _, resource, place in resources_of(data, template, ()):
        properties = resource.get("Properties") if isinstance(resource, dict) else None
        if isinstance(properties, dict) and resource.get("Type") == CLOUDFORMATION:
            texts = {name: text_of(value, template) for name, value in properties.items()}
            names = ("ServiceAccount", "Namespace", "RoleArn")
            yield from _association(texts, names, (*place, "Properties"))


def _in_configuration(document: Document) -> Iterator[ServiceAccount]:
    from lictor_plugins.formats.terraform.configuration import Configuration

    configuration = getattr(document.locate, "found", None)
    for made in configuration.made if isinstance(configuration, Configuration) else ():
        if made.resource.mode == "resource" and made.resource.type == TERRAFORM:
            yield from _of_resource(made.resource.values.fields, made.resource.path)


def _in_plan(data: Mapping[str, Any]) -> Iterator[ServiceAccount]:
    from lictor_plugins.kinds.aws_iam.terraform_plan import entries_of, is_plan

    for entry in entries_of(data) if is_plan(data) else ():
        if entry.type == TERRAFORM:
            yield from _of_resource(entry.values.fields, entry.path)


def _of_resource(fields: Mapping[str, Any], path: Path) -> Iterator[ServiceAccount]:
    from lictor_plugins.kinds.aws_iam.terraform_values import text_of

    texts = {name: text_of(value) for name, value in fields.items()}
    yield from _association(texts, ("service_account", "namespace", "role_arn"), path)


def _association(texts: Mapping[str, str | None], names: tuple[str, str, str], path: Path) -> Iterator[ServiceAccount]:
    name, namespace, arn = (texts.get(each) for each in names)
    if name is not None and arn is not None:
        known = namespace if namespace is not None and "${" not in f"{name}{namespace}" else None
        places = {field: (*path, each) for field, each in zip(("name", "namespace", "role_arn"), names, strict=True)}
        yield ServiceAccount(name, known, arn, path, places, by_pod_identity=True)
