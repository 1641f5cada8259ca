"""JSON for output: deterministic, safe to print and to embed in a page, and several times faster than `json.dump`."""

import json.encoder
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from json.encoder import JSONEncoder, encode_basestring, encode_basestring_ascii
from math import isfinite
from typing import Any

from lictor.values import NamedTuple

_quote: Callable[[str], str] = encode_basestring
_NEVER = 1 << 30
_MEMBERS = 128
"""Members of an array between two pieces."""

_SHALLOW = 4
"""How deep arrays that are long may stand: a SARIF log has its results there."""

_STRETCH = 2_000
"""Characters that are looked through at a time for what is to be escaped."""

_LINES = tuple("\n" + "  " * depth for depth in range(32))

# Past the ASCII controls that JSON escapes anyway: DEL and C1, invisible and bidirectional characters, the two line
# separators of JavaScript, lone surrogates (no UTF-8 has them, and I-JSON, RFC 7493 2.1, forbids their escapes), and
# what could end a script element. Outside of strings JSON holds none of these.
_UNSAFE = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]|</|<!"
)


def dump_json(value: Any, depth: int | None = None) -> str:  # noqa: ANN401 - any JSON value
    r"""Return the value as JSON with an indent of two, and a line feed at the end.

    Keys keep their order. Tuples and iterators are arrays; a value that JSON does not know is written as its text. What
    stands deeper than `depth` is not broken into lines, which is several times faster.

    >>> print(dump_json({"a": [1, "</script>"], "b": {}}), end="")
    {
      "a": [
        1,
        "<\/script>"
      ],
      "b": {}
    }
    >>> print(dump_json({"a": [{"b": 1, "c": [2]}]}, depth=2), end="")
    {
      "a": [
        {"b": 1, "c": [2]}
      ]
    }
    """
    return "".join(json_pieces(value, depth))


def json_pieces(value: Any, depth: int | None = None) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """Yield what `dump_json` returns piece by piece; what an iterator yields is asked for no sooner than written."""
    parts: list[str] = []
    writer = _Writer({}, parts.append, _NEVER if depth is None else depth)
    for _ in _written(value, 1, writer):
        yield _taken(parts)
    parts.append("\n")
    yield _taken(parts)


def one_line(value: Any) -> "JsonText":  # noqa: ANN401 - any JSON value
    """Return a value as JSON on one line, to be put into something that is written as JSON."""
    return JsonText(_on_one_line(value))


class JsonText(str):
    """Text that is JSON already, on one line, and written as it is; not in what is put on one line itself."""

    __slots__ = ()


def _taken(parts: list[str]) -> str:
    text = "".join(parts)
    parts.clear()
    return text if _is_safe(text) else "".join(map(_escaped, _stretches(text)))


def _is_safe(text: str) -> bool:
    return text.isascii() and "<" not in text and "\x7f" not in text


def _escaped(text: str) -> str:
    return text if _is_safe(text) else _UNSAFE.sub(_escape, text)


def _stretches(text: str) -> Iterator[str]:
    """Cut a text at ends of lines: in most stretches of a long one nothing is to be looked for."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _STRETCH) + 1 or len(text)
        yield text[start:end]
        start = end


def _written(value: Any, depth: int, writer: "_Writer") -> Iterator[None]:  # noqa: ANN401 - any JSON value
    """Write a value, and stop now and then so that what was written can be taken away."""
    is_small = depth > min(writer.depth, _SHALLOW) or not isinstance(value, Mapping | list | tuple | Iterator)
    if is_small or not value:
        _write(value, depth, writer)
        return
    line = _line(depth)
    if isinstance(value, Mapping):
        lead, end = "{" + line, ""
        for key, member in value.items():
            writer.put(lead + _quote(str(key)) + ": ")
            yield from _written(member, depth + 1, writer)
            lead, end = "," + line, line[:-2] + "}"
        writer.put(end)
        return
    lead, end, next_lead, close = "[" + line, "[]", "," + line, line[:-2] + "]"
    for number, member in enumerate(value, 1):
        if member.__class__ is JsonText:
            writer.put(lead + member)
            if number % _MEMBERS == 0:
                yield
            lead, end = next_lead, close
            continue
        writer.put(lead)
        if isinstance(value, Iterator):
            _write(member, depth + 1, writer)
            if number % _MEMBERS == 0:
                yield
        else:
            yield from _written(member, depth + 1, writer)
        lead, end = next_lead, close
    writer.put(end)


def _escape(match: re.Match[str]) -> str:
    text = match.group()
    if len(text) > 1:
        return f"<\\{text[1]}" if text[1] == "/" else "\\u003c!"
    return "\ufffd" if "\ud800" <= text <= "\udfff" else encode_basestring_ascii(text)[1:-1]


class _Writer(NamedTuple):
    """Where to put text. `names` keeps the keys that were written before."""

    names: dict[str, str]
    put: Callable[[str], None]
    depth: int


def _write(value: Any, depth: int, writer: _Writer) -> None:  # noqa: ANN401 - any JSON value
    """Write a value whose members stand at `depth`."""
    if isinstance(value, JsonText):
        writer.put(value)
    elif isinstance(value, str):
        writer.put(_quote(value))
    elif depth > writer.depth:
        writer.put(_on_one_line(value))
    elif isinstance(value, Mapping):
        _write_object(value, depth, writer)
    elif isinstance(value, list | tuple | Iterator):
        _write_array(value, depth, writer)
    elif isinstance(value, set | frozenset):
        _write_array(sorted(value, key=str), depth, writer)
    else:
        writer.put(_scalar(value))


def _write_object(value: Mapping[Any, Any], depth: int, writer: _Writer) -> None:
    names, put, _ = writer
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
            _write(member, depth + 1, writer)
        lead = next_lead
    put(line[:-2] + "}")


def _write_array(value: Iterable[Any], depth: int, writer: _Writer) -> None:
    put = writer.put
    line = _line(depth)
    lead, next_lead, end = "[" + line, "," + line, "[]"
    for member in value:
        put(lead)
        _write(member, depth + 1, writer)
        lead, end = next_lead, line[:-2] + "]"
    put(end)


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


def _on_one_line(value: Any) -> str:  # noqa: ANN401 - any JSON value
    try:
        return _encoded(value)
    except (TypeError, ValueError):  # a key that is no string, a number that JSON does not have
        return _ONE_LINE.encode(_cleaned(value))


def _known_to_json(value: object) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterator):
        return list(value)
    return sorted(value, key=str) if isinstance(value, set | frozenset) else str(value)


def _cleaned(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, Mapping):
        return {str(key): _cleaned(member) for key, member in value.items()}
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    if isinstance(value, list | tuple):
        return [_cleaned(member) for member in value]
    return str(value) if isinstance(value, float) and not isfinite(value) else value


_ONE_LINE = JSONEncoder(ensure_ascii=False, allow_nan=False, default=_known_to_json)


def _encoder() -> Callable[[Any], str]:
    """Return what writes a value on one line; made once, which `JSONEncoder.encode` does for every value."""
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return _ONE_LINE.encode
    encode = make(None, _known_to_json, encode_basestring, None, ": ", ", ", False, False, False)
    return lambda value: "".join(encode(value, 0))


_encoded = _encoder()
