"""Plain values as YAML text: with no more quotes than any reader of YAML 1.1 or 1.2 needs."""

import re
from typing import Any

from lictor.documents.splice import refuse
from lictor.documents.yaml_scalars import resolve

_PLAIN = re.compile(r"[A-Za-z_/$](?:[\w ./@+=$*&()<>-]|:(?=[^\s]))*", re.ASCII)
_YAML_1_1_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_NEEDS_DOUBLE = re.compile("[^ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def inline(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Write a value on one line.

    >>> inline({"Action": ["s3:GetObject", "yes", "2012-10-17"], "x": None})
    "{Action: [s3:GetObject, 'yes', '2012-10-17'], x: null}"
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(str(key))}: {inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    return _text(value) if isinstance(value, str) else _word(value)


def block(value: Any) -> list[str]:  # noqa: ANN401
    """Write a value in block style: its lines, not indented.

    >>> block({"a": [1, {"b": 2, "c": 3}]})
    ['a:', '  - 1', '  - b: 2', '    c: 3']
    """
    lines: list[str] = []
    if isinstance(value, dict) and value:
        for key, item in value.items():
            inner = block(item)
            is_nested = isinstance(item, (dict, list)) and bool(item)
            lines += (
                [f"{_text(str(key))}:", *(f"  {line}" for line in inner)]
                if is_nested
                else [f"{_text(key)}: {inner[0]}"]
            )
        return lines
    if isinstance(value, list) and value:
        for item in value:
            first, *rest = block(item)
            lines += [f"- {first}", *(f"  {line}" for line in rest)]
        return lines
    return [inline(value)]


def _word(value: Any) -> str:  # noqa: ANN401
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def _text(text: str) -> str:
    is_plain = (
        _PLAIN.fullmatch(text) is not None
        and text[-1] not in " :"
        and resolve(text)[0] == text
        and text.lower() not in _YAML_1_1_WORDS
    )
    if is_plain:
        return text
    if not _NEEDS_DOUBLE.search(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in _SHORT:
        return _SHORT[letter]
    if not _NEEDS_DOUBLE.match(letter):
        return letter
    if "\ud800" <= letter <= "\udfff":
        refuse("YAML can't hold a lone surrogate")
    return f"\\u{ord(letter):04X}"
