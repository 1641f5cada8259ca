"""What is wrong with a JSON text, said as a person would: a slow, patient reader that goes on after small mistakes.

It runs only when the fast parser refused a text or found something odd in it. It keeps its own stack, never recursion.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from json import JSONDecoder
from typing import Literal

from lictor.documents.complaints import Complaint, shown

_TOKEN = re.compile(
    r"""(?P<space>[ \t\n\r]++)
    |(?P<string>"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+")
    |(?P<open>[{\[])|(?P<close>[}\]])|(?P<comma>,)|(?P<colon>:)
    |(?P<number>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][-+]?[0-9]++)?+(?![\w.+-]))
    |(?P<comment>//[^\n\r]*+|/\*.*?\*/|\#[^\n\r]*+)
    |(?P<text>"(?:[^"\\\n\r]++|\\[^\n\r])*+"?+|'(?:[^'\\\n\r]++|\\[^\n\r])*+'?+)
    |(?P<word>[-+.\w$]++)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')
_CONTROL = re.compile(r"[\x00-\x1f]")
_BAD_ESCAPE = re.compile(r'\\(?:u(?![0-9a-fA-F]{4})|[^"\\/bfnrtu])', re.DOTALL)
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_NOT_FINITE = frozenset({"NaN", "Infinity", "-Infinity"})
_MEANT = {"True": "true", "False": "false", "None": "null", "undefined": "null", "nil": "null", "TRUE": "true"}
_MEANT |= {"FALSE": "false", "NULL": "null", "Null": "null"}
_DIGITS = 4300
_MOST = 20
"""Complaints about one text after which the rest is left unread: they would only be echoes."""

_read_string = JSONDecoder().raw_decode

_Expected = Literal["a value", "a value or ']'", "a key", "a key or '}'", "':'", "a comma or an end", "the end"]


@dataclass(slots=True)
class _Container:
    opener: str
    start: int
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return "the object" if self.opener == "{" else "the list"

    @property
    def closer(self) -> str:
        return "}" if self.opener == "{" else "]"


def diagnose(text: str) -> list[Complaint]:
    """Return everything wrong with a JSON text, in its order; nothing when it is strict JSON without duplicate keys.

    >>> [complaint.message for complaint in diagnose('{"a": 1,}')]
    ["expected a key after ',', found '}'"]
    """
    reader = _Reader(text)
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind != "space":
            _READ[kind](reader, found[0], found.start())
        if reader.is_lost or len(reader.complaints) >= _MOST:
            return reader.complaints
    reader.finish()
    return reader.complaints


class _Reader:
    """The state between two tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.complaints: list[Complaint] = []
        self.stack: list[_Container] = []
        self.expected: _Expected = "a value"
        self.is_lost = False
        self.key = ""
        self.comma = 0

    def say(self, message: str, start: int, length: int, hint: str = "", code: str = "bad-document") -> None:
        opener = (self.stack[-1].name, self.stack[-1].start) if self.stack and code == "bad-document" else None
        self.complaints.append(Complaint(code, message, start, start + length, hint, opener))

    def wanted(self) -> str:
        """Say what may stand here."""
        if self.expected == "a comma or an end":
            return f"',' or '{self.stack[-1].closer}' after a value"
        if self.expected == "':'":
            return f"':' after the key {shown(self.key)}"
        if self.expected == "the end":
            return "the end of the file after the value"
        if self.expected == "a value" and self.stack and self.stack[-1].opener == "{":
            return f"a value for the key {shown(self.key)}"
        if self.expected in {"a key", "a value"} and self.stack:
            return f"{self.expected} after ','"
        return self.expected

    def take_value(self, piece: str, start: int) -> None:
        """Check that a value may start here; after a forgotten comma or colon go on as if it were there."""
        if self.expected in {"a comma or an end", "':'"}:
            self.say(f"expected {self.wanted()}, found {shown(piece)}", start, len(piece))
            if self.expected == "a comma or an end" and self.stack[-1].opener == "{":
                self.expected = "a key"
        if self.expected in {"a key", "a key or '}'"}:
            self.take_key(piece, start)
        elif self.expected == "the end":
            hint = "a JSON file holds one document; a .yaml file may hold several, parted by '---'"
            self.say(f"expected {self.wanted()}, found {shown(piece)}", start, len(piece), hint)
            self.is_lost = True
        else:
            self.after_value()

    def after_value(self) -> None:
        self.expected = "a comma or an end" if self.stack else "the end"

    def take_key(self, piece: str, start: int) -> None:
        if not piece.startswith('"'):
            hint = "keys stand in double quotes" if piece not in "{[" else ""
            self.say(f"expected a key in double quotes, found {shown(piece)}", start, len(piece), hint)
            self.is_lost = piece in "{["
        self.key = piece
        self.expected = "':'"
        if _STRING.fullmatch(piece):
            self.key = _name_of(piece)
            self._note_key(start, len(piece))

    def _note_key(self, start: int, length: int) -> None:
        keys = self.stack[-1].keys
        if self.key in keys:
            complaint = Complaint(
                "duplicate-key",
                f"the key {shown(self.key)} stands twice in one object",
                start,
                start + length,
                "readers disagree which one counts; here it is the last",
                related=(keys[self.key],),
            )
            self.complaints.append(complaint)
        else:
            keys[self.key] = (start, start + length)

    def finish(self) -> None:
        """Check that the text may end here."""
        if self.expected == "the end":
            return
        self.say(f"expected {self.wanted()}, found the end of the file", len(self.text.rstrip(" \t\n\r")), 0)


def _read_value(reader: _Reader, piece: str, start: int) -> None:
    reader.take_value(piece, start)


def _read_number(reader: _Reader, piece: str, start: int) -> None:
    reader.take_value(piece, start)
    is_whole = piece.lstrip("-").isdigit()
    if is_whole and len(piece.lstrip("-")) > _DIGITS:
        message = f"a whole number of {len(piece)} digits is kept as text"
        reader.say(message, start, len(piece), f"the most is {_DIGITS} digits", "number-out-of-range")
    elif not is_whole and float(piece) in {float("inf"), float("-inf")}:
        _say_not_finite(reader, piece, start)


def _say_not_finite(reader: _Reader, piece: str, start: int) -> None:
    message = f"{shown(piece)} is not a finite number and is kept as text"
    reader.say(message, start, len(piece), "JSON has no such number", "number-out-of-range")


def _read_word(reader: _Reader, piece: str, start: int) -> None:
    if piece in {"true", "false", "null"}:
        reader.take_value(piece, start)
    elif piece in _NOT_FINITE and reader.expected not in {"a key", "a key or '}'", "the end"}:
        reader.take_value(piece, start)
        _say_not_finite(reader, piece, start)
    elif reader.expected in {"a key", "a key or '}'", "the end"}:
        reader.take_value(piece, start)
    else:
        count = len(reader.complaints)
        reader.take_value(piece, start)
        if len(reader.complaints) == count:
            reader.say(f"expected a value, found {shown(piece)}", start, len(piece), _hint_for_word(piece))


def _hint_for_word(piece: str) -> str:
    if piece in _MEANT:
        return f"did you mean {_MEANT[piece]}?"
    if piece[0] in "+-.0123456789":
        return "a number is written like 1, -1, 1.5 or 1e3; anything else stands in double quotes"
    return "text stands in double quotes"


def _read_open(reader: _Reader, piece: str, start: int) -> None:
    reader.take_value(piece, start)
    if not reader.is_lost:
        reader.stack.append(_Container(piece, start))
        reader.expected = "a key or '}'" if piece == "{" else "a value or ']'"


def _read_close(reader: _Reader, piece: str, start: int) -> None:
    if not reader.stack or piece != reader.stack[-1].closer:
        reader.say(f"expected {reader.wanted()}, found '{piece}'", start, 1)
        reader.is_lost = True
        return
    if reader.expected in {"a key", "a value"} and reader.text[reader.comma] == ",":
        hint = "remove the comma before it"
        if reader.expected == "a value" and piece == "}":
            hint = ""
        reader.say(f"expected {reader.wanted()}, found '{piece}'", start, 1, hint)
    elif reader.expected in {"a value", "':'"}:
        reader.say(f"expected {reader.wanted()}, found '{piece}'", start, 1)
    reader.stack.pop()
    reader.after_value()


def _read_comma(reader: _Reader, piece: str, start: int) -> None:
    if reader.expected != "a comma or an end":
        reader.say(f"expected {reader.wanted()}, found ','", start, len(piece))
        reader.is_lost = not reader.stack
    if reader.stack:
        reader.expected = "a key" if reader.stack[-1].opener == "{" else "a value"
    reader.comma = start


def _read_colon(reader: _Reader, piece: str, start: int) -> None:
    if reader.expected != "':'":
        reader.say(f"expected {reader.wanted()}, found ':'", start, len(piece))
        reader.is_lost = True
    reader.expected = "a value"
    reader.comma = start


def _read_comment(reader: _Reader, piece: str, start: int) -> None:
    reader.say("expected JSON, found a comment", start, len(piece), "JSON has no comments; a .yaml file may have them")


def _read_text(reader: _Reader, piece: str, start: int) -> None:
    count = len(reader.complaints)
    reader.take_value(piece, start)
    if len(reader.complaints) > count:
        return
    if piece[0] == "'":
        reader.say(f"expected text in double quotes, found {shown(piece)}", start, len(piece), "use \" in place of '")
    elif len(piece) == 1 or piece[-1] != '"' or _ESCAPE.sub("", piece)[-1:] != '"' or _ESCAPE.sub("", piece) == '"':
        reader.say("expected a closing '\"' before the end of the line", start, len(piece), "the text starts here")
        reader.is_lost = True
    else:
        _say_bad_letter(reader, piece, start)


def _say_bad_letter(reader: _Reader, piece: str, start: int) -> None:
    control = _CONTROL.search(piece)
    if control:
        letter = f"U+{ord(control[0]):04X}"
        hint = f"write it as \\u{ord(control[0]):04x}"
        reader.say(f"expected text, found the control character {letter}", start + control.start(), 1, hint)
        return
    for escape in _ESCAPE.finditer(piece):
        bad = _BAD_ESCAPE.match(piece, escape.start())
        if bad:
            hint = "a backslash itself is written \\\\"
            reader.say(f"expected an escape such as \\n, found {shown(bad[0])}", start + bad.start(), len(bad[0]), hint)
            return


def _read_other(reader: _Reader, piece: str, start: int) -> None:
    reader.say(f"expected {reader.wanted()}, found {shown(piece)}", start, len(piece))
    reader.is_lost = True


def _name_of(piece: str) -> str:
    name = _read_string(piece)[0]
    return name if isinstance(name, str) else piece


_READ: dict[str, Callable[[_Reader, str, int], None]] = {
    "string": _read_value,
    "open": _read_open,
    "close": _read_close,
    "comma": _read_comma,
    "colon": _read_colon,
    "number": _read_number,
    "comment": _read_comment,
    "text": _read_text,
    "word": _read_word,
    "other": _read_other,
}
