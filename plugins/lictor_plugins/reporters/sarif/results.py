"""Findings in SARIF: results."""

from collections.abc import Iterable, Iterator
from typing import Any

from lictor import Finding, Fix, FlowStep, Location, Rule, Suppression
from lictor_plugins.reporters.sarif.artifacts import Artifacts
from lictor_plugins.reporters.sarif.messages import sarif_message, sentence, template_of
from lictor_plugins.reporters.sarif.places import physical_location, pointer, sarif_region


def results(
    findings: Iterable[Finding],
    rules: Iterable[Rule],
    artifacts: Artifacts,
    *,
    has_links: bool = True,
) -> Iterator[dict[str, Any]]:
    """Yield the run's `results` in the order of the findings. Without `has_links` messages are plain text."""
    findings = tuple(findings)
    known = {rule.id: (index, template_of(rule)) for index, rule in enumerate(rules)}
    # 3.27.23 and 3.27.24: either every result of a run has these properties, or none.
    has_suppressions = any(finding.suppression for finding in findings)
    has_baseline = any(finding.baseline_state for finding in findings)
    for finding in findings:
        rule_index, template = known[finding.rule_id]
        message = sarif_message(finding.message, template, finding.related_locations, has_links=has_links)
        result = _result(finding, rule_index, message, artifacts)
        if has_baseline:
            result["baselineState"] = finding.baseline_state or "new"
        if has_suppressions:
            result["suppressions"] = [_suppression(finding.suppression, artifacts)] if finding.suppression else []
        yield result


def _result(finding: Finding, rule_index: int, message: dict[str, Any], artifacts: Artifacts) -> dict[str, Any]:
    location = finding.location
    result: dict[str, Any] = {
        "ruleId": finding.rule_id,
        "ruleIndex": rule_index,
        "kind": finding.kind,
        # 3.27.10: the level of anything but a failure is `none`. An open finding is so still a result that readers
        # show. GitHub ignores `kind` and lists it as an alert of severity none, not as an error; of a rule with a
        # security-severity it shows that severity, which is right: nobody knows yet that the policy is safe.
        "level": finding.level if finding.kind == "fail" else "none",
        "message": message,
        "locations": [
            {
                "physicalLocation": physical_location(location, artifacts),
                "logicalLocations": _logical_locations(finding),
            },
        ],
        "partialFingerprints": dict(sorted(finding.fingerprints.items())),
    }
    if finding.related_locations:
        result["relatedLocations"] = [
            _related(number, related.location, related.message, artifacts)
            for number, related in enumerate(finding.related_locations, 1)
        ]
    if finding.code_flows:
        result["codeFlows"] = [_code_flow(flow, artifacts) for flow in finding.code_flows if flow]
    if finding.fixes:
        result["fixes"] = [_fix(fix, location, artifacts) for fix in finding.fixes]
    properties = dict(sorted(finding.properties.items()))
    if location.region is None:
        properties["positionAccuracy"] = "file"
    if properties:
        result["properties"] = properties
    return result


def _logical_locations(finding: Finding) -> list[dict[str, Any]]:
    subject, path = finding.subject, finding.location.path
    locations: list[dict[str, Any]] = []
    if path:
        last = path[-1]
        locations.append(
            {
                "name": str(last),
                "fullyQualifiedName": pointer(path, subject.document_index),
                "kind": "element" if isinstance(last, int) else "property",
            },
        )
    locations.append(
        {
            "name": subject.name or subject.kind,
            "fullyQualifiedName": pointer(subject.path, subject.document_index) or "#0",
            "kind": "resource",
        },
    )
    return locations


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
