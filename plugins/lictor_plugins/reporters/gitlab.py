"""GitLab's code quality report, which merge requests show beside the lines that a change touches.

A list of objects: `description`, `check_name`, `fingerprint`, `severity` (info, minor, major, critical or blocker) and
`location.path` with `location.lines.begin` (GitLab docs, "Code Quality", read 2026-11). Waived findings are left out.
"""

from collections.abc import Iterator
from hashlib import sha256
from itertools import chain
from typing import Any

from lictor import Finding, Problem, Report, ReportOptions, json_pieces
from lictor_plugins.reporters.wording import is_shown, place

_SEVERITIES = {"error": "critical", "warning": "major", "note": "minor", "none": "info"}


def render(report: Report, options: ReportOptions) -> str:
    """Return the report as JSON: the findings, then the problems, each with a fingerprint of its own."""
    return "".join(pieces(report, options))


def pieces(report: Report, _options: ReportOptions) -> Iterator[str]:
    """Yield the JSON."""
    found = (_finding(finding) for finding in filter(is_shown, report.findings))
    problems = (_problem(problem) for problem in report.problems if problem.location is not None)
    return json_pieces(chain(found, problems))


def _finding(finding: Finding) -> dict[str, Any]:
    is_open = finding.kind == "open"
    severity = _SEVERITIES["warning" if is_open else finding.level]
    # the path is in it, so that a finding that moves within its file stays the same
    fingerprint = finding.fingerprints.get("policyPath/v1") or _digest(finding.rule_id, place(finding.location))
    region = finding.location.region
    return _entry(
        f"could not be decided: {finding.message}" if is_open else finding.message,
        finding.rule_id,
        fingerprint,
        severity,
        finding.location.uri,
        region.start_line if region else 1,
    )


def _problem(problem: Problem) -> dict[str, Any]:
    message = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
    uri = problem.location.uri if problem.location else ""
    region = problem.location.region if problem.location else None
    fingerprint = _digest(problem.code, uri, problem.message)
    severity = "blocker" if problem.level == "error" else _SEVERITIES[problem.level]
    return _entry(message, problem.code, fingerprint, severity, uri, region.start_line if region else 1)


def _entry(description: str, check_name: str, fingerprint: str, severity: str, path: str, line: int) -> dict[str, Any]:
    return {
        "description": description,
        "check_name": check_name,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": line}},
    }


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]
