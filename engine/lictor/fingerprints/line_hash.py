"""GitHub's `primaryLocationLineHash`: the one fingerprint by which code scanning knows an alert again."""

import sys
from array import array
from functools import lru_cache
from itertools import accumulate
from operator import mul

# From github/codeql-action, src/fingerprints.ts (read 2026-10): base 37 modulo 2^64 over the 100 UTF-16 units that
# start at the line's first non-blank one; blanks dropped; one unit 65535 for the end of the file, zeros after it.
_BLOCK = 100
_ALIKE = _BLOCK // 2
_MASK = 2**64 - 1
_END_OF_FILE = 65535
_WEIGHTS = tuple(pow(37, _BLOCK - 1 - place, 2**64) for place in range(_BLOCK))
_UTF16 = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"


class LineHashes:
    r"""The hashes of a file's lines, each worked out when it is asked for.

    `text` is the file as it stands, a byte order mark included. Lines end at LF, CR and CRLF, as GitHub counts them.

    >>> LineHashes("[1]\n").of(1)
    '8fc78a65871b3c66:1'
    """

    def __init__(self, text: str) -> None:
        """Find the lines."""
        # CRLF first: GitHub joins it only when nothing, not even a blank, stands between.
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        squeezed = text.replace(" ", "").replace("\t", "")
        lines = squeezed.split("\n")
        if squeezed.isascii():
            self._units: bytes | array[int] = squeezed.encode("ascii")
            widths = [len(line) + 1 for line in lines]
        else:
            self._units = array("H", squeezed.encode(_UTF16, "surrogatepass"))
            widths = [len(line.encode(_UTF16, "surrogatepass")) // 2 + 1 for line in lines]
        self._starts = list(accumulate(widths, initial=0))
        # lines with equal blocks begin alike: no character takes more than two units
        self._beginnings = [line[:_ALIKE] for line in lines]
        self._alike: dict[str, list[int]] = {}
        self._counts: dict[int, int] = {}
        self._known: dict[int, str] = {}

    def of(self, line: int) -> str:
        """Return the hash of a 1-based line; one past the end counts as the last one."""
        number = min(line, len(self._beginnings)) - 1
        known = self._known.get(number)
        if known is None:
            if number not in self._counts:
                self._count(number)
            known = self._known[number] = f"{_hash(self._block(number)):x}:{self._counts[number]}"
        return known

    def _count(self, number: int) -> None:
        """Count the blocks that equal a line's, which have equal hashes, and those of all lines that begin like it."""
        if not self._alike:
            for each, beginning in enumerate(self._beginnings):
                self._alike.setdefault(beginning, []).append(each)
        seen: dict[bytes, int] = {}
        for each in self._alike[self._beginnings[number]]:
            block = bytes(self._block(each))
            self._counts[each] = seen[block] = seen.get(block, 0) + 1

    def _block(self, number: int) -> "bytes | array[int]":
        start = self._starts[number]
        return self._units[start : start + _BLOCK]


def _hash(block: "bytes | array[int]") -> int:
    end = _END_OF_FILE * _WEIGHTS[len(block)] if len(block) < _BLOCK else 0
    total: int = sum(map(mul, block, _WEIGHTS)) + end
    return total & _MASK


@lru_cache(maxsize=1)  # the documents of a file share its text, and there may be thousands of them
def line_hashes_of(text: str) -> LineHashes:
    """Return the hashes of a file's lines."""
    return LineHashes(text)
