"""One line a finding and a problem, as compilers write them: `uri:line:column: level rule-id message`."""

from collections.abc import Iterator

from lictor import Location, Report, ReportOptions, escape_terminal
from lictor_plugins.reporters.wording import is_shown, level_word, place, receipt_line


def render(report: Report, options: ReportOptions) -> str:
    """Return the report, a line each; the last line is the receipt."""
    return "".join(pieces(report, options))


def pieces(report: Report, _options: ReportOptions) -> Iterator[str]:
    """Yield the lines."""
    for finding in filter(is_shown, report.findings):
        yield f"{_line(finding.location, level_word(finding), finding.rule_id, finding.message)}\n"
    for problem in report.problems:
        yield f"{_line(problem.location, problem.level, problem.code, problem.message)}\n"
    yield f"{receipt_line(report)}\n"


def _line(location: Location | None, level: str, name: str, message: str) -> str:
    at = f"{place(location)}: " if location else ""
    return escape_terminal(f"{at}{level} {name} {message}")
