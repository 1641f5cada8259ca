"""JSON for output: deterministic, safe to print and to embed in a page, and several times faster than `json.dump`."""

import re
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring, encode_basestring_ascii
from math import isfinite
from typing import Any

_quote: Callable[[str], str] = encode_basestring
_SPACES = tuple("\n" + "  " * depth for depth in range(32))

# Past the ASCII controls that JSON escapes anyway: DEL and C1, invisible and bidirectional characters, the two line
# separators of JavaScript, lone surrogates (no UTF-8 has them, and I-JSON, RFC 7493 2.1, forbids their escapes), and
# what could end a script element. Outside of strings JSON holds none of these.
_UNSAFE = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]|</|<!"
)


def dump_json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    r"""Return the value as JSON with an indent of two, and a line feed at the end.

    Keys keep their order. Tuples are arrays; a value that JSON does not know is written as its text.

    >>> print(dump_json({"a": [1, "</script>"], "b": {}}), end="")
    {
      "a": [
        1,
        "<\/script>"
      ],
      "b": {}
    }
    """
    parts: list[str] = []
    _write(value, 1, parts.append)
    parts.append("\n")
    text = "".join(parts)
    return text if text.isascii() and "<" not in text and "\x7f" not in text else _UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    text = match.group()
    if len(text) > 1:
        return f"<\\{text[1]}" if text[1] == "/" else "\\u003c!"
    return "\ufffd" if "\ud800" <= text <= "\udfff" else encode_basestring_ascii(text)[1:-1]


def _write(value: Any, depth: int, put: Callable[[str], None]) -> None:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        put(_quote(value))
    elif isinstance(value, Mapping):
        _write_members([(_quote(str(key)) + ": ", member) for key, member in value.items()], "{}", depth, put)
    elif isinstance(value, list | tuple):
        _write_members([("", member) for member in value], "[]", depth, put)
    elif isinstance(value, set | frozenset):
        _write_members([("", member) for member in sorted(value, key=str)], "[]", depth, put)
    else:
        put(_scalar(value))


def _write_members(
    members: list[tuple[str, Any]],
    brackets: str,
    depth: int,
    put: Callable[[str], None],
) -> None:
    if not members:
        put(brackets)
        return
    line = _SPACES[depth] if depth < len(_SPACES) else "\n" + "  " * depth
    lead = brackets[0] + line
    for name, member in members:
        if isinstance(member, str):  # most members are: saves a call for each
            put(lead + name + _quote(member))
        else:
            put(lead + name)
            _write(member, depth + 1, put)
        lead = "," + line
    put(line[:-2] + brackets[1])


def _scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float) and isfinite(value):
        return float.__repr__(value)
    return _quote(str(value))
