r"""Azure Pipelines' logging commands: each finding becomes an issue of the build, at its line.

`##vso[task.logissue type=error;sourcepath=…;linenumber=…;columnnumber=…;code=…]text` (Azure Pipelines, "Logging
commands", read 2026-11). There are two types: what is neither an error nor open is a warning. A value can't hold `;`,
`]` or `%`; they are written as the agent decodes them. Line breaks are shown as `\n`.
"""

from collections.abc import Iterator

from lictor import Finding, Location, Problem, Report, ReportOptions, escape_terminal
from lictor_plugins.reporters.wording import own_level, receipt_line, strongest_first

_ESCAPES = {"%": "%AZP25", ";": "%3B", "]": "%5D"}


def render(report: Report, options: ReportOptions) -> str:
    """Return a command a line, the strongest findings first, then the receipt."""
    return "".join(pieces(report, options))


def pieces(report: Report, _options: ReportOptions) -> Iterator[str]:
    """Yield the lines."""
    yield from (f"{_finding(finding)}\n" for finding in strongest_first(report.findings, own_level))
    yield from (f"{_problem(problem)}\n" for problem in report.problems)
    yield f"{receipt_line(report)}\n"


def _finding(finding: Finding) -> str:
    kind = "error" if finding.level == "error" and finding.kind == "fail" else "warning"
    message = f"could not be decided: {finding.message}" if finding.kind == "open" else finding.message
    return _command(kind, finding.location, finding.rule_id, message)


def _problem(problem: Problem) -> str:
    message = f"{problem.message}; hint: {problem.hint}" if problem.hint else problem.message
    return _command("error" if problem.level == "error" else "warning", problem.location, problem.code, message)


def _command(kind: str, location: Location | None, code: str, message: str) -> str:
    properties = {"type": kind}
    if location is not None:
        properties["sourcepath"] = location.uri
        if location.region is not None:
            properties["linenumber"] = str(location.region.start_line)
            properties["columnnumber"] = str(location.region.start_column)
    properties["code"] = code
    written = ";".join(f"{name}={_escape(value)}" for name, value in properties.items())
    return f"##vso[task.logissue {written}]{_escape(message)}"


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in escape_terminal(text))
