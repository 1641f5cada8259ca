"""The stable form for programs: everything that a report holds. `docs/reference/json.md` documents every field."""

from collections.abc import Iterator
from typing import Any

from lictor import (
    Finding,
    FlowStep,
    Location,
    Problem,
    Region,
    RelatedLocation,
    Report,
    ReportOptions,
    Rule,
    Suppression,
    json_pieces,
)
from lictor_plugins.reporters.wording import logical_path


def render(report: Report, options: ReportOptions) -> str:
    """Return the report as JSON, keys in snake_case and always in the same order."""
    return "".join(pieces(report, options))


def pieces(report: Report, _options: ReportOptions) -> Iterator[str]:
    """Yield the JSON."""
    return json_pieces(
        {
            "tool": {"name": "lictor", "version": report.version},
            "rules": [_rule(rule) for rule in report.rules],
            "findings": map(_finding, report.findings),
            "verdicts": [
                {
                    "ruleset_id": verdict.ruleset_id,
                    "outcome": verdict.outcome,
                    "reason": verdict.reason,
                    "score": verdict.score,
                }
                for verdict in report.verdicts
            ],
            "problems": [_problem(problem) for problem in report.problems],
            "notes": report.notes,
            "receipt": report.receipt._asdict(),
            "exit_code": report.exit_code,
        },
    )


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": rule.title,
        "level": rule.level,
        "security_severity": rule.security_severity,
        "precision": rule.precision,
        "applies_to": rule.applies_to,
        "tags": rule.tags,
        "aliases": rule.aliases,
        "references": rule.references,
        "distribution": rule.distribution,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule_id": finding.rule_id,
        "level": finding.level,
        "kind": finding.kind,
        "message": finding.message,
        "location": _location(finding.location),
        "related_locations": [_related(related) for related in finding.related_locations],
        "fingerprints": dict(sorted(finding.fingerprints.items())),
        "suppression": _suppression(finding.suppression),
        "baseline_state": finding.baseline_state,
        "properties": dict(sorted(finding.properties.items())),
        "code_flows": [[_related(step) for step in flow] for flow in finding.code_flows],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "level": problem.level,
        "phase": problem.phase,
        "message": problem.message,
        "hint": problem.hint,
        "location": _location(problem.location) if problem.location else None,
        "related_locations": [_location(location) for location in problem.related_locations],
    }


def _location(location: Location) -> dict[str, Any]:
    return {
        "uri": location.uri,
        "region": _region(location.region),
        "path": location.path,
        "logical": logical_path(location),
    }


def _region(region: Region | None) -> dict[str, int] | None:
    return region._asdict() if region else None


def _related(related: RelatedLocation | FlowStep) -> dict[str, Any]:
    return {"location": _location(related.location), "message": related.message}


def _suppression(suppression: Suppression | None) -> dict[str, Any] | None:
    if suppression is None:
        return None
    return {
        "kind": suppression.kind,
        "justification": suppression.justification,
        "location": _location(suppression.location) if suppression.location else None,
        "properties": dict(sorted(suppression.properties.items())),
    }
