"""Baselines: the findings that a team already knows, kept in a file, so that only new ones count.

A baseline is JSON: `{"version": 1, "findings": [{"fingerprint", "rule_id", "uri", "path"}]}`, sorted by uri, rule and
fingerprint so that it reads well in a review. Only `fingerprint` decides; the rest is for people. A fingerprint is
the finding's `policyPath/v1`, which holds the rule and the file: code that moves makes nothing new, and the same
mistake in another file is never hidden. A finding without one goes by its rule, file and line hash.
"""

import json
from collections.abc import Iterable
from typing import Any

from lictor.fingerprints import baseline_key
from lictor.model import Finding, Location, Problem, Region, Report, format_path
from lictor.report.json_text import dump_json

_VERSION = 1


def apply_baseline(findings: Iterable[Finding], baseline: frozenset[str]) -> tuple[Finding, ...]:
    """Mark each finding as `new` or `unchanged`."""
    return tuple(
        finding._replace(baseline_state="unchanged" if baseline_key(finding) in baseline else "new")
        for finding in findings
    )


def write_baseline(report: Report) -> str:
    """Return the baseline that makes all findings of a report known, but for those that are waived anyway."""
    entries = [
        {
            "fingerprint": baseline_key(finding),
            "rule_id": finding.rule_id,
            "uri": finding.location.uri,
            "path": finding.location.logical or format_path(finding.location.path),
        }
        for finding in report.findings
        if finding.suppression is None and finding.kind in {"fail", "open"}
    ]
    entries.sort(key=lambda entry: (entry["uri"], entry["rule_id"], entry["fingerprint"]))
    return dump_json({"version": _VERSION, "findings": entries})


def read_baseline(text: str, uri: str) -> tuple[frozenset[str], tuple[Problem, ...]]:
    """Return the fingerprints of a baseline file. Of a file that is none, nothing is known and the problem says why."""
    try:
        content = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        region = Region(error.lineno, error.colno, error.lineno, error.colno)
        message = f"expected JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        return frozenset(), (_problem(message, uri, region),)
    except (RecursionError, ValueError):
        message = "expected a baseline, found JSON nested too deeply or a number too long"
        return frozenset(), (_problem(message, uri),)
    if not isinstance(content, dict) or not isinstance(content.get("findings"), list):
        return frozenset(), (_problem("expected an object with 'version' and 'findings'", uri),)
    if content.get("version") != _VERSION:
        found = json.dumps(content.get("version"))
        return frozenset(), (_problem(f"expected version {_VERSION} of the baseline format, found {found}", uri),)
    return _fingerprints(content["findings"], uri)


def _fingerprints(entries: list[Any], uri: str) -> tuple[frozenset[str], tuple[Problem, ...]]:
    found = [entry.get("fingerprint") if isinstance(entry, dict) else None for entry in entries]
    problems = tuple(
        _problem(f"expected a text as 'fingerprint' of findings[{index}]", uri)
        for index, fingerprint in enumerate(found)
        if not isinstance(fingerprint, str)
    )
    return frozenset(fingerprint for fingerprint in found if isinstance(fingerprint, str)), problems


def _problem(message: str, uri: str, region: Region | None = None) -> Problem:
    hint = f"write it anew with: lictor check … -o baseline={uri}"
    return Problem("bad-baseline", message, "usage", hint=hint, location=Location(uri, region))
