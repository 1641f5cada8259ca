"""What Terraform resources attach to principals: policies, groups, and boundaries of permission sets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lictor import Path
from lictor_plugins.formats.terraform.values import Choice, Fields, Value, is_null
from lictor_plugins.kinds.aws_iam.found import IDENTITY_POLICY, PERMISSION_SET, USER, FoundPolicy, Managed
from lictor_plugins.kinds.aws_iam.managed_arns import key_of, own_arn
from lictor_plugins.kinds.aws_iam.terraform_entries import Entry, name_of, policies_at
from lictor_plugins.kinds.aws_iam.terraform_places import (
    ATTACHMENTS,
    BOUNDARIES,
    INLINE,
    MEMBERSHIPS,
    PLACES,
    PRINCIPALS,
    REFERENCE,
    REFERENCES,
)
from lictor_plugins.kinds.aws_iam.terraform_values import followed, text_of, texts_of


class Attached(NamedTuple):
    """What other resources attach to one principal."""

    managed: tuple[tuple[str, Path], ...] = ()
    inline: tuple[tuple[str | None, FoundPolicy], ...] = ()
    groups: tuple[tuple[str, Path], ...] = ()
    boundaries: tuple[tuple[str | None, Path], ...] = ()


Attachments = Mapping[tuple[str, str], Attached]


def read_attachments(entries: Iterable[Entry]) -> Attachments:
    """Gather what resources attach to principals, by the kind and the name of the principal."""
    found: dict[tuple[str, str], Attached] = {}
    for entry in entries:
        for key, more in _attached_by(entry):
            before = found.get(key, Attached())
            found[key] = Attached(
                before.managed + more.managed,
                before.inline + more.inline,
                before.groups + more.groups,
                before.boundaries + more.boundaries,
            )
    return found


def _attached_by(entry: Entry) -> Iterator[tuple[tuple[str, str], Attached]]:
    fields, path = entry.values.fields, entry.path
    if entry.type in ATTACHMENTS:
        named, listed = ATTACHMENTS[entry.type]
        arns = tuple(texts_of(fields.get(listed), (*path, listed)))
        for attribute, kind in named.items():
            yield from (((kind, name), Attached(arns)) for name, _ in texts_of(fields.get(attribute), ()))
    elif entry.type in MEMBERSHIPS:
        users, groups = MEMBERSHIPS[entry.type]
        joined = tuple(texts_of(fields.get(groups), (*path, groups)))
        yield from (((USER, name), Attached(groups=joined)) for name, _ in texts_of(fields.get(users), ()))
    elif entry.type in INLINE:
        attribute, kind = INLINE[entry.type]
        holder = text_of(fields.get(attribute))
        if holder is not None:
            policies = policies_at(entry, PLACES[entry.type][0][0], IDENTITY_POLICY)
            yield (kind, holder), Attached(inline=tuple((name_of(entry), policy) for policy in policies))
    elif entry.type in REFERENCES or entry.type in BOUNDARIES:
        holder = text_of(fields.get("permission_set_arn"))
        if holder is not None:
            managed, boundaries = _references(entry.values, path), _boundaries(entry)
            yield (PERMISSION_SET, holder), Attached(tuple(managed), boundaries=tuple(boundaries))


def _references(block: Value, path: Path) -> Iterator[tuple[str, Path]]:
    """Yield the ARNs of the policies of the account that a block names."""
    for reference, place in followed(block, (REFERENCE, "*"), path):
        fields = reference.fields if isinstance(reference, Fields) else {}
        name = text_of(fields.get("name"))
        if name is not None:
            yield own_arn(name, text_of(fields.get("path"))), (*place, "name")


def _boundaries(entry: Entry) -> Iterator[tuple[str | None, Path]]:
    """Yield the ARNs that the boundary of a permission set may come to."""
    for block, place in followed(entry.values, (BOUNDARIES.get(entry.type, ""), "*"), entry.path):
        given = block.fields.get("managed_policy_arn") if isinstance(block, Fields) else None
        yield from ((arn, (*place, "managed_policy_arn")) for arn in options(given) if arn is not None)
        yield from _references(block, place)


def options(value: Value | None) -> Iterator[str | None]:
    """Yield the texts that a value may come to, and None where it may be null."""
    if isinstance(value, Choice):
        for option in value.options:
            yield from options(option)
    elif value is not None:
        yield None if is_null(value) else text_of(value) or None


def managed_of(entry: Entry) -> Managed:
    """Return what is known of a managed policy beside its document."""
    name = name_of(entry)
    called = name or f"${{aws_iam_policy.{entry.name}.name}}"
    return Managed(name, entry.arn, entry.path, by_name=own_arn(called, text_of(entry.values.fields.get("path"))))


def boundaries_of(entries: Sequence[Entry]) -> frozenset[str]:
    """Return the names of the managed policies that serve as a permissions boundary of another resource."""
    named = {arn for each in read_attachments(entries).values() for arn, _ in each.boundaries}
    named.update(
        arn
        for entry in entries
        if entry.type in PRINCIPALS
        for arn in options(entry.values.fields.get("permissions_boundary"))
    )
    wanted = {key_of(arn) for arn in named if arn is not None}
    policies = ((entry.name, managed_of(entry)) for entry in entries if entry.type == "aws_iam_policy")
    return frozenset(name for name, managed in policies if wanted & {key_of(managed.arn), key_of(managed.by_name)})
