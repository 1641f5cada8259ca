"""What the section `Globals` of a SAM template gives its resources, and where the parts of them stand then.

AWS SAM developer guide, "Globals section of the AWS SAM template", and aws-sam-translator 1.115.0: objects are merged,
lists of `Globals` come before those of the resource, and otherwise the resource has the last word.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lictor import EMPTY, Path

_PREFIX = "AWS::Serverless::"
# What a resource has to say itself: SAM refuses it in Globals.
_OWN: Mapping[str, frozenset[str]] = {
    "Function": frozenset({"Role", "Policies", "FunctionName", "Events"}),
    "Api": frozenset({"DefinitionBody", "StageName"}),
}
_REPLACED = frozenset({"Architectures"})

IMPLICIT_API = "ServerlessRestApi"
"""What SAM calls the API that it makes for events of functions that name none."""

Moved = Mapping[Path, Path]
"""Paths in the merged template, and where in the document these parts stand."""


def globals_of(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the section `Globals` of a template, by the kind of resource: `Function`, `Api`."""
    section = data.get("Globals")
    return section if isinstance(section, dict) else EMPTY


def with_globals(
    resource: Any,  # noqa: ANN401 - any JSON value
    path: Path,
    given: Mapping[str, Any],
    place: Path,
) -> tuple[Any, dict[Path, Path]]:
    """Return a resource at `path` with what `given`, the Globals at `place`, give it, and which parts have moved.

    >>> url = {"AuthType": "NONE"}
    >>> function = {"Type": "AWS::Serverless::Function", "Properties": {"Handler": "a.b"}}
    >>> given = {"Function": {"FunctionUrlConfig": url}}
    >>> merged, moved = with_globals(function, ("Resources", "F"), given, ("Globals",))
    >>> merged["Properties"]
    {'FunctionUrlConfig': {'AuthType': 'NONE'}, 'Handler': 'a.b'}
    >>> moved
    {('Resources', 'F', 'Properties', 'FunctionUrlConfig'): ('Globals', 'Function', 'FunctionUrlConfig')}
    """
    prefix, _, kind = str(resource.get("Type") if isinstance(resource, dict) else "").rpartition("::")
    section = given.get(kind) if f"{prefix}::" == _PREFIX else None
    own = (resource.get("Properties") or {}) if isinstance(section, dict) else None
    if not isinstance(own, dict) or not isinstance(section, dict):
        return resource, {}
    ignored = resource.get("IgnoreGlobals")
    refused = {*_OWN.get(kind, ()), *(map(str, ignored) if isinstance(ignored, list) else ())}
    taken = {} if ignored == "*" else {name: value for name, value in section.items() if name not in refused}
    moved: dict[Path, Path] = {}
    properties = _merged(taken, own, (*path, "Properties"), (*place, kind), moved)
    return ({**resource, "Properties": properties} if taken else resource), moved


def has_implicit_api(resources: Iterable[Any]) -> bool:
    """Tell whether SAM makes an API for resources: a function of theirs has an event that names none.

    >>> function = {"Type": "AWS::Serverless::Function", "Properties": {"Events": {"Get": {"Type": "Api"}}}}
    >>> has_implicit_api([function]), has_implicit_api([])
    (True, False)
    """
    return any(_is_event_of_none(event) for resource in resources for event in _events_of(resource))


def _events_of(resource: Any) -> Iterable[Any]:  # noqa: ANN401 - any JSON value
    if not isinstance(resource, dict) or resource.get("Type") != f"{_PREFIX}Function":
        return ()
    properties = resource.get("Properties")
    events = properties.get("Events") if isinstance(properties, dict) else None
    return events.values() if isinstance(events, dict) else ()


def _is_event_of_none(event: Any) -> bool:  # noqa: ANN401 - the same
    if not isinstance(event, dict) or event.get("Type") != "Api":
        return False
    properties = event.get("Properties")
    return not (isinstance(properties, dict) and "RestApiId" in properties)


def stands_at(path: Path, moved: Moved) -> Path:
    """Return where in the document a path of the merged template stands.

    >>> stands_at(("a", 1, "x"), {("a",): ("b",), ("a", 1): ("c", 0)})
    ('c', 0, 'x')
    """
    for length in range(len(path), 0, -1):
        if path[:length] in moved:
            return moved[path[:length]] + path[length:]
    return path


def below(path: Path, moved: Moved) -> Iterator[tuple[Path, Path]]:
    """Yield what has moved below a path: the rest of its path, and where it stands."""
    return ((each[len(path) :], place) for each, place in moved.items() if len(each) > len(path) and _in(each, path))


def _in(path: Path, start: Path) -> bool:
    return path[: len(start)] == start


def _merged(given: Any, own: Any, path: Path, place: Path, moved: dict[Path, Path]) -> Any:  # noqa: ANN401 - JSON values
    if isinstance(given, list) and isinstance(own, list) and path[-1] not in _REPLACED:
        moved.update({(*path, index): (*place, index) for index in range(len(given))})
        moved.update({(*path, len(given) + index): (*path, index) for index in range(len(own))})
        return [*given, *own]
    if not _is_object(given) or not _is_object(own):
        return own
    moved.update({(*path, name): (*place, name) for name in given.keys() - own.keys()})
    shared = {
        name: _merged(given[name], value, (*path, name), (*place, name), moved) if name in given else value
        for name, value in own.items()
    }
    return {**given, **shared}


def _is_object(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether a value is an object and no intrinsic function, which SAM takes for a scalar."""
    if not isinstance(value, dict):
        return False
    name = str(next(iter(value))) if len(value) == 1 else ""
    return not (name in {"Ref", "Condition"} or name.startswith("Fn::"))
