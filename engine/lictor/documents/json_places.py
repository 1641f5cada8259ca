"""Places in a JSON text: containers are scanned when a path leads into them, siblings skipped by the C parser."""

import re
from dataclasses import dataclass, field
from json import JSONDecoder
from typing import NamedTuple

from lictor.documents.lines import Lines, lines_of
from lictor.documents.places import Offsets, Place, Span
from lictor.model import Highlight, Path, Region

_skip_space = re.compile(r"[ \t\n\r]*").match
_skip_value = JSONDecoder(parse_int=str, parse_float=str).raw_decode


class Entry(NamedTuple):
    """One child of an object or list; list items have no key."""

    key: Span | None
    value: Span


@dataclass(slots=True, eq=False)
class JsonLocator:
    """Finds regions in a JSON text; it is a Document's `locate`. The text must be JSON: its parser has checked that."""

    text: str
    _lines: Lines | None = None
    _children: dict[int, dict[str | int, Entry]] = field(default_factory=dict)
    _root: Span | None = None

    def __call__(self, path: Path, highlight: Highlight) -> Region:
        """Return the region of a path, or of its closest ancestor."""
        from lictor.documents.embedded import find_through_strings

        if self._lines is None:
            self._lines = lines_of(self.text)
        return self._lines.region(*find_through_strings(self, path).span(highlight))

    def root(self) -> Span:
        """Return where the document's value stands, without the white space around it."""
        if self._root is None:
            start = _end_of_space(self.text, 0)
            self._root = Span(start, _skip_value(self.text, start)[1])
        return self._root

    def place(self, path: Path) -> Place:
        """Follow a path as far as it leads."""
        entry = Entry(None, self.root())
        resolved = 0
        for element in path:
            child = self.children(entry.value).get(element)
            if child is None:
                break
            entry = child
            resolved += 1
        return Place(entry.value, entry.key, resolved)

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
    found = _skip_space(text, start)
    return found.end() if found else start


def _entries_of_object(text: str, start: int) -> dict[str | int, Entry]:
    entries: dict[str | int, Entry] = {}
    at = _end_of_space(text, start + 1)
    while text[at] != "}":
        key, key_end = _skip_value(text, at)
        value_start = _end_of_space(text, _end_of_space(text, key_end) + 1)
        value_end = _skip_value(text, value_start)[1]
        entries.pop(key, None)  # a duplicate counts where it stands last
        entries[key] = Entry(Span(at, key_end), Span(value_start, value_end))
        at = _after_comma(text, value_end)
    return entries


def _items_of_list(text: str, start: int) -> dict[str | int, Entry]:
    items: dict[str | int, Entry] = {}
    at = _end_of_space(text, start + 1)
    while text[at] != "]":
        end = _skip_value(text, at)[1]
        items[len(items)] = Entry(None, Span(at, end))
        at = _after_comma(text, end)
    return items


def _after_comma(text: str, end: int) -> int:
    at = _end_of_space(text, end)
    return _end_of_space(text, at + 1) if text[at] == "," else at
