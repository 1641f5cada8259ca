"""Where the nodes of a YAML stream stand: a tree beside the values, with nothing in it but offsets."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from lictor.documents.places import Span
from lictor.values import NamedTuple

_ANCHOR = re.compile(r"&[^\s,\[\]{}]+")
_TAG = re.compile(r"!(?:<[^>]*>|[^\s,\[\]{}]*)")
_SPACE = re.compile(r"(?:[ \t\r\n]+|(?<![^ \t\r\n])#[^\r\n]*)*")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*(?P<rest>[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n|$))")
_FIRST_LINE = re.compile(r"(?:[ \t]*(?:\r\n?|\n))*(?P<indent> *)")
_TO_FIRST_LETTER = re.compile(r"\n*( *)")


class YamlEntry(NamedTuple):
    """One entry of a mapping: where its key stands, and its value's node."""

    key: Span
    node: "YamlNode"


@dataclass(slots=True, eq=False)
class YamlNode:
    """Where one node stands.

    `source` is where it begins, with its anchor and tag; `content` where it begins after them; `shown` is `content`,
    but for a block scalar the first character of its text. `end` never counts blank lines or comments that follow.
    """

    kind: str
    source: int
    content: int
    shown: int
    end: int
    style: str = ""
    tag: Span | None = None
    is_flow: bool = False
    text: str = ""
    entries: dict[str, YamlEntry] = field(default_factory=dict)
    items: list["YamlNode"] = field(default_factory=list)
    merges: list["YamlNode"] = field(default_factory=list)
    target: "YamlNode | None" = None

    @property
    def span(self) -> Span:
        """What a reader is shown: the node with its tag, but without its anchor."""
        return Span(self.tag.start if self.tag else self.shown, self.end)

    def without_tag(self) -> "YamlNode":
        """Return the node as it stands after its tag."""
        return replace(self, tag=None)

    def behind_alias(self) -> "YamlNode":
        """Return the node that an alias stands for; any other node is itself."""
        node = self
        while node.target is not None:
            node = node.target
        return node

    def entry(self, key: str) -> YamlEntry | None:
        """Return the entry of a mapping that gives a key its value: its own, else the first that is merged in."""
        if key in self.entries:
            return self.entries[key]
        seen: set[int] = set()
        waiting = self.merges[::-1]
        while waiting:
            node = waiting.pop().behind_alias()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if key in node.entries:
                return node.entries[key]
            waiting.extend(reversed([*node.items, *node.merges]))
        return None


def scalar_node(event: Any, text: str) -> YamlNode:  # noqa: ANN401 - yaml has no types
    """Return the node of a scalar event."""
    start, end = event.start_mark.index, event.end_mark.index
    content, tag = _after_properties(event, text, start, end)
    style = event.style or ""
    shown = content
    if style in {"|", ">"}:
        shown, end = block_text(text, content, end, event.value)
    return YamlNode("scalar", start, content, shown, end, style, tag, text=event.value)


def collection_node(event: Any, text: str, kind: str) -> YamlNode:  # noqa: ANN401
    """Return the node of a list or mapping that begins; its end is set when it is known."""
    start = event.start_mark.index
    content, tag = _after_properties(event, text, start, len(text))
    return YamlNode(kind, start, content, content, content, tag=tag, is_flow=bool(event.flow_style))


def _after_properties(event: Any, text: str, start: int, end: int) -> tuple[int, Span | None]:  # noqa: ANN401
    # Only as many properties as the event has: a key inside may have its own.
    has_anchor, has_tag = event.anchor is not None, event.tag is not None
    tag: Span | None = None
    at = start
    while has_anchor or has_tag:
        found = (_ANCHOR.match(text, at, end) if has_anchor else None) or _TAG.match(text, at, end)
        if not found:
            break
        if found[0][0] == "&":
            has_anchor = False
        else:
            has_tag, tag = False, Span(*found.span())
        space = _SPACE.match(text, found.end(), end)
        at = space.end() if space else found.end()
    return at, tag


def block_lines(text: str, header: int) -> int:
    """Return where the lines of a block scalar begin, after its header and the header's comment."""
    found = _BLOCK_HEADER.match(text, header)
    return found.end() if found else header


def block_text(text: str, header: int, end: int, value: str) -> tuple[int, int]:
    """Return where the text of a block scalar begins and ends; of an empty one the header stands for it."""
    found = _BLOCK_HEADER.match(text, header)
    if not found:
        return header, end
    if not value.strip(" \t\n"):
        return header, found.start("rest")
    first = _FIRST_LINE.match(text, found.end())
    inner = _TO_FIRST_LETTER.match(value)
    start = found.end() if not first else first.end() - (len(inner[1]) if inner else 0)
    return start, len(text[:end].rstrip(" \t\r\n"))
