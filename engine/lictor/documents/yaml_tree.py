"""The nodes of a YAML file, each made from the events of its parse when a path leads to it."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import yaml

from lictor.documents.complaints import Complaint, shown
from lictor.documents.places import Span
from lictor.documents.yaml_events import Parsed
from lictor.documents.yaml_nodes import YamlEntry, YamlNode, after_properties, block_lines, block_text
from lictor.model import Path

_KINDS = {
    yaml.ScalarEvent: "scalar",
    yaml.AliasEvent: "alias",
    yaml.MappingStartEvent: "mapping",
    yaml.SequenceStartEvent: "sequence",
}
_STARTS = frozenset({yaml.MappingStartEvent, yaml.SequenceStartEvent})
_BLOCKS = frozenset({"|", ">"})
_ANCHORED = _STARTS | {yaml.ScalarEvent}


class YamlTree:
    """The nodes of one text, by the number of the event with which each begins.

    The events may end early, where the text is no YAML or goes past a budget.
    """

    def __init__(self, text: str, parsed: Parsed) -> None:
        """Take what a parse gave."""
        self.text = text
        self._events: list[Any] = parsed.events
        self._pairs, self._documents = parsed.pairs, parsed.documents
        if self._events and self._events[-1].__class__ is not yaml.StreamEndEvent:
            for number, event in enumerate(self._events):  # what is not closed ends where the events do
                if event.__class__ in _STARTS:
                    self._pairs.setdefault(number, len(self._events))
        self._mappings: dict[int, tuple[dict[str, tuple[int, int]], list[int]]] = {}
        self._lists: dict[int, list[int]] = {}
        self._anchors: dict[str, list[int]] | None = None
        self._duplicates: list[tuple[str, Span, Span]] = []

    def root(self, index: int) -> YamlNode | None:
        """Return the root of a document."""
        number = self._documents[index] + 1 if index < len(self._documents) else len(self._events)
        return self.node(number) if number < len(self._events) else None

    def bounds(self, index: int) -> tuple[int, int]:
        """Return the offsets between which a document stands, its `---` included; the first begins with the text."""
        first, last = self._documents[index], self._documents[index + 1 : index + 2]
        start = self._events[first].start_mark.index if index else 0
        return start, self._events[last[0]].start_mark.index if last else len(self.text)

    def scalars(self, index: int) -> Iterator[Span]:
        """Yield where the scalars of a document stand, in order: no comment starts inside of one."""
        (first, last) = (*self._documents[index : index + 2], len(self._events))[:2]
        for event in self._events[first:last]:
            kind = event.__class__
            if kind is yaml.ScalarEvent:
                start, end = event.start_mark.index, event.end_mark.index
                start, _ = after_properties(event, self.text, start, end)
                if event.style in _BLOCKS:
                    start = block_lines(self.text, start)
                yield Span(start, max(start, end))

    def plain_way(self, index: int, path: Path) -> tuple[int, int | None] | None:
        """Return the events of the value and the key at a path that no tag, alias or merge stands in the way of."""
        number, key = self._documents[index] + 1, None
        for element in path:
            event = self._events[number]
            if event.__class__ is yaml.MappingStartEvent and event.tag is None:
                found = self.entries(number).get(element)  # type: ignore[arg-type]  # no index is a key
                if found is None:
                    return None
                key, number = found
            elif event.__class__ is yaml.SequenceStartEvent and event.tag is None and isinstance(element, int):
                items = self.items(number)
                if not 0 <= element < len(items):
                    return None
                key, number = None, items[element]
            else:
                return None
        return number, key

    def span(self, number: int) -> Span:
        """Return what a reader is shown of the node that begins with an event."""
        event = self._events[number]
        kind = event.__class__
        if kind is not yaml.AliasEvent and event.tag is None and event.anchor is None:  # most have neither
            start = event.start_mark.index
            if kind in _STARTS:
                return Span(start, max(start, self._end(number)))
            if event.style not in _BLOCKS:
                return Span(start, event.end_mark.index)
        return self.node(number).span

    def node(self, number: int) -> YamlNode:
        """Return the node that begins with an event; none is kept, as each holds on to the tree."""
        event, text = self._events[number], self.text
        kind = _KINDS[event.__class__]
        start, end = event.start_mark.index, event.end_mark.index
        if kind == "alias":
            return YamlNode(kind, start, start, start, end, number=number, tree=self)
        if kind == "scalar":
            content, tag = after_properties(event, text, start, end)
            style, visible = event.style or "", content
            if style in _BLOCKS:
                visible, end = block_text(text, content, end, event.value)
            return YamlNode(kind, start, content, visible, end, style, tag, text=event.value, number=number, tree=self)
        content, tag = after_properties(event, text, start, len(text))
        end = max(content, self._end(number))
        is_flow = bool(event.flow_style)
        return YamlNode(kind, start, content, content, end, tag=tag, is_flow=is_flow, number=number, tree=self)

    def _end(self, number: int) -> int:
        """Return where a collection ends; in block style, where the last in it does, be it a key without a value."""
        end = 0
        while True:
            event = self._events[number]
            if event.__class__ not in _STARTS:
                return max(end, self._end_of_leaf(event))
            closing = self._pairs[number]
            if event.flow_style and closing < len(self._events):
                return max(end, int(self._events[closing].end_mark.index))
            if closing == number + 1:
                return end
            number = self._pairs.get(closing - 1, closing - 1)
            before = self._events[number - 1]
            if before.__class__ is yaml.ScalarEvent or before.__class__ is yaml.AliasEvent:
                end = max(end, self._end_of_leaf(before))

    def _end_of_leaf(self, event: Any) -> int:  # noqa: ANN401 - yaml has no types
        start, end = event.start_mark.index, int(event.end_mark.index)
        if event.__class__ is yaml.ScalarEvent and event.style in _BLOCKS:
            return block_text(self.text, after_properties(event, self.text, start, end)[0], end, event.value)[1]
        return end

    def entry(self, key: int, value: int) -> YamlEntry:
        """Return an entry of a mapping by its events."""
        return YamlEntry(self.key(key), self.node(value))

    def key(self, number: int) -> Span:
        """Return where a key stands, without its anchor and tag."""
        event = self._events[number]
        kind = event.__class__
        if kind is yaml.ScalarEvent and event.tag is event.anchor is None and event.style not in _BLOCKS:
            return Span(event.start_mark.index, event.end_mark.index)  # as most are
        node = self.node(number)
        return Span(node.content, node.end)

    def entries(self, number: int) -> dict[str, tuple[int, int]]:
        """Return the entries of a mapping, in order: for each key the events of the key and the value."""
        return self._mapping(number)[0]

    def merges(self, number: int) -> list[int]:
        """Return the values of the `<<` of a mapping."""
        return self._mapping(number)[1]

    def _mapping(self, number: int) -> tuple[dict[str, tuple[int, int]], list[int]]:
        known = self._mappings.get(number)
        if known is None:
            known = self._mappings[number] = self._read_mapping(number)
        return known

    def _read_mapping(self, number: int) -> tuple[dict[str, tuple[int, int]], list[int]]:
        events, pairs = self._events, self._pairs
        entries: dict[str, tuple[int, int]] = {}
        merges: list[int] = []
        key, closing = number + 1, pairs[number]
        while key < closing:
            value = pairs.get(key, key) + 1
            if value >= closing:  # cut short
                break
            event = events[key]
            is_scalar = event.__class__ is yaml.ScalarEvent
            text = event.value if is_scalar else self.node(key).behind_alias().text
            if is_scalar and (text == "<<" or event.tag is not None) and _is_merge(event):
                merges.append(value)
            else:
                if text in entries:
                    earlier = entries.pop(text)
                    self._duplicates.append((text, self.key(earlier[0]), self.key(key)))
                entries[text] = (key, value)
            key = pairs.get(value, value) + 1
        return entries, merges

    def items(self, number: int) -> list[int]:
        """Return the events of the items of a list."""
        known = self._lists.get(number)
        if known is None:
            known = self._lists[number] = []
            item, closing = number + 1, self._pairs[number]
            while item < closing:
                known.append(item)
                item = self._pairs.get(item, item) + 1
        return known

    def target(self, number: int) -> YamlNode | None:
        """Return the node that an alias names: the last one before it in its document that has that anchor."""
        if self._anchors is None:
            self._anchors = {}
            for at, event in enumerate(self._events):
                anchor = event.anchor if event.__class__ in _ANCHORED else None
                if anchor is not None:
                    self._anchors.setdefault(anchor, []).append(at)
        known = self._anchors.get(self._events[number].anchor, [])
        place = bisect_left(known, number) - 1
        document = bisect_left(self._documents, number) - 1
        return self.node(known[place]) if place >= 0 and known[place] > self._documents[document] else None

    @cached_property
    def has_aliases(self) -> bool:
        """Whether some value in the file stands at several places in its data."""
        return any(event.__class__ is yaml.AliasEvent for event in self._events)

    def duplicates(self) -> Iterator[Complaint]:
        """Complain of every key that stands twice in a mapping."""
        for number, event in enumerate(self._events):
            if event.__class__ is yaml.MappingStartEvent:
                self._mapping(number)
        for key, first, second in self._duplicates:
            message = f"the key {shown(key)} stands twice in one mapping"
            hint = "readers disagree which one counts; here it is the last"
            yield Complaint("duplicate-key", message, *second, hint, related=(first,))


def _is_merge(event: Any) -> bool:  # noqa: ANN401 - yaml has no types
    return event.tag == "tag:yaml.org,2002:merge" or (event.value == "<<" and event.tag is None and event.implicit[0])
