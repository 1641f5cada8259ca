"""The source lines around a finding, cut where the marked span begins and ends."""

from collections.abc import Iterator
from typing import NamedTuple

from lictor import Location

_LONGEST = 400
"""Characters shown of a line: minified JSON is one line of any length."""


class SourceLine(NamedTuple):
    """One line: what comes before the span, the part of the span on it, what comes after."""

    number: int
    before: str
    marked: str
    after: str


def source_lines(location: Location) -> tuple[SourceLine, ...]:
    """Return the lines at hand around a place, with the place's span marked; none where there is no source."""
    if location.region is None or location.context is None:
        return ()
    return tuple(_lines(location))


def _lines(location: Location) -> Iterator[SourceLine]:
    assert location.region is not None  # noqa: S101 - for type checkers
    assert location.context is not None  # noqa: S101 - for type checkers
    region, context = location.region, location.context
    for number, text in enumerate(context.lines, context.start_line):
        start = region.start_column - 1 if number == region.start_line else 0
        end = region.end_column - 1 if number == region.end_line else len(text)
        if not region.start_line <= number <= region.end_line:
            start = end = len(text)
        yield _cut(number, text[:start], text[start:end], text[end:])


def _cut(number: int, before: str, marked: str, after: str) -> SourceLine:
    room = _LONGEST // 2
    return SourceLine(
        number,
        f"…{before[-room:]}" if len(before) > _LONGEST and marked else _clip(before),
        _clip(marked),
        _clip(after[:_LONGEST]) if len(after) <= _LONGEST else f"{after[:room]}…",
    )


def _clip(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
