"""Where the nodes of a YAML stream stand: a tree beside the values, with nothing in it but offsets."""

import re
from typing import TYPE_CHECKING, Any

from lictor.documents.places import Span
from lictor.values import NamedTuple

if TYPE_CHECKING:
    from lictor.documents.yaml_tree import YamlTree

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


class YamlNode(NamedTuple):
    """Where one node stands.

    `source` is where it begins, with its anchor and tag; `content` where it begins after them; `shown` is `content`,
    but for a block scalar the first character of its text. `end` never counts blank lines or comments that follow.
    `number` is that of the event with which it begins in `tree`; what is in the node is looked for there when asked.
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
    number: int = 0
    tree: "YamlTree | None" = None

    @property
    def span(self) -> Span:
        """What a reader is shown: the node with its tag, but without its anchor."""
        return Span(self.tag.start if self.tag else self.shown, self.end)

    def without_tag(self) -> "YamlNode":
        """Return the node as it stands after its tag."""
        return self._replace(tag=None)

    def behind_alias(self) -> "YamlNode":
        """Return the node that an alias stands for; any other node is itself."""
        target = self.tree.target(self.number) if self.kind == "alias" and self.tree else None
        return target or self

    @property
    def items(self) -> list["YamlNode"]:
        """The items of a list; nothing else has any."""
        tree = self.tree
        if tree is None or self.kind != "sequence":
            return []
        return [tree.node(number) for number in tree.items(self.number)]

    def item(self, index: int) -> "YamlNode | None":
        """Return an item of a list, if it is there."""
        numbers = self.tree.items(self.number) if self.tree and self.kind == "sequence" else []
        return self.tree.node(numbers[index]) if self.tree and 0 <= index < len(numbers) else None

    @property
    def entries(self) -> dict[str, YamlEntry]:
        """The entries of a mapping; of a key that stands twice the last."""
        tree = self.tree
        if tree is None or self.kind != "mapping":
            return {}
        return {key: tree.entry(*numbers) for key, numbers in tree.entries(self.number).items()}

    def entry(self, key: str) -> YamlEntry | None:
        """Return the entry of a mapping that gives a key its value: its own, else the first that is merged in."""
        tree = self.tree
        if tree is None or self.kind != "mapping":
            return None
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            node = waiting.pop().behind_alias()
            if node.number in seen:
                continue
            seen.add(node.number)
            if node.kind == "sequence":
                waiting.extend(reversed(node.items))
            elif node.kind == "mapping":
                own = tree.entries(node.number).get(key)
                if own is not None:
                    return tree.entry(*own)
                waiting.extend(tree.node(number) for number in reversed(tree.merges(node.number)))
        return None


def after_properties(event: Any, text: str, start: int, end: int) -> tuple[int, Span | None]:  # noqa: ANN401
    """Return where a node begins after its anchor and tag, and where the tag stands."""
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
    while text[end - 1] in " \t\r\n":
        end -= 1
    return start, end
