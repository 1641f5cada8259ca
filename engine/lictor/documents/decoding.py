"""Bytes to text: UTF-8, or UTF-16 and UTF-32 when a byte order mark says so."""

import codecs

from lictor.documents.lines import lines_of
from lictor.model import Location, Problem, Region

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark starts with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FIRST_OF_MARKS = frozenset(mark[:1] for mark, _ in _MARKS)


def decode(raw: bytes, uri: str) -> str | Problem:
    r"""Return the text of a file without its byte order mark, or what is wrong with its bytes.

    >>> decode(b"\xef\xbb\xbf{}", "a.json")
    '{}'
    """
    mark, encoding = _encoding_of(raw)
    try:
        text = raw[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        return _wrong_bytes(uri, raw[len(mark) :], encoding, error, len(mark))
    nul = text.find("\0")
    if nul < 0:
        return text
    hint = "save the file as UTF-8"
    if raw.count(b"\0") * 4 < len(raw):
        hint = "a text file holds no NUL; is this a binary file?"
    region = lines_of(text).region(nul, nul + 1)
    at = len(mark) + len(text[:nul].encode(encoding))
    message = f"expected text, found a NUL at byte offset {at}"
    return Problem("bad-encoding", message, "document", "error", hint, Location(uri, region))


def encode_as(raw: bytes, text: str) -> bytes:
    r"""Return a text as bytes in the encoding of the file it came from, with the same byte order mark.

    >>> encode_as(b"\xef\xbb\xbf{}", "[]")
    b'\xef\xbb\xbf[]'
    """
    mark, encoding = _encoding_of(raw)
    return mark + text.encode(encoding)


def _encoding_of(raw: bytes) -> tuple[bytes, str]:
    """Return the byte order mark that bytes begin with, and the encoding that it stands for."""
    if raw[:1] not in _FIRST_OF_MARKS:
        return b"", "utf-8"
    return next(((mark, name) for mark, name in _MARKS if raw.startswith(mark)), (b"", "utf-8"))


def _wrong_bytes(uri: str, raw: bytes, encoding: str, error: UnicodeDecodeError, mark: int) -> Problem:
    before = raw[: error.start].decode(encoding, "replace")
    line, column = lines_of(before).at(len(before))
    found = " ".join(f"0x{byte:02X}" for byte in raw[error.start : error.end])
    message = f"expected {encoding.upper()} text, found {found} at byte offset {mark + error.start}"
    location = Location(uri, Region(line, column, line, column + 1))
    return Problem("bad-encoding", message, "document", "error", "save the file as UTF-8", location)
