"""The outputs that ship with lictor: one module each, imported when it is asked to render."""

from collections.abc import Iterable
from functools import partial
from importlib import import_module

from lictor import Report, Reporter, ReportOptions, hookimpl


@hookimpl
def register_reporters() -> Iterable[Reporter]:
    """Return the built-in output formats."""
    return (
        _reporter("text", "for people: each finding with its source line"),
        _reporter("compact", "one line a finding, for editors and grep"),
        _reporter("json", "everything, for programs; stable"),
        _reporter("sarif", "SARIF 2.1.0 with waived findings and baseline"),
        _reporter("sarif-github", "SARIF 2.1.0 as GitHub code scanning wants it"),
        _reporter("github", "annotations in a GitHub workflow's log"),
        _reporter("junit", "JUnit XML: a suite a rule"),
        _reporter("markdown", "a table for a job summary or a comment"),
        _reporter("html", "a page to open in a browser, searchable"),
        _reporter("gitlab", "GitLab's code quality report"),
        _reporter("azure", "issues in an Azure Pipelines log"),
        _reporter("baseline", "the findings as known ones, for gates that look at new ones only"),
    )


def _reporter(name: str, title: str) -> Reporter:
    module = name.replace("-", "_")
    return Reporter(name, title, partial(_render, module), partial(_pieces, module))


def _render(module: str, report: Report, options: ReportOptions) -> str:
    return "".join(_pieces(module, report, options))


def _pieces(module: str, report: Report, options: ReportOptions) -> Iterable[str]:
    pieces: Iterable[str] = import_module(f"{__name__}.{module}").pieces(report, options)
    return pieces
