"""From the policies and roles found in a document to subjects."""

from collections.abc import Callable, Iterator
from typing import Any

from lictor import Document, Path, Subject
from lictor_plugins.kinds.aws_iam.bare import find_bare, names_boundaries, take_as
from lictor_plugins.kinds.aws_iam.found import TRUST_POLICY, FoundPolicy, FoundRole
from lictor_plugins.kinds.aws_iam.found_values import (
    SourcePath,
    policy_source,
    policy_value,
    principal_source,
    principal_value,
)
from lictor_plugins.kinds.aws_iam.limits import NO_LIMITS, Limits, limited, read_limits
from lictor_plugins.kinds.general import is_cloudformation

Stands = Callable[[Path], tuple[Document, Path]]

_OF_PLANS = frozenset({"format_version", "lineage", "planned_values", "resource_changes"})

SERVICE_LINKED_PATH = "/aws-service-role/"


def found_in(document: Document) -> Iterator[FoundPolicy | FoundRole]:
    """Yield the policies and principals of a document, whatever its format."""
    head = document.head
    if is_cloudformation(head):
        from lictor_plugins.kinds.aws_iam.cloudformation import find_in_template  # not needed for bare policies

        return find_in_template(document)
    if isinstance(head, dict) and not _OF_PLANS.isdisjoint(head):
        from lictor_plugins.kinds.aws_iam.terraform_plan import find_in_plan, is_plan  # the same

        if is_plan(head):
            return find_in_plan(document)
    if document.format == "terraform":
        return (found for found, _ in _standing_in(document))
    if isinstance(head, dict) and "provider" in head:
        from lictor_plugins.kinds.aws_iam.serverless import find_in_service, is_serverless  # the same

        if is_serverless(head):
            return find_in_service(document)
    return find_bare(document)


def _standing_in(
    document: Document, limits: Limits | None = None
) -> Iterator[tuple[FoundPolicy | FoundRole, Stands | None]]:
    """Yield what is found in a document; of a Terraform configuration also which document its parts stand in.

    Without `limits` the document tells all that is known of boundaries.
    """
    if document.format != "terraform":
        every = found_in(document)
        if limits is None:
            every = iter(known := tuple(every))
            limits = read_limits(known)
        return ((limited(found, limits), None) for found in every)
    from lictor_plugins.kinds.aws_iam.terraform import find_in_configuration  # not needed for other formats

    return ((found, stands) for found, stands in find_in_configuration(document))


def find(document: Document, wanted: frozenset[str]) -> Iterator[Subject]:
    """Yield the subjects of the wanted kinds, in document order.

    The trust policy of a service-linked role belongs to AWS and can't be changed: it is left out, and the role
    itself is what a rule may speak of.
    """
    limits: Limits | None = None
    for part in document.parts():
        if limits is None and part.part[0]:
            # An entry of a large dump is read by itself, and others tell of its boundary.
            everything = (found for each in document.parts() for found in found_in(each))
            limits = read_limits(everything) if names_boundaries(document.text) else NO_LIMITS
        yield from _find_in(part, wanted, limits)


def _find_in(document: Document, wanted: frozenset[str], limits: Limits | None) -> Iterator[Subject]:
    told: dict[Path, Any] = {}
    for found, stands in _standing_in(document, limits):
        if isinstance(found, FoundPolicy):
            if found.kind in wanted:
                yield _subject(document, found, stands)
            continue
        if found.kind in wanted:
            source = principal_source(found)
            value = principal_value(found)
            place_of = _placed(source, stands)
            yield Subject(found.kind, document, found.path, value, found.name, source, place_of=place_of)
        is_service_linked = str(found.facts["path"] or "").startswith(SERVICE_LINKED_PATH)
        if TRUST_POLICY in wanted and not is_service_linked:
            for trust in found.trusts:
                # Globals of SAM give several roles one trust policy.
                if trust.path not in told or told[trust.path] != trust.raw:
                    yield _subject(document, trust, stands)
                told[trust.path] = trust.raw
        yield from (_subject(document, policy, stands) for _, policy in found.policies if policy.kind in wanted)


def as_kind(document: Document, kind: str) -> Subject:
    """Take a document for a policy of the named kind, whatever is in it.

    >>> anything = Document("x.json", "json", 5, "5", locate=lambda path, highlight: None)
    >>> as_kind(anything, "aws.iam.scp").value["malformed"][0]["found"]
    'a number'
    """
    return _subject(document, take_as(document, kind))


def _placed(source: SourcePath, stands: Stands | None) -> Stands | None:
    return None if stands is None else lambda path: stands(source(path))


def _subject(document: Document, found: FoundPolicy, stands: Stands | None = None) -> Subject:
    plain: set[int] = set()
    value = policy_value(found, plain)
    source = policy_source(found, plain)
    return Subject(
        kind=found.kind,
        document=document,
        path=found.path,
        value=value,
        name=found.name,
        source_path=source,
        properties={
            "classified_by": found.classified_by,
            "is_put_together": found.is_made or found.anchor is not None,
        },
        place_of=_placed(source, stands),
    )
