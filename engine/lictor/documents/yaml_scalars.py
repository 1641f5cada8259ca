r"""What a plain YAML scalar means: the YAML 1.2 core schema, a little stricter.

`yes`, `on` and `2012-10-17` are text, as in YAML 1.2. A number with a leading zero is text too, which is stricter than
the core schema: `012345670123` is an account, and no tool that reads it as 12345670123 helps anyone.

>>> [resolve(text)[0] for text in ("yes", "1", "0x1F", "0o17", "1e3", "~", "012345670123", "2012-10-17", "1_000")]
['yes', 1, 31, 15, 1000.0, None, '012345670123', '2012-10-17', '1_000']
"""

import re
from typing import Any

_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_REAL = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DIGITS = 4300

MAYBE_NOT_TEXT = frozenset("-+.0123456789nNtTfF~")
"""First letters of every plain scalar that is not text, but for the empty one."""


def resolve(text: str) -> tuple[Any, bool]:
    """Return what a plain scalar means, and whether it is a number that can't be kept as one."""
    if text in _WORDS:
        return _WORDS[text], False
    if _DECIMAL.fullmatch(text):
        return (text, True) if len(text) > _DIGITS else (int(text), False)
    if _BASED.fullmatch(text):
        return (text, True) if len(text) > _DIGITS else (int(text[2:], 8 if text[1] == "o" else 16), False)
    if _REAL.fullmatch(text):
        real = float(text)
        return (real, False) if real - real == 0 else (text, True)
    return text, _NOT_FINITE.fullmatch(text) is not None


def resolve_as(tag: str, text: str) -> tuple[Any, bool, str]:
    """Return what a scalar with a standard tag means, if it is out of range, and what was expected if it isn't that.

    >>> resolve_as("int", "x")[2]
    'a whole number'
    """
    if tag in {"str", "binary", "timestamp"}:
        return text, False, ""
    value, is_out_of_range = resolve(text)
    if is_out_of_range and tag in {"int", "float"}:
        return text, True, ""
    if tag == "float" and type(value) is int:
        return float(value), False, ""
    accepted, expected = _STANDARD.get(tag, ((), "a list or a mapping"))
    return (value, False, "") if type(value) in accepted else (text, False, expected)


_STANDARD: dict[str, tuple[tuple[type, ...], str]] = {
    "int": ((int,), "a whole number"),
    "float": ((float,), "a number"),
    "bool": ((bool,), "true or false"),
    "null": ((type(None),), "null"),
}
