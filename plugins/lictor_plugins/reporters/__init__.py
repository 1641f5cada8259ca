"""The outputs that ship with lictor: one module each, imported when it is asked to render."""

from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module

from lictor import Report, Reporter, ReportOptions, hookimpl


@hookimpl
def register_reporters() -> Iterable[Reporter]:
    """Return the built-in output formats."""
    return (
        Reporter("text", "for people: each finding with its source line", _renderer("text")),
        Reporter("compact", "one line a finding, for editors and grep", _renderer("compact")),
        Reporter("json", "everything, for programs; stable", _renderer("json")),
        Reporter("sarif", "SARIF 2.1.0 with waived findings and baseline", _renderer("sarif")),
        Reporter("sarif-github", "SARIF 2.1.0 as GitHub code scanning wants it", _renderer("sarif_github")),
        Reporter("github", "annotations in a GitHub workflow's log", _renderer("github")),
        Reporter("junit", "JUnit XML: a suite a rule", _renderer("junit")),
        Reporter("markdown", "a table for a job summary or a comment", _renderer("markdown")),
        Reporter("html", "a page to open in a browser, searchable", _renderer("html")),
        Reporter("gitlab", "GitLab's code quality report", _renderer("gitlab")),
        Reporter("azure", "issues in an Azure Pipelines log", _renderer("azure")),
        Reporter("baseline", "the findings as known ones, for gates that look at new ones only", _renderer("baseline")),
    )


def _renderer(module: str) -> Callable[[Report, ReportOptions], str]:
    return partial(_render, module)


def _render(module: str, report: Report, options: ReportOptions) -> str:
    text: str = import_module(f"{__name__}.{module}").render(report, options)
    return text
