"""GitHub's limits on a log. From "SARIF results exceed one or more limits" in its documentation, read 2026-10."""

from collections.abc import Iterator
from typing import NamedTuple

from lictor import Match, Path
from lictor_plugins.sarif_logs.reading import (
    Object,
    Placed,
    child,
    components,
    entries,
    fault,
    flow_steps,
    results,
    rules,
    runs,
)

MAX_BYTES = 10_000_000


class Limit(NamedTuple):
    """How many of something GitHub takes, and how many of these it keeps."""

    taken: int
    kept: int


_RUNS = Limit(20, 20)
_RESULTS = Limit(25_000, 25_000)  # of which it shows a part: see many_results
_RULES = Limit(25_000, 25_000)
_EXTENSIONS = Limit(100, 100)
_STEPS = Limit(10_000, 1_000)
_LOCATIONS = Limit(1_000, 100)
_TAGS = Limit(20, 10)


class _Counted(NamedTuple):
    what: str
    number: int
    limit: Limit
    path: Path


def over_limit(log: Object) -> Iterator[Match]:
    """Yield what is more than GitHub takes: it then refuses the whole log."""
    for what, number, limit, path in _counts(log):
        if number > limit.taken:
            yield fault(path, f"{number:,} {what}, and GitHub refuses a log with more than {limit.taken:,}")
    size = _compressed_size(log)
    if size > MAX_BYTES:
        yield fault((), f"the log has {size:,} bytes when compressed, and GitHub refuses more than {MAX_BYTES:,}")


def cut_by_limit(log: Object) -> Iterator[Match]:
    """Yield what is more than GitHub keeps."""
    for what, number, limit, path in _counts(log):
        if limit.kept < number <= limit.taken:
            yield fault(path, f"{number:,} {what}, and GitHub keeps {limit.kept:,}")


def many_results(log: Object, shown_results: int) -> Iterator[Match]:
    """Yield runs with more results than GitHub shows."""
    for run in runs(log):
        number = len(entries(run.value, "results"))
        if shown_results < number <= _RESULTS.taken:
            what = f"{number:,} results in this run, and GitHub shows the {shown_results:,} most severe"
            yield fault((*run.path, "results"), what)


def _counts(log: Object) -> Iterator[_Counted]:
    yield _counted("runs", Placed(log, ()), "runs", _RUNS)
    for run in runs(log):
        yield _counted("results in this run", run, "results", _RESULTS)
        yield _counted("extensions of this tool", child(run, "tool"), "extensions", _EXTENSIONS)
        for component in components(run):
            yield _counted("rules in this run", component, "rules", _RULES)
        total = sum(len(entries(component.value, "rules")) for component in components(run))
        if total > _RULES.taken and len(entries(child(run, "tool").value, "extensions")):
            yield _Counted("rules in this run", total, _RULES, (*run.path, "tool"))
    for rule in rules(log):
        yield _counted("tags of this rule", child(rule, "properties"), "tags", _TAGS)
    for _run, result in results(log):
        yield _counted("locations of this result", result, "locations", _LOCATIONS)
        yield _counted("related locations of this result", result, "relatedLocations", _LOCATIONS)
        if "codeFlows" in result.value:
            steps = sum(1 for _ in flow_steps(result))
            yield _Counted("thread flow locations in this result", steps, _STEPS, (*result.path, "codeFlows"))


def _counted(what: str, owner: Placed, name: str, limit: Limit) -> _Counted:
    return _Counted(what, len(entries(owner.value, name)), limit, (*owner.path, name))


def _compressed_size(log: Object) -> int:
    """Return how large the log is when compressed; 0 when it is below the limit as it is."""
    import gzip
    import json

    raw = json.dumps(log, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return len(gzip.compress(raw, mtime=0)) if len(raw) > MAX_BYTES else 0
