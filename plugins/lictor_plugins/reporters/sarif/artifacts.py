"""The files that a log speaks of, and how it names them."""

import json
import re
from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring_ascii
from pathlib import PurePosixPath
from posixpath import splitext
from typing import Any

from lictor import Finding, KeptFindings, Location, Report, Spill, escape_uri

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
    """Every file of a report; locations refer to them by index (3.4.5).

    Of a report whose findings are in a file, no more names are held than those of the files that findings speak of
    beside their own: findings come in the order of their files, so each other file is spoken of no more once the next
    one's turn has come.
    """

    def __init__(self, report: Report) -> None:
        """Collect the files of a report."""
        findings = report.findings
        self._targets: set[str] = set()
        if isinstance(findings, KeptFindings):
            named = set(findings.uris)
        else:
            self._targets = {finding.location.uri for finding in findings}
            named = self._targets | {location.uri for location in _other_locations(findings)}
        named |= {location.uri for location in _problem_locations(report)}
        self._named = {uri: {**_reference(uri), "index": index} for index, uri in enumerate(sorted(named))}
        self._count = len(self._named)
        self._current = ("", dict[str, Any]())
        self._passed = Spill()

    def reference(self, uri: str) -> dict[str, Any]:
        """Return the `artifactLocation` of a file."""
        known = self._named.get(uri)
        if known is not None:
            return known
        if self._current[0] != uri or not self._current[1]:
            self._current = uri, {**_reference(uri), "index": self._count}
            self._count += 1
            self._passed.write(f"{encode_basestring_ascii(uri)}\n".encode("ascii"))
        return self._current[1]

    def target(self, uri: str) -> dict[str, Any]:
        """Return the `artifactLocation` of a file that something was found in."""
        if uri in self._named:
            self._targets.add(uri)
        return self.reference(uri)

    def listed(self) -> Iterator[dict[str, Any]]:
        """Yield the run's `artifacts`, when all that speaks of them is written."""
        for uri, location in self._named.items():
            yield self._artifact(uri, location, is_target=uri in self._targets)
        for index, line in enumerate(self._passed.lines(), len(self._named)):
            uri = json.loads(line)
            yield self._artifact(uri, {**_reference(uri), "index": index}, is_target=True)

    def _artifact(self, uri: str, location: dict[str, Any], *, is_target: bool) -> dict[str, Any]:
        artifact: dict[str, Any] = {"location": location, "mimeType": _MIME_TYPES.get(_extension(uri), "text/plain")}
        if is_target:
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
    return splitext(uri)[1].lower()


def _other_locations(findings: Iterable[Finding]) -> Iterator[Location]:
    for finding in findings:
        for related in finding.related_locations:
            yield related.location
        for flow in finding.code_flows:
            for step in flow:
                yield step.location
        if finding.suppression and finding.suppression.location:
            yield finding.suppression.location


def _problem_locations(report: Report) -> Iterator[Location]:
    for problem in report.problems:
        if problem.location:
            yield problem.location
        yield from problem.related_locations
