"""Baselines: the findings that a team already knows, kept in a file, so that only new ones count.

A baseline is JSON: `{"version": 1, "findings": [{"fingerprint", "rule_id", "uri", "path"}]}`, sorted by uri, rule and
fingerprint so that it reads well in a review. Only `fingerprint` decides; the rest is for people. A fingerprint is
the finding's `policyPath/v1`, which holds the rule and the file: code that moves makes nothing new, and the same
mistake in another file is never hidden. A finding without one goes by its rule, file and line hash.
"""

import json
from collections.abc import Container, Iterable, Mapping
from typing import Any

from lictor.fingerprints import LINE_HASH, baseline_key
from lictor.model import Finding, Location, Problem, Region, Report, format_path

_VERSION = 1


def apply_baseline(findings: Iterable[Finding], baseline: frozenset[str]) -> tuple[Finding, ...]:
    """Mark each finding as `new` or `unchanged`."""
    return tuple(
        finding._replace(baseline_state="unchanged" if baseline_key(finding) in baseline else "new")
        for finding in findings
    )


def apply_earlier(
    findings: Iterable[Finding], earlier: Iterable[Finding], unchanged_files: Container[str]
) -> tuple[Finding, ...]:
    """Mark each finding as `unchanged` or `new`, by what an earlier state of the files gave.

    `earlier` are the findings of the files that changed, under the names that these files have now. Each of them
    makes one finding known: the one with its fingerprint by path, else one of the same rule with the same lines around
    it, else the one of the same rule at the same path. So code that moves or is edited nearby is known again, and a
    copy is new.
    """
    given = list(findings)
    known = {index for index, finding in enumerate(given) if finding.location.uri in unchanged_files}
    before = list(earlier)
    for key in (baseline_key, _lines_of, _path_of):
        waiting: dict[object, list[Finding]] = {}
        for finding in before:
            waiting.setdefault(key(finding), []).append(finding)
        for index, finding in enumerate(given):
            same = waiting.get(key(finding))
            if index not in known and same:
                same.pop(0)
                known.add(index)
        before = [finding for left in waiting.values() for finding in left]
    return tuple(
        finding._replace(baseline_state="unchanged" if index in known else "new") for index, finding in enumerate(given)
    )


def _lines_of(finding: Finding) -> object:
    # the part after the colon counts repeats in the file, which change when code moves
    return finding.rule_id, finding.location.uri, finding.fingerprints.get(LINE_HASH, "").partition(":")[0]


def _path_of(finding: Finding) -> object:
    return finding.rule_id, finding.location.uri, finding.subject.document_index, finding.location.path


def prune_baseline(text: str, report: Report) -> tuple[str, int]:
    """Return a baseline without the entries that a report no longer finds, and how many these are.

    `text` is a baseline that `read_baseline` reads without a problem. Nothing is added.
    """
    entries = json.loads(text.removeprefix("\ufeff"))["findings"]
    found = {baseline_key(finding) for finding in report.findings if finding.suppression is None}
    kept = [entry for entry in entries if entry["fingerprint"] in found]
    return _written(kept), len(entries) - len(kept)


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
    return _written(entries)


def _written(entries: Iterable[Mapping[str, str]]) -> str:
    from lictor.report.json_text import dump_json  # reading a baseline needs it not

    ordered = sorted(entries, key=lambda entry: [entry.get(name, "") for name in ("uri", "rule_id", "fingerprint")])
    return dump_json({"version": _VERSION, "findings": ordered})


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
    hint = f"write it anew with: lictor baseline write --file {uri}"
    return Problem("bad-baseline", message, "usage", hint=hint, location=Location(uri, region))
