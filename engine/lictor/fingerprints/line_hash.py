"""GitHub's `primaryLocationLineHash`: the one fingerprint by which code scanning knows an alert again."""

import sys
from array import array
from collections.abc import Iterable, Mapping
from itertools import accumulate
from operator import mul

# From github/codeql-action, src/fingerprints.ts (read 2026-10): base 37 modulo 2^64 over the 100 UTF-16 units that
# start at the line's first non-blank one; blanks dropped; one unit 65535 for the end of the file, zeros after it.
_BLOCK = 100
_ALIKE = _BLOCK // 2
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
    pieces = squeezed.split("\n")
    starts = _line_starts(pieces)
    numbers = {line: min(line, len(pieces)) - 1 for line in wanted}
    # equal blocks have equal hashes, and lines with equal blocks begin alike: no character takes more than two units
    alike = {pieces[number][:_ALIKE] for number in numbers.values()}
    seen: dict[bytes, int] = {}
    found: dict[int, str] = {}
    asked = set(numbers.values())
    for number, piece in enumerate(pieces[: max(asked) + 1]):
        if piece[:_ALIKE] in alike:
            block = coded[2 * starts[number] : 2 * (starts[number] + _BLOCK)]
            seen[block] = seen.get(block, 0) + 1
            if number in asked:
                found[number] = _hash(block, seen[block])
    return {line: found[number] for line, number in numbers.items()}


def _hash(block: bytes, count: int) -> str:
    return f"{sum(map(mul, array('H', block), _WEIGHTS)) & _MASK:x}:{count}"


def _line_starts(lines: list[str]) -> list[int]:
    """Return the unit at which each line starts."""
    widths = [len(line) if line.isascii() else len(line.encode(_UTF16, "surrogatepass")) // 2 for line in lines]
    return list(accumulate([width + 1 for width in widths], initial=0))
