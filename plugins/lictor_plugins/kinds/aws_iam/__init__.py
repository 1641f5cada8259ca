"""AWS IAM policies: where they live (`bare`, `cloudformation`), and what they say (`normalise` and below)."""

import functools
from collections.abc import Iterable, Sequence

from lictor import Document, Kind, Subject, hookimpl
from lictor_plugins.kinds.aws_iam.find import as_kind, find
from lictor_plugins.kinds.aws_iam.found import (
    ACCOUNT,
    ENDPOINT_POLICY,
    GROUP,
    IDENTITY_POLICY,
    PERMISSION_SET,
    PERMISSIONS_BOUNDARY,
    RCP,
    RESOURCE_POLICY,
    ROLE,
    SCP,
    TRUST_POLICY,
    USER,
)
from lictor_plugins.kinds.aws_iam.widening import newly_allows

__all__ = ["as_kind", "find", "find_account", "register_kinds", "relate_accounts"]

_TITLES = {
    TRUST_POLICY: "An AWS role's trust policy: who may assume it",
    IDENTITY_POLICY: "An AWS policy of a user, group or role: what it may do",
    PERMISSIONS_BOUNDARY: "An AWS policy used as permissions boundary",
    RESOURCE_POLICY: "An AWS policy of a resource: a bucket, a queue, a key",
    SCP: "An AWS Organizations service control policy",
    RCP: "An AWS Organizations resource control policy",
    ENDPOINT_POLICY: "An AWS policy of a VPC endpoint: what may pass through it",
}


def find_account(document: Document, wanted: frozenset[str]) -> Iterable[Subject]:
    """Return what a document adds to the account that all documents of a run make."""
    if ACCOUNT not in wanted:
        return ()
    from lictor_plugins.kinds.aws_iam import account  # few rules look at a whole account

    return account.find_account(document)


def relate_accounts(parts: Sequence[Subject]) -> Iterable[Subject]:
    """Return the account that the parts of a run make together."""
    from lictor_plugins.kinds.aws_iam import account  # the same

    return account.relate_accounts(parts)


@hookimpl
def register_kinds() -> Iterable[Kind]:
    """Return the kinds of AWS IAM; all are found on one walk."""
    from lictor_plugins.kinds.aws_iam import schema  # only needed where queries are checked

    yield from (
        Kind(name, title, find, schema.POLICY, functools.partial(as_kind, kind=name), newly_allows)
        for name, title in _TITLES.items()
    )
    title = "An AWS role with its trust policy and all that is attached to it"
    yield Kind(ROLE, title, find, schema.ROLE)
    yield Kind(USER, "An AWS user with its groups and all that is attached to it", find, schema.USER)
    yield Kind(GROUP, "An AWS group with all that is attached to it", find, schema.GROUP)
    yield Kind(PERMISSION_SET, "A permission set of AWS IAM Identity Center", find, schema.PERMISSION_SET)
    title = "All roles, users, groups and policies that the documents of a run tell of, put together"
    yield Kind(ACCOUNT, title, find_account, schema.ACCOUNT, relate=relate_accounts)
