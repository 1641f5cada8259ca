"""Places of values in a text, by offset."""

from collections.abc import Sequence
from typing import Protocol

from lictor.model import Highlight, Path
from lictor.values import NamedTuple


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
    """What can find values in one text. `opened` keeps what strings that hold JSON were found to hold."""

    opened: "dict[Path, tuple[Places, Offsets] | None]"

    def place(self, path: Path) -> Place:
        """Follow a path as far as it leads."""
        ...

    def string_at(self, path: Path) -> Offsets | None:
        """Return the string that stands at a path; None for anything else."""
        ...
