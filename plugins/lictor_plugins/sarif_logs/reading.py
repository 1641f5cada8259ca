"""Walking a SARIF log that may be wrong anywhere: what is not of the shape that SARIF gives it is passed over."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lictor import Highlight, Match, Path

Object = Mapping[str, Any]


class Placed(NamedTuple):
    """An object of a log and its path."""

    value: Object
    path: Path


def fault(path: Path, what: str, highlight: Highlight = "value") -> Match:
    """Return a match that says what is wrong at a path of the log."""
    return Match(path, {"what": what}, highlight=highlight)


def objects(owner: Placed, *names: str) -> Iterator[Placed]:
    """Yield the objects in the list that a property of an object holds; several names go down one by one."""
    *outer, last = names
    for name in outer:
        owner = child(owner, name)
    entries = owner.value.get(last)
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            yield Placed(entry, (*owner.path, last, index))


def child(owner: Placed, name: str) -> Placed:
    """Return the object that a property holds; an empty one when it holds none."""
    value = owner.value.get(name)
    return Placed(value if isinstance(value, dict) else {}, (*owner.path, name))


def entries(owner: Object, name: str) -> list[Any]:
    """Return the list that a property holds; an empty one when it holds none.

    >>> entries({"tags": "a"}, "tags")
    []
    """
    value = owner.get(name)
    return value if isinstance(value, list) else []


def text(owner: Object, *names: str) -> str:
    """Return the text that is at a path of properties; an empty one when there is none.

    >>> text({"message": {"text": "a"}}, "message", "text"), text({"message": 1}, "message", "text")
    ('a', '')
    """
    value: Any = owner
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def index_of(owner: Object, name: str) -> int | None:
    """Return the index that a property holds; None for -1, which SARIF takes for none (3.7.3)."""
    value = owner.get(name)
    is_index = isinstance(value, int) and not isinstance(value, bool) and value != -1
    return value if is_index else None


def runs(log: Object) -> Iterator[Placed]:
    """Yield the runs of a log."""
    yield from objects(Placed(log, ()), "runs")


def results(log: Object) -> Iterator[tuple[Placed, Placed]]:
    """Yield each result with its run."""
    for run in runs(log):
        for result in objects(run, "results"):
            yield run, result


def components(run: Placed) -> Iterator[Placed]:
    """Yield the driver of a run's tool and its extensions."""
    tool = child(run, "tool")
    yield child(tool, "driver")
    yield from objects(tool, "extensions")


def rules(log: Object) -> Iterator[Placed]:
    """Yield the descriptors of all rules."""
    for run in runs(log):
        for component in components(run):
            yield from objects(component, "rules")


def rule_component(run: Placed, result: Placed) -> Placed | None:
    """Return the tool component that a result's rule is in (3.27.7); None when it is named in a way of its own."""
    reference = child(child(result, "rule"), "toolComponent").value
    tool = child(run, "tool")
    if not reference:
        return child(tool, "driver")
    index = index_of(reference, "index")
    extensions = list(objects(tool, "extensions"))
    return extensions[index] if index is not None and 0 <= index < len(extensions) else None


def rule_index(result: Placed) -> int | None:
    """Return the index of a result's rule in its component."""
    index = index_of(result.value, "ruleIndex")
    return index_of(child(result, "rule").value, "index") if index is None else index


def rule_id(result: Placed) -> str:
    """Return the id of a result's rule, as the result says it."""
    return text(result.value, "ruleId") or text(result.value, "rule", "id")


def rule_of(run: Placed, result: Placed) -> Placed | None:
    """Return the descriptor of a result's rule."""
    component = rule_component(run, result)
    if component is None:
        return None
    index, name = rule_index(result), rule_id(result)
    known = entries(component.value, "rules")
    if index is None:
        return next((rule for rule in objects(component, "rules") if text(rule.value, "id") == name), None)
    if 0 <= index < len(known) and isinstance(known[index], dict):
        return Placed(known[index], (*component.path, "rules", index))
    return None


def physical_locations(result: Placed) -> Iterator[Placed]:
    """Yield the physical locations of a result: its own, the related ones, those of its code flows."""
    for name in ("locations", "relatedLocations"):
        for location in objects(result, name):
            yield child(location, "physicalLocation")
    for step in flow_steps(result):
        yield child(child(step, "location"), "physicalLocation")


def flow_steps(result: Placed) -> Iterator[Placed]:
    """Yield the thread flow locations of a result's code flows."""
    for flow in objects(result, "codeFlows"):
        for thread in objects(flow, "threadFlows"):
            yield from objects(thread, "locations")


def artifact_uri(run: Placed, physical: Placed) -> str:
    """Return the uri of a physical location, its own or that of the artifact it names by index (3.4.5)."""
    reference = child(physical, "artifactLocation")
    own = text(reference.value, "uri")
    if own:
        return own
    index = index_of(reference.value, "index")
    artifacts = entries(run.value, "artifacts")
    if index is None or not 0 <= index < len(artifacts) or not isinstance(artifacts[index], dict):
        return ""
    return text(artifacts[index], "location", "uri")
