"""Places of values in a text by offset, and the walk through JSON that is held in strings."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from lictor.model import EMBEDDED, Highlight, Path


class Span(NamedTuple):
    """Offsets of the first code point and of the one after the last."""

    start: int
    end: int


class Place(NamedTuple):
    """Where a path's value and key stand. `resolved` counts the elements of the path that led somewhere."""

    value: Span
    key: Span | None
    resolved: int

    def span(self, highlight: Highlight) -> Span:
        """Return the half that is asked for: a list item and the root have no key, they are shown whole."""
        return self.key if highlight == "key" and self.key else self.value


class Offsets(NamedTuple):
    """A string's text, and for each of its characters where that stands in the source."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def source(self, span: Span) -> Span:
        """Turn a span of the string's text into the span of the source that spells it."""
        if not self.text:
            return span
        start = self.starts[span.start] if span.start < len(self.starts) else self.ends[-1]
        return Span(start, self.ends[span.end - 1] if span.end > span.start else start)


class Places(Protocol):
    """What can find values in one text."""

    def place(self, path: Path) -> Place:
        """Follow a path as far as it leads."""
        ...

    def string_at(self, path: Path) -> Offsets | None:
        """Return the string that stands at a path; None for anything else."""
        ...


def find(places: Places, path: Path, inner: Callable[[Offsets], tuple[Places, Offsets] | None]) -> Place:
    """Follow a path, through strings that hold JSON where it says so (`EMBEDDED`).

    `inner` opens a string: it gives the places in the JSON text and that text's offsets in the source.
    """
    outer: list[Offsets] = []
    before = 0
    while True:
        place = places.place(path[before:])
        done = before + place.resolved
        opened = None
        if done < len(path) and path[done] == EMBEDDED:
            string = places.string_at(path[before:done])
            opened = inner(string) if string else None
        if not opened:
            break
        places, offsets = opened
        outer.append(offsets)
        before = done + 1
    value, key = place.value, place.key
    for offsets in reversed(outer):
        value = offsets.source(value)
        key = offsets.source(key) if key else None
    return Place(value, key, done)
