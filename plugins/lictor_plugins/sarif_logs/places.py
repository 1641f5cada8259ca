"""Faults of where results say that they are."""

from collections.abc import Iterator

from lictor import Match
from lictor_plugins.sarif_logs.reading import (
    Object,
    Placed,
    artifact_uri,
    child,
    entries,
    fault,
    flow_steps,
    index_of,
    objects,
    physical_locations,
    results,
)

_REGIONS = ("region", "contextRegion")


def no_location(log: Object) -> Iterator[Match]:
    """Yield results that say nothing of where they are."""
    for _run, result in results(log):
        if not entries(result.value, "locations"):
            place = (*result.path, "locations") if "locations" in result.value else result.path
            yield fault(place, "the result has no location, and GitHub shows nothing of it")


def no_artifact(log: Object) -> Iterator[Match]:
    """Yield results whose first location names no file."""
    for run, result in results(log):
        first = next(objects(result, "locations"), None)
        if first is None:
            continue
        physical = child(first, "physicalLocation")
        if not artifact_uri(run, physical):
            place = _deepest(first, "physicalLocation", "artifactLocation", "uri")
            yield fault(place, "the first location names no file: 'expected artifact location'")


def no_region(log: Object) -> Iterator[Match]:
    """Yield results whose first location has no line."""
    for run, result in results(log):
        first = next(objects(result, "locations"), None)
        physical = child(first, "physicalLocation") if first else None
        if not first or not physical or not artifact_uri(run, physical):
            continue
        region = child(physical, "region").value
        if "startLine" not in region:
            has = "counts characters or bytes only" if region else "has no line"
            place = _deepest(first, "physicalLocation", "region")
            yield fault(place, f"the location {has}, so GitHub shows it on no line of the file")


def region_order(log: Object) -> Iterator[Match]:
    """Yield regions that end before they start."""
    for _run, result in results(log):
        for physical in physical_locations(result):
            for name in _REGIONS:
                yield from _out_of_order(child(physical, name))
        for fix in objects(result, "fixes"):
            for change in objects(fix, "artifactChanges"):
                for replacement in objects(change, "replacements"):
                    yield from _out_of_order(child(replacement, "deletedRegion"))


def related_location(log: Object) -> Iterator[Match]:
    """Yield related locations that lead to no file."""
    for run, result in results(log):
        for related in objects(result, "relatedLocations"):
            if not artifact_uri(run, child(related, "physicalLocation")):
                place = _deepest(related, "physicalLocation", "artifactLocation", "uri")
                yield fault(place, "the related location names no file, so a link to it leads nowhere")


def code_flow(log: Object) -> Iterator[Match]:
    """Yield steps of a code flow that GitHub does not show."""
    for run, result in results(log):
        for step in flow_steps(result):
            if not child(step, "location").value:
                by_index = "by its index alone" if "index" in step.value else "nowhere"
                yield fault(step.path, f"the step of the code flow says {by_index} where it is, and GitHub drops it")
            elif not artifact_uri(run, child(child(step, "location"), "physicalLocation")):
                yield fault((*step.path, "location"), "the step of the code flow names no file, and GitHub drops it")


def index(log: Object) -> Iterator[Match]:
    """Yield files by an index that the run's artifacts don't have."""
    for run, result in results(log):
        number = len(entries(run.value, "artifacts"))
        for physical in physical_locations(result):
            location = child(physical, "artifactLocation")
            found = index_of(location.value, "index")
            if found is not None and not 0 <= found < number:
                yield fault((*location.path, "index"), f"there is no artifact {found}: the run lists {number}")


def _out_of_order(region: Placed) -> Iterator[Match]:
    start, end = region.value.get("startLine"), region.value.get("endLine")
    first, last = region.value.get("startColumn", 1), region.value.get("endColumn")
    if not isinstance(start, int):
        return
    if isinstance(end, int) and end < start:
        yield fault((*region.path, "endLine"), f"the region ends on line {end}, before it starts on line {start}")
    elif end in (None, start) and isinstance(last, int) and isinstance(first, int) and last < first:
        place = (*region.path, "endColumn")
        yield fault(place, f"the region ends at column {last}, before it starts at column {first}")


def _deepest(owner: Placed, *names: str) -> tuple[str | int, ...]:
    """Return the path of the last of some nested properties that is there."""
    for name in names:
        if name not in owner.value:
            break
        owner = child(owner, name)
    return owner.path
