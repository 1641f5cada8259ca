"""What queries and messages know of their surroundings: the subject's facts, the candidate, and what holds it."""

from collections.abc import Mapping
from typing import Any

from lictor.model import EMBEDDED, Match, Node, Path, Subject, format_path


def subject_facts(subject: Subject) -> dict[str, Any]:
    """Return what `subject()` and `{subject.…}` give: kind, name, uri, path, and the kind's own properties.

    A subject without a name of its own goes by its place in the document, and the whole document by its uri.
    """
    path = format_path(subject.path)
    name = subject.name or path or subject.document.uri
    return {**subject.properties, "kind": subject.kind, "name": name, "uri": subject.document.uri, "path": path}


def message_scope(subject: Subject, match: Match, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a message's fields can name."""
    return {
        "subject": subject_facts(subject),
        "each": value_at(subject.value, match.candidate),
        "found": match.found,
        "parameters": dict(parameters),
        **match.values,
    }


def parents_of(value: Any, path: Path) -> tuple[Node, ...]:  # noqa: ANN401 - any JSON value
    """Return what holds the value at `path`, nearest first, the whole value last.

    >>> [node.path for node in parents_of({"a": [1]}, ("a", 0))]
    [('a',), ()]
    """
    nodes: list[Node] = []
    for depth, element in enumerate(path):
        nodes.append(Node(value, path[:depth]))
        value = value[element]
    return tuple(reversed(nodes))


def value_at(value: Any, path: Path) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value at `path`, None where nothing is.

    >>> value_at({"a": [1, 2]}, ("a", 1)), value_at({"a": 1}, ("b", 0))
    (2, None)
    """
    try:
        for element in path:
            value = value[element]
    except (KeyError, IndexError, TypeError):
        return None
    return value


def nearest_path(value: Any, path: Path) -> Path:  # noqa: ANN401 - any JSON value
    """Cut a path off where it leaves the value. A path into JSON that a string holds is kept whole.

    >>> nearest_path({"a": [1]}, ("a", 3, "b"))
    ('a',)
    """
    for depth, element in enumerate(path):
        if isinstance(value, str) and element == EMBEDDED:
            return path
        is_there = (
            element in value
            if isinstance(value, dict)
            else isinstance(value, list) and isinstance(element, int) and 0 <= element < len(value)
        )
        if not is_there:
            return path[:depth]
        value = value[element]
    return path
