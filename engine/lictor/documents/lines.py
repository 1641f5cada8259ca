"""Lines of a text: from offsets to lines and columns, and back.

A line ends at a line feed, a carriage return, or the two together, as in JSON and YAML 1.2 (section 5.4); editors and
GitHub count the same. Everything in lictor that counts lines must count them here or in the same way: Python's
`str.splitlines` also breaks at form feeds, U+0085 and U+2028, and would shift every later line.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, chain

from lictor.model import Region

_PIECE = 1_000_000
"""Characters of a text whose lines are looked for at a time; what is longer has its line starts in an array."""

_SHORT = 10_000
_FEW = 12
"""Offsets in a short text for which line feeds are counted: finding all lines takes as long as counting some times."""

_BREAK = re.compile(r"\r\n?|\n")


class Lines:
    """The lines of a text. Offsets count code points from 0; lines and columns count from 1."""

    __slots__ = ("_left", "_starts", "text")

    def __init__(self, text: str) -> None:
        """Take the text; no line is looked for yet."""
        self.text = text
        self._starts: Sequence[int] | None = None
        self._left = _FEW if len(text) <= _SHORT and "\r" not in text else 0

    @property
    def starts(self) -> Sequence[int]:
        """The offset at which each line starts."""
        if self._starts is None:
            self._starts = _starts_of(self.text)
        return self._starts

    def at(self, offset: int) -> tuple[int, int]:
        """Return the line and column of an offset."""
        starts = self._starts
        if starts is None:
            if self._left:
                self._left -= 1
                return self.text.count("\n", 0, offset) + 1, offset - self.text.rfind("\n", 0, offset)
            starts = self.starts
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def region(self, start: int, end: int) -> Region:
        r"""Return the region from offset `start` up to, but without, offset `end`.

        >>> lines_of("a\nbc").region(2, 4)
        Region(start_line=2, start_column=1, end_line=2, end_column=3)
        """
        return Region(*self.at(start), *self.at(end))

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and column; past the text it is the text's length."""
        if line > len(self.starts):
            return len(self.text)
        return min(self.starts[line - 1] + column - 1, len(self.text))

    def span(self, region: Region) -> tuple[int, int]:
        """Return the offsets of a region's start and end."""
        return self.offset(region.start_line, region.start_column), self.offset(region.end_line, region.end_column)

    def slice(self, region: Region) -> str:
        """Return the text that a region covers."""
        start, end = self.span(region)
        return self.text[start:end]

    def text_of(self, first: int, last: int) -> str:
        r"""Return whole lines from one to another as far as they are there, with a line feed between each two.

        >>> lines_of("a\r\nb\nc\n").text_of(1, 2)
        'a\nb'
        """
        if self._starts is None and self._left:
            return "\n".join(self.text.split("\n")[first - 1 : last])
        end = self.starts[last] if last < len(self.starts) else len(self.text)
        text = self.text[self.starts[first - 1] : end]
        if "\r" in text:
            text = _BREAK.sub("\n", text)
        return text[:-1] if last < len(self.starts) else text

    def line(self, number: int) -> str:
        """Return a whole line without its line break; "" for a line that is not there."""
        if not 1 <= number <= len(self.starts):
            return ""
        start = self.starts[number - 1]
        found = _BREAK.search(self.text, start)
        return self.text[start : found.start() if found else len(self.text)]


@lru_cache(maxsize=1)  # the documents of a file share its text, and there may be thousands of them
def lines_of(text: str) -> Lines:
    r"""Return the lines of a text.

    >>> lines_of("a\r\nb").starts
    (0, 3)
    """
    return Lines(text)


def _starts_of(text: str) -> Sequence[int]:
    if "\r" in text:
        starts = chain((0,), (found.end() for found in _BREAK.finditer(text)))
        return array("Q", starts) if len(text) > _PIECE else tuple(starts)
    if len(text) > _PIECE:
        return starts_of_lines(text)
    lengths = [len(line) + 1 for line in text.split("\n")]
    return tuple(accumulate(lengths[:-1], initial=0))


def starts_of_lines(text: str) -> "array[int]":
    r"""Return where each line starts in a large text whose lines end at line feeds, without holding them all.

    >>> list(starts_of_lines("a\nbc\n"))
    [0, 2, 5]
    """
    starts = array("Q")
    at = 0
    while at <= len(text):
        end = text.find("\n", at + _PIECE)
        end = len(text) if end < 0 else end
        lengths = [len(line) + 1 for line in text[at:end].split("\n")]
        starts.extend(accumulate(lengths[:-1], initial=at))
        at = end + 1
    return starts
