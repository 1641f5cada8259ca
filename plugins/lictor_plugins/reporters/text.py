"""The output for people: every finding with its source line, the span underlined, and what to do about it."""

from collections.abc import Iterable, Iterator

from lictor import (
    Finding,
    Location,
    Path,
    Problem,
    Report,
    ReportOptions,
    Verdict,
    cell_width,
    count_findings,
    cut_excerpt,
    escape_lines,
    escape_terminal,
    format_path,
)
from lictor_plugins.reporters.ansi import Paint, painter
from lictor_plugins.reporters.wording import (
    count,
    explainable,
    is_shown,
    level_word,
    logical_path,
    place,
    receipt_line,
    waived_line,
)


def render(report: Report, options: ReportOptions) -> str:
    """Return the report as text: findings, problems, what was waived, verdicts, and the receipt as its last line."""
    return "".join(pieces(report, options))


def pieces(report: Report, options: ReportOptions) -> Iterator[str]:
    """Yield the text block by block."""
    paint = painter(is_color=options.is_color)
    for block in _findings(report, options, paint):
        yield f"{block}\n\n"
    for problem in report.problems:
        yield f"{_problem(problem, options, paint)}\n\n"
    yield "\n".join(_summary(report, paint)) + "\n"


def _findings(report: Report, options: ReportOptions, paint: Paint) -> Iterator[str]:
    unexplained = explainable(report)
    for finding in filter(is_shown, report.findings):
        if finding.is_known:
            yield _headline(finding, paint) + paint(" (known)", "faint")
        else:
            yield "\n".join(_finding(finding, options, paint, is_first=finding.rule_id in unexplained))
            unexplained.discard(finding.rule_id)


def _headline(finding: Finding, paint: Paint) -> str:
    return _head(finding.location, level_word(finding), finding.rule_id, finding.message, paint)


def _finding(finding: Finding, options: ReportOptions, paint: Paint, *, is_first: bool) -> Iterator[str]:
    yield _headline(finding, paint)
    yield from _source(finding.location, level_word(finding), options, paint)
    for related in finding.related_locations:
        message = related.message or logical_path(related.location)
        yield _remark("note", f"{place(related.location)}: {message}", paint)
    for flow in finding.code_flows:
        for number, step in enumerate(flow, 1):
            message = step.message or logical_path(step.location)
            yield _remark(f"step {number}", f"{place(step.location)}: {message}", paint)
    hidden = finding.properties.get("supersedes", ())
    if hidden:
        yield _remark("note", f"this stands for {', '.join(hidden)} as well", paint)
    for fix in finding.fixes:
        yield _remark("fix", fix.description, paint)
    if is_first:
        yield _remark("help", f"lictor explain {finding.rule_id}", paint)


def _problem(problem: Problem, options: ReportOptions, paint: Paint) -> str:
    lines = [_head(problem.location, problem.level, problem.code, problem.message, paint)]
    if problem.location is not None:
        lines += _source(problem.location._replace(logical="", path=()), problem.level, options, paint)
    lines += [_remark("note", f"{place(related)}: see also", paint) for related in problem.related_locations]
    if problem.hint:
        lines.append(_remark("hint", problem.hint, paint))
    return "\n".join(lines)


def _head(location: Location | None, level: str, name: str, message: str, paint: Paint) -> str:
    at = paint(escape_terminal(place(location)), "strong") + ": " if location else ""
    text = escape_lines(message).replace("\n", "\n  ")
    return f"{at}{paint(f'{level}[{escape_terminal(name)}]', level)}: {text}"


def _source(location: Location, level: str, options: ReportOptions, paint: Paint) -> Iterator[str]:
    margin = len(str(location.region.start_line)) if location.region else 0
    room = options.width - margin - len("   | ")
    shown = cut_excerpt(location, room)
    if shown is None:
        return
    bar = paint("|", "gutter")
    yield f"  {paint(str(shown.line), 'gutter')} {bar} {shown.text}".rstrip()
    carets = " " * shown.indent + paint("^" * shown.carets, level)
    label = _fitting(location.path, escape_terminal(logical_path(location)), room - shown.indent - shown.carets - 1)
    carets += " " + paint(label, "faint") if label else ""
    yield f"  {' ' * margin} {bar} {carets}"
    if shown.last_line > shown.line:
        yield f"  {' ' * margin} {bar} {paint(f'… to line {shown.last_line}', 'faint')}"


def _fitting(path: Path, label: str, room: int) -> str:
    """Return the label, or as much of the path's end as there is room for."""
    start = 0
    while label and cell_width(label) > room:
        start += 1
        label = "…" + escape_terminal(format_path(path[start:])) if start < len(path) else ""
    return label


def _remark(label: str, text: str, paint: Paint) -> str:
    return f"  {paint(f'{label}:', 'help')} " + escape_lines(text).replace("\n", "\n    ")


def _summary(report: Report, paint: Paint) -> Iterator[str]:
    waived = waived_line(report)
    if waived:
        yield escape_terminal(waived)
    sorts = count_findings(report.findings)
    known = sum(number for sort, number in sorts if sort.is_known and (sort.is_counted or sort.is_open))
    if known:
        yield f"{count(known, 'finding')} known from the baseline"
    yield from _verdicts(report.verdicts, paint)
    for note in report.notes:
        yield f"{paint('note:', 'note')} {escape_terminal(note)}"
    yield paint(receipt_line(report), "good" if report.exit_code == 0 else "bad")


def _verdicts(verdicts: Iterable[Verdict], paint: Paint) -> Iterator[str]:
    for verdict in verdicts:
        is_told = verdict.score is None or "score" in verdict.reason
        score = "" if is_told else f", score {verdict.score:g}"
        reason = f" ({escape_terminal(verdict.reason)}{score})" if verdict.reason or score else ""
        outcome = paint(verdict.outcome, verdict.outcome)
        yield f"verdict of {paint(escape_terminal(verdict.ruleset_id), 'strong')}: {outcome}{reason}"
