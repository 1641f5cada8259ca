"""Places in a YAML file, found in the events of its parse when they are asked for."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lictor.documents.lines import Lines, lines_of
from lictor.documents.places import Offsets, Place, Places, Span
from lictor.documents.yaml_events import Parsed, parsed_again
from lictor.documents.yaml_nodes import YamlNode
from lictor.documents.yaml_tree import YamlTree
from lictor.model import EMBEDDED, EMPTY, Comment, Highlight, Path, Region

_COMMENT = re.compile(r"(?<![^ \t\r\n])#[^\r\n]*")


class YamlPlaces:
    """The places of all the documents of one file. `depth` bounds how deep it looks, as the first reading did.

    `parsed` holds the events of that reading, where they were kept; else the text is parsed once more.
    """

    __slots__ = ("_lines", "_tree", "depth", "parsed", "text")

    def __init__(self, text: str, depth: int, parsed: Parsed | None = None) -> None:
        """Take the text; nothing is looked for yet."""
        self.text = text
        self.depth = depth
        self.parsed = parsed
        self._lines: Lines | None = None
        self._tree: YamlTree | None = None

    @property
    def lines(self) -> Lines:
        """The lines of the file."""
        if self._lines is None:
            self._lines = lines_of(self.text)
        return self._lines

    @property
    def tree(self) -> YamlTree:
        """The nodes of the file."""
        if self._tree is None:
            parsed, self.parsed = self.parsed or parsed_again(self.text, self.depth), None
            self._tree = YamlTree(self.text, parsed)
        return self._tree

    def comments(self, index: int) -> Iterator[Comment]:
        """Yield the comments of a document: those from its `---` on; the first document also has what is before."""
        at, end = self.tree.bounds(index)
        for scalar in (*self.tree.scalars(index), Span(end, end)):
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


class YamlLocator:
    """Finds regions in one document of a YAML file; it is a Document's `locate`, and gives its `comments`.

    `data` is walked beside the nodes: a tag may have made a mapping of one key out of a value (`!Sub x`), and then a
    path through that key leads to the value after the tag.
    """

    __slots__ = ("data", "index", "opened", "places", "tags")

    def __init__(
        self,
        places: YamlPlaces,
        index: int,
        data: Any,  # noqa: ANN401 - any value
        tags: Mapping[str, Callable[[Any], Any]] = EMPTY,
    ) -> None:
        """Take the document that has this number in its file, and what its tags make of values."""
        self.places = places
        self.index = index
        self.data = data
        self.tags = tags
        self.opened: dict[Path, tuple[Places, Offsets] | None] = {}

    def __call__(self, path: Path, highlight: Highlight) -> Region:
        """Return the region of a path, or of its closest ancestor."""
        return self.places.lines.region(*self._find(path).span(highlight))

    def _find(self, path: Path) -> Place:
        if EMBEDDED not in path:
            return self.place(path)
        from lictor.documents.embedded import find_through_strings

        return find_through_strings(self, path)

    def comments(self) -> tuple[Comment, ...]:
        """Return the document's comments in their order."""
        return tuple(self.places.comments(self.index))

    def place(self, path: Path) -> Place:
        """Follow a path as far as it leads."""
        tree = self.places.tree
        way = tree.plain_way(self.index, path)
        if way is not None:
            number, key_number = way
            return Place(tree.span(number), None if key_number is None else tree.key(key_number), len(path))
        node, key, resolved, _ = self.node(path)
        return Place(node.span, key, resolved)

    def node(self, path: Path) -> tuple[YamlNode, Span | None, int, Any]:
        """Return the node at a path, its key, how many elements of the path led there, and its value."""
        node = self.places.tree.root(self.index) or YamlNode("scalar", 0, 0, 0, 0)
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
        if node.kind == "sequence" and isinstance(element, int):
            item = node.item(element)
            return (item, None) if item else None
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
