"""Collects lines of generated Python: indentation, fresh names, constants by reference."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lictor.query.value_types import Json


class Writer:
    """Lines of one function being generated, with what is known at the current line.

    Constants never enter the text: `constant` keeps the value in `globals` and returns our own name for it.
    """

    def __init__(self) -> None:
        """Start empty."""
        self.lines: list[str] = []
        self.globals: dict[str, Any] = {}
        self.depth = 1
        self._dicts: list[frozenset[str]] = [frozenset()]
        self._bound: list[dict[str, str]] = [{}]
        self._count = 0
        self._constants: dict[Any, str] = {}

    def name(self, prefix: str) -> str:
        """Return a name that was not used yet."""
        self._count += 1
        return f"{prefix}{self._count}"

    def line(self, text: str) -> None:
        """Write a line."""
        self.lines.append("    " * self.depth + text)

    def constant(self, value: Json) -> str:
        """Keep a constant and return its name. Strings and numbers that are used twice are kept once."""
        key = (value.__class__, value) if value.__class__ in (str, int) else id(value)
        if key not in self._constants:
            name = self.name("k")
            self._constants[key] = name
            self.globals[name] = value
        return self._constants[key]

    def bind(self, code: str, prefix: str = "v") -> str:
        """Give an expression a name. An expression that already has one here keeps it."""
        for bound in reversed(self._bound):
            if code in bound:
                return bound[code]
        name = self.name(prefix)
        self.line(f"{name} = {_without_parentheses(code)}")
        self._bound[-1][code] = name
        return name

    def is_dict(self, name: str) -> bool:
        """Whether a name is sure to hold an object at this line."""
        return name in self._dicts[-1]

    @contextmanager
    def block(self, header: str, dicts: frozenset[str] = frozenset()) -> Iterator[None]:
        """Write an indented block. What becomes known inside it is forgotten after it."""
        self.line(header)
        with self.scope(dicts):
            self.depth += 1
            yield
            self.depth -= 1

    @contextmanager
    def scope(self, dicts: frozenset[str] = frozenset()) -> Iterator[None]:
        """Hold what becomes known here, without a block of its own."""
        self._dicts.append(self._dicts[-1] | dicts)
        self._bound.append({})
        yield
        self._dicts.pop()
        self._bound.pop()

    @contextmanager
    def aside(self) -> Iterator[list[str]]:
        """Collect the lines written inside in a list of their own, one level deeper."""
        outer, self.lines = self.lines, []
        with self.scope():
            self.depth += 1
            yield self.lines
            self.depth -= 1
        self.lines = outer

    @contextmanager
    def function(self, header: str, depth: int = 1) -> Iterator[list[str]]:
        """Collect a nested function's lines: nothing that is known outside is known inside."""
        outer = self.lines, self.depth, self._dicts, self._bound
        self.lines, self.depth, self._dicts, self._bound = [], depth, [frozenset()], [{}]
        lines = self.lines
        with self.block(header):
            yield lines
        self.lines, self.depth, self._dicts, self._bound = outer


def _without_parentheses(code: str) -> str:
    """Drop one pair of parentheses that holds the whole expression."""
    if not code.startswith("("):
        return code
    depth = 0
    for index, character in enumerate(code):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return code[1:-1] if index == len(code) - 1 else code
    return code
