"""Kubernetes service accounts that name the AWS role their pods get.

EKS user guide, "IAM roles for service accounts", read 2026-11: the annotation `eks.amazonaws.com/role-arn`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lictor import Document, Path
from lictor_plugins.kinds.general import kubernetes_objects
from lictor_plugins.reasoning.globs import matches

ANNOTATION = "eks.amazonaws.com/role-arn"


class ServiceAccount(NamedTuple):
    """A service account and where it stands."""

    name: str
    namespace: str | None
    role_arn: str
    path: Path

    def value(self) -> dict[str, Any]:
        """Return what rules see."""
        subject = f"system:serviceaccount:{self.namespace}:{self.name}" if self.namespace else None
        return {"name": self.name, "namespace": self.namespace, "role_arn": self.role_arn, "subject": subject}

    def source(self, inner: Path) -> Path:
        """Return where a part of the value stands."""
        if inner[:1] in {("name",), ("namespace",)}:
            return (*self.path, "metadata", *inner[:1])
        return (*self.path, "metadata", "annotations", ANNOTATION)


def is_admitted(subject: str | None, trust: Mapping[str, Any] | None) -> bool | None:
    """Tell whether a role's trust policy lets a service account in; None where that can't be told from here.

    >>> is_admitted("system:serviceaccount:ci:builder", None) is None
    True
    """
    if subject is None or trust is None or trust["unresolved"]:
        return None
    said = [
        _admits(subject, each) for each in trust["statements"] if each["effect"] == "Allow" and _is_for_tokens(each)
    ]
    return None if True not in said and None in said else True in said


def _is_for_tokens(statement: Mapping[str, Any]) -> bool:
    is_provider = any(each["kind"] == "oidc-provider" for each in statement["principals"])
    calls = ("sts:assumerolewithwebidentity", "sts:*", "*")
    return is_provider and any(action.lower() in calls for action in statement["actions"])


def _admits(subject: str, statement: Mapping[str, Any]) -> bool | None:
    """Tell whether all conditions on the token's `sub` hold; what they are not known to say is None."""
    wanted = [each for each in statement["conditions"] if each["claim"] == "sub"]
    if any(each["is_unresolved"] or each["operator"] not in {"StringEquals", "StringLike"} for each in wanted):
        return None
    return all(
        any(
            value == subject or (each["operator"] == "StringLike" and matches(value, subject))
            for value in each["values"]
        )
        for each in wanted
    )


def find_service_accounts(document: Document) -> Iterator[ServiceAccount]:
    """Yield the service accounts of a manifest that name a role."""
    for path, value in kubernetes_objects(document.data, ()):
        metadata = value.get("metadata")
        annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
        arn = annotations.get(ANNOTATION) if isinstance(annotations, dict) else None
        if value["kind"] == "ServiceAccount" and isinstance(metadata, dict) and isinstance(arn, str):
            namespace = metadata.get("namespace")
            known = namespace if isinstance(namespace, str) else None
            yield ServiceAccount(str(metadata.get("name", "")), known, arn, path)
