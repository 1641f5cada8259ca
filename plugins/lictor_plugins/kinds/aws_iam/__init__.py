"""AWS IAM policies: where they live (`bare`, `cloudformation`), and what they say (`normalise` and below)."""

import functools
from collections.abc import Iterable

from lictor import Kind, hookimpl
from lictor_plugins.kinds.aws_iam.find import as_kind, find
from lictor_plugins.kinds.aws_iam.found import (
    IDENTITY_POLICY,
    PERMISSIONS_BOUNDARY,
    RCP,
    RESOURCE_POLICY,
    ROLE,
    SCP,
    TRUST_POLICY,
)
from lictor_plugins.kinds.aws_iam.schema import POLICY as POLICY_SCHEMA
from lictor_plugins.kinds.aws_iam.schema import ROLE as ROLE_SCHEMA

__all__ = ["as_kind", "find", "register_kinds"]

_TITLES = {
    TRUST_POLICY: "An AWS role's trust policy: who may assume it",
    IDENTITY_POLICY: "An AWS policy of a user, group or role: what it may do",
    PERMISSIONS_BOUNDARY: "An AWS policy used as permissions boundary",
    RESOURCE_POLICY: "An AWS policy of a resource: a bucket, a queue, a key",
    SCP: "An AWS Organizations service control policy",
    RCP: "An AWS Organizations resource control policy",
}


@hookimpl
def register_kinds() -> Iterable[Kind]:
    """Return the kinds of AWS IAM; all are found on one walk."""
    yield from (
        Kind(name, title, find, POLICY_SCHEMA, functools.partial(as_kind, kind=name)) for name, title in _TITLES.items()
    )
    yield Kind(ROLE, "An AWS role with its trust policy and inline policies", find, ROLE_SCHEMA)
