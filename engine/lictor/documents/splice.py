"""Putting text in place of text: by offset while an edit is made, by region when fixes are applied."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NoReturn

from lictor.documents.lines import lines_of
from lictor.documents.places import Span
from lictor.errors import LictorError
from lictor.model import Problem, Replacement
from lictor.values import NamedTuple


class Splice(NamedTuple):
    """Text to put in place of what stands between two offsets."""

    start: int
    end: int
    text: str

    def within(self, span: Span) -> "Splice":
        """Return the same edit of the text of a span around it."""
        return Splice(self.start - span.start, self.end - span.start, self.text)

    def apply(self, source: str) -> str:
        """Return the source with the text in its place."""
        return source[: self.start] + self.text + source[self.end :]


def apply_replacements(text: str, replacements: Iterable[Replacement]) -> str:
    """Apply the replacements of one or more fixes to a file's text; raises LictorError when two of them overlap.

    >>> from lictor.model import Region
    >>> apply_replacements("a: 1", [Replacement(Region(1, 4, 1, 5), "2")])
    'a: 2'
    """
    lines = lines_of(text)
    pieces: list[str] = []
    at = 0
    for span, new in sorted({(lines.span(replacement.region), replacement.text) for replacement in replacements}):
        if span[0] < at:
            refuse("two edits change the same text")
        pieces += [text[at : span[0]], new]
        at = span[1]
    return "".join([*pieces, text[at:]])


def refuse(why: str) -> NoReturn:
    """Say that there is no safe edit."""
    raise LictorError([Problem("unsafe-edit", f"this edit can't be made safely: {why}", "document")])


def line_start(text: str, offset: int) -> int:
    """Return where the line of an offset starts."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """Return where the line of an offset ends, before its line break."""
    ends = [end for end in (text.find("\n", offset), text.find("\r", offset)) if end >= 0]
    return min(ends, default=len(text))


def after_break(text: str, offset: int) -> int:
    """Return the offset after the line break that stands at an offset."""
    if text[offset : offset + 2] == "\r\n":
        return offset + 2
    return min(offset + 1, len(text))


@lru_cache(maxsize=1)  # one text may need many edits
def newline_of(text: str) -> str:
    """Return the line break that a text uses."""
    return "\r\n" if "\r\n" in text else "\n"


def indentation(text: str, offset: int) -> str:
    """Return the white space that the line of an offset starts with."""
    start = line_start(text, offset)
    end = start
    while end < len(text) and text[end] in " \t":
        end += 1
    return text[start:end]
