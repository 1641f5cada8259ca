"""Places in a JSON text: containers are scanned when a path leads into them, siblings skipped by the C parser."""

import re
from collections.abc import Callable, Mapping
from json import JSONDecoder
from typing import Any

from lictor.documents.lines import Lines, lines_of
from lictor.documents.places import Offsets, Place, Places, Span
from lictor.model import EMBEDDED, Highlight, Path, Region
from lictor.values import NamedTuple

skip_space = re.compile(r"[ \t\n\r]*").match
# The text is JSON, so there is one comma where there may be several.
_next_key = re.compile(r'[ \t\n\r,]*"([^"\\]*(?:\\.[^"\\]*)*)"[ \t\n\r]*:[ \t\n\r]*').match
_skip_comma = re.compile(r"[ \t\n\r,]*").match
_skip_value: Callable[[str, int], tuple[Any, int]] = JSONDecoder(parse_int=len, parse_float=len).scan_once  # type: ignore[attr-defined]  # typeshed leaves it out


class Entry(NamedTuple):
    """One child of an object or list; list items have no key."""

    key: Span | None
    value: Span


class JsonLocator:
    """Finds regions in a JSON text; it is a Document's `locate`. The text must be JSON: its parser has checked that.

    The first path through a container stops at the child it wants, which is kept; the second that wants another one
    makes a table of all its children, so that one place in a small file and every place in a big one are both cheap.
    `is_odd` says that keys may stand twice: then only the table, where the last one counts, is right. Where it is known
    that the value at `base` starts at an offset, nothing before it is looked at for what is in it.
    """

    __slots__ = ("_base", "_children", "_lines", "_sought", "_start", "is_odd", "opened", "text")

    def __init__(self, text: str, is_odd: bool = False, base: Path = (), start: int | None = None) -> None:
        """Take the text; nothing is looked up yet."""
        self.text = text
        self._base = base
        self._start = start
        self.is_odd = is_odd
        self.opened: dict[Path, tuple[Places, Offsets] | None] = {}
        self._lines: Lines | None = None
        self._children: dict[int, dict[str | int, Entry]] = {}
        self._sought: dict[int, tuple[str | int, tuple[Span | None, int] | None]] = {}

    def __call__(self, path: Path, highlight: Highlight) -> Region:
        """Return the region of a path, or of its closest ancestor."""
        if self._lines is None:
            self._lines = lines_of(self.text)
        return self._lines.region(*self._find(path).span(highlight))

    def _find(self, path: Path) -> Place:
        if EMBEDDED not in path:
            return self.place(path)
        from lictor.documents.embedded import find_through_strings

        return find_through_strings(self, path)

    def place(self, path: Path) -> Place:
        """Follow a path as far as it leads."""
        key: Span | None = None
        text, sought = self.text, self._sought
        start, resolved = self._start, len(self._base)
        if start is None or path[:resolved] != self._base:
            start, resolved = 0 if text[0] in "{[" else _end_of_space(text, 0), 0
        for element in path[resolved:] if resolved else path:
            if start in sought or self.is_odd:
                child = self._child(start, element)
            else:
                seek = _SEEKERS.get(text[start])
                child = seek(text, start, element) if seek else None
                sought[start] = element, child
            if child is None:
                break
            key, start = child
            resolved += 1
        return Place(Span(start, _skip_value(text, start)[1]), key, resolved)

    def _child(self, start: int, element: str | int) -> tuple[Span | None, int] | None:
        """Return the key of a child and where its value starts."""
        sought = self._sought.get(start)
        if sought is not None and sought[0] == element:
            return sought[1]
        entry = self.children(Span(start, start)).get(element)
        return (entry.key, entry.value.start) if entry else None

    def children(self, span: Span) -> dict[str | int, Entry]:
        """Return the entries of an object or the items of a list, in order; of duplicate keys the last."""
        start = span.start
        if self.text[start] not in "{[":
            return {}
        if start not in self._children:
            scan = _entries_of_object if self.text[start] == "{" else _items_of_list
            self._children[start] = scan(self.text, start)
        return self._children[start]

    def string_at(self, path: Path) -> Offsets | None:
        """Return the string at a path with the source offset of each of its characters."""
        from lictor.documents.string_offsets import offsets_in_json

        start, end = self.place(path).value
        return offsets_in_json(self.text, start, end) if self.text[start] == '"' else None


def _end_of_space(text: str, start: int) -> int:
    found = skip_space(text, start)
    return found.end() if found else start


def _seek_key(text: str, start: int, element: str | int) -> tuple[Span | None, int] | None:
    entry = _next_key(text, start + 1)
    while entry is not None:
        if _key(entry[1]) == element:
            return _with_quotes(entry), entry.end()
        entry = _next_key(text, _skip_value(text, entry.end())[1])
    return None


def _key(written: str) -> str:
    return _skip_value(f'"{written}"', 0)[0] if "\\" in written else written


def _with_quotes(entry: re.Match[str]) -> Span:
    start, end = entry.span(1)
    return Span(start - 1, end + 1)


def _seek_item(text: str, start: int, element: str | int) -> tuple[None, int] | None:
    at = skip_space(text, start + 1).end()  # type: ignore[union-attr]  # it matches anything
    count = 0
    while text[at] != "]":
        if count == element:
            return None, at
        at = _skip_comma(text, _skip_value(text, at)[1]).end()  # type: ignore[union-attr]  # it matches anything
        count += 1
    return None


_SEEKERS: Mapping[str, Callable[[str, int, str | int], tuple[Span | None, int] | None]] = {
    "{": _seek_key,
    "[": _seek_item,
}


def _entries_of_object(text: str, start: int) -> dict[str | int, Entry]:
    entries: dict[str | int, Entry] = {}
    entry = _next_key(text, start + 1)
    while entry is not None:
        key, value_start = _key(entry[1]), entry.end()
        value_end = _skip_value(text, value_start)[1]
        entries.pop(key, None)  # a duplicate counts where it stands last
        entries[key] = Entry(_with_quotes(entry), Span(value_start, value_end))
        entry = _next_key(text, value_end)
    return entries


def _items_of_list(text: str, start: int) -> dict[str | int, Entry]:
    items: dict[str | int, Entry] = {}
    at = _end_of_space(text, start + 1)
    while text[at] != "]":
        end = _skip_value(text, at)[1]
        items[len(items)] = Entry(None, Span(at, end))
        comma = _skip_comma(text, end)
        at = comma.end() if comma else end
    return items
