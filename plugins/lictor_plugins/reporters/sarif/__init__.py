"""SARIF 2.1.0 (OASIS, errata 01) with everything that a report holds; section numbers in comments are its own."""

from collections.abc import Iterator
from typing import Any

from lictor import Report, ReportOptions, json_pieces, one_line
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
    return "".join(pieces(report, options))


def pieces(report: Report, options: ReportOptions) -> Iterator[str]:
    """Yield the log piece by piece; its results are made while it is written."""
    return log_pieces(report, sarif_log(report, options))


def log_pieces(report: Report, log: dict[str, Any]) -> Iterator[str]:
    """Yield a report's log as text. With many results each stands on one line: only programs read such a log."""
    return json_pieces(log, _RESULTS if _is_long(report) else None)


def _is_long(report: Report) -> bool:
    return len(report.findings) > _MANY


def sarif_log(report: Report, options: ReportOptions, *, has_links: bool = True) -> dict[str, Any]:
    """Return the log; its results are made while it is written, and after them its artifacts, which they speak of.

    Without `has_links` messages are plain text.
    """
    rules = all_rules(report)
    weaknesses = cwe_ids(rules)
    described = [descriptor(rule, weaknesses) for rule in rules]
    artifacts = Artifacts(report)
    codes = sorted({problem.code for problem in report.problems})
    driver: dict[str, Any] = {
        "name": "lictor",
        "fullName": f"lictor {report.version}",
        "version": report.version,
        "semanticVersion": report.version,
        "informationUri": PROJECT_URI,
        "rules": described if _is_long(report) else list(map(one_line, described)),  # only programs read them
        "notifications": notification_descriptors(codes),
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver, **extensions(options)},
        "invocations": [invocation(report, codes, artifacts)],
        **provenance(options),
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The directory that the run started from."}}},
        **automation_details(options),
        "columnKind": "utf16CodeUnits",
        "results": results(report.findings, rules, artifacts, has_links=has_links, is_long=_is_long(report)),
        "artifacts": artifacts.listed(),
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
