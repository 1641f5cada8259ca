"""Where something stands inside of its document, in SARIF: a pointer to the value, and the subject that it is in."""

from typing import Any

from lictor import Finding, Path, SubjectRef
from lictor_plugins.reporters.sarif.places import pointer


def logical_locations(finding: Finding) -> list[dict[str, Any]]:
    """Return a result's `logicalLocations` (3.28.4)."""
    subject, path = finding.subject, finding.location.path
    inner = [inner_location(path, subject.document_index)] if path else []
    return [*inner, subject_location(subject)]


def inner_location(path: Path, document_index: int) -> dict[str, Any]:
    """Return the location of a value in its document."""
    last = path[-1]
    return {
        "name": str(last),
        "fullyQualifiedName": pointer(path, document_index),
        "kind": "element" if isinstance(last, int) else "property",
    }


def subject_location(subject: SubjectRef) -> dict[str, Any]:
    """Return the location of a subject."""
    return {
        "name": subject.name or subject.kind,
        "fullyQualifiedName": pointer(subject.path, subject.document_index) or "#0",
        "kind": "resource",
    }
