# ruff: noqa: E501 - a schema reads best on few lines
"""Laws: a compiled query equals jmespath.py on any expression and document, and its places lead to its values."""

import json
import warnings
from typing import Any

import jmespath
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jmespath.exceptions import ArityError, JMESPathTypeError, ParseError

from lictor.model import Node
from lictor.query import QueryError, check_query, compile_query

KEYS = ["a", "b", "c", "foo bar", "é"]
names = st.sampled_from(["a", "b", "c", '"foo bar"', '"é"'])
scalars = st.sampled_from([None, True, False, 0, 1, -1, 2.5, 0.0, "", "a", "b", "abc", "10"])
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=25,
)
literals = st.one_of(
    scalars.map(lambda value: f"`{json.dumps(value)}`"),
    st.sampled_from(
        ["'a'", "'abc'", "''", "`[]`", "`{}`", '`[1, true, "a"]`', '`["a", "b", "abc"]`', '`{"a": 1}`', "`[[1]]`"]
    ),
)
numbers = st.integers(-4, 4).map(str)
bounds = st.sampled_from(["", *map(str, range(-3, 4))])
steps = st.sampled_from(["", ":", ":1", ":2", ":-1", ":-2"])
slices = st.tuples(bounds, bounds, steps).map(lambda parts: f"[{parts[0]}:{parts[1]}{parts[2]}]")

ONE = ["abs", "avg", "ceil", "floor", "keys", "length", "max", "min", "reverse", "sort", "sum", "to_array",
       "to_number", "to_string", "type", "values", "not_null", "merge"]  # fmt: skip
TWO = ["contains", "ends_with", "starts_with", "join", "not_null", "merge"]
BY = ["sort_by", "max_by", "min_by"]


def _extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    bracketed = st.one_of(
        numbers.map(lambda number: f"[{number}]"),
        slices,
        st.sampled_from(["[*]", "[]", ".*"]),
        inner.map(lambda text: f"[?{text}]"),
    )
    multi_list = st.lists(inner, min_size=1, max_size=4).map(lambda parts: f"[{', '.join(parts)}]")
    multi_dict = st.lists(st.tuples(names, inner), min_size=1, max_size=3).map(
        lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
    )
    calls = st.one_of(
        st.tuples(st.sampled_from(ONE), inner).map(lambda call: f"{call[0]}({call[1]})"),
        st.tuples(st.sampled_from(TWO), inner, inner).map(lambda call: f"{call[0]}({call[1]}, {call[2]})"),
        st.tuples(st.sampled_from(BY), inner, inner).map(lambda call: f"{call[0]}({call[1]}, &{call[2]})"),
        st.tuples(inner, inner).map(lambda call: f"map(&{call[0]}, {call[1]})"),
    )
    return st.one_of(
        st.tuples(inner, bracketed).map("".join),
        st.tuples(inner, bracketed, bracketed).map("".join),
        st.tuples(inner, st.one_of(names, multi_list, multi_dict, calls, st.just("*"))).map(".".join),
        st.tuples(inner, st.sampled_from([" || ", " && ", " | "]), inner).map("".join),
        st.tuples(inner, st.sampled_from([" == ", " != ", " < ", " <= ", " > ", " >= "]), inner).map("".join),
        inner.map(lambda text: f"!{text}"),
        inner.map(lambda text: f"({text})"),
        multi_list,
        multi_dict,
        calls,
        bracketed.filter(lambda text: text != ".*"),
    )


expressions = st.recursive(st.one_of(names, names, st.just("@"), st.just("*"), literals), _extend, max_leaves=12)


def _oracle(expression: str, document: Any) -> tuple[str, Any]:
    try:
        return "value", jmespath.search(expression, document)
    except ArityError:
        return "error", ("query-arity",)
    except ParseError:
        return "error", ("query-syntax",)
    except JMESPathTypeError:
        return "error", ("query-type",)
    except (TypeError, ValueError, OverflowError):  # Python's own, which jmespath.py lets through
        return "error", ("query-type",)


def _ours(run: Any) -> tuple[str, Any]:
    try:
        return "value", run()
    except QueryError as error:
        return "error", (error.code,)


def _same(left: Any, right: Any) -> bool:
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


def _walk(document: Any, path: Any) -> Any:
    for step in path:
        document = document[step]
    return document


def _check_places(document: Any, value: Any, place: Any) -> None:
    """Every place, however deep inside a built result, leads to the value that stands there."""
    if isinstance(place, tuple):
        assert _same(_walk(document, place), value)
    elif isinstance(place, list):
        assert len(place) == len(value)
        for inner, inner_place in zip(value, place, strict=True):
            _check_places(document, inner, inner_place)
    elif isinstance(place, dict):
        for key, inner_place in place.items():
            _check_places(document, value[key], inner_place)
    else:
        assert place is None


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(expressions, documents)
def test_a_query_equals_jmespath_and_its_places_lead_to_its_values(expression: str, document: Any) -> None:
    before = json.dumps(document)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        outcome, expected = _oracle(expression, document)
    got, value = _ours(lambda: compile_query(expression).search(document))
    assert got == outcome
    assert _same(value, expected)
    located, pair = _ours(lambda: compile_query(expression).locate(document, ()))
    assert located == outcome
    if outcome == "value":
        assert _same(pair[0], expected)
        _check_places(document, *pair)
        nodes = compile_query(expression).nodes(document)
        wanted = [] if expected is None else expected if isinstance(expected, list) else [expected]
        assert _same([node.value for node in nodes], wanted)
        assert all(node.path is None or _same(_walk(document, node.path), node.value) for node in nodes)
    assert json.dumps(document) == before


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["a.b", "a[*].b", "a[?b]", "*.a", "a[].b", "sort_by(a, &b)", "a || b", "[a, b][]"]), documents)
def test_a_value_that_stands_elsewhere_gives_paths_from_there(expression: str, document: Any) -> None:
    query = compile_query(expression)
    try:
        here = query.nodes(document)
    except QueryError:
        return
    there = query.nodes(document, ("x", 3))
    assert there == tuple(Node(node.value, None if node.path is None else ("x", 3, *node.path)) for node in here)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40) | st.text(alphabet="ab.[]?*&|!@(){}:,'\"`0-=<> \\", max_size=30))
def test_any_text_compiles_or_is_a_query_error_with_an_offset_inside_it(text: str) -> None:
    found = None
    try:
        compile_query(text)
    except QueryError as error:
        found = error
    if found is not None:
        assert found.message
        assert found.offset is None or 0 <= found.offset <= len(text)


@pytest.mark.parametrize("wrong", ["a ==", "a[?b", "foo(", "a.'b'", "a b", "[1 2]", "{a}", "sum(a", "a = 'b'", "a -b"])
def test_a_syntax_error_has_a_place(wrong: str) -> None:
    with pytest.raises(QueryError) as caught:
        compile_query(wrong)
    assert caught.value.code == "query-syntax"
    assert caught.value.offset is not None


SCHEMA: dict[str, Any] = {
    "$defs": {"node": {"properties": {"a": {"type": "array", "items": {"$ref": "#/$defs/node"}}, "b": {"enum": ["x", 1, None]}}}},
    "type": ["object", "null"],
    "properties": {
        "a": {"$ref": "#/$defs/node"},
        "b": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "number"}}]},
        "c": {"type": "object", "additionalProperties": {"type": "boolean"}},
    },
}  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(expressions)
def test_a_static_check_never_raises_and_points_inside_the_query(expression: str) -> None:
    checked = check_query(expression, SCHEMA, {})
    assert all(error.offset is None or 0 <= error.offset <= len(expression) for error in checked.errors)
    assert json.loads(json.dumps(checked.schema)) == checked.schema
