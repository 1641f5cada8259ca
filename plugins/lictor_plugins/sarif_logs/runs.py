"""Faults of a log and of its runs as a whole."""

import re
from collections.abc import Iterator

from lictor import Match
from lictor_plugins.sarif_logs.reading import (
    Object,
    Placed,
    child,
    fault,
    objects,
    physical_locations,
    runs,
    text,
)

_FINAL_SCHEMA = re.compile(r"sarif-(schema-)?2\.1\.0(\.json)?$")
_DRAFT = re.compile(r"\b(csd|csprd|wd)\.?\d|beta|rtm", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def version(log: Object) -> Iterator[Match]:
    """Yield a version other than the one that GitHub reads."""
    found = log.get("version")
    if found is None:
        yield fault((), "the log has no 'version', and GitHub reads only 2.1.0")
    elif found != "2.1.0":
        yield fault(("version",), f"GitHub reads SARIF 2.1.0 and no other version, but this is {found!r}")


def schema_uri(log: Object) -> Iterator[Match]:
    """Yield a `$schema` that is missing or is not that of the final SARIF 2.1.0."""
    found = log.get("$schema")
    if not isinstance(found, str) or not found:
        yield fault((), "the log has no '$schema', which GitHub requires")
    elif not _FINAL_SCHEMA.search(found.rstrip("/#")) or _DRAFT.search(found):
        yield fault(("$schema",), f"'$schema' is not that of the final SARIF 2.1.0: {found}")


def no_runs(log: Object) -> Iterator[Match]:
    """Yield the want of runs."""
    found = log.get("runs")
    if "runs" not in log:
        yield fault((), "the log has no 'runs'")
    elif not isinstance(found, list) or not found:
        yield fault(("runs",), "'runs' holds no run: there is no analysis to take in")


def no_results(log: Object) -> Iterator[Match]:
    """Yield runs without a list of results; an empty list is right: it says that nothing was found."""
    for run in runs(log):
        if not isinstance(run.value.get("results"), list):
            place = (*run.path, "results") if "results" in run.value else run.path
            yield fault(place, "the run has no list of 'results', and GitHub refuses the log")


def duplicate_category(log: Object) -> Iterator[Match]:
    """Yield runs of the same tool and category as an earlier run of the log."""
    seen: dict[tuple[str, str], int] = {}
    for number, run in enumerate(runs(log)):
        tool = text(run.value, "tool", "driver", "name")
        # up to the last slash it is the category, after it the id of this run of it
        category = text(run.value, "automationDetails", "id").rpartition("/")[0]
        if (tool, category) in seen:
            first = seen[tool, category]
            named = f"category '{category}'" if category else "no category"
            place = (*run.path, "automationDetails", "id")
            yield fault(place, f"this run of '{tool}' has {named}, like runs[{first}]: GitHub takes one of each")
        else:
            seen[tool, category] = number


def no_category(log: Object) -> Iterator[Match]:
    """Yield ids of analyses that hold no category: it is what stands before the last slash."""
    for run in runs(log):
        details = child(run, "automationDetails")
        name = text(details.value, "id")
        if name and "/" not in name:
            what = f"the id '{name}' has no slash, so the run has no category, whatever the upload action is told"
            yield fault((*details.path, "id"), what)


def execution_failed(log: Object) -> Iterator[Match]:
    """Yield invocations that say that the tool did not work."""
    for run in runs(log):
        for invocation in objects(run, "invocations"):
            if invocation.value.get("executionSuccessful") is False:
                place = (*invocation.path, "executionSuccessful")
                yield fault(place, "the run says that its tool failed, and GitHub refuses it: 'unsuccessful execution'")


def external_properties(log: Object) -> Iterator[Match]:
    """Yield parts that are in other files, which are not uploaded."""
    for run in runs(log):
        if run.value.get("externalPropertyFileReferences"):
            place = (*run.path, "externalPropertyFileReferences")
            yield fault(place, "GitHub doesn't read other files: what they hold is lost")


def base_uri(log: Object) -> Iterator[Match]:
    """Yield bases that uris can't be joined to."""
    for run in runs(log):
        bases = child(run, "originalUriBaseIds")
        for name in bases.value:
            yield from _wrong_base(bases, name)


def base_undeclared(log: Object) -> Iterator[Match]:
    """Yield the first use of each base that the run does not declare."""
    for run in runs(log):
        known = set(child(run, "originalUriBaseIds").value)
        for result in objects(run, "results"):
            for physical in physical_locations(result):
                location = child(physical, "artifactLocation")
                base = text(location.value, "uriBaseId")
                if base and base not in known:
                    known.add(base)
                    yield fault((*location.path, "uriBaseId"), f"the run's 'originalUriBaseIds' has no '{base}'")


def _wrong_base(bases: Placed, name: str) -> Iterator[Match]:
    base = child(bases, name)
    uri = text(base.value, "uri")
    if not uri:
        return  # a base may be known by its name alone (3.14.14)
    if not uri.endswith("/"):
        yield fault((*base.path, "uri"), f"the uri of the base '{name}' must end with '/': {uri}")
    elif not _SCHEME.match(uri) and not text(base.value, "uriBaseId"):
        yield fault((*base.path, "uri"), f"the uri of the base '{name}' must be absolute: {uri}")
