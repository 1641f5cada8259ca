"""Edits of YAML text that keep comments, quotes and indentation everywhere else."""

import re
from typing import Any

from lictor.documents.places import Span
from lictor.documents.splice import Splice, after_break, line_end, line_start, newline_of, refuse
from lictor.documents.yaml_nodes import YamlNode
from lictor.documents.yaml_places import YamlLocator
from lictor.documents.yaml_render import block, inline
from lictor.model import Document, EditAction, Path
from lictor.values import NamedTuple

_WIDE = 80
_KEEPS_BREAKS = re.compile(r"[|>][1-9]?\+")
"""YAML 1.2.2, section 8.1.1: a block scalar that the empty lines behind it belong to."""


def splice_yaml(places: YamlLocator, path: Path, action: EditAction, value: Any) -> Splice:  # noqa: ANN401 - any value
    """Return the splice that makes an edit; raises LictorError when the path is not there or the place is too odd."""
    return _Edit(places, path).make(action, value)


class Block(NamedTuple):
    """A list or mapping in block style around an edit: whole lines of text, but for what `margin` stands for.

    `depth` is how long the path to it is.
    """

    node: YamlNode
    span: Span
    margin: str
    depth: int
    column: int

    def holds(self, edited: Document) -> bool:
        """Tell whether what was read of the block by itself would be what the block's place holds."""
        places: Any = edited.locate
        root = places.places.tree.root(0) if isinstance(places, YamlLocator) else None
        if root is None or root.is_flow or root.kind != self.node.kind:
            return False
        return root.content - line_start(edited.text, root.content) == self.column


def frame_in_yaml(places: YamlLocator, splice: Splice, path: Path) -> Block | None:
    """Return the innermost block around an edit that can be read by itself; a file may be large, and need many edits.

    A reader knows the end of a block by its column. So where the lines of one are replaced by lines that are one by
    themselves, at the same column, the rest of the text says what it said. That does not hold where a value stands at
    several places (aliases), where directives say how to read it, or where lines behind it are its own (`|+`).
    """
    tree, text = places.places.tree, places.places.text
    if tree.has_aliases or text.startswith("%") or "\n%" in text:
        return None
    for depth in range(len(path) - 1, 0, -1):
        node, _, resolved, _ = places.node(path[:depth])
        if resolved < depth or node.is_flow or node.tag or node.kind not in {"mapping", "sequence"}:
            continue
        first = line_start(text, node.content)
        lead = text[first : node.content]
        is_alone = not lead.strip(" ")
        span = Span(first if is_alone else node.content, after_break(text, line_end(text, node.end)))
        if lead and not lead.strip(" -") and _is_inside(text, splice, span):
            if _KEEPS_BREAKS.search(text, *span) or _KEEPS_BREAKS.search(splice.text):
                return None
            return Block(node, span, "" if is_alone else " " * len(lead), depth, len(lead))
    return None


def _is_inside(text: str, splice: Splice, span: Span) -> bool:
    """Tell whether an edit leaves what is around some lines as it is, the last line break included."""
    if splice.start < span.start or splice.end > span.end:
        return False
    last = splice.text[-1:] or text[splice.start - 1]
    return splice.end < span.end or span.end == len(text) or last in "\r\n"


class _Edit:
    """One edit at one path."""

    def __init__(self, places: YamlLocator, path: Path) -> None:
        self.places = places
        self.text = places.places.text
        self.path = path
        self.node, self.key, self.resolved, self.value = places.node(path)
        self.newline = newline_of(self.text)

    def make(self, action: EditAction, value: Any) -> Splice:  # noqa: ANN401
        if action == "rename":
            return self.rename(value)
        if self.resolved == len(self.path):
            if action == "remove":
                return self.remove() if self.path else refuse("there is nothing to remove")
            if action == "add":
                refuse("there is such a key")
            return self.set(value) if action == "set" else self.append(value)
        last = self.path[-1]
        is_entry = self.resolved == len(self.path) - 1 and isinstance(last, str) and self.node.kind == "mapping"
        if action == "remove" or not is_entry:
            refuse("the path is not in the document")
        return self.add_entry(str(last), [value] if action == "append" else value)

    def rename(self, value: Any) -> Splice:  # noqa: ANN401
        if self.resolved < len(self.path) or not self.key:
            refuse("there is no key to rename")
        return Splice(*self.key, inline(value))

    def set(self, value: Any) -> Splice:  # noqa: ANN401
        node = self.node
        start = node.tag.start if node.tag else node.content
        flat = inline(value)
        if node.end <= start:
            lead = "" if self.text[start - 1 : start] in {"", " "} else " "
            return Splice(start, start, lead + flat)
        is_block = node.kind in {"mapping", "sequence"} and not node.is_flow
        if self.key and not node.tag and (is_block or len(flat) > _WIDE):
            gap = self.text[self.key.end : start]
            if gap.strip() in {":", ""} and gap.strip(" \t\r\n:") == "" and ":" in gap:
                return Splice(self.key.end, node.end, ":" + self.after_colon(value, self.key.start))
        return Splice(start, node.end, flat)

    def after_colon(self, value: Any, key_start: int) -> str:  # noqa: ANN401
        """Write the value of a key: on its line when it is short, else in block style below."""
        flat = inline(value)
        if len(flat) <= _WIDE or not isinstance(value, (dict, list)) or self.is_in_flow():
            return f" {flat}"
        margin = self.newline + " " * (self.column(key_start) + 2)
        return "".join(margin + line for line in block(value))

    def is_in_flow(self) -> bool:
        return any(self.places.node(self.path[:count])[0].is_flow for count in range(len(self.path)))

    def column(self, offset: int) -> int:
        return offset - line_start(self.text, offset)

    def append(self, value: Any) -> Splice:  # noqa: ANN401
        node = self.node
        if node.kind == "sequence" and not node.tag:
            return self.append_item(node, value)
        if node.kind == "mapping" and not node.is_flow and not node.tag:
            return self.wrap_block(node, value)
        if node.kind == "scalar" and node.style in {"|", ">"}:
            return self.set([self.value, value])
        span = Span(node.tag.start if node.tag else node.content, node.end)
        old = self.text[span.start : span.end]
        if node.kind == "scalar" and not node.style and not node.tag and any(letter in old for letter in ",[]{}\n"):
            old = inline(self.value)
        if not old:
            return self.set([self.value, value])
        return Splice(*span, f"[{old}, {inline(value)}]")

    def append_item(self, node: YamlNode, value: Any) -> Splice:  # noqa: ANN401
        if not node.items:
            return self.set([value])
        if node.is_flow:
            return self.insert_in_flow(node.items[-1].end, inline(value))
        margin = " " * self.column(node.content)
        return self.insert_line(node.end, margin, self.item(value, margin))

    def item(self, value: Any, margin: str) -> str:  # noqa: ANN401
        flat = inline(value)
        if len(flat) <= _WIDE and not isinstance(value, dict):
            return f"- {flat}"
        return f"{self.newline}{margin}  ".join(["- " + block(value)[0], *block(value)[1:]])

    def wrap_block(self, node: YamlNode, value: Any) -> Splice:  # noqa: ANN401
        """Make the one mapping of a key the first item of a list."""
        if self.text[line_start(self.text, node.content) : node.content].strip():
            refuse("the mapping does not start on a line of its own")
        margin = " " * self.column(node.content)
        body = self.text[node.content : node.end].replace("\n", "\n  ")
        return Splice(node.content, node.end, f"- {body}{self.newline}{margin}{self.item(value, margin)}")

    def insert_in_flow(self, at: int, written: str) -> Splice:
        return Splice(at, at, f", {written}")

    def insert_line(self, after: int, margin: str, written: str) -> Splice:
        """Put a line after the one that an offset is on, behind its comment."""
        end = line_end(self.text, after)
        rest = self.text[after:end].strip()
        if rest and not rest.startswith("#"):
            refuse("something else stands on the line")
        return Splice(end, end, self.newline + margin + written)

    def add_entry(self, key: str, value: Any) -> Splice:  # noqa: ANN401
        node = self.node
        entries = sorted(node.entries.values(), key=lambda entry: entry.key.start)
        written = inline({key: value})[1:-1]
        if node.is_flow:
            if not entries:
                return Splice(node.content, node.end, "{" + written + "}")
            last = entries[-1]
            return self.insert_in_flow(max(last.key.end, last.node.end), written)
        if not entries:
            refuse("the mapping has no entry of its own")
        margin_at = entries[0].key.start
        name = inline(key)
        margin = " " * self.column(margin_at)
        return self.insert_line(node.end, margin, f"{name}:{self.after_colon(value, margin_at)}")

    def remove(self) -> Splice:
        parent, _, resolved, value = self.places.node(self.path[:-1])
        if parent.kind not in {"mapping", "sequence"} or resolved < len(self.path) - 1:
            refuse("it is a part of one value, or comes from an alias")
        spans = self.children(parent)
        at = next((place for place, span in enumerate(spans) if span.end == max(self.node.end, span.start)), None)
        start = self.key.start if self.key else self.node.source
        at = next((place for place, span in enumerate(spans) if span.start <= start <= span.end), at)
        if at is None:
            refuse("it is merged in from elsewhere")
        if len(spans) == 1:
            edit = _Edit(self.places, self.path[:-1])
            return edit.set({} if isinstance(value, dict) else [])
        return self.cut_flow(spans, at) if parent.is_flow else self.cut_block(spans, at)

    def children(self, parent: YamlNode) -> list[Span]:
        """Return where the entries or items of a node stand, with their keys or dashes, in order."""
        if parent.kind == "mapping":
            spans = [Span(entry.key.start, max(entry.key.end, entry.node.end)) for entry in parent.entries.values()]
            return sorted(spans)
        if parent.is_flow:
            return [Span(item.source, item.end) for item in parent.items]
        return [Span(self.dash_before(item.source), item.end) for item in parent.items]

    def dash_before(self, offset: int) -> int:
        before = self.text[:offset].rstrip(" \t\r\n")
        if not before.endswith("-"):
            refuse("a comment stands between a dash and its item")
        return len(before) - 1

    def cut_flow(self, spans: list[Span], at: int) -> Splice:
        if at + 1 < len(spans):
            return Splice(spans[at].start, spans[at + 1].start, "")
        return Splice(spans[at - 1].end, spans[at].end, "")

    def cut_block(self, spans: list[Span], at: int) -> Splice:
        start, end = spans[at]
        first = line_start(self.text, start)
        if self.text[first:start].strip():  # "- key: value": the dash stays, and the next entry comes up to it
            return Splice(start, spans[at + 1].start, "") if at + 1 < len(spans) else refuse("it shares its line")
        last = line_end(self.text, end)
        rest = self.text[end:last].strip()
        if rest and not rest.startswith("#"):
            refuse("something else stands on the line")
        if last < len(self.text):
            return Splice(first, after_break(self.text, last), "")
        return Splice(len(self.text[:first].rstrip("\r\n")), last, "")
