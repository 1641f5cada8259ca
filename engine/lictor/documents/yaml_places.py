"""Places in a YAML file: the tree of nodes is made on first use, by reading the events once more."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from lictor.documents.complaints import Complaint, shown
from lictor.documents.lines import Lines, lines_of
from lictor.documents.places import Offsets, Place, Places, Span
from lictor.documents.yaml_events import events
from lictor.documents.yaml_nodes import YamlEntry, YamlNode, block_lines, collection_node, scalar_node
from lictor.model import Comment, Highlight, Path, Region

_COMMENT = re.compile(r"(?<![^ \t\r\n])#[^\r\n]*")
_STARTS = {yaml.MappingStartEvent: "mapping", yaml.SequenceStartEvent: "sequence"}
_ENDS = {yaml.MappingEndEvent, yaml.SequenceEndEvent}


class _Open:
    """A list or mapping whose end is not reached; `key` waits for its value."""

    __slots__ = ("key", "last", "node")

    def __init__(self, node: YamlNode) -> None:
        self.node = node
        self.key: tuple[str, Span, bool] | None = None
        self.last = node.content


@dataclass(slots=True, eq=False)
class YamlPlaces:
    """The places of all the documents of one file. `depth` bounds how deep it looks, as the first reading did."""

    text: str
    depth: int
    roots: list[YamlNode | None] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    _scalars: list[Span] = field(default_factory=list)
    _duplicates: list[tuple[str, Span, Span]] = field(default_factory=list)
    _lines: Lines | None = None
    _is_read: bool = False

    @property
    def lines(self) -> Lines:
        """The lines of the file."""
        if self._lines is None:
            self._lines = lines_of(self.text)
        return self._lines

    def root(self, index: int) -> YamlNode | None:
        """Return the root of a document."""
        self._read()
        return self.roots[index] if index < len(self.roots) else None

    def duplicates(self) -> Iterator[Complaint]:
        """Complain of every key that stands twice in a mapping."""
        self._read()
        for key, first, second in self._duplicates:
            message = f"the key {shown(key)} stands twice in one mapping"
            hint = "readers disagree which one counts; here it is the last"
            yield Complaint("duplicate-key", message, *second, hint, related=(first,))

    def comments(self, index: int) -> Iterator[Comment]:
        """Yield the comments of a document: those from its `---` on; the first document also has what is before."""
        self._read()
        start = self.starts[index] if 0 < index < len(self.starts) else 0
        end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        at = start
        for number in range(bisect_left(self._scalars, (start, start)), len(self._scalars) + 1):
            scalar = self._scalars[number] if number < len(self._scalars) else Span(end, end)
            for found in _COMMENT.finditer(self.text, at, min(scalar.start, end)):
                yield self._comment(*found.span())
            at = max(at, scalar.end)
            if at >= end:
                return

    def _comment(self, start: int, end: int) -> Comment:
        region = self.lines.region(start, end)
        line_start = self.lines.starts[region.start_line - 1]
        is_alone = not self.text[line_start:start].strip()
        return Comment(self.text[start + 1 : end].strip(), region, is_alone)

    def _read(self) -> None:
        if self._is_read:
            return
        self._is_read = True
        try:
            _Reader(self).read()
        except yaml.YAMLError:
            return  # the first reading has said so; what stands before the error has its places

    def note_scalar(self, node: YamlNode, end: int) -> None:
        """Remember that no comment starts inside a scalar."""
        start = block_lines(self.text, node.content) if node.style in {"|", ">"} else node.content
        self._scalars.append(Span(start, max(start, end)))

    def note_duplicate(self, key: str, first: Span, second: Span) -> None:
        """Remember a key that stands twice."""
        self._duplicates.append((key, first, second))


class _Reader:
    """One pass over the events of a file."""

    def __init__(self, places: YamlPlaces) -> None:
        self.places = places
        self.text = places.text
        self.stack: list[_Open] = []
        self.anchors: dict[str, YamlNode] = {}

    def read(self) -> None:
        for event in events(self.text):
            kind = event.__class__
            if kind is yaml.ScalarEvent:
                node = scalar_node(event, self.text)
                self.places.note_scalar(node, event.end_mark.index)
                self._anchor(event, node)
                is_merge = (event.value == "<<" and event.tag is None and event.implicit[0]) or (
                    event.tag == "tag:yaml.org,2002:merge"
                )
                self._add(node, event.value, is_merge)
            elif kind in _STARTS:
                node = collection_node(event, self.text, _STARTS[kind])
                self._anchor(event, node)
                self.stack.append(_Open(node))
                if len(self.stack) > self.places.depth:
                    return
            elif kind in _ENDS:
                self._close(event)
            elif kind is yaml.AliasEvent:
                self._add_alias(event)
            elif kind is yaml.DocumentStartEvent:
                self.places.starts.append(event.start_mark.index)
                self.places.roots.append(None)
                self.anchors = {}

    def _anchor(self, event: Any, node: YamlNode) -> None:  # noqa: ANN401 - yaml has no types
        if event.anchor is not None:
            self.anchors[event.anchor] = node

    def _close(self, event: Any) -> None:  # noqa: ANN401
        done = self.stack.pop()
        done.node.end = event.end_mark.index if done.node.is_flow else max(done.last, done.node.content)
        self._add(done.node, "", is_merge=False)

    def _add_alias(self, event: Any) -> None:  # noqa: ANN401
        start, end = event.start_mark.index, event.end_mark.index
        target = self.anchors.get(event.anchor)
        node = YamlNode("alias", start, start, start, end, target=target)
        self._add(node, target.behind_alias().text if target else "", is_merge=False)

    def _add(self, node: YamlNode, text: str, is_merge: bool) -> None:
        if not self.stack:
            self.places.roots[-1] = node
            return
        top = self.stack[-1]
        top.last = max(top.last, node.end)
        if top.node.kind == "sequence":
            top.node.items.append(node)
        elif top.key is None:
            top.key = (text, Span(node.content, node.end), is_merge)
        else:
            key, span, is_merge_key = top.key
            top.key = None
            if is_merge_key:
                top.node.merges.append(node)
                return
            earlier = top.node.entries.pop(key, None)
            if earlier:
                self.places.note_duplicate(key, earlier.key, span)
            top.node.entries[key] = YamlEntry(span, node)


@dataclass(slots=True, eq=False)
class YamlLocator:
    """Finds regions in one document of a YAML file; it is a Document's `locate`, and gives its `comments`.

    `data` is walked beside the nodes: a tag may have made a mapping of one key out of a value (`!Sub x`), and then a
    path through that key leads to the value after the tag.
    """

    places: YamlPlaces
    index: int
    data: Any
    tags: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    opened: dict[Path, tuple[Places, Offsets] | None] = field(default_factory=dict)

    def __call__(self, path: Path, highlight: Highlight) -> Region:
        """Return the region of a path, or of its closest ancestor."""
        from lictor.documents.embedded import find_through_strings

        return self.places.lines.region(*find_through_strings(self, path).span(highlight))

    def comments(self) -> tuple[Comment, ...]:
        """Return the document's comments in their order."""
        return tuple(self.places.comments(self.index))

    def place(self, path: Path) -> Place:
        """Follow a path as far as it leads."""
        node, key, resolved, _ = self.node(path)
        return Place(node.span, key, resolved)

    def node(self, path: Path) -> tuple[YamlNode, Span | None, int, Any]:
        """Return the node at a path, its key, how many elements of the path led there, and its value."""
        node = self.places.root(self.index) or YamlNode("scalar", 0, 0, 0, 0)
        key: Span | None = None
        value = self.data
        for count, element in enumerate(path):
            step = self._step(node.behind_alias(), value, element)
            if step is None:
                return node, key, count, value
            node, key = step
            value = _child(value, element)
        return node, key, len(path), value

    def string_at(self, path: Path) -> Offsets | None:
        """Return the string at a path with the source offset of each of its characters."""
        from lictor.documents.string_offsets import offsets_in_yaml

        node, _, resolved, value = self.node(path)
        node = node.behind_alias()
        if resolved < len(path) or node.kind != "scalar" or not isinstance(value, str):
            return None
        return offsets_in_yaml(self.places.text, Span(node.shown, node.end), node.style, value)

    def _step(self, node: YamlNode, value: Any, element: str | int) -> tuple[YamlNode, Span | None] | None:  # noqa: ANN401
        if node.tag and _is_wrapped(node, value, element):
            return node.without_tag(), node.tag
        if node.kind == "mapping" and isinstance(element, str):
            entry = node.entry(element)
            return (entry.node, entry.key) if entry else None
        if node.kind == "sequence" and isinstance(element, int) and 0 <= element < len(node.items):
            return node.items[element], None
        if node.kind == "scalar" and isinstance(value, list) and isinstance(element, int):
            return self._piece(node, value, element)
        return None

    def _piece(self, node: YamlNode, values: list[Any], index: int) -> tuple[YamlNode, None] | None:
        """Find an item of a list that a tag made out of one scalar (`!GetAtt role.Arn`)."""
        at = node.shown
        for item in values[: index + 1]:
            start = self.places.text.find(str(item), at, node.end)
            if start < 0:
                return None
            at = start + len(str(item))
        if not 0 <= index < len(values):
            return None
        return YamlNode("scalar", start, start, start, at, text=str(values[index])), None


def _is_wrapped(node: YamlNode, value: Any, element: str | int) -> bool:  # noqa: ANN401
    if not isinstance(value, dict) or len(value) != 1 or element not in value:
        return False
    return node.kind != "mapping" or node.entry(str(element)) is None


def _child(value: Any, element: str | int) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return value.get(element)
    if isinstance(value, list) and isinstance(element, int) and 0 <= element < len(value):
        return value[element]
    return None
