"""Bounds on a JSON text that hold before any parser sees it: nesting and number of values, without recursion."""

import re
from itertools import accumulate, islice

from lictor.patterns import lazy_pattern

_BRACKET = lazy_pattern(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+|([\[{])|([\]}])', re.DOTALL)
_STRING = lazy_pattern(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+', re.DOTALL)
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}
_NO_BRACKETS = lazy_pattern(r'(?:[^\[\]{}"]++|"[^"\\]*+(?:\\.[^"\\]*+)*+"?+)++', re.DOTALL)

_PROBE = 4096
"""Tokens to look at one by one before the whole text is measured: a hostile file shows its depth at its start."""


def too_deep_at(text: str, depth: int) -> int | None:
    """Return the offset of the first bracket that nests deeper than `depth`, or None.

    Counts brackets outside strings, so it holds for text that is not JSON too.

    >>> too_deep_at('[["[["]]', 2) is None, too_deep_at("[[[", 2)
    (True, 2)
    """
    if text.count("[") + text.count("{") <= depth:
        return None
    offset, is_whole = _walk(text, depth, _PROBE)
    if offset is not None or is_whole:
        return offset
    brackets = _NO_BRACKETS.sub("", text)
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) <= depth:
        return None
    return _walk(text, depth, None)[0]


def _walk(text: str, depth: int, tokens: int | None) -> tuple[int | None, bool]:
    level = count = 0
    for found in islice(_BRACKET.finditer(text), tokens):
        count += 1
        if found[1]:
            level += 1
            if level > depth:
                return found.start(), True
        elif found[2]:
            level -= 1
    return None, count != tokens


def has_more_values(text: str, nodes: int) -> bool:
    """Say whether a JSON text holds more than `nodes` values: each list, object, string, number and word is one."""
    if len(text) // 2 <= nodes or _separators(text) <= nodes:
        return False
    return _separators(_STRING.sub("", text)) > nodes


def _separators(text: str) -> int:
    # One value to begin with; each comma brings one more, and each bracket its first child.
    return text.count(",") + text.count("[") + text.count("{") + 1
