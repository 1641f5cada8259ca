"""The files that a log speaks of, and how it names them."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from lictor import Location, Report, escape_uri

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_ABSOLUTE = re.compile(rf"/|\\|[A-Za-z]:[\\/]|{_ADDRESS.pattern}")
_OUTSIDE = re.compile(r"\.\.(/|$)")
_MIME_TYPES = {
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".template": "application/yaml",
    ".tf": "text/x-hcl",
    ".hcl": "text/x-hcl",
}


class Artifacts:
    """Every file of a report, in order of uri; locations refer to them by index (3.4.5)."""

    def __init__(self, report: Report) -> None:
        """Collect the files of a report."""
        results = {location.uri for location in _result_locations(report)}
        others = {location.uri for location in _other_locations(report)}
        self._locations = {
            uri: {**_reference(uri), "index": index} for index, uri in enumerate(sorted(results | others))
        }
        self._targets = results

    def reference(self, uri: str) -> dict[str, Any]:
        """Return the `artifactLocation` of a file."""
        return self._locations[uri]

    def listed(self) -> list[dict[str, Any]]:
        """Return the run's `artifacts`."""
        return [self._artifact(uri, location) for uri, location in self._locations.items()]

    def _artifact(self, uri: str, location: dict[str, Any]) -> dict[str, Any]:
        artifact: dict[str, Any] = {"location": location, "mimeType": _MIME_TYPES.get(_extension(uri), "text/plain")}
        if uri in self._targets:
            artifact["roles"] = ["analysisTarget"]
        return artifact


def is_inside(uri: str) -> bool:
    """Tell whether a file is below the root.

    >>> is_inside("a/b.json"), is_inside("../b.json"), is_inside("/b.json")
    (True, False, False)
    """
    return not _ABSOLUTE.match(uri) and not _OUTSIDE.match(uri)


def _reference(uri: str) -> dict[str, str]:
    # A log must not tell about the machine it was made on; of a file outside the root only the name is left. What an
    # object store holds is outside of every root: its address is absolute, and has no base (3.4.4).
    if _ADDRESS.match(uri) and not uri.lower().startswith("file:"):
        scheme, _, rest = uri.partition("://")
        return {"uri": f"{scheme.lower()}://{escape_uri(rest)}"}
    path = PurePosixPath(uri.replace("\\", "/")).name if _ABSOLUTE.match(uri) else uri
    return {"uri": escape_uri(path), "uriBaseId": "%SRCROOT%"}


def _extension(uri: str) -> str:
    return PurePosixPath(uri).suffix.lower()


def _result_locations(report: Report) -> Iterator[Location]:
    for finding in report.findings:
        yield finding.location


def _other_locations(report: Report) -> Iterator[Location]:
    for finding in report.findings:
        for related in finding.related_locations:
            yield related.location
        for flow in finding.code_flows:
            for step in flow:
                yield step.location
        if finding.suppression and finding.suppression.location:
            yield finding.suppression.location
    for problem in report.problems:
        if problem.location:
            yield problem.location
        yield from problem.related_locations
