"""A summary in Markdown, for a job summary or a comment on a pull request."""

from collections.abc import Iterator
from itertools import chain, islice

from lictor import (
    Location,
    Problem,
    Report,
    ReportOptions,
    escape_markdown,
    escape_uri,
    is_counted,
    is_open,
    markdown_code,
)
from lictor_plugins.reporters.sarif.artifacts import is_inside
from lictor_plugins.reporters.wording import (
    count,
    findings_by_level,
    level_word,
    own_level,
    receipt_line,
    strongest_first,
)

_MAX_ROWS = 200
_MAX_CHARACTERS = 65_000
"""A comment on GitHub holds 65,536 characters."""

_SIGNS = {"error": "🔴", "warning": "🟠", "note": "🔵", "none": "⚪", "open": "🟣"}
_OUTCOMES = {"pass": "✅", "fail": "❌", "open": "🟣", "notApplicable": "➖", "error": "❌"}  # noqa: RUF001 - a sign


def pieces(report: Report, options: ReportOptions) -> Iterator[str]:
    """Yield the page, which is never long."""
    yield render(report, options)


def render(report: Report, options: ReportOptions) -> str:
    """Return the report as Markdown, small enough for a comment on GitHub.

    Links lead to the file as it was checked; where no repository is known, to `file#Lline` beside the page.
    """
    revision = options.revision
    base = f"{revision.repository_uri}/blob/{revision.revision_id}/" if revision else ""
    rows = _MAX_ROWS
    page = _page(report, base, rows)
    while len(page) > _MAX_CHARACTERS and rows:
        rows //= 2
        page = _page(report, base, rows)
    return page


def _page(report: Report, base: str, most: int) -> str:
    """Return the page with no more than so many rows in each table."""
    parts = [
        f"### lictor: {_title(report)}",
        *_verdicts(report),
        *_findings(report, base, most),
        *_problems(report.problems, base, most),
        *_waived(report, base, most),
        *(f"> {escape_markdown(note)}" for note in report.notes),
        f"<sub>{escape_markdown(receipt_line(report))}</sub>",
    ]
    return "\n\n".join(parts) + "\n"


def _title(report: Report) -> str:
    parts = [findings_by_level(report)]
    if report.receipt.open:
        parts.append(f"{report.receipt.open} undecided")
    if report.receipt.problems:
        parts.append(count(report.receipt.problems, "problem"))
    return ", ".join(parts)


def _verdicts(report: Report) -> Iterator[str]:
    rows = [
        f"| {_OUTCOMES[verdict.outcome]} {verdict.outcome} | {markdown_code(verdict.ruleset_id)} "
        f"| {escape_markdown(verdict.reason)} |"
        for verdict in report.verdicts
    ]
    if rows:
        yield "\n".join(("| Verdict | Ruleset | Why |", "| --- | --- | --- |", *rows))


def _findings(report: Report, base: str, most: int) -> Iterator[str]:
    total = report.receipt.findings + report.receipt.open
    if not total:
        return
    strongest = chain(
        strongest_first(report.findings, own_level, is_counted), strongest_first(report.findings, own_level, is_open)
    )
    rows = [
        f"| {_SIGNS.get(level_word(finding), '')} {level_word(finding)} | {markdown_code(finding.rule_id)} "
        f"| {_link(finding.location, base)} | {escape_markdown(finding.message)}"
        f"{' *(known)*' if finding.is_known else ''} |"
        for finding in islice(strongest, most)
    ]
    if rows:
        yield "\n".join(("| Level | Rule | Where | What |", "| --- | --- | --- | --- |", *rows))
    if total > most:
        yield f"… and {count(total - most, 'more finding')}"


def _problems(problems: tuple[Problem, ...], base: str, most: int) -> Iterator[str]:
    rows = [
        f"| {_SIGNS[problem.level]} {problem.level} | {markdown_code(problem.code)} "
        f"| {_link(problem.location, base) if problem.location else ''} | {_with_hint(problem)} |"
        for problem in problems[:most]
    ]
    if rows:
        yield "\n".join(("| Problem | Code | Where | What |", "| --- | --- | --- | --- |", *rows))


def _with_hint(problem: Problem) -> str:
    message = escape_markdown(problem.message)
    return f"{message}<br>hint: {escape_markdown(problem.hint)}" if problem.hint else message


def _waived(report: Report, base: str, most: int) -> Iterator[str]:
    if report.receipt.waived:
        waived = (finding for finding in report.findings if finding.suppression is not None)
        rows = [
            f"| {markdown_code(finding.rule_id)} | {_link(finding.location, base)} "
            f"| {escape_markdown(finding.suppression.justification)} |"
            for finding in islice(waived, most)
            if finding.suppression is not None
        ]
        summary = f"<details><summary>{count(report.receipt.waived, 'finding')} waived</summary>"
        table = "\n".join(("| Rule | Where | Reason |", "| --- | --- | --- |", *rows))
        yield f"{summary}\n\n{table}\n\n</details>"


def _link(location: Location, base: str) -> str:
    target = (base if is_inside(location.uri) else "") + escape_uri(location.uri).replace("(", "%28").replace(
        ")", "%29"
    )
    if location.region is None:
        return f"[{markdown_code(location.uri)}]({target})"
    line = location.region.start_line
    return f"[{markdown_code(f'{location.uri}:{line}')}]({target}#L{line})"
