"""Put findings in their final form: one order whatever order they came in, no repeats, no shared fingerprint."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import itemgetter
from typing import Any

from lictor.fingerprints import LINE_HASH, POLICY_PATH
from lictor.model import LEVELS, Finding, Location, Path, Problem


def settle_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Order findings, merge those that two rulesets both made, and tell apart those with the same fingerprint.

    Doing it twice changes nothing, so that each ruleset's findings can be settled before its gates are asked.
    """
    given = tuple(findings)
    if len(given) < 2:  # noqa: PLR2004 - one is as it should be
        return given
    spots = [_start(finding) for finding in given]
    if len(set(spots)) == len(spots):
        # most often no two of a rule begin at one place, so nothing is to be merged and the order is plain
        return _with_own_fingerprints([finding for _, finding in sorted(zip(spots, given, strict=True), key=_first)])
    same: dict[tuple[Any, ...], list[Finding]] = {}
    for finding in _without_repeats(given):
        same.setdefault(_identity(finding), []).append(finding)
    merged = (
        each[0] if len(each) == 1 else reduce(_merge, sorted(each, key=_strongest_first)) for each in same.values()
    )
    return _with_own_fingerprints(sorted(merged, key=_order))


def _without_repeats(findings: tuple[Finding, ...]) -> Iterable[Finding]:
    """Leave out what a file says of itself where the document that is made of it says the same of the same place.

    A policy in a file of its own is a subject, and once more part of the configuration that reads it: there its role
    and its kind are known, so what is found there counts. What is decided on either side counts before what is open.
    """
    borrowed = {_spot(finding) for finding in findings if finding.subject.uri != finding.location.uri}
    if not borrowed:
        return findings
    shared: dict[tuple[Any, ...], list[Finding]] = {}
    for finding in findings:
        if _spot(finding) in borrowed:
            shared.setdefault(_spot(finding), []).append(finding)
    repeats = {id(finding) for each in shared.values() for finding in _repeats(each)}
    return (finding for finding in findings if id(finding) not in repeats)


def _repeats(same: list[Finding]) -> Iterable[Finding]:
    own = [finding for finding in same if finding.subject.uri == finding.location.uri]
    others = [finding for finding in same if finding.subject.uri != finding.location.uri]
    if not own:
        return ()
    is_open_there = all(finding.kind == "open" for finding in others)
    is_decided_here = any(finding.kind != "open" for finding in own)
    return others if is_open_there and is_decided_here else own


_first = itemgetter(0)


def _start(finding: Finding) -> tuple[Any, ...]:
    """Return where a finding begins and its rule: what repeats and those to be merged have in common."""
    location = finding.location
    region = location.region
    if region is None:
        return (location.uri, 0, 0, finding.rule_id)
    return (location.uri, region.start_line, region.start_column, finding.rule_id)


def _spot(finding: Finding) -> tuple[Any, ...]:
    return (finding.rule_id, finding.location.uri, finding.location.region)


def settle_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Order problems by their place, those without one first, and drop repeats."""
    found: dict[tuple[Any, ...], Problem] = {}
    for problem in sorted(problems, key=_problem_order):
        found.setdefault(_problem_order(problem), problem)
    return tuple(found.values())


def path_order(path: Path) -> tuple[tuple[int, str], ...]:
    """Return a sort key for paths: keys in their order, then indices by number."""
    return tuple((element, "") if isinstance(element, int) else (-1, element) for element in path)


def _place(location: Location | None) -> tuple[Any, ...]:
    if location is None:
        return ("", 0, 0)
    start = location.region[:2] if location.region else (0, 0)
    return (location.uri, *start)


def _order(finding: Finding) -> tuple[Any, ...]:
    location = finding.location
    end = location.region[2:] if location.region else (0, 0)
    return (
        *_place(location),
        finding.rule_id,
        path_order(location.path),
        end,
        finding.kind,
        finding.message,
        finding.subject.document_index,
        finding.subject.kind,
    )


def _identity(finding: Finding) -> tuple[Any, ...]:
    location = finding.location
    place = (location.uri, finding.subject.document_index, location.region, location.path)
    return (finding.rule_id, finding.kind, finding.message, place)


def _strongest_first(finding: Finding) -> tuple[Any, ...]:
    # A finding that one ruleset waives still counts where another does not.
    waiver = finding.suppression
    return (
        waiver is not None,
        -LEVELS.index(finding.level),
        (waiver.justification, *_place(waiver.location)) if waiver else (),
        sorted(finding.fingerprints.items()),
        repr(sorted(finding.properties.items())),
        repr((finding.subject, finding.candidate, finding.related_locations, finding.fixes, finding.location.logical)),
        repr(finding.code_flows),
        finding.baseline_state,
    )


def _merge(strong: Finding, weak: Finding) -> Finding:
    return strong._replace(
        related_locations=strong.related_locations or weak.related_locations,
        fingerprints={**weak.fingerprints, **strong.fingerprints},
        fixes=strong.fixes or weak.fixes,
        code_flows=strong.code_flows or weak.code_flows,
        properties={**weak.properties, **strong.properties},
    )


def _with_own_fingerprints(findings: list[Finding]) -> tuple[Finding, ...]:
    # One-line JSON gives every finding the same line hash, and GitHub would take those of one rule for one alert.
    lines = [(finding.rule_id, finding.location.uri, finding.fingerprints.get(LINE_HASH, "")) for finding in findings]
    paths = [("", "", finding.fingerprints.get(POLICY_PATH, "")) for finding in findings]
    if len(set(lines)) == len(set(paths)) == len(findings):
        return tuple(findings)
    return tuple(
        _with_fingerprints(finding, {LINE_HASH: line, POLICY_PATH: path})
        for finding, line, path in zip(findings, _distinct(lines), _distinct(paths), strict=True)
    )


def _with_fingerprints(finding: Finding, own: Mapping[str, str]) -> Finding:
    changed = {name: value for name, value in own.items() if finding.fingerprints.get(name, "") != value}
    return finding._replace(fingerprints={**finding.fingerprints, **changed}) if changed else finding


def _distinct(names: list[tuple[str, str, str]]) -> list[str]:
    """Return the last part of each triple, with the next free `:number` where the triple is a repeat."""
    taken = set(names)
    seen: set[tuple[str, str, str]] = set()
    last_number: dict[tuple[str, str, str], int] = {}
    distinct = []
    for triple in names:
        rule_id, uri, name = triple
        if name and triple in seen:
            stem, _, suffix = name.partition(":")
            number = last_number.get((rule_id, uri, stem), int(suffix) if suffix.isdecimal() else 1) + 1
            while (rule_id, uri, f"{stem}:{number}") in taken:
                number += 1
            last_number[rule_id, uri, stem] = number
            name = f"{stem}:{number}"
            taken.add((rule_id, uri, name))
        seen.add((rule_id, uri, name))
        distinct.append(name)
    return distinct


def _problem_order(problem: Problem) -> tuple[Any, ...]:
    return (*_place(problem.location), problem.code, problem.message, problem.level, problem.phase, problem.hint)
