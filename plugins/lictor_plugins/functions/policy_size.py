"""The size of a policy as IAM counts it: its characters without white space."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lictor import Match, Subject

_PARAMETERS = {
    "aws.iam.trust-policy": "trust-policy-size",
    "aws.iam.identity-policy": "managed-policy-size",
    "aws.iam.permissions-boundary": "managed-policy-size",
    "aws.iam.scp": "service-control-policy-size",
    "aws.iam.rcp": "resource-control-policy-size",
}
_INLINE = frozenset(
    {
        "Policies",
        "RolePolicyList",
        "inline_policy",
        "aws_iam_role_policy",
        "aws_iam_user_policy",
        "aws_iam_group_policy",
    }
)
"""Where templates, dumps and Terraform keep inline policies."""


def policy_size(subject: Subject, parameters: Mapping[str, Any]) -> Iterator[Match]:
    """Yield the policy when it is too long; `open` where its length is not known before it is deployed."""
    document, path = subject.place(())
    raw: Any = document.data
    for step in path:
        if not isinstance(raw, dict | list):
            break  # a policy that stands there as text
        raw = raw[step]  # type: ignore[index] # the path is the document's own
    parameter = _PARAMETERS[subject.kind]
    if parameter == "managed-policy-size" and _INLINE.intersection(path):
        parameter = "inline-policy-size"
    length = len("".join((raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)).split()))
    if length > parameters[parameter]:
        values = {"length": length, "limit": parameters[parameter]}
        yield Match((), values, kind="open" if _has_intrinsics(raw) else "fail")


def _has_intrinsics(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return any(name == "Ref" or str(name).startswith("Fn::") or _has_intrinsics(value[name]) for name in value)
    return isinstance(value, list) and any(map(_has_intrinsics, value))
