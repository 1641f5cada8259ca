"""From the policies and roles found in a document to subjects."""

from collections.abc import Callable, Iterator
from typing import Any

from lictor import Document, Path, Subject
from lictor_plugins.kinds.aws_iam.bare import find_bare, take_as
from lictor_plugins.kinds.aws_iam.cloudformation import find_in_template
from lictor_plugins.kinds.aws_iam.found import ROLE, TRUST_POLICY, FoundPolicy, FoundRole
from lictor_plugins.kinds.aws_iam.normalise import normalise, source_of
from lictor_plugins.kinds.general import is_cloudformation

SERVICE_LINKED_PATH = "/aws-service-role/"


def find(document: Document, wanted: frozenset[str]) -> Iterator[Subject]:
    """Yield the subjects of the wanted kinds, in document order.

    The trust policy of a service-linked role belongs to AWS and can't be changed: it is left out, and the role
    itself is what a rule may speak of.
    """
    places = find_in_template(document) if is_cloudformation(document.data) else find_bare(document)
    for found in places:
        if isinstance(found, FoundPolicy):
            if found.kind in wanted:
                yield _subject(document, found)
            continue
        if ROLE in wanted:
            yield _role_subject(document, found)
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
        value=normalise(found.raw, found.template, role=found.role),
        name=found.name,
        source_path=source_of(found.raw, found.template, found.path, found.anchor),
        properties={"classified_by": found.classified_by},
    )


def _role_subject(document: Document, found: FoundRole) -> Subject:
    trust = found.trusts[0] if found.trusts else None
    value: dict[str, Any] = {
        **found.facts,
        "trust": None if trust is None else normalise(trust.raw, trust.template, role=trust.role),
        "policies": [
            {"name": name, "policy": normalise(policy.raw, policy.template, role=policy.role)}
            for name, policy in found.policies
        ],
    }
    return Subject(ROLE, document, found.path, value, found.name, _role_source(found))


def _role_source(found: FoundRole) -> Callable[[Path], Path]:
    def source_path(path: Path) -> Path:
        if path[:1] == ("trust",) and found.trusts:
            return _policy_source(found.trusts[0], path[1:])
        if path[:1] == ("policies",) and len(path) > 1 and isinstance(path[1], int):
            return _policy_source(found.policies[path[1]][1], path[3:])
        while path and path not in found.places:
            path = path[:-1]
        return found.places.get(path, found.path)

    return source_path


def _policy_source(found: FoundPolicy, path: Path) -> Path:
    return source_of(found.raw, found.template, found.path, found.anchor)(path)
