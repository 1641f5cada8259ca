"""Checks a query before it runs: fields that can't exist, comparisons that can't hold, wrong calls."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lictor.errors import did_you_mean
from lictor.model import Function
from lictor.query.check_calls import call_shapes, check_arguments
from lictor.query.compiled import compile_query
from lictor.query.errors import QueryError, one_of
from lictor.query.functions import FunctionTable, function_table
from lictor.query.schemas import (
    ANYTHING,
    Schema,
    Shapes,
    array_of,
    choices,
    element_shapes,
    field_names,
    field_shapes,
    index_shapes,
    of_kind,
    of_literal,
    schema_of,
    shapes_of,
    value_shapes,
    without_null,
)
from lictor.query.syntax import Tree, parse
from lictor.query.value_types import type_name
from lictor.values import NamedTuple

_SHOWN_FIELDS = 12
_NOT_BINDS_TIGHTER = "'!' binds tighter than '.', '[]' and '[?': write !(…)"


class CheckedQuery(NamedTuple):
    """What a static check found: errors in the order of the text, and the result's JSON Schema ({} is anything)."""

    errors: tuple[QueryError, ...]
    schema: Schema


def check_query(  # noqa: PLR0913 - each is a place that a context function leads to
    expression: str,
    schema: Schema,
    functions: Mapping[str, Function],
    *,
    root_schema: Schema | None = None,
    each_schema: Schema | None = None,
    parent_schema: Schema | None = None,
    let_schemas: Mapping[str, Schema] | None = None,
    parameters: Mapping[str, Any] | Iterable[str] | None = None,
) -> CheckedQuery:
    """Check a query against the JSON Schema of the value that it runs on. Never raises.

    `parameters` maps names to JSON Schemas; None for `parameters` or `let_schemas` leaves names unchecked. A schema
    that lists `properties` lists them all, unless `additionalProperties` says otherwise.

    >>> checked = check_query("statments", {"properties": {"statements": {"type": "array"}}}, {})
    >>> [(error.message, error.hint, error.offset) for error in checked.errors]
    [("no field 'statments' here", "did you mean 'statements'?", 0)]
    """
    try:
        tree = parse(expression)
    except QueryError as error:
        return CheckedQuery((error,), {})
    known = (
        None
        if parameters is None
        else dict(parameters)
        if isinstance(parameters, Mapping)
        else dict.fromkeys(parameters)
    )
    surroundings = Surroundings(
        {"root": shapes_of(root_schema), "each": shapes_of(each_schema), "parent": shapes_of(parent_schema)},
        None if let_schemas is None else {name: shapes_of(let) for name, let in let_schemas.items()},
        None if known is None else {name: shapes_of(parameter or {}) for name, parameter in known.items()},
    )
    checker = Checker(function_table(functions), surroundings, {})
    shapes = checker.check(tree, shapes_of(schema))
    if not checker.errors:
        try:
            compile_query(expression, functions)
        except QueryError as error:
            return CheckedQuery((error,), {})
    errors = sorted(checker.errors.values(), key=lambda error: error.offset or 0)
    return CheckedQuery(tuple(errors), schema_of(shapes))


class Surroundings(NamedTuple):
    """What context functions lead to."""

    places: Mapping[str, Shapes]
    let: Mapping[str, Shapes] | None
    parameters: Mapping[str, Shapes] | None


class Checker(NamedTuple):
    """One check under way. An error is kept once for a place, however often the place is walked."""

    table: FunctionTable
    surroundings: Surroundings
    errors: dict[tuple[int | None, str], QueryError]

    def add(self, error: QueryError) -> None:
        """Keep an error."""
        self.errors.setdefault((error.offset, error.message), error)

    def check(self, tree: Tree, shapes: Shapes) -> Shapes:
        """Check a tree on a value of some shapes and return the shapes of its result."""
        return _KINDS[tree.kind](self, tree, shapes)


def _same(_checker: Checker, _tree: Tree, shapes: Shapes) -> Shapes:
    return shapes


def _steps(checker: Checker, tree: Tree, shapes: Shapes) -> Shapes:
    for child in tree.children:
        shapes = checker.check(child, shapes)
    return shapes


def _subexpression(checker: Checker, tree: Tree, shapes: Shapes) -> Shapes:
    before, after, *_ = tree.children
    if before.kind != "not_expression" or after.kind != "field":
        return _steps(checker, tree, shapes)
    checker.check(before, shapes)
    error = QueryError("unknown-field", f"no field '{after.value}' in a boolean", _NOT_BINDS_TIGHTER, after.offset)
    checker.add(error)
    return ANYTHING


def _kinds(shapes: Shapes) -> str:
    return one_of(dict.fromkeys(shape.kind for shape in shapes if shape.kind != "null"))


def _never(checker: Checker, message: str, hint: str, offset: int) -> Shapes:
    checker.add(QueryError("query-never", message, hint, offset))
    return ANYTHING


def _field(checker: Checker, tree: Tree, shapes: Shapes) -> Shapes:
    found = field_shapes(shapes, tree.value)
    if found is not None:
        return found
    names = sorted(field_names(shapes))
    hint = did_you_mean(tree.value, names)
    if hint:
        pass
    elif tree.is_quoted:
        hint = f"double quotes name a field; write '{tree.value}' for the text"
    elif tree.value in ("null", "true", "false"):
        hint = f"write `{tree.value}` between backticks for the constant"
    elif names:
        hint = _listed(names)
    elif any(shape.kind == "array" for shape in shapes):
        hint = (
            f"the value here is a list: ask each element with [].{tree.value}; before a filter, flatten it with '[] |'"
        )
    what = "here" if names else f"in {_article(_kinds(shapes))}"
    checker.add(QueryError("unknown-field", f"no field '{tree.value}' {what}", hint, tree.offset))
    return ANYTHING


def _article(words: str) -> str:
    return f"{'an' if words[:1] in 'aeiou' else 'a'} {words}"


def _listed(names: list[str]) -> str:
    return f"fields here: {', '.join(names[:_SHOWN_FIELDS])}{', …' if len(names) > _SHOWN_FIELDS else ''}"


def _elements(checker: Checker, shapes: Shapes, offset: int, before: Tree | None = None) -> Shapes:
    """Return what a list holds, or complain that it is none; `before` is what stands before the brackets."""
    found = element_shapes(shapes)
    if found or {shape.kind for shape in without_null(shapes)} <= {"array", "null"}:
        return found
    hint = "use .* for the values of an object" if any(shape.kind == "object" for shape in shapes) else ""
    if before is not None and before.kind == "not_expression":
        hint = _NOT_BINDS_TIGHTER
    return _never(checker, f"expected a list before the brackets, found {_article(_kinds(shapes))}", hint, offset)


def _index(checker: Checker, tree: Tree, shapes: Shapes) -> Shapes:
    _elements(checker, shapes, tree.offset)
    return index_shapes(shapes, tree.value) or ANYTHING


def _slice(checker: Checker, tree: Tree, shapes: Shapes) -> Shapes:
    return array_of(_elements(checker, shapes, tree.offset))


def _flatten(checker: Checker, tree: Tree, shapes: Shapes) -> Shapes:
    merged: list[Any] = []
    base = checker.check(tree.children[0], shapes)
    for shape in _elements(checker, base, tree.offset, tree.children[0]):
        merged += element_shapes((shape,)) if shape.kind == "array" else (shape,)
    return array_of(merged)


def _projection(checker: Checker, tree: Tree, shapes: Shapes) -> Shapes:
    base = checker.check(tree.children[0], shapes)
    elements = _elements(checker, base, tree.offset, tree.children[0])
    if tree.kind == "filter_projection":
        checker.check(tree.children[1], elements or ANYTHING)
    return array_of(without_null(checker.check(tree.children[-1], elements or ANYTHING)))


def _values(checker: Checker, tree: Tree, shapes: Shapes) -> Shapes:
    base = checker.check(tree.children[0], shapes)
    found = value_shapes(base)
    if not found and not any(shape.kind in ("object", "null") for shape in base):
        _never(
            checker, f"expected an object before '*', found {_article(_kinds(base))}", "use [*] for a list", tree.offset
        )
    return array_of(without_null(checker.check(tree.children[1], found or ANYTHING)))


def _multi_list(checker: Checker, tree: Tree, shapes: Shapes) -> Shapes:
    parts = [checker.check(child, shapes) for child in tree.children]
    prefix = [dict(schema_of(part)) for part in parts]
    return array_of([shape for part in parts for shape in part], prefixItems=prefix)


def _multi_dict(checker: Checker, tree: Tree, shapes: Shapes) -> Shapes:
    definitions: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    for child in tree.children:
        schema = dict(schema_of(checker.check(child.children[0], shapes)))
        definitions |= schema.pop("$defs", {})
        properties[child.value] = schema
    whole = {"type": "object", "properties": properties, "additionalProperties": False}
    return shapes_of({**whole, "$defs": definitions} if definitions else whole)


def _or(checker: Checker, tree: Tree, shapes: Shapes) -> Shapes:
    parts = [checker.check(child, shapes) for child in tree.children]
    return tuple(shape for part in parts[:-1] for shape in part if shape.kind != "null") + parts[-1]


def _and(checker: Checker, tree: Tree, shapes: Shapes) -> Shapes:
    return tuple(shape for child in tree.children for shape in checker.check(child, shapes))


def _boolean(checker: Checker, tree: Tree, shapes: Shapes) -> Shapes:
    parts = [checker.check(child, shapes) for child in tree.children]
    if tree.kind == "comparator" and tree.value in ("eq", "ne"):
        for literal, other in (tree.children, tree.children[::-1]):
            if literal.kind == "literal":
                check_equality(checker, literal, parts[tree.children.index(other)])
    return of_kind("boolean")


def check_equality(checker: Checker, literal: Tree, shapes: Shapes) -> None:
    """Complain about a constant that a value can never equal."""
    value, kind = literal.value, type_name(literal.value)
    if value is None or any(not shape.kind for shape in shapes) or not shapes:
        return
    kinds = {shape.kind for shape in shapes}
    if kind not in kinds:
        found = _kinds(shapes) or "null"
        hint = f"compare with `{value}`" if "boolean" in kinds and value in ("true", "false") else ""
        hint = hint or (f"compare with `{value}`" if "number" in kinds and str(value).isdigit() else "")
        _never(
            checker,
            f"never equal: expected {_article(found)} to compare with, found {_article(kind)}",
            hint,
            literal.offset,
        )
        return
    listed = choices(tuple(shape for shape in shapes if shape.kind == kind))
    if listed is not None and not any(value == choice and type_name(choice) == kind for choice in listed):
        texts = [str(choice) for choice in listed]
        hint = did_you_mean(str(value), texts) or f"the values here: {', '.join(texts[:_SHOWN_FIELDS])}"
        _never(checker, f"never equal: '{value}' is not one of the values that can stand here", hint, literal.offset)


def _literal(_checker: Checker, tree: Tree, _shapes: Shapes) -> Shapes:
    return of_literal(tree.value)


def _call(checker: Checker, tree: Tree, shapes: Shapes) -> Shapes:
    try:
        signature = checker.table.signature(tree.value, tree.offset)
        signature.check_count(len(tree.children), tree.offset)
    except QueryError as refused:
        checker.add(refused)
        for child in tree.children:
            checker.check(
                child.children[0] if child.kind == "expref" else child, ANYTHING if child.kind == "expref" else shapes
            )
        return ANYTHING
    arguments = [ANYTHING if child.kind == "expref" else checker.check(child, shapes) for child in tree.children]
    references = [index for index, child in enumerate(tree.children) if child.kind == "expref"]
    answers = ANYTHING
    for index in references:
        lists = next((argument for other, argument in enumerate(arguments) if other not in references), ANYTHING)
        answers = checker.check(tree.children[index].children[0], element_shapes(lists) or ANYTHING)
    for error in check_arguments(signature, tree, arguments):
        checker.add(error)
    if tree.value == "contains" and tree.children[1].kind == "literal" and element_shapes(arguments[0]):
        check_equality(checker, tree.children[1], element_shapes(arguments[0]))
    surroundings = checker.surroundings
    if tree.value in surroundings.places:
        return surroundings.places[tree.value]
    names = {"let": surroundings.let, "parameter": surroundings.parameters}.get(tree.value)
    if tree.value in ("let", "parameter"):
        return _named(checker, tree, names)
    return call_shapes(signature, arguments, answers)


def _named(checker: Checker, tree: Tree, known: Mapping[str, Shapes] | None) -> Shapes:
    argument = tree.children[0]
    if known is None or argument.kind != "literal":
        return ANYTHING
    if argument.value in known:
        return known[argument.value]
    what = "let query" if tree.value == "let" else "parameter"
    hint = did_you_mean(str(argument.value), known) or (
        f"known here: {', '.join(sorted(known))}" if known else "the rule has none"
    )
    checker.add(QueryError("query-context", f"no {what} '{argument.value}'", hint, argument.offset))
    return ANYTHING


_KINDS: dict[str, Callable[[Checker, Tree, Shapes], Shapes]] = {
    "and_expression": _and,
    "comparator": _boolean,
    "current": _same,
    "field": _field,
    "filter_projection": _projection,
    "flatten": _flatten,
    "function_expression": _call,
    "identity": _same,
    "index": _index,
    "index_expression": _steps,
    "literal": _literal,
    "multi_select_dict": _multi_dict,
    "multi_select_list": _multi_list,
    "not_expression": _boolean,
    "or_expression": _or,
    "pipe": _steps,
    "projection": _projection,
    "slice": _slice,
    "subexpression": _subexpression,
    "value_projection": _values,
}
