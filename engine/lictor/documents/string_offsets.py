"""For each character of a string, where the source spells it: JSON strings and every style of YAML scalar."""

import re
from urllib.parse import unquote

from lictor.documents.places import Offsets, Span

_JSON_PIECE = re.compile(
    r'[^"\\]+|\\u[dD][89aAbB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.', re.DOTALL
)
_JSON_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

_YAML_PIECE = re.compile(
    r"(?P<fold>[ \t]*(?:\r\n?|\n|\x85|\u2028|\u2029)(?:[ \t]|\r\n?|\n|\x85|\u2028|\u2029)*)"
    r"|(?P<joined>\\(?:\r\n?|\n|\x85|\u2028|\u2029)(?:[ \t]|\r\n?|\n|\x85|\u2028|\u2029)*)"
    r"|(?P<escape>\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.))"
    r"|(?P<quote>'')"
    r"|(?P<letter>.)",
    re.DOTALL,
)
_YAML_BREAK = re.compile(r"\r\n?|\n|\x85|\u2028|\u2029")
_YAML_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
"""YAML 1.2.2, section 5.7."""

_SPACE = frozenset(" \t\n\r\x85\u2028\u2029")

_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+|[^%]+|%")


class _Spelling:
    """Offsets being collected."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, letters: str, start: int, end: int) -> None:
        """Say that one piece of source spells some letters, all of it each of them."""
        for letter in letters:
            self.text.append(letter)
            self.starts.append(start)
            self.ends.append(end)

    def copy(self, letters: str, start: int) -> None:
        """Say that the source spells some letters by themselves."""
        self.text.append(letters)
        self.starts.extend(range(start, start + len(letters)))
        self.ends.extend(range(start + 1, start + len(letters) + 1))

    def offsets(self) -> Offsets:
        return Offsets("".join(self.text), self.starts, self.ends)


def offsets_in_json(text: str, start: int, end: int) -> Offsets:
    r"""Read the JSON string, quotes included, between two offsets.

    >>> offsets_in_json(r'"a\n"', 0, 5)
    Offsets(text='a\n', starts=[1, 2], ends=[2, 4])
    """
    spelling = _Spelling()
    for piece in _JSON_PIECE.finditer(text, start + 1, end - 1):
        source = piece[0]
        if source[0] != "\\":
            spelling.copy(source, piece.start())
        elif source[1] == "u":
            spelling.add(_from_units(source), piece.start(), piece.end())
        else:
            spelling.add(_JSON_ESCAPES.get(source[1], source[1]), piece.start(), piece.end())
    return spelling.offsets()


def _from_units(escape: str) -> str:
    high = int(escape[2:6], 16)
    if len(escape) == len(r"\uffff"):
        return chr(high)
    return chr(0x10000 + ((high - 0xD800) << 10) + int(escape[8:12], 16) - 0xDC00)


def offsets_in_yaml(text: str, span: Span, style: str, value: str) -> Offsets | None:
    """Read the YAML scalar between two offsets; `value` is what the parser made of it.

    Returns None when the source does not spell that value, so that a place is never wrong, only less exact.
    """
    if style in {"|", ">"}:
        return _block(text, span, value)
    is_quoted = style in {"'", '"'}
    offsets = _flow(text, Span(span.start + is_quoted, span.end - is_quoted), style)
    return offsets if offsets.text == value else None


def _flow(text: str, span: Span, style: str) -> Offsets:
    spelling = _Spelling()
    for piece in _YAML_PIECE.finditer(text, *span):
        source, start, end = piece[0], piece.start(), piece.end()
        kind = piece.lastgroup
        if kind == "fold":
            spelling.add(_folded(source), start, end)
        elif kind == "joined" and style == '"':
            spelling.add(_folded(source).replace(" ", ""), start, end)
        elif kind == "escape" and style == '"':
            spelling.add(_escaped(source), start, end)
        elif kind == "quote" and style == "'":
            spelling.add("'", start, end)
        else:
            spelling.copy(source, start)
    return spelling.offsets()


def _folded(space: str) -> str:
    breaks = len(_YAML_BREAK.findall(space))
    return "\n" * (breaks - 1) or " "


def _escaped(escape: str) -> str:
    if len(escape) > len(r"\n"):
        digits = escape[2:]
        return chr(int(digits, 16))
    return _YAML_ESCAPES.get(escape[1], escape[1])


def _block(text: str, span: Span, value: str) -> Offsets | None:
    # Only white space differs between a block scalar and its source: indentation goes, folds change. Walk both.
    at, end = span
    spelling = _Spelling()
    for letter in value:
        if letter in _SPACE:
            width = 1 if at < end and text[at] in _SPACE else 0
            spelling.add(letter, min(at, end), min(at + width, end))
            at += width
            continue
        while at < end and text[at] in _SPACE and text[at] != letter:
            at += 1
        if at >= end or text[at] != letter:
            return None
        spelling.add(letter, at, at + 1)
        at += 1
    return spelling.offsets()


def percent_decoded(offsets: Offsets) -> Offsets:
    """Undo URL encoding (RFC 3986), as in what `aws iam get-role` prints for policies in some tools."""
    spelling = _Spelling()
    for piece in _PERCENT.finditer(offsets.text):
        source = piece[0]
        start = piece.start()
        if source[0] != "%" or source == "%":
            spelling.copy(source, start)
            continue
        for letter in unquote(source, errors="surrogateescape"):
            width = 3 * len(letter.encode("utf-8", "surrogateescape"))
            spelling.add(letter, start, start + width)
            start += width
    decoded = spelling.offsets()
    starts = [offsets.starts[at] for at in decoded.starts]
    ends = [offsets.ends[at - 1] for at in decoded.ends]
    return Offsets(decoded.text, starts, ends)
