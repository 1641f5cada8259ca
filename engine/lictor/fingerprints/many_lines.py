"""GitHub's line hashes of a large file, with a few numbers for each line in place of its text."""

from array import array
from itertools import accumulate, repeat

from lictor.documents.lines import starts_of_lines
from lictor.fingerprints.line_hash import ALIKE, BLOCK, UTF16, hash_of, with_line_feeds


class ManyLineHashes:
    r"""What `LineHashes` are, for a file that may have millions of lines.

    >>> ManyLineHashes("[1]\n").of(1)
    '8fc78a65871b3c66:1'
    """

    __slots__ = ("_alike", "_counts", "_known", "_last", "_starts", "_units")

    def __init__(self, text: str) -> None:
        """Find the lines, and leave out their blanks."""
        squeezed = with_line_feeds(text).replace(" ", "").replace("\t", "")
        if squeezed.isascii():
            self._units: bytes | array[int] = squeezed.encode("ascii")
            self._starts = starts_of_lines(squeezed)
        else:
            self._units = array("H", squeezed.encode(UTF16, "surrogatepass"))
            widths = (len(line.encode(UTF16, "surrogatepass")) // 2 + 1 for line in squeezed.split("\n"))
            self._starts = array("Q", accumulate(widths, initial=0))[:-1]
        self._alike = array("Q")
        self._last: dict[int, int] = {}
        self._counts = array("Q")
        self._known: dict[int, str] = {}

    def of(self, line: int) -> str:
        """Return the hash of a 1-based line; one past the end counts as the last one."""
        number = min(line, len(self._starts)) - 1
        known = self._known.get(number)
        if known is None:
            if not self._last:
                self._group()
            if not self._counts[number]:
                self._count(number)
            known = self._known[number] = f"{hash_of(self._block(number)):x}:{self._counts[number]}"
        return known

    def _group(self) -> None:
        """Chain lines whose blocks begin alike: each leads to the one before."""
        last, none = self._last, len(self._starts)
        ends = (start + ALIKE for start in self._starts)
        beginnings = map(self._units.__getitem__, map(slice, self._starts, ends))
        for number, beginning in enumerate(map(hash, map(bytes, beginnings))):
            self._alike.append(last.get(beginning, none))
            last[beginning] = number
        self._counts.extend(repeat(0, none))

    def _count(self, number: int) -> None:
        """Count the blocks that equal a line's, which have equal hashes, and those of all lines that begin like it."""
        start = self._starts[number]
        alike = [self._last[hash(bytes(self._units[start : start + ALIKE]))]]
        while (before := self._alike[alike[-1]]) < len(self._starts):
            alike.append(before)
        seen: dict[bytes, int] = {}
        for each in reversed(alike):
            block = bytes(self._block(each))
            self._counts[each] = seen[block] = seen.get(block, 0) + 1

    def _block(self, number: int) -> "bytes | array[int]":
        start = self._starts[number]
        return self._units[start : start + BLOCK]
