"""Baselines: the findings that a team already knows, kept in a file, so that only new ones count.

A baseline is JSON: `{"version": 1, "findings": [{"fingerprint", "rule_id", "uri", "path", "line", "level",
"message"}]}`, sorted by uri, rule and fingerprint so that it reads well in a review. Only `fingerprint` decides whether
a finding is known; level and message tell whether it is still the same, and all of it is said of one that is gone. The
last three were not written at first, and may be missing. A fingerprint is the finding's `policyPath/v1`, which holds
the rule and the file: code that moves makes nothing new, and the same mistake in another file is never hidden. A
finding without one goes by its rule, file and line hash.
"""

import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Literal, NamedTuple

from lictor.fingerprints import LINE_HASH, POLICY_PATH, baseline_key
from lictor.model import LEVELS, Finding, Location, Problem, Region, Report, SubjectRef, format_path

_VERSION = 1


class KnownFinding(NamedTuple):
    """What a baseline says of a finding. What it does not say is "" or 0."""

    fingerprint: str
    rule_id: str = ""
    uri: str = ""
    path: str = ""
    line: int = 0
    level: str = ""
    message: str = ""


def apply_baseline(findings: Iterable[Finding], baseline: Mapping[str, KnownFinding]) -> tuple[Finding, ...]:
    """Mark each finding as `new`, `unchanged`, or `updated`: known, and now of another level or with other words."""
    return tuple(
        finding._replace(baseline_state=_state(finding, baseline.get(baseline_key(finding)))) for finding in findings
    )


def _state(finding: Finding, known: KnownFinding | None) -> Literal["new", "unchanged", "updated"]:
    if known is None:
        return "new"
    is_same = known.level in ("", finding.level) and (
        known.message in ("", finding.message) or known.message == _entry(finding).message
    )
    return "unchanged" if is_same else "updated"


def absent_findings(
    baseline: Mapping[str, KnownFinding], found: Iterable[Finding], was_looked_for: Callable[[KnownFinding], bool]
) -> tuple[Finding, ...]:
    """Return as `absent` what a baseline holds and a run does not find, of all that the run looked for."""
    here = {key for finding in found if (key := baseline_key(finding)) in baseline}
    gone = [known for key, known in baseline.items() if key not in here and known.rule_id and known.uri]
    return tuple(_absent(known) for known in gone if was_looked_for(known))


def _absent(known: KnownFinding) -> Finding:
    region = Region(known.line, 1, known.line, 1) if known.line > 0 else None
    line_hash = known.fingerprint.rpartition("|")[2]
    return Finding(
        rule_id=known.rule_id,
        level=next((level for level in LEVELS if level == known.level), "warning"),
        kind="fail",
        message=known.message or f"what '{known.rule_id}' found here is gone",
        location=Location(known.uri, region, (), known.path),
        subject=SubjectRef(known.uri, 0, (), "document", ""),
        fingerprints={LINE_HASH: line_hash} if "|" in known.fingerprint else {POLICY_PATH: known.fingerprint},
        baseline_state="absent",
    )


def apply_earlier(
    findings: Iterable[Finding], earlier: Iterable[Finding], unchanged_files: Container[str]
) -> tuple[Finding, ...]:
    """Mark each finding as `unchanged` or `new`, by what an earlier state of the files gave.

    `earlier` are the findings of the files that changed, under the names that these files have now. Each of them
    makes one finding known: the one with its fingerprint by path, else one of the same rule with the same lines around
    it, else the one that says the same of the same path. So code that moves or is edited nearby is known again, and a
    copy is new, as is another value in the place of one that was found.
    """
    given = list(findings)
    known = {index for index, finding in enumerate(given) if finding.location.uri in unchanged_files}
    before = list(earlier)
    for key in (baseline_key, _lines_of, _said_of_path):
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


def _said_of_path(finding: Finding) -> object:
    # what a message says of a value tells it from another one that took its place
    place = (finding.location.uri, finding.subject.document_index, finding.location.path)
    return finding.rule_id, *place, finding.message


def prune_baseline(text: str, report: Report) -> tuple[str, int]:
    """Return a baseline without the entries that a report no longer finds, and how many these are.

    `text` is a baseline that `read_baseline` reads without a problem. Nothing is added.
    """
    entries = json.loads(text.removeprefix("\ufeff"))["findings"]
    found = {baseline_key(finding) for finding in report.findings if _belongs(finding)}
    kept = [entry for entry in entries if entry["fingerprint"] in found]
    return _written(kept), len(entries) - len(kept)


def write_baseline(report: Report) -> str:
    """Return the baseline that makes all findings of a report known, but for those that are waived anyway."""
    return "".join(baseline_pieces(report))


def baseline_pieces(report: Report) -> Iterator[str]:
    """Yield what `write_baseline` returns."""
    from lictor.report.json_text import json_pieces  # reading a baseline needs it not

    return json_pieces({"version": _VERSION, "findings": _entries(report)})


def _entries(report: Report) -> Iterator[Mapping[str, Any]]:
    """Yield the entries in their order; the findings come in that of their files."""
    for _, found in groupby(report.findings, key=lambda finding: finding.location.uri):
        told = [finding for finding in found if finding.kind in {"fail", "open"} and _belongs(finding)]
        yield from sorted((_entry(finding)._asdict() for finding in told), key=_entry_order)


def _entry_order(entry: Mapping[str, Any]) -> list[str]:
    return [entry.get(name, "") for name in ("uri", "rule_id", "fingerprint")]


def _belongs(finding: Finding) -> bool:
    return finding.suppression is None and finding.baseline_state != "absent"


def _entry(finding: Finding) -> KnownFinding:
    from lictor.report.mask import mask_message  # reading a baseline needs it not

    location = finding.location
    return KnownFinding(
        baseline_key(finding),
        finding.rule_id,
        location.uri,
        location.logical or format_path(location.path),
        location.region.start_line if location.region else 0,
        finding.level,
        mask_message(finding.message),
    )


def _written(entries: Iterable[Mapping[str, Any]]) -> str:
    from lictor.report.json_text import dump_json  # reading a baseline needs it not

    return dump_json({"version": _VERSION, "findings": sorted(entries, key=_entry_order)})


def read_baseline(text: str, uri: str) -> tuple[Mapping[str, KnownFinding], tuple[Problem, ...]]:
    """Return what a baseline file knows, by fingerprint. Of a file that is none, nothing; the problem says why."""
    try:
        content = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        region = Region(error.lineno, error.colno, error.lineno, error.colno)
        message = f"expected JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        return {}, (_problem(message, uri, region),)
    except (RecursionError, ValueError):
        message = "expected a baseline, found JSON nested too deeply or a number too long"
        return {}, (_problem(message, uri),)
    if not isinstance(content, dict) or not isinstance(content.get("findings"), list):
        problem = _problem("expected an object with 'version' and 'findings'", uri)
        return {}, (problem._replace(hint="name a baseline; 'lictor baseline write' makes one"),)
    if content.get("version") != _VERSION:
        found = json.dumps(content.get("version"))
        return {}, (_problem(f"expected version {_VERSION} of the baseline format, found {found}", uri),)
    return _known(content["findings"], uri)


def _known(entries: list[Any], uri: str) -> tuple[Mapping[str, KnownFinding], tuple[Problem, ...]]:
    found = [entry.get("fingerprint") if isinstance(entry, dict) else None for entry in entries]
    problems = tuple(
        _problem(f"expected a text as 'fingerprint' of findings[{index}]", uri)
        for index, fingerprint in enumerate(found)
        if not isinstance(fingerprint, str)
    )
    return {key: _read(entry) for key, entry in zip(found, entries, strict=True) if isinstance(key, str)}, problems


def _read(entry: Mapping[str, Any]) -> KnownFinding:
    """Return what an entry says; what is not of its type, by hand or of a later version, counts as not said."""
    said = {name: entry.get(name) for name in KnownFinding._fields}
    texts = {name: value for name, value in said.items() if name != "line" and isinstance(value, str)}
    line = said["line"]
    return KnownFinding(**texts, line=line if isinstance(line, int) and not isinstance(line, bool) else 0)


def _problem(message: str, uri: str, region: Region | None = None) -> Problem:
    hint = f"write it anew with: lictor baseline write --file {uri}"
    return Problem("bad-baseline", message, "usage", hint=hint, location=Location(uri, region))
