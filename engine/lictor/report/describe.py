"""Say a problem or a place in plain text, for where no output format was asked for: errors, tests, logs."""

from collections.abc import Iterator

from lictor.model import Location, Problem
from lictor.report.escape import escape_lines, escape_terminal
from lictor.report.excerpt import cut_excerpt

_WIDTH = 100


def describe_place(location: Location) -> str:
    """Return `uri:line:column`, or the uri alone when there is no region."""
    if location.region is None:
        return location.uri
    return f"{location.uri}:{location.region.start_line}:{location.region.start_column}"


def describe_problem(problem: Problem) -> str:
    """Return a problem with its source line, the caret and the hint."""
    return "\n".join(_lines(problem))


def _lines(problem: Problem) -> Iterator[str]:
    at = f"{escape_terminal(describe_place(problem.location))}: " if problem.location else ""
    yield f"{at}{problem.level}[{problem.code}]: {escape_lines(problem.message)}"
    excerpt = cut_excerpt(problem.location, _WIDTH) if problem.location else None
    if excerpt is not None:
        margin = len(str(excerpt.line))
        yield f"  {excerpt.line} | {excerpt.text}".rstrip()
        yield f"  {' ' * margin} | {' ' * excerpt.indent}{'^' * excerpt.carets}"
    for related in problem.related_locations:
        yield f"  note: {escape_terminal(describe_place(related))}: see also"
    if problem.hint:
        yield f"  hint: {escape_lines(problem.hint)}"
