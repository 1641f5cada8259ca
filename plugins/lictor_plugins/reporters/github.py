"""GitHub workflow commands: each finding becomes an annotation on the line of a pull request.

GitHub shows at most ten errors, ten warnings and ten notices a step; the rest is only in the log, so the strongest
findings come first.
"""

from collections.abc import Iterator

from lictor import (
    Finding,
    Level,
    Location,
    Problem,
    Report,
    ReportOptions,
    escape_workflow_data,
    escape_workflow_property,
)
from lictor_plugins.reporters.wording import receipt_line, strongest_first

# An open finding is no error, but somebody has to look at it.
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice", "none": "notice", "open": "warning"}


def render(report: Report, options: ReportOptions) -> str:
    """Return a command a line, then the receipt."""
    return "".join(pieces(report, options))


def pieces(report: Report, _options: ReportOptions) -> Iterator[str]:
    """Yield the lines."""
    yield from (f"{_finding(finding)}\n" for finding in strongest_first(report.findings, _level))
    yield from (f"{_problem(problem)}\n" for problem in report.problems)
    yield from (f"::notice title=lictor::{escape_workflow_data(note)}\n" for note in report.notes)
    yield f"{receipt_line(report)}\n"


def _level(finding: Finding) -> Level:
    return "warning" if finding.kind == "open" else finding.level


def _finding(finding: Finding) -> str:
    is_open = finding.kind == "open"
    title = f"{finding.rule_id} (could not be decided)" if is_open else finding.rule_id
    command = _COMMANDS["open" if is_open else finding.level]
    return _command(command, finding.location, title, finding.message)


def _problem(problem: Problem) -> str:
    message = f"{problem.message}\nhint: {problem.hint}" if problem.hint else problem.message
    return _command(_COMMANDS[problem.level], problem.location, problem.code, message)


def _command(name: str, location: Location | None, title: str, message: str) -> str:
    properties: dict[str, str] = {}
    if location is not None:
        properties["file"] = location.uri
        region = location.region
        if region is not None:
            properties["line"] = str(region.start_line)
            properties["endLine"] = str(region.end_line)
            if region.start_line == region.end_line:  # GitHub refuses columns on a span of several lines
                properties["col"] = str(region.start_column)
                properties["endColumn"] = str(region.end_column)
    properties["title"] = title
    written = ",".join(f"{key}={escape_workflow_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{escape_workflow_data(message)}"
