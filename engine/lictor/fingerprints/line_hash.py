"""GitHub's `primaryLocationLineHash`: the one fingerprint by which code scanning knows an alert again."""

import sys
from array import array
from collections.abc import Iterable, Mapping
from itertools import pairwise
from operator import mul

# From github/codeql-action, src/fingerprints.ts (read 2026-10): base 37 modulo 2^64 over the 100 UTF-16 units that
# start at the line's first non-blank one; blanks dropped; one unit 65535 for the end of the file, zeros after it.
_BLOCK = 100
_MASK = 2**64 - 1
_END_OF_FILE = "\uffff"
_WEIGHTS = tuple(pow(37, _BLOCK - 1 - place, 2**64) for place in range(_BLOCK))
_UTF16 = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"


def line_hashes(text: str, lines: Iterable[int]) -> Mapping[int, str]:
    r"""Return the hash of each 1-based line that is asked for; a line past the end counts as the last one.

    `text` is the file as it stands, a byte order mark included. Lines end at LF, CR and CRLF, as GitHub counts them.

    >>> line_hashes("[1]\n", [1])
    {1: '8fc78a65871b3c66:1'}
    """
    wanted = set(lines)
    if not wanted:
        return {}
    # CRLF first: GitHub joins it only when nothing, not even a blank, stands between.
    squeezed = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    coded = (squeezed + _END_OF_FILE + "\0" * _BLOCK).encode(_UTF16, "surrogatepass")
    seen: dict[bytes, int] = {}
    found: dict[int, str] = {}
    block, starts = b"", _line_starts(squeezed, max(wanted))
    for line, start in enumerate(starts, 1):
        # equal blocks have equal hashes, so only those that are asked for are summed up
        block = coded[2 * start : 2 * (start + _BLOCK)]
        seen[block] = seen.get(block, 0) + 1
        if line in wanted:
            found[line] = _hash(block, seen[block])
    beyond = wanted - found.keys()
    return found | dict.fromkeys(beyond, _hash(block, seen[block])) if beyond else found


def _hash(block: bytes, count: int) -> str:
    return f"{sum(map(mul, array('H', block), _WEIGHTS)) & _MASK:x}:{count}"


def _line_starts(squeezed: str, count: int) -> Iterable[int]:
    """Yield the unit at which each of the first `count` lines starts."""
    lines = squeezed.split("\n", count)[:count]
    widths = [len(line) if line.isascii() else len(line.encode(_UTF16, "surrogatepass")) // 2 for line in lines]
    start = 0
    yield start
    for width, _ in pairwise(widths):
        start += width + 1
        yield start
