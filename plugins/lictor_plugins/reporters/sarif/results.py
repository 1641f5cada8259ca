"""Findings in SARIF: results."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lictor import (
    Finding,
    Fix,
    FlowStep,
    JsonText,
    Location,
    Rule,
    Suppression,
    count_findings,
    one_line,
)
from lictor_plugins.reporters.sarif.artifacts import Artifacts
from lictor_plugins.reporters.sarif.logical import logical_locations
from lictor_plugins.reporters.sarif.messages import sarif_message, sentence, template_of
from lictor_plugins.reporters.sarif.places import physical_location, sarif_region
from lictor_plugins.reporters.sarif.result_lines import ResultLines, level_of


def results(
    findings: Sequence[Finding],
    rules: Iterable[Rule],
    artifacts: Artifacts,
    *,
    has_links: bool = True,
    is_long: bool = False,
) -> Iterator[dict[str, Any] | JsonText]:
    """Yield the run's `results` in the order of the findings. Without `has_links` messages are plain text.

    With `is_long` each is on one line, and written as soon as it is asked for.
    """
    known = {rule.id: (index, template_of(rule)) for index, rule in enumerate(rules)}
    sorts = [sort for sort, _ in count_findings(findings)]
    # 3.27.23 and 3.27.24: either every result of a run has these properties, or none.
    has_suppressions = any(sort.is_waived for sort in sorts)
    has_baseline = any(sort.baseline_state for sort in sorts)
    lines = ResultLines(known, artifacts, has_links=has_links)
    for finding in findings:
        rest: dict[str, Any] = {}
        if has_baseline:
            rest["baselineState"] = finding.baseline_state or "new"
        if has_suppressions:
            rest["suppressions"] = [_suppression(finding.suppression, artifacts)] if finding.suppression else []
        if finding.related_locations or finding.code_flows or finding.fixes or finding.properties:
            rest = {**_rare(finding, artifacts), **rest}
        line = lines.line(finding) if is_long else None
        if line is not None:
            yield JsonText(f"{line[:-1]}, {one_line(rest)[1:]}" if rest else line)
            continue
        rule_index, template = known[finding.rule_id]
        message = sarif_message(finding.message, template, finding.related_locations, has_links=has_links)
        result = _result(finding, rule_index, message, artifacts)
        if "properties" in result:
            rest["properties"] = {**rest.get("properties", {}), **result["properties"]}
        result |= rest
        yield one_line(result) if is_long else result


def _result(finding: Finding, rule_index: int, message: dict[str, Any], artifacts: Artifacts) -> dict[str, Any]:
    location = finding.location
    result: dict[str, Any] = {
        "ruleId": finding.rule_id,
        "ruleIndex": rule_index,
        "kind": finding.kind,
        "level": level_of(finding),
        "message": message,
        "locations": [
            {
                "physicalLocation": physical_location(location, artifacts),
                "logicalLocations": logical_locations(finding),
            },
        ],
        "partialFingerprints": dict(sorted(finding.fingerprints.items())),
    }
    artifacts.target(location.uri)
    if location.region is None:
        result["properties"] = {"positionAccuracy": "file"}
    return result


def _rare(finding: Finding, artifacts: Artifacts) -> dict[str, Any]:
    """Return what most results don't have."""
    result: dict[str, Any] = {}
    location = finding.location
    if finding.related_locations:
        result["relatedLocations"] = [
            _related(number, related.location, related.message, artifacts)
            for number, related in enumerate(finding.related_locations, 1)
        ]
    if finding.code_flows:
        result["codeFlows"] = [_code_flow(flow, artifacts) for flow in finding.code_flows if flow]
    if finding.fixes:
        result["fixes"] = [_fix(fix, location, artifacts) for fix in finding.fixes]
    if finding.properties:
        result["properties"] = dict(sorted(finding.properties.items()))
    return result


def _related(
    number: int,
    location: Location,
    message: str,
    artifacts: Artifacts,
) -> dict[str, Any]:
    related: dict[str, Any] = {"id": number}
    if message:
        related["message"] = {"text": sentence(message)}
    return {**related, "physicalLocation": physical_location(location, artifacts)}


def _code_flow(flow: Iterable[FlowStep], artifacts: Artifacts) -> dict[str, Any]:
    """Return a `codeFlow` (3.36) of one thread; each step has its location written out, as GitHub wants it."""
    steps = []
    for step in flow:
        place: dict[str, Any] = {"physicalLocation": physical_location(step.location, artifacts)}
        if step.message:
            place["message"] = {"text": sentence(step.message)}
        steps.append({"location": place})
    return {"threadFlows": [{"locations": steps}]}


def _suppression(suppression: Suppression, artifacts: Artifacts) -> dict[str, Any]:
    made: dict[str, Any] = {
        "kind": suppression.kind,
        "status": "accepted",
        "justification": suppression.justification,
    }
    if suppression.location:
        place = physical_location(suppression.location, artifacts, is_masked=True)
        made["location"] = {"physicalLocation": place}
    if suppression.properties:
        made["properties"] = dict(sorted(suppression.properties.items()))
    return made


def _fix(fix: Fix, location: Location, artifacts: Artifacts) -> dict[str, Any]:
    return {
        "description": {"text": sentence(fix.description)},
        "artifactChanges": [
            {
                "artifactLocation": artifacts.reference(location.uri),
                "replacements": [
                    {
                        "deletedRegion": sarif_region(replacement.region, location.context),
                        "insertedContent": {"text": replacement.text},
                    }
                    for replacement in fix.replacements
                ],
            },
        ],
    }
