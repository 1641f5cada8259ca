"""Kubernetes service accounts whose pods get an AWS role: by an annotation of theirs, or by EKS Pod Identity.

EKS user guide, "IAM roles for service accounts", read 2026-11: the annotation `eks.amazonaws.com/role-arn`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from lictor import EMPTY, Document, NamedTuple, Path
from lictor_plugins.kinds.general import kubernetes_objects
from lictor_plugins.reasoning.globs import matches

ANNOTATION = "eks.amazonaws.com/role-arn"


_PODS = "pods.eks.amazonaws.com"
# What EKS Pod Identity tags sessions with (EKS user guide, "Grant Pods access to AWS resources based on tags").
_NAMESPACE_TAG = "aws:requesttag/kubernetes-namespace"
_NAME_TAG = "aws:requesttag/kubernetes-service-account"


class ServiceAccount(NamedTuple):
    """A service account and where it stands; `places` where its parts don't stand as in a manifest."""

    name: str
    namespace: str | None
    role_arn: str
    path: Path
    places: Mapping[str, Path] = EMPTY
    by_pod_identity: bool = False

    def value(self) -> dict[str, Any]:
        """Return what rules see."""
        subject = f"system:serviceaccount:{self.namespace}:{self.name}" if self.namespace else None
        known = {"name": self.name, "namespace": self.namespace, "role_arn": self.role_arn, "subject": subject}
        return {**known, "by_pod_identity": self.by_pod_identity}

    def source(self, inner: Path) -> Path:
        """Return where a part of the value stands."""
        if self.places:
            return self.places.get(str(inner[0]) if inner else "", self.path)
        if inner[:1] in {("name",), ("namespace",)}:
            return (*self.path, "metadata", *inner[:1])
        return (*self.path, "metadata", "annotations", ANNOTATION)


def is_admitted(account: ServiceAccount, trust: Mapping[str, Any] | None) -> bool | None:
    """Tell whether a role's trust policy lets a service account in; None where that can't be told from here.

    >>> is_admitted(ServiceAccount("builder", "ci", "arn:aws:iam::111122223333:role/ci", ()), None) is None
    True
    """
    if account.namespace is None or trust is None or trust["unresolved"]:
        return None
    allows = [each for each in trust["statements"] if each["effect"] == "Allow"]
    if account.by_pod_identity:
        wanted = {_NAMESPACE_TAG: account.namespace, _NAME_TAG: account.name}
        said = [_admits(each, "key", wanted) for each in allows if _is_for_pods(each)]
    else:
        subject = f"system:serviceaccount:{account.namespace}:{account.name}"
        said = [_admits(each, "claim", {"sub": subject}) for each in allows if _is_for_tokens(each)]
    return None if True not in said and None in said else True in said


def _is_for_pods(statement: Mapping[str, Any]) -> bool:
    is_service = any(each["value"] == _PODS for each in statement["principals"])
    return is_service and any(action.lower() in {"sts:assumerole", "sts:*", "*"} for action in statement["actions"])


def _is_for_tokens(statement: Mapping[str, Any]) -> bool:
    is_provider = any(each["kind"] == "oidc-provider" for each in statement["principals"])
    calls = ("sts:assumerolewithwebidentity", "sts:*", "*")
    return is_provider and any(action.lower() in calls for action in statement["actions"])


def _admits(statement: Mapping[str, Any], field: str, known: Mapping[str, str]) -> bool | None:
    """Tell whether all conditions on what is known hold, by key or claim; what they are not known to say is None."""
    wanted = [each for each in statement["conditions"] if each[field] in known]
    if any(each["is_unresolved"] or each["operator"] not in {"StringEquals", "StringLike"} for each in wanted):
        return None
    return all(
        any(
            value == known[each[field]] or (each["operator"] == "StringLike" and matches(value, known[each[field]]))
            for value in each["values"]
        )
        for each in wanted
    )


def find_service_accounts(document: Document) -> Iterator[ServiceAccount]:
    """Yield the service accounts of a manifest that name a role."""
    for path, value in kubernetes_objects(document.head, ()):
        metadata = value.get("metadata")
        annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
        arn = annotations.get(ANNOTATION) if isinstance(annotations, dict) else None
        if value["kind"] == "ServiceAccount" and isinstance(metadata, dict) and isinstance(arn, str):
            namespace = metadata.get("namespace")
            known = namespace if isinstance(namespace, str) else None
            yield ServiceAccount(str(metadata.get("name", "")), known, arn, path)
