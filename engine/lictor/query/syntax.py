"""From a query's text to its tree: jmespath's own parser, with budgets before it and offsets after it."""

from collections.abc import Iterator
from typing import Any

from lictor.query.budgets import MAX_DEPTH, MAX_LENGTH, too_deep, too_long
from lictor.query.complaints import Token, explain
from lictor.query.errors import QueryError
from lictor.values import NamedTuple

_OPENING = frozenset({"lbracket", "filter", "lparen", "lbrace"})
_CLOSING = frozenset({"rbracket", "rparen", "rbrace"})
_PREFIX = frozenset({"not", "expref"})
_NAMED = frozenset({"unquoted_identifier", "quoted_identifier", "literal"})
_CHAINS = frozenset({"pipe", "or_expression", "and_expression"})
_PROJECTIONS = frozenset({"projection", "value_projection", "filter_projection"})


class Tree(NamedTuple):
    """A node of a query's tree, with jmespath's names for kinds.

    It differs from jmespath's tree in this: `a | b | c`, `||` and `&&` are one node with all their operands, a filter's
    children stand in source order (what is filtered, the condition, the rest), a slice's value holds its three
    numbers, and every node knows where it starts and whether a name was written in double quotes.
    """

    kind: str
    value: Any
    children: "tuple[Tree, ...]"
    offset: int
    size: int
    is_quoted: bool = False


class _Names:
    """The tokens that leave a name or a literal in the tree, in source order."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = [token for token in tokens if token["type"] in _NAMED]
        self._index = 0
        self._end = tokens[-1]["start"]

    def peek(self) -> int:
        """Where the next name starts, or the end of the text."""
        return int(self._tokens[self._index]["start"]) if self._index < len(self._tokens) else self._end

    def last(self) -> int:
        """Where the name before starts: what has no name of its own stands after it."""
        return int(self._tokens[self._index - 1]["start"]) if self._index else 0

    def take(self) -> Token:
        self._index += 1
        return self._tokens[self._index - 1]


def parse(expression: str) -> Tree:
    """Parse a query.

    Raises QueryError: `query-syntax` with the place of the mistake, or `query-budget`.

    >>> parse("Statement[?Effect == 'Allow']").kind
    'filter_projection'
    """
    import warnings

    from jmespath import exceptions
    from jmespath.lexer import Lexer
    from jmespath.parser import Parser

    if len(expression) > MAX_LENGTH:
        raise too_long(len(expression))
    tokens: list[Token] = []
    try:
        with warnings.catch_warnings():
            # Backticks around text that is no JSON: deprecated, still in the official suite.
            warnings.simplefilter("ignore", PendingDeprecationWarning)
            tokens = list(Lexer().tokenize(expression))
            _guard(tokens)
            parsed = Parser().parse(expression).parsed
        tree = _convert(parsed, _Names(tokens))
    except RecursionError as error:
        raise too_deep() from error
    except (exceptions.JMESPathError, ValueError) as error:
        raise explain(error, expression, tokens) from error
    if _depth(tree) > MAX_DEPTH:
        raise too_deep()
    _check_references(tree, is_argument=False)
    return tree


def _guard(tokens: list[Token]) -> None:
    """Stop nesting that the recursive parser should not see."""
    opened = prefixes = 0
    for token in tokens:
        kind = token["type"]
        prefixes = prefixes + 1 if kind in _PREFIX else 0
        opened += (kind in _OPENING) - (kind in _CLOSING)
        if opened + prefixes > MAX_DEPTH:
            raise too_deep(token["start"])


def _convert(node: dict[str, Any], names: _Names) -> Tree:
    kind, children = node["type"], node["children"]
    offset, value, is_quoted = names.peek(), node.get("value"), False
    if kind in ("field", "literal", "function_expression", "key_val_pair"):
        token = names.take()
        offset, is_quoted = token["start"], token["type"] == "quoted_identifier"
    if kind in ("index", "slice"):
        return Tree(kind, tuple(children) if kind == "slice" else value, (), names.last(), 1)
    if kind == "filter_projection":
        left, right, condition = children
        children = [left, condition, right]
    elif kind in _CHAINS:
        children = _operands(node)
    converted = tuple(_convert(child, names) for child in children)
    return Tree(kind, value, converted, offset, 1 + sum(child.size for child in converted), is_quoted)


def _operands(node: dict[str, Any]) -> list[Token]:
    """Collect `a`, `b`, `c` of `(a | b) | c`."""
    kind, operands = node["type"], []
    while node["type"] == kind:
        node, last = node["children"]
        operands.append(last)
    return [node, *reversed(operands)]


def _depth(tree: Tree) -> int:
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        current, depth = waiting.pop()
        deepest = max(deepest, depth)
        last = len(current.children) - 1 if current.kind in _PROJECTIONS else -1
        waiting += [(child, depth + (index != last)) for index, child in enumerate(current.children)]
    return deepest


def _check_references(tree: Tree, *, is_argument: bool) -> None:
    """Refuse `&…` anywhere but as a function's argument, as the JMESPath grammar does."""
    if tree.kind == "expref" and not is_argument:
        raise QueryError(
            "query-syntax",
            "'&' makes sense only in front of a function's argument",
            "write '&&' for 'and'; write sort_by(list, &name) to pass an expression",
            max(tree.offset - 1, 0),
        )
    for child in tree.children:
        _check_references(child, is_argument=tree.kind == "function_expression")


def walk(tree: Tree) -> Iterator[Tree]:
    """Yield every node of a tree, parents first."""
    yield tree
    for child in tree.children:
        yield from walk(child)
