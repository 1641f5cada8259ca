"""The source line of a place, ready to be shown with carets under its span."""

import unicodedata
from collections.abc import Iterable

from lictor.model import Location
from lictor.report.escape import visible_character
from lictor.values import NamedTuple

_TAB = 4
_CUT = "…"
_MINIMUM_WIDTH = 24


class Excerpt(NamedTuple):
    """A source line as it is shown. `indent` and `carets` count terminal cells; `last_line` is where the span ends."""

    line: int
    text: str
    indent: int
    carets: int
    last_line: int


def cut_excerpt(location: Location, width: int) -> Excerpt | None:
    """Return what to show of a location in `width` cells, or None when its source line is not at hand.

    Tabs are expanded, wide and combining characters counted as terminals draw them, control characters made
    visible, and a long line is cut around the span. Of a span over several lines the first one is shown.
    """
    region, context = location.region, location.context
    if region is None or context is None:
        return None
    place, lines = region.start_line - context.start_line, context.lines
    if not 0 <= place < len(lines):
        return None
    line = lines[place]
    start = min(region.start_column - 1, len(line))
    end = region.end_column - 1 if region.end_line == region.start_line else len(line.rstrip())
    end = max(end, start + 1)
    width = max(width, _MINIMUM_WIDTH)
    # Each character takes at least one cell but for combining ones, so this much is enough to fill the width.
    first, last = max(0, start - 2 * width), start + 3 * width
    cells = list(_cells(line[first:last]))
    text, indent, carets = _cut(cells, start - first, end - first, width, (first > 0, last < len(line)))
    return Excerpt(region.start_line, text, indent, carets, region.end_line)


def cell_width(text: str) -> int:
    """Return how many terminal cells a text takes (Unicode Standard Annex 11).

    >>> cell_width("a日\u0301")
    3
    """
    return sum(width for _, width in _cells(text))


def _cells(text: str) -> Iterable[tuple[str, int]]:
    """Yield each character as it is shown, and its width in cells."""
    column = 0
    for character in text:
        if character == "\t":
            shown = " " * (_TAB - column % _TAB)
            width = len(shown)
        elif character.isascii() and character.isprintable():
            shown, width = character, 1
        else:
            shown = visible_character(character)
            width = _width(character) if shown == character else len(shown)
        column += width
        yield shown, width


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cut(
    cells: list[tuple[str, int]],
    start: int,
    end: int,
    width: int,
    is_longer: tuple[bool, bool],
) -> tuple[str, int, int]:
    """Return text, cells before the carets and carets, of the part of the cells around [start, end) that fits."""
    widths = [cell for _, cell in cells]
    before, span = sum(widths[:start]), sum(widths[start:end])
    total = sum(widths)
    left, right = 0, len(cells)
    if is_longer[0] or (total > width and before + span > width - 1):
        room = width - 2
        wanted = max(room // 4, room - span - room // 8) if span < room else room // 8
        left = _reach_back(widths, start, wanted)
    is_cut_left = is_longer[0] or left > 0
    room = width - is_cut_left
    if is_longer[1] or sum(widths[left:]) > room:
        right = _reach_forward(widths, left, room - 1)
    is_cut_right = is_longer[1] or right < len(cells)
    text = (
        (_CUT if is_cut_left else "")
        + "".join(shown for shown, _ in cells[left:right])
        + (_CUT if is_cut_right else "")
    )
    indent = is_cut_left + sum(widths[left:start])
    carets = sum(widths[start : min(end, right)]) + (is_cut_right and end > right)
    return text.rstrip(), indent, max(carets, 1)


def _reach_back(widths: list[int], start: int, room: int) -> int:
    left = min(start, len(widths))
    while left > 0 and room >= widths[left - 1]:
        left -= 1
        room -= widths[left]
    while left < start and widths[left] == 0:  # a combining character belongs to the one before it
        left += 1
    return left


def _reach_forward(widths: list[int], left: int, room: int) -> int:
    right = left
    while right < len(widths) and room >= widths[right]:
        room -= widths[right]
        right += 1
    return right
