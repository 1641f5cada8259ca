"""Expressions of HCL: what tree-sitter found, as values of `syntax`."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from lictor_plugins.formats.terraform.syntax import (
    Access,
    Call,
    Chunk,
    Conditional,
    Constant,
    Expression,
    For,
    Name,
    Object,
    Operation,
    Span,
    Splat,
    Template,
    Tuple,
)
from lictor_plugins.formats.terraform.templates import Part, literal, trimmed, without_indentation

if TYPE_CHECKING:
    from tree_sitter import Node

_DEEPEST = 100
_OPERATORS = frozenset({"*", "/", "%", "+", "-", ">", ">=", "<", "<=", "==", "!=", "&&", "||", "!"})


class TooDeepError(Exception):
    """Blocks or expressions nest deeper than the budget."""

    def __init__(self, span: Span) -> None:
        """Keep where."""
        super().__init__()
        self.span = span


class ExpressionReader:
    """Reads the expressions of one text."""

    def __init__(self, text: str, offset: Callable[[int], int]) -> None:
        """Take the text, and the function from offsets in bytes to offsets in code points."""
        self._text = text
        self._offset = offset

    def span(self, node: "Node") -> Span:
        """Return where a node stands."""
        return Span(self._offset(node.start_byte), self._offset(node.end_byte))

    def source(self, node: "Node") -> str:
        """Return a node's source."""
        return self._text[slice(*self.span(node))]

    def expression(self, node: "Node", depth: int) -> Expression:
        """Read an `expression` or anything that may stand in one."""
        if depth >= _DEEPEST:
            raise TooDeepError(self.span(node))
        children = node.children
        if node.type == "expression":
            if len(children) == 1:
                return self.expression(children[0], depth + 1)
            return self._chain(children, depth)
        read = _READERS.get(node.type)
        if read is None:
            return self._chain(children, depth) if children else Name(self.source(node), self.span(node))
        return read(self, node, depth + 1)

    def _chain(self, nodes: "Sequence[Node]", depth: int) -> Expression:
        """Read what is accessed, and the accesses after it."""
        nodes = [node for node in nodes if node.type not in {"(", ")", "comment"}]
        if not nodes:
            return Constant(None, Span(0, 0))
        base = self.expression(nodes[0], depth + 1)
        start = self.span(nodes[0]).start
        for node in nodes[1:]:
            span = Span(start, self.span(node).end)
            if node.type in {"get_attr", "index"}:
                base = Access(base, self._step(node, depth), span)
            elif node.type == "splat":
                steps = [child for child in node.children[0].children if child.type in {"get_attr", "index"}]
                base = Splat(base, tuple(self._step(step, depth) for step in steps), span)
        return base

    def _step(self, node: "Node", depth: int) -> str | Expression:
        if node.type == "get_attr":
            return self.source(node.children[-1])
        inner = node.children[0]
        key = next((child for child in inner.children if child.type in {"expression", "numeric_lit"}), None)
        if key is None:
            return self.source(inner)
        return self._number(key) if key.type == "numeric_lit" else self.expression(key, depth + 1)

    def _literal(self, node: "Node", depth: int) -> Expression:
        inner = node.children[0]
        if inner.type == "numeric_lit":
            return self._number(inner)
        if inner.type == "string_lit":
            return self._quoted(inner, depth)
        value = {"true": True, "false": False}.get(self.source(inner))
        return Constant(value, self.span(node))

    def _number(self, node: "Node") -> Constant:
        text = self.source(node)
        try:
            value: int | float = int(text) if text.isdecimal() and len(text) < 300 else float(text)  # noqa: PLR2004 - more digits than any id has
        except ValueError:
            value = 0
        return Constant(value, self.span(node))

    def _template(self, node: "Node", depth: int) -> Expression:
        inner = node.children[0]
        return self._heredoc(inner, depth) if inner.type == "heredoc_template" else self._quoted(inner, depth)

    def _quoted(self, node: "Node", depth: int) -> Template:
        span = self.span(node)
        inner = Span(span.start + 1, span.end - 1)
        return Template(self._parts(node.children, inner, depth, is_quoted=True), span)

    def _heredoc(self, node: "Node", depth: int) -> Template:
        span = self.span(node)
        start = self._text.find("\n", span.start) + 1 or span.end
        end = max(self._text.rfind("\n", start - 1, self.span(node.children[-1]).start) + 1, start)
        inner = Span(start, end)
        parts = self._parts(node.children, inner, depth, is_quoted=False)
        if node.children[0].children and self.source(node.children[0]) == "<<-":
            parts = without_indentation(self._text, inner, parts)
        return Template(parts, Span(start, end))

    def template(self, node: "Node", span: Span) -> Template:
        """Read the literal text of a heredoc between two offsets, and what is put into it."""
        return Template(self._parts(node.children, span, 0, is_quoted=False), span)

    def _parts(self, nodes: "Sequence[Node]", span: Span, depth: int, *, is_quoted: bool) -> tuple[Part, ...]:
        """Read the literal text between two offsets and what is put into it."""
        parts: list[Part] = []
        at, is_trimming = span.start, False

        def add_literal(end: int, *, is_before_marker: bool) -> None:
            chunks = list(literal(self._text, Span(at, end), is_quoted=is_quoted))
            if chunks and is_trimming:
                chunks[0] = trimmed(chunks[0], is_left=True)
            if chunks and is_before_marker:
                chunks[-1] = trimmed(chunks[-1], is_left=False)
            parts.extend(chunk for chunk in chunks if chunk.text)

        for node in nodes:
            if node.type not in {"template_interpolation", "template_directive"}:
                continue
            here = self.span(node)
            text = self.source(node)
            add_literal(here.start, is_before_marker=text[2:3] == "~")
            if node.type == "template_interpolation":
                inner = next((child for child in node.children if child.type == "expression"), None)
                if inner is not None:
                    # what is put in is said to stand where the whole `${…}` does
                    parts.append(replace(self.expression(inner, depth + 1), span=here))
            else:
                parts.append(self._directive(node.children[0], depth + 1, is_quoted=is_quoted))
            at, is_trimming = here.end, text.endswith("~}")
        add_literal(span.end, is_before_marker=False)
        return tuple(parts)

    def _directive(self, node: "Node", depth: int, *, is_quoted: bool) -> Expression:
        if depth >= _DEEPEST:
            raise TooDeepError(self.span(node))
        marks = [child for child in node.children if child.type.startswith(("template_if_", "template_for_"))]
        marks += [child for child in node.children if child.type == "template_else_intro"]
        marks.sort(key=lambda mark: mark.start_byte)
        bodies: list[Expression] = []
        for mark, following in pairwise(marks):
            inner = Span(self.span(mark).end, self.span(following).start)
            between = [
                child
                for child in node.children
                if mark.end_byte <= child.start_byte and child.end_byte <= following.start_byte
            ]
            bodies.append(Template(self._parts(between, inner, depth, is_quoted=is_quoted), inner))
        intro = marks[0]
        asked = next((child for child in intro.children if child.type == "expression"), None)
        span = self.span(node)
        test = Constant(None, span) if asked is None else self.expression(asked, depth + 1)
        if node.type == "template_if":
            otherwise = bodies[1] if len(bodies) > 1 else Template((), Span(span.end, span.end))
            return Conditional(test, bodies[0], otherwise, span)
        names = tuple(self.source(child) for child in intro.children if child.type == "identifier")
        return For(names, test, None, bodies[0], None, is_grouped=False, is_text=True, span=span)

    def _collection(self, node: "Node", depth: int) -> Expression:
        inner = node.children[0]
        if inner.type == "tuple":
            items = [self.expression(child, depth + 1) for child in inner.children if child.type == "expression"]
            return Tuple(tuple(items), self.span(inner))
        entries = []
        for element in inner.children:
            if element.type == "object_elem":
                pair = [child for child in element.children if child.type == "expression"]
                entries.append((self._key(pair[0], depth + 1), self.expression(pair[-1], depth + 1)))
        return Object(tuple(entries), self.span(inner))

    def _key(self, node: "Node", depth: int) -> Expression:
        key = self.expression(node, depth)
        if isinstance(key, Name) and not self.source(node).startswith("("):
            return Template((Chunk(key.name, key.span),), key.span)
        return key

    def _variable(self, node: "Node", _depth: int) -> Expression:
        return Name(self.source(node), self.span(node))

    def _call(self, node: "Node", depth: int) -> Expression:
        name = "::".join(self.source(child) for child in node.children if child.type == "identifier")
        inside = next((child.children for child in node.children if child.type == "function_arguments"), [])
        arguments = tuple(self.expression(child, depth + 1) for child in inside if child.type == "expression")
        is_expanded = any(child.type == "ellipsis" for child in inside)
        return Call(name, arguments, is_expanded, self.span(node))

    def _conditional(self, node: "Node", depth: int) -> Expression:
        test, then, otherwise = [child for child in node.children if child.type == "expression"][:3]
        parts = (self.expression(test, depth), self.expression(then, depth), self.expression(otherwise, depth))
        return Conditional(*parts, self.span(node))

    def _operation(self, node: "Node", depth: int) -> Expression:
        inner = node.children[0]
        at = next((index for index, child in enumerate(inner.children) if child.type in _OPERATORS), None)
        if at is None:
            return self._chain(inner.children, depth)
        sides = (inner.children[:at], inner.children[at + 1 :])
        operands = tuple(self._chain(side, depth + 1) for side in sides if side)
        return Operation(inner.children[at].type, operands, self.span(node))

    def _for(self, node: "Node", depth: int) -> Expression:
        inner = node.children[0]
        intro = next(child for child in inner.children if child.type == "for_intro")
        names = tuple(self.source(child) for child in intro.children if child.type == "identifier")
        collection = next(child for child in intro.children if child.type == "expression")
        made = [self.expression(child, depth) for child in inner.children if child.type == "expression"]
        condition = next((child for child in inner.children if child.type == "for_cond"), None)
        asked = None
        if condition is not None:
            asked = next((child for child in condition.children if child.type == "expression"), None)
        return For(
            names,
            self.expression(collection, depth),
            made[0] if inner.type == "for_object_expr" else None,
            made[-1],
            None if asked is None else self.expression(asked, depth),
            is_grouped=any(child.type == "ellipsis" for child in inner.children),
            is_text=False,
            span=self.span(node),
        )


_READERS: dict[str, Callable[[ExpressionReader, "Node", int], Expression]] = {
    "literal_value": ExpressionReader._literal,  # noqa: SLF001 - the class's own table
    "template_expr": ExpressionReader._template,  # noqa: SLF001 - the same
    "collection_value": ExpressionReader._collection,  # noqa: SLF001 - the same
    "variable_expr": ExpressionReader._variable,  # noqa: SLF001 - the same
    "function_call": ExpressionReader._call,  # noqa: SLF001 - the same
    "for_expr": ExpressionReader._for,  # noqa: SLF001 - the same
    "conditional": ExpressionReader._conditional,  # noqa: SLF001 - the same
    "operation": ExpressionReader._operation,  # noqa: SLF001 - the same
}
