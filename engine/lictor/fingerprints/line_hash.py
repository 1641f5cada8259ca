"""GitHub's `primaryLocationLineHash`: the one fingerprint by which code scanning knows an alert again."""

import sys
from array import array
from functools import lru_cache
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lictor.fingerprints.many_lines import ManyLineHashes

# From github/codeql-action, src/fingerprints.ts (read 2026-10): base 37 modulo 2^64 over the 100 UTF-16 units that
# start at the line's first non-blank one; blanks dropped; one unit 65535 for the end of the file, zeros after it.
BLOCK = 100
ALIKE = BLOCK // 2
_MASK = 2**64 - 1
_END_OF_FILE = 65535
_WEIGHTS = tuple(pow(37, BLOCK - 1 - place, 2**64) for place in range(BLOCK))
UTF16 = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"

_LARGE = 2_000_000
"""Characters from which a file's lines are not kept as texts."""

_FEW = 16
"""Lines that are looked for among all others; for more of them it pays to know which lines begin alike."""


class LineHashes:
    r"""The hashes of a file's lines, each worked out when it is asked for.

    `text` is the file as it stands, a byte order mark included. Lines end at LF, CR and CRLF, as GitHub counts them.

    >>> LineHashes("[1]\n").of(1)
    '8fc78a65871b3c66:1'
    """

    __slots__ = ("_alike", "_counts", "_known", "_lines")

    def __init__(self, text: str) -> None:
        """Find the lines, and leave out their blanks."""
        self._lines = with_line_feeds(text).replace(" ", "").replace("\t", "").split("\n")
        self._alike: dict[str, list[int]] = {}
        self._counts: dict[int, int] = {}
        self._known: dict[int, str] = {}

    def of(self, line: int) -> str:
        """Return the hash of a 1-based line; one past the end counts as the last one."""
        number = min(line, len(self._lines)) - 1
        known = self._known.get(number)
        if known is None:
            if number not in self._counts:
                self._count(number)
            known = self._known[number] = f"{hash_of(self._block(number)):x}:{self._counts[number]}"
        return known

    def _count(self, number: int) -> None:
        """Count the blocks that equal a line's, which have equal hashes, and those of all lines that begin like it."""
        alike = self._like(self._lines[number][:ALIKE])  # no character takes more than two units
        if len(alike) == 1:
            self._counts[number] = 1
            return
        seen: dict[bytes, int] = {}
        for each in alike:
            block = bytes(self._block(each))
            self._counts[each] = seen[block] = seen.get(block, 0) + 1

    def _like(self, beginning: str) -> list[int]:
        """Return the lines that begin alike, and maybe others."""
        if len(self._known) < _FEW:
            return [number for number, line in enumerate(self._lines) if line.startswith(beginning)]
        if not self._alike:
            for number, line in enumerate(self._lines):
                self._alike.setdefault(line[:ALIKE], []).append(number)
        return self._alike[beginning]

    def _block(self, number: int) -> "bytes | array[int]":
        """Return the units that are hashed for a line; at the end of the file they are fewer."""
        block = "\n".join(self._lines[number : number + BLOCK])
        if len(block) > BLOCK:
            block = block[:BLOCK]
        if block.isascii():
            return block.encode("ascii")
        return array("H", block.encode(UTF16, "surrogatepass"))[:BLOCK]


def with_line_feeds(text: str) -> str:
    """Return a text in which all lines end alike."""
    # CRLF first: GitHub joins it only when nothing, not even a blank, stands between.
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def hash_of(block: "bytes | array[int]") -> int:
    """Return the hash of a block's units."""
    end = _END_OF_FILE * _WEIGHTS[len(block)] if len(block) < BLOCK else 0
    total: int = sum(map(mul, block, _WEIGHTS)) + end
    return total & _MASK


@lru_cache(maxsize=1)  # the documents of a file share its text, and there may be thousands of them
def line_hashes_of(text: str) -> "LineHashes | ManyLineHashes":
    """Return the hashes of a file's lines."""
    if len(text) <= _LARGE:
        return LineHashes(text)
    from lictor.fingerprints.many_lines import ManyLineHashes  # few files are so large

    return ManyLineHashes(text)
