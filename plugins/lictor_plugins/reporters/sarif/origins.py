"""Where a log comes from in SARIF: the revision that was checked, the analysis it is one of, and the plugins."""

from typing import Any

from lictor import ReportOptions

_MAX_EXTENSIONS = 100
"""GitHub refuses a log with more (read 2026-10)."""


def provenance(options: ReportOptions) -> dict[str, Any]:
    """Return the run's `versionControlProvenance` (3.14.13), when the root is that of a repository."""
    revision = options.revision
    if revision is None:
        return {}
    details: dict[str, Any] = {"repositoryUri": revision.repository_uri, "revisionId": revision.revision_id}
    if revision.branch:
        details["branch"] = revision.branch
    return {"versionControlProvenance": [{**details, "mappedTo": {"uriBaseId": "%SRCROOT%"}}]}


def automation_details(options: ReportOptions) -> dict[str, Any]:
    """Return the run's `automationDetails` (3.17): its category, which GitHub reads up to the last slash.

    Without a category there is none: what the log said would go before what the upload action is told.
    """
    return {"automationDetails": {"id": f"{options.category.rstrip('/')}/"}} if options.category else {}


def extensions(options: ReportOptions) -> dict[str, Any]:
    """Return the plugins that took part, as the tool's extensions (3.18.3); the rules are all in the driver."""
    listed = [
        {
            "name": plugin.name,
            "version": plugin.version or "0",
            "organization": plugin.distribution,
        }
        for plugin in options.plugins[:_MAX_EXTENSIONS]
    ]
    return {"extensions": listed} if listed else {}
