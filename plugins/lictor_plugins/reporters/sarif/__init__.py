"""SARIF 2.1.0 (OASIS, errata 01) with everything that a report holds; section numbers in comments are its own."""

from typing import Any

from lictor import Report, ReportOptions, dump_json
from lictor_plugins.reporters.sarif.artifacts import Artifacts
from lictor_plugins.reporters.sarif.invocations import invocation, notification_descriptors
from lictor_plugins.reporters.sarif.origins import automation_details, extensions, provenance
from lictor_plugins.reporters.sarif.results import results
from lictor_plugins.reporters.sarif.rules import PROJECT_URI, all_rules, descriptor
from lictor_plugins.reporters.sarif.taxonomies import cwe_ids, taxonomy

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_MANY = 1_000
_RESULTS = 4
"""How deep results nest in a log."""


def render(report: Report, options: ReportOptions) -> str:
    """Return the report as a SARIF log: the same bytes for the same report, no times, no absolute paths."""
    return log_text(report, sarif_log(report, options))


def log_text(report: Report, log: dict[str, Any]) -> str:
    """Return a report's log as text. With many results each stands on one line: only programs read such a log."""
    return dump_json(log, _RESULTS if len(report.findings) > _MANY else None)


def sarif_log(report: Report, options: ReportOptions, *, has_links: bool = True) -> dict[str, Any]:
    """Return the log; its results are made while it is written. Without `has_links` messages are plain text."""
    rules = all_rules(report)
    weaknesses = cwe_ids(rules)
    artifacts = Artifacts(report)
    codes = sorted({problem.code for problem in report.problems})
    driver: dict[str, Any] = {
        "name": "lictor",
        "fullName": f"lictor {report.version}",
        "version": report.version,
        "semanticVersion": report.version,
        "informationUri": PROJECT_URI,
        "rules": [descriptor(rule, weaknesses) for rule in rules],
        "notifications": notification_descriptors(codes),
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver, **extensions(options)},
        "invocations": [invocation(report, codes, artifacts)],
        **provenance(options),
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The directory that the run started from."}}},
        **automation_details(options),
        "columnKind": "utf16CodeUnits",
        "artifacts": artifacts.listed(),
        "results": results(report.findings, rules, artifacts, has_links=has_links),
        "properties": {
            "receipt": report.receipt._asdict(),
            "verdicts": [
                {"ruleset": each.ruleset_id, "outcome": each.outcome, "reason": each.reason, "score": each.score}
                for each in report.verdicts
            ],
            "notes": report.notes,
        },
    }
    if weaknesses:
        driver["supportedTaxonomies"] = [{"name": "CWE", "index": 0}]
        run["taxonomies"] = [taxonomy(weaknesses)]
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
