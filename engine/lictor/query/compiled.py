"""A compiled query: runs on a value, with or without places."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lictor.model import Function, Node, Path
from lictor.query.budgets import MAX_OUTPUT, MAX_STEPS, size, too_deep, too_many_steps, too_much_output
from lictor.query.context import QueryContext
from lictor.query.errors import QueryError
from lictor.query.functions import FunctionTable, function_table
from lictor.query.generate import QueryGenerator
from lictor.query.places import Place, element_places, nodes_of, place_at
from lictor.query.syntax import Tree, parse, walk

_BUILDING = frozenset({"multi_select_list", "multi_select_dict"})
_FILE_NAME = "<lictor query>"


@dataclass(frozen=True, eq=False)
class Query:
    """A query, ready to run. Make one with `compile_query`."""

    expression: str
    tree: Tree = field(repr=False)
    functions: FunctionTable = field(repr=False)

    def search(self, value: Any, context: QueryContext | None = None) -> Any:  # noqa: ANN401 - any JSON values
        """Return the query's result: what jmespath.py gives.

        Raises QueryError: `query-type`, `query-budget`, `query-context`, `query-function`.

        >>> compile_query("a[?b > `1`].b").search({"a": [{"b": 1}, {"b": 2}]})
        [2]
        """
        try:
            result = self._evaluate(value, context)
        except RecursionError as error:
            raise too_deep() from error
        if self._builds:
            self._check_output(result)
        return result

    def nodes(self, value: Any, path: Path = (), context: QueryContext | None = None) -> tuple[Node, ...]:  # noqa: ANN401 - any JSON value
        """Return the result with places: none for null, a node an element for a list, else one.

        `path` is where `value` stands.

        >>> compile_query("a[?b > `1`].b").nodes({"a": [{"b": 1}, {"b": 2}]})
        (Node(value=2, path=('a', 1, 'b')),)
        """
        return nodes_of(*self.locate(value, path, context))

    def locate(self, value: Any, place: Place, context: QueryContext | None = None) -> tuple[Any, Place]:  # noqa: ANN401 - any JSON value
        """Return the result and its place, which for a list or an object that the query built is one of places."""
        run = self._locate if place.__class__ is tuple else self._locate_anywhere
        try:
            result, found = run(value, place, context)
        except RecursionError as error:
            raise too_deep() from error
        if self._builds:
            self._check_output(result)
        return result, found

    @property
    def source(self) -> str:
        """The generated Python: first for values alone, then with places."""
        plain, _ = self._generate(has_places=False)
        located, _ = self._generate(has_places=True)
        return f"# values\n{plain}\n# values and places\n{located}"

    @cached_property
    def _builds(self) -> bool:
        """Whether the result may hold one value in several places, and so be much larger than the document."""
        return any(node.kind in _BUILDING for node in walk(self.tree))

    @cached_property
    def _evaluate(self) -> Callable[..., Any]:
        return _load(*self._generate(has_places=False))

    @cached_property
    def _locate(self) -> Callable[..., tuple[Any, Place]]:
        return _load(*self._generate(has_places=True))

    def _generate(self, *, has_places: bool) -> tuple[str, dict[str, Any]]:
        generator = QueryGenerator(self.functions)
        source = generator.generate(self.tree, has_places=has_places)
        return source, generator.writer.globals

    def _check_output(self, result: Any) -> None:  # noqa: ANN401 - any JSON value
        if result.__class__ in (list, dict) and size(result) > MAX_OUTPUT:
            raise too_much_output()


def _load(source: str, constants: Mapping[str, Any]) -> Callable[..., Any]:
    """Turn generated source into its function."""
    names: dict[str, Any] = {
        "__builtins__": {"enumerate": enumerate, "len": len, "list": list, "dict": dict, "int": int, "float": float, "bool": bool, "str": str},
        "steps": MAX_STEPS,
        "element_places": element_places,
        "place_at": place_at,
        "too_many_steps": too_many_steps,
        "too_much_output": too_much_output,
        **constants,
    }
    exec(compile(source, _FILE_NAME, "exec"), names)  # noqa: S102 - our own text: names and constants by reference, nothing of the query
    function: Callable[..., Any] = names["evaluate"]
    return function


def compile_query(expression: str, functions: Mapping[str, Function] | None = None) -> Query:
    """Compile a JMESPath query; `functions` are those of plugins, by name.

    Raises QueryError: `query-syntax`, `query-budget`, `query-arity`, `query-unknown-function`, `query-value`.

    >>> compile_query("a.b").search({"a": {"b": 1}})
    1
    """
    try:
        query = Query(expression, parse(expression), function_table(functions or {}))
        query._evaluate  # noqa: B018, SLF001 - generates now, so that errors show when a rule is loaded
    except RecursionError as error:
        raise too_deep() from error
    return query


__all__ = ["Query", "QueryError", "compile_query"]
