"""Colour for terminals: a few styles, or nothing."""

from collections.abc import Callable

Paint = Callable[[str, str], str]
"""Give a text a style, by name."""

# ECMA-48 SGR parameters; the sixteen colours only, which every terminal theme makes readable.
_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "none": "1",
    "open": "1;35",
    "pass": "1;32",
    "fail": "1;31",
    "notApplicable": "2",
    "good": "32",
    "bad": "31",
    "strong": "1",
    "gutter": "34",
    "faint": "2",
    "help": "36",
}


def painter(*, is_color: bool) -> Paint:
    r"""Return the function that gives texts their style; without colour it gives them back as they are.

    >>> painter(is_color=True)("x", "strong")
    '\x1b[1mx\x1b[0m'
    """
    return _paint if is_color else _keep


def _paint(text: str, style: str) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if text else ""


def _keep(text: str, _style: str) -> str:
    return text
