"""A compiled query: runs on a value, with or without places."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lictor.model import Function, Node, Path
from lictor.query.budgets import MAX_OUTPUT, MAX_STEPS, size, too_deep, too_many_steps, too_much_output
from lictor.query.code import Code, Codes, Source, compile_source
from lictor.query.context import QueryContext
from lictor.query.functions import FunctionTable, function_table
from lictor.query.places import Place, element_places, nodes_of, place_at
from lictor.query.value_types import Json

if TYPE_CHECKING:
    from lictor.query.syntax import Tree


class Query:
    """A query. Make one with `compile_query`, or with `lazy_query` when its text is known to be right."""

    def __init__(
        self, expression: str, functions: Mapping[str, Function] | FunctionTable, codes: Codes | None = None
    ) -> None:
        """Take the text, what it may call, and what queries were compiled to so far."""
        self.expression = expression
        self.functions = functions
        self.codes: Codes = {} if codes is None else codes

    @cached_property
    def tree(self) -> "Tree":
        """The syntax tree. Raises QueryError."""
        from lictor.query.syntax import parse

        return parse(self.expression)

    def search(self, value: Json, context: QueryContext | None = None) -> Json:
        """Return the query's result: what jmespath.py gives.

        Raises QueryError: `query-type`, `query-budget`, `query-context`, `query-function`.

        >>> compile_query("a[?b > `1`].b").search({"a": [{"b": 1}, {"b": 2}]})
        [2]
        """
        try:
            evaluate, is_building = self._ready
            result = evaluate(value, context)
        except RecursionError as error:
            raise too_deep() from error
        if is_building:
            self._check_output(result)
        return result

    def nodes(self, value: Json, path: Path = (), context: QueryContext | None = None) -> tuple[Node, ...]:
        """Return the result with places: none for null, a node an element for a list, else one.

        `path` is where `value` stands.

        >>> compile_query("a[?b > `1`].b").nodes({"a": [{"b": 1}, {"b": 2}]})
        (Node(value=2, path=('a', 1, 'b')),)
        """
        result, place = self.locate(value, path, context)
        return nodes_of(result, place)

    def locate(self, value: Json, place: Place, context: QueryContext | None = None) -> tuple[Any, Place]:
        """Return the result and its place, which for a list or an object that the query built is one of places."""
        if place.__class__ is not tuple:
            return self.search(value, context), None
        try:
            result, found = self._locate(value, place, context)
        except RecursionError as error:
            raise too_deep() from error
        if self._builds:
            self._check_output(result)
        return result, found

    @property
    def source(self) -> str:
        """The generated Python: first for values alone, then with places."""
        plain, located = (self.generated(has_places=has_places).text for has_places in (False, True))
        return f"# values\n{plain}\n# values and places\n{located}"

    @cached_property
    def _builds(self) -> bool:
        return self._code(has_places=False).builds

    @cached_property
    def _ready(self) -> tuple[Callable[..., Any], bool]:
        """The function, and whether its results need counting: one look-up, as this is asked for each value."""
        code = self._code(has_places=False)
        return code.load(NAMES, function_table(self.functions)), code.builds

    @cached_property
    def _locate(self) -> Callable[..., tuple[Any, Place]]:
        return self._code(has_places=True).load(NAMES, function_table(self.functions))

    def _code(self, *, has_places: bool) -> Code:
        key = (self.expression, has_places)
        code = self.codes.get(key)
        if code is None:
            code = self.codes[key] = compile_source(self.generated(has_places=has_places))
        return code

    def generated(self, *, has_places: bool) -> Source:
        """Return the Python that it is compiled to. Raises QueryError."""
        from lictor.query.generate import QueryGenerator
        from lictor.query.growth import growth

        generator = QueryGenerator(function_table(self.functions))
        text = generator.generate(self.tree, has_places=has_places)
        return Source(text, generator.writer.globals, growth(self.tree) > 1)

    def _check_output(self, result: Json) -> None:
        if result.__class__ in (list, dict) and size(result) > MAX_OUTPUT:
            raise too_much_output()


NAMES: Mapping[str, Any] = {
    "__builtins__": {
        "enumerate": enumerate,
        "len": len,
        "list": list,
        "dict": dict,
        "int": int,
        "float": float,
        "bool": bool,
        "str": str,
    },
    "steps": MAX_STEPS,
    "element_places": element_places,
    "place_at": place_at,
    "too_many_steps": too_many_steps,
    "too_much_output": too_much_output,
}
"""All that generated code can reach, beside its constants."""


def compile_query(expression: str, functions: Mapping[str, Function] | None = None) -> Query:
    """Compile a JMESPath query; `functions` are those of plugins, by name.

    Raises QueryError: `query-syntax`, `query-budget`, `query-arity`, `unknown-function`, `query-value`.

    >>> compile_query("a.b").search({"a": {"b": 1}})
    1
    """
    try:
        query = lazy_query(expression, functions)
        query._ready  # noqa: B018, SLF001 - generates now, so that errors show when a rule is loaded
    except RecursionError as error:
        raise too_deep() from error
    return query


def lazy_query(
    expression: str, functions: Mapping[str, Function] | FunctionTable | None = None, codes: Codes | None = None
) -> Query:
    """Return a query that is compiled when it first runs, which is when its errors show.

    Most queries of a ruleset never run on a document: no candidate gets that far. `codes` keeps what queries with
    these functions were compiled to; what is in it already is not compiled again.
    """
    return Query(expression, functions or {}, codes)
