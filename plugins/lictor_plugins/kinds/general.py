"""Kinds for any document: the whole of it, a CloudFormation or Terraform resource, a Kubernetes object."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lictor import Document, Kind, Path, Subject, hookimpl
from lictor_plugins.kinds.sam_globals import Moved, globals_of, stands_at, with_globals

DOCUMENT = "document"
CLOUDFORMATION_RESOURCE = "cloudformation.resource"
KUBERNETES_OBJECT = "kubernetes.object"
TERRAFORM_RESOURCE = "terraform.resource"

CLOUDFORMATION_RESOURCE_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "Type": {"type": "string"},
        "Properties": {},
        "Metadata": {},
        "Condition": {},
        "DependsOn": {},
        "CreationPolicy": {},
        "UpdatePolicy": {},
        "DeletionPolicy": {},
        "UpdateReplacePolicy": {},
        "Connectors": {},
    },
}

TERRAFORM_RESOURCE_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "address": {"type": "string"},
        "mode": {"enum": ["managed", "data"]},
        "type": {"type": "string"},
        "name": {"type": "string"},
        "values": {"type": "object"},
    },
}


@hookimpl
def register_kinds() -> Iterable[Kind]:
    """Return the kinds that need no knowledge of a policy language."""
    return (
        Kind(DOCUMENT, "A whole JSON or YAML document, as it is", find_documents),
        Kind(
            CLOUDFORMATION_RESOURCE,
            "A resource of a CloudFormation or SAM template, with what Globals give it",
            find_cloudformation_resources,
            CLOUDFORMATION_RESOURCE_SCHEMA,
        ),
        Kind(KUBERNETES_OBJECT, "A Kubernetes object, as its manifest gives it", find_kubernetes_objects),
        Kind(
            TERRAFORM_RESOURCE,
            "A resource or data source of a Terraform configuration, plan or state, evaluated as far as it is known",
            find_terraform_resources,
            TERRAFORM_RESOURCE_SCHEMA,
        ),
    )


def find_documents(document: Document, wanted: frozenset[str]) -> Iterator[Subject]:
    """Yield the document itself."""
    if DOCUMENT in wanted:
        yield Subject(DOCUMENT, document, (), document.data, document.uri)


def find_cloudformation_resources(document: Document, wanted: frozenset[str]) -> Iterator[Subject]:
    """Yield every resource of a template; an entry that is no mapping is yielded too, for rules to say so."""
    if CLOUDFORMATION_RESOURCE not in wanted or not is_cloudformation(document.head):
        return
    given = globals_of(document.data)
    for name, resource in document.data["Resources"].items():
        # `Fn::ForEach::X` under Resources makes resources when it is deployed; it is no resource itself.
        if str(name).startswith("Fn::"):
            continue
        path = ("Resources", name)
        merged, moved = with_globals(resource, path, given, ("Globals",)) if given else (resource, {})
        subject = Subject(CLOUDFORMATION_RESOURCE, document, path, merged, str(name))
        yield subject._replace(source_path=_source_path(path, moved)) if moved else subject


def _source_path(path: Path, moved: Moved) -> Callable[[Path], Path]:
    return lambda inner: stands_at((*path, *inner), moved)


def is_cloudformation(data: Any) -> bool:  # noqa: ANN401 - any document
    """Tell whether a document is a CloudFormation or SAM template.

    >>> is_cloudformation({"Resources": {"Role": {"Type": "AWS::IAM::Role"}}})
    True
    >>> is_cloudformation({"Resources": ["a", "b"]})
    False
    """
    if not isinstance(data, dict) or not isinstance(data.get("Resources"), dict):
        return False
    if "AWSTemplateFormatVersion" in data or "Transform" in data:
        return True
    return any(
        isinstance(resource, dict) and str(resource.get("Type", "")).startswith(("AWS::", "Custom::"))
        for resource in data["Resources"].values()
    )


def find_kubernetes_objects(document: Document, wanted: frozenset[str]) -> Iterator[Subject]:
    """Yield the object of a manifest, or each object of a `List`."""
    if KUBERNETES_OBJECT in wanted:
        for path, value in kubernetes_objects(document.head, ()):
            yield Subject(KUBERNETES_OBJECT, document, path, value, _kubernetes_name(value))


def kubernetes_objects(
    data: Any,  # noqa: ANN401 - any document
    path: tuple[str | int, ...],
) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Yield a manifest's object, or each object of a `List`, with its place."""
    if not isinstance(data, dict) or not isinstance(data.get("kind"), str) or "apiVersion" not in data:
        return
    if data["kind"].endswith("List") and isinstance(data.get("items"), list):
        for index, item in enumerate(data["items"]):
            yield from kubernetes_objects(item, (*path, "items", index))
    else:
        yield path, data


def _kubernetes_name(value: Mapping[str, Any]) -> str:
    metadata = value.get("metadata")
    name = (metadata.get("name") or metadata.get("generateName")) if isinstance(metadata, dict) else None
    return f"{value['kind']}/{name}" if name else str(value["kind"])


def find_terraform_resources(document: Document, wanted: frozenset[str]) -> Iterator[Subject]:
    """Yield the resources and data sources of a configuration, a plan or a state, all in the form of a plan."""
    if TERRAFORM_RESOURCE not in wanted or not isinstance(document.head, dict):
        return
    if document.format == "terraform" or {"format_version", "lineage"} & document.head.keys():
        from lictor_plugins.kinds.terraform import find_resources  # few rules look at these

        yield from find_resources(TERRAFORM_RESOURCE, document)
