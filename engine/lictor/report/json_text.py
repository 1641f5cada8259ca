"""JSON for output: deterministic, safe to print and to embed in a page, and several times faster than `json.dump`."""

import re
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring, encode_basestring_ascii
from math import isfinite
from typing import Any

_quote: Callable[[str], str] = encode_basestring
_LINES = tuple("\n" + "  " * depth for depth in range(32))

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
    _write(value, 1, {}, parts.append)
    parts.append("\n")
    text = "".join(parts)
    return text if text.isascii() and "<" not in text and "\x7f" not in text else _UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    text = match.group()
    if len(text) > 1:
        return f"<\\{text[1]}" if text[1] == "/" else "\\u003c!"
    return "\ufffd" if "\ud800" <= text <= "\udfff" else encode_basestring_ascii(text)[1:-1]


def _write(value: Any, depth: int, names: dict[str, str], put: Callable[[str], None]) -> None:  # noqa: ANN401 - any JSON value
    """Write a value whose members stand at `depth`. `names` keeps the keys that were written before."""
    if isinstance(value, str):
        put(_quote(value))
    elif isinstance(value, Mapping):
        _write_object(value, depth, names, put)
    elif isinstance(value, list | tuple):
        _write_array(value, depth, names, put)
    elif isinstance(value, set | frozenset):
        _write_array(sorted(value, key=str), depth, names, put)
    else:
        put(_scalar(value))


def _write_object(value: Mapping[Any, Any], depth: int, names: dict[str, str], put: Callable[[str], None]) -> None:
    if not value:
        put("{}")
        return
    line = _line(depth)
    lead, next_lead = "{" + line, "," + line
    for key, member in value.items():
        name = names.get(key)
        if name is None:
            name = names[key] = _quote(str(key)) + ": "
        kind = member.__class__  # most members are of three exact types; the tests in `_write` cost more
        if kind is str:
            put(lead + name + _quote(member))
        elif kind is int:
            put(lead + name + str(member))
        else:
            put(lead + name)
            if kind is dict:
                _write_object(member, depth + 1, names, put)
            else:
                _write(member, depth + 1, names, put)
        lead = next_lead
    put(line[:-2] + "}")


def _write_array(value: Sequence[Any], depth: int, names: dict[str, str], put: Callable[[str], None]) -> None:
    if not value:
        put("[]")
        return
    line = _line(depth)
    lead, next_lead = "[" + line, "," + line
    for member in value:
        put(lead)
        _write(member, depth + 1, names, put)
        lead = next_lead
    put(line[:-2] + "]")


def _line(depth: int) -> str:
    return _LINES[depth] if depth < len(_LINES) else "\n" + "  " * depth


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
