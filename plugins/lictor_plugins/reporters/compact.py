"""One line a finding and a problem, as compilers write them: `uri:line:column: level rule-id message`."""

from collections.abc import Iterator

from lictor import Location, Report, ReportOptions, escape_terminal
from lictor_plugins.reporters.wording import is_shown, level_word, place, receipt_line


def render(report: Report, _options: ReportOptions) -> str:
    """Return the report, a line each; the last line is the receipt."""
    lines = [
        _line(
            finding.location,
            level_word(finding),
            finding.rule_id,
            finding.message,
        )
        for finding in report.findings
        if is_shown(finding)
    ]
    lines += [_line(problem.location, problem.level, problem.code, problem.message) for problem in report.problems]
    lines.append(receipt_line(report))
    return "".join(f"{line}\n" for line in lines)


def _line(location: Location | None, level: str, name: str, message: str) -> str:
    at = f"{place(location)}: " if location else ""
    return escape_terminal(f"{at}{level} {name} {message}")


def pieces(report: Report, options: ReportOptions) -> Iterator[str]:
    """Yield what `render` returns."""
    yield render(report, options)
