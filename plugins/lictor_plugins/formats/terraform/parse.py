"""HCL: text in, blocks and expressions or Problems out. tree-sitter finds the structure, this gives it meaning."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from lictor import Budgets, Location, Problem, lines_of
from lictor_plugins.formats.terraform.expressions import ExpressionReader, TooDeepError
from lictor_plugins.formats.terraform.syntax import Attribute, Block, Body, Expression, Source, Span

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MOST_DEPTH = 100
"""How deep blocks and expressions may nest: Terraform's own configurations stay below 20."""

_MOST_PROBLEMS = 10
_TOKEN = re.compile(r"\w+|\S")
_MARK = "LICTOR_END_OF_TEMPLATE"


@cache
def _parser() -> "Parser":
    import tree_sitter
    import tree_sitter_hcl

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


def is_installed() -> bool:
    """Say whether HCL can be read: the extra `terraform` is installed."""
    from importlib.util import find_spec

    return find_spec("tree_sitter") is not None and find_spec("tree_sitter_hcl") is not None


def parse(uri: str, text: str, budgets: Budgets) -> Source | tuple[Problem, ...]:
    """Read one file of HCL. Never raises on bad input."""
    root = _parser().parse(text.encode("utf-8", "surrogatepass")).root_node
    offset = _offsets(text)
    if root.has_error:
        return tuple(_complaints(root, uri, text, offset))
    if root.descendant_count > 8 * budgets.nodes:  # about what HCL spends on a value
        return (_problem("too-many-nodes", f"the file holds more than {budgets.nodes} values", uri, text, Span(0, 0)),)
    reader = _Reader(text, offset)
    try:
        body = next((child for child in root.children if child.type == "body"), None)
        return Source(uri, text, Body({}, ()) if body is None else reader.body(body))
    except TooDeepError as error:
        message = f"values nest deeper than {MOST_DEPTH} levels"
        return (_problem("too-deep", message, uri, text, error.span),)


def parse_template(text: str) -> Expression | None:
    """Read the text of a template file or of a string in JSON; None if it is no template. Offsets are those in it."""
    prefix = f"x=<<{_MARK}\n"
    if _MARK in text:
        return None
    source = f"{prefix}{text}\n{_MARK}\n"
    root = _parser().parse(source.encode("utf-8", "surrogatepass")).root_node
    if root.has_error:
        return None
    offset = _offsets(source)
    reader = _Reader(text, lambda byte: offset(byte) - len(prefix))
    node = root
    while node.type != "heredoc_template":
        if not node.children:
            return None
        node = node.children[-1]
    try:
        return reader.template(node, Span(0, len(text)))
    except TooDeepError:
        return None


def _offsets(text: str) -> Callable[[int], int]:
    """Return the function from an offset in bytes to one in code points."""
    if text.isascii():
        return int
    sizes = [len(letter.encode("utf-8", "surrogatepass")) for letter in text]
    starts = {byte: index for index, byte in enumerate(accumulate(sizes, initial=0))}
    return lambda byte: starts.get(byte, len(text))


class _Reader(ExpressionReader):
    """Reads blocks and their attributes."""

    def body(self, node: "Node", depth: int = 0) -> Body:
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        for child in node.children:
            if child.type == "attribute":
                name, value = child.children[0], child.children[-1]
                text = self.source(name)
                attributes[text] = Attribute(text, self.expression(value, depth), self.span(name))
            elif child.type == "block":
                blocks.append(self._block(child, depth))
        return Body(attributes, tuple(blocks))

    def _block(self, node: "Node", depth: int) -> Block:
        if depth >= MOST_DEPTH:
            raise TooDeepError(self.span(node))
        head = [child for child in node.children if child.type in {"identifier", "string_lit"}]
        inner = next((child for child in node.children if child.type == "body"), None)
        names = [self._label(child) for child in head]
        body = Body({}, ()) if inner is None else self.body(inner, depth + 1)
        header = Span(self.span(head[0]).start, self.span(head[-1]).end)
        return Block(names[0], tuple(names[1:]), body, self.span(node), header)

    def _label(self, node: "Node") -> str:
        text = self.source(node)
        return text if node.type == "identifier" else text[1:-1]


def _complaints(root: "Node", uri: str, text: str, offset: Callable[[int], int]) -> Iterator[Problem]:
    """Yield what the parser stumbled over, in the order of the file."""
    waiting = [root]
    count = 0
    while waiting and count < _MOST_PROBLEMS:
        node = waiting.pop()
        if not node.has_error and not node.is_missing:
            continue
        if node.is_error or node.is_missing:
            count += 1
            yield _complaint(node, uri, text, offset)
            continue
        waiting += reversed(node.children)
    if not count:
        yield _problem("bad-document", "expected Terraform's language (HCL)", uri, text, Span(0, 0))


_EXPECTED = {"block_end": "}", "object_end": "}", "tuple_end": "]", "quoted_template_end": '"'}


def _complaint(node: "Node", uri: str, text: str, offset: Callable[[int], int]) -> Problem:
    span = Span(offset(node.start_byte), offset(node.end_byte))
    if node.is_missing:
        kind = node.type
        if kind == "heredoc_identifier":
            message = "expected the word that ends the heredoc, alone on a line"
        elif kind == "identifier":
            message = "expected a name or a value"
        else:
            message = f"expected '{_EXPECTED.get(kind, kind)}'"
        return _problem("bad-document", message, uri, text, span, _opened(node, text, offset))
    tokens = [leaf for leaf in _leaves(node) if leaf.end_byte > leaf.start_byte]
    last = tokens[-1] if tokens else node
    at = offset(last.end_byte) if tokens else span.start
    rest = text[at:]
    start = at + len(rest) - len(rest.lstrip())
    found = _TOKEN.match(text, start)
    shown = f"'{found[0]}'" if found else "the end of the file"
    before = text[offset(last.start_byte) : offset(last.end_byte)].strip()[:20] if tokens else ""
    after = f" after '{before}'" if before else ""
    message = f"expected a value, an attribute or a block{after}, found {shown}"
    place = Span(start, found.end() if found else start)
    return _problem("bad-document", message, uri, text, place, _unclosed(tokens, text, offset))


def _leaves(node: "Node") -> Iterator["Node"]:
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if not each.children:
            yield each
        waiting += reversed(each.children)


def _unclosed(tokens: "Sequence[Node]", text: str, offset: Callable[[int], int]) -> str:
    """Name the innermost bracket that was opened and not closed before a mistake."""
    opened: list[Node] = []
    for token in tokens:
        if token.type in {"{", "[", "("}:
            opened.append(token)
        elif token.type in {"}", "]", ")"} and opened:
            opened.pop()
    if not opened:
        return ""
    line, column = lines_of(text).at(offset(opened[-1].start_byte))
    return f"the '{opened[-1].type}' opened at {line}:{column} is not closed"


def _opened(node: "Node", text: str, offset: Callable[[int], int]) -> str:
    parent = node.parent
    while parent is not None and parent.start_byte == node.start_byte:
        parent = parent.parent
    if parent is None or parent.type in {"config_file", "body"}:
        return ""
    line, column = lines_of(text).at(offset(parent.start_byte))
    return f"what it ends was opened at {line}:{column}"


def _problem(code: str, message: str, uri: str, text: str, span: Span, hint: str = "") -> Problem:
    return Problem(code, message, "document", "error", hint, Location(uri, lines_of(text).region(*span)))


def comments_of(text: str) -> Sequence[tuple[str, Span]]:
    """Return a file's comments, without their markers, with their places."""
    root = _parser().parse(text.encode("utf-8", "surrogatepass")).root_node
    offset = _offsets(text)
    found: list[tuple[str, Span]] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "comment":
            span = Span(offset(node.start_byte), offset(node.end_byte))
            body = text[span.start : span.end]
            found.append((body.removeprefix("/*").removesuffix("*/").lstrip("#/").strip(), span))
        waiting += reversed(node.children)
    return found
