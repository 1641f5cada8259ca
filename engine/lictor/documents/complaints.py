"""Problems in one text, written down by offset and turned into places only when there are any."""

from collections.abc import Iterable

from lictor.documents.lines import lines_of
from lictor.model import Level, Location, Problem
from lictor.values import NamedTuple

BOM = "\ufeff"


class Complaint(NamedTuple):
    """A Problem to be: offsets in place of regions. `opener` adds where something was opened to the hint."""

    code: str
    message: str
    start: int
    end: int
    hint: str = ""
    opener: tuple[str, int] | None = None
    related: tuple[tuple[int, int], ...] = ()
    level: Level = "error"


def problems_from(uri: str, text: str, complaints: Iterable[Complaint]) -> tuple[Problem, ...]:
    """Give complaints their places, in the order of the file."""
    ordered = sorted(complaints, key=lambda complaint: complaint.start)
    if not ordered:
        return ()
    lines = lines_of(text)

    def problem(complaint: Complaint) -> Problem:
        hint = complaint.hint
        if complaint.opener:
            what, offset = complaint.opener
            line, column = lines.at(offset)
            opened = f"{what} opened at {line}:{column}"
            hint = f"{hint}; {opened}" if hint else opened
        return Problem(
            complaint.code,
            complaint.message,
            "document",
            complaint.level,
            hint,
            Location(uri, lines.region(complaint.start, complaint.end)),
            tuple(Location(uri, lines.region(*span)) for span in complaint.related),
        )

    return tuple(problem(complaint) for complaint in ordered)


def without_bom(text: str) -> str:
    """Drop a byte order mark: it is not a character of the text, and editors do not count it as a column."""
    return text.removeprefix(BOM)


def shown(text: str) -> str:
    r"""Quote a piece of input for a message: short, on one line, control characters and surrogates escaped.

    >>> shown("a\x1b")
    "'a\\x1b'"
    """
    limit = 40
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    if cut.isprintable():
        return f"'{cut}'"
    return "'" + "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in cut) + "'"
