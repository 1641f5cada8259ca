"""Functions of the engine: what a query can ask of its context, and what needs places."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from lictor.model import Node
from lictor.query.errors import QueryError, unknown_name
from lictor.query.value_types import Json
from lictor.values import NamedTuple

if TYPE_CHECKING:
    from lictor.query.context import QueryContext

_RUNNING = object()
"""Stands for the answer of a `let` query while it is being worked out."""


class EngineFunction(NamedTuple):
    """A function that plugins can't write. `answer(context, offset, *arguments)`; `locate` gives value and place.

    Without `needs_context`, `answer` gets the meter in its place and nothing here depends on where the query runs.
    `title` is for the reference page.
    """

    title: str
    parameters: tuple[tuple[str, ...], ...]
    returns: str
    answer: Callable[..., Any]
    locate: Callable[..., tuple[Any, Any]] | None = None
    optional: int = 0
    needs_context: bool = True


def _context(context: "QueryContext | None", name: str, offset: int) -> "QueryContext":
    if context is None:
        raise QueryError("query-context", f"{name}() has no answer outside a rule", "", offset)
    return context


def _lookup(what: str, name: str, known: Iterable[str], offset: int) -> QueryError:
    return unknown_name("query-context", what, name, known, offset)


def _parameter(context: "QueryContext | None", offset: int, name: str) -> Json:
    parameters = _context(context, "parameter", offset).parameters
    if name not in parameters:
        raise _lookup("parameter", name, parameters, offset)
    return parameters[name]


def _subject(context: "QueryContext | None", offset: int) -> dict[str, Any]:
    return dict(_context(context, "subject", offset).subject)


def _locate_root(context: "QueryContext | None", offset: int) -> tuple[Any, Any]:
    found = _context(context, "root", offset)
    return found.root, found.root_path


def _locate_each(context: "QueryContext | None", offset: int) -> Node:
    each = _context(context, "each", offset).each
    if each is None:
        raise QueryError("query-context", "each() has no answer here: there is no candidate", "", offset)
    return each


def _locate_parent(context: "QueryContext | None", offset: int, levels: float = 1) -> Node:
    """Return what holds the candidate; null above the subject's root."""
    parents = _context(context, "parent", offset).parents
    if levels != int(levels) or levels < 1:
        message = f"parent() argument 1: expected a whole number from 1, found {levels}"
        raise QueryError(
            "query-type", message, "parent() is what holds the candidate, parent(`2`) what holds that", offset
        )
    return parents[int(levels) - 1] if levels <= len(parents) else Node(None, None)


def _locate_let(context: "QueryContext | None", offset: int, name: str) -> tuple[Any, Any]:
    """Answer a `let` query with places; it runs on the candidate, or on the root when there is none."""
    found = _context(context, "let", offset)
    if name not in found.let:
        raise _lookup("let query", name, found.let, offset)
    answer = found.answers.get(name)
    if answer is None:
        value, place = found.each if found.each is not None else Node(found.root, found.root_path)
        found.answers[name] = _RUNNING
        try:
            answer = found.answers[name] = found.let[name].locate(value, place, found)
        except QueryError:
            del found.answers[name]
            raise
    if answer is _RUNNING:
        raise QueryError("query-context", f"let query '{name}' needs its own answer", "", offset)
    pair: tuple[Any, Any] = answer
    return pair


def _value_of(locate: Callable[..., tuple[Any, Any]]) -> Callable[..., Any]:
    def answer(context: "QueryContext | None", offset: int, *arguments: Json) -> Json:
        return locate(context, offset, *arguments)[0]

    return answer


def _items(_meter: list[int], _offset: int, value: dict[str, Any]) -> list[list[Any]]:
    return [[key, inner] for key, inner in value.items()]


def _located(
    title: str, parameters: tuple[tuple[str, ...], ...], locate: Callable[..., tuple[Any, Any]], optional: int = 0
) -> EngineFunction:
    return EngineFunction(title, parameters, "any", _value_of(locate), locate, optional)


ENGINE_FUNCTIONS: dict[str, EngineFunction] = {
    "each": _located("The candidate: what `for-each` chose, else the subject's value", (), _locate_each),
    "items": EngineFunction(
        "The entries of an object, each a list of its key and its value",
        (("object",),),
        "array",
        _items,
        needs_context=False,
    ),
    "let": _located("The result of one of the rule's `let` queries, on the candidate", (("string",),), _locate_let),
    "parameter": EngineFunction("The value of one of the rule's parameters", (("string",),), "any", _parameter),
    "parent": _located(
        "What holds the candidate; with a number, what is so many levels above it", (("number",),), _locate_parent, 1
    ),
    "root": _located("The subject's value", (), _locate_root),
    "subject": EngineFunction(
        "Facts about the subject: `kind`, `name`, `uri`, `path`, and what its kind adds", (), "object", _subject
    ),
}
"""The engine's functions by name; `docs/reference/functions.md` lists them."""
