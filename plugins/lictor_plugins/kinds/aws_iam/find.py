"""From the policies and roles found in a document to subjects."""

from collections.abc import Iterator

from lictor import Document, Subject
from lictor_plugins.kinds.aws_iam.bare import find_bare, take_as
from lictor_plugins.kinds.aws_iam.found import TRUST_POLICY, FoundPolicy, FoundRole
from lictor_plugins.kinds.aws_iam.found_values import policy_source, policy_value, principal_source, principal_value
from lictor_plugins.kinds.general import is_cloudformation

SERVICE_LINKED_PATH = "/aws-service-role/"


def found_in(document: Document) -> Iterator[FoundPolicy | FoundRole]:
    """Yield the policies and principals of a document, whatever its format."""
    if is_cloudformation(document.data):
        from lictor_plugins.kinds.aws_iam.cloudformation import find_in_template  # not needed for bare policies

        return find_in_template(document)
    return find_bare(document)


def find(document: Document, wanted: frozenset[str]) -> Iterator[Subject]:
    """Yield the subjects of the wanted kinds, in document order.

    The trust policy of a service-linked role belongs to AWS and can't be changed: it is left out, and the role
    itself is what a rule may speak of.
    """
    for found in found_in(document):
        if isinstance(found, FoundPolicy):
            if found.kind in wanted:
                yield _subject(document, found)
            continue
        if found.kind in wanted:
            source = principal_source(found)
            yield Subject(found.kind, document, found.path, principal_value(found), found.name, source)
        is_service_linked = str(found.facts["path"] or "").startswith(SERVICE_LINKED_PATH)
        if TRUST_POLICY in wanted and not is_service_linked:
            yield from (_subject(document, trust) for trust in found.trusts)
        yield from (_subject(document, policy) for _, policy in found.policies if policy.kind in wanted)


def as_kind(document: Document, kind: str) -> Subject:
    """Take a document for a policy of the named kind, whatever is in it.

    >>> anything = Document("x.json", "json", 5, "5", locate=lambda path, highlight: None)
    >>> as_kind(anything, "aws.iam.scp").value["malformed"][0]["found"]
    'a number'
    """
    return _subject(document, take_as(document, kind))


def _subject(document: Document, found: FoundPolicy) -> Subject:
    return Subject(
        kind=found.kind,
        document=document,
        path=found.path,
        value=policy_value(found),
        name=found.name,
        source_path=policy_source(found),
        properties={"classified_by": found.classified_by},
    )
