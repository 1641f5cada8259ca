"""Laws of fused queries: they name every rule that has something to say or fails, whatever the rules and the value."""

from collections.abc import Mapping, Sequence
from typing import Any

import jmespath
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lictor.documents import parse_json
from lictor.model import Function, Rule, RuleQueries, Subject
from lictor.query import Probe, QueryError, find_screen, function_table
from lictor.rules import compile_rule

names = st.sampled_from(["a", "b", "c"])
scalars = st.sampled_from([None, True, False, 0, 1, 2.5, "", "a", "abc"])
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3),
    max_leaves=25,
)
literals = st.sampled_from(["'a'", "`0`", "`1`", "`true`", "`null`", "`[]`", '`["a", "b", "abc"]`'])
surroundings = st.sampled_from(["each()", "root()", "let('x')", "let('y')", "parameter('p')", "each().a", "root().a"])
OPERATORS = [" || ", " && ", " | ", " == ", " != ", " < ", " >= "]
CALLS = ["length({0})", "keys({0})", "contains({0}, {1})", "starts_with({0}, {1})", "sort_by({0}, &{1})", "type({0})",
         "map(&{1}, {0})", "to_array({0})", "not_null({0}, {1})", "max({0})"]  # fmt: skip


def extended(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(["[*]", "[]", "[0]", "[1:]", ".*", "[*].a", "[?a]"])).map("".join),
        st.tuples(inner, inner).map(lambda parts: f"{parts[0]}[?{parts[1]}]"),
        st.tuples(inner, inner).map(lambda parts: f"[{parts[0]}, {parts[1]}]"),
        st.tuples(inner, names).map(".".join),
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map("".join),
        st.tuples(st.sampled_from(CALLS), inner, inner).map(lambda parts: parts[0].format(*parts[1:])),
        inner.map(lambda text: f"!{text}"),
        inner.map(lambda text: f"({text})"),
    )


questions = st.recursive(
    st.one_of(names, names, surroundings, surroundings, st.just("@"), literals), extended, max_leaves=8
)
plain_questions = st.recursive(st.one_of(names, literals), extended, max_leaves=8)
lists = st.sampled_from(["a", "a[]", "a[*]", "b", "a.b", "@", "*", "root().a"])
filtered = st.tuples(lists, questions).map(lambda parts: f"{parts[0]}[?{parts[1]}]")
sources = st.one_of(lists, filtered, questions)
asked = st.one_of(filtered, st.tuples(questions, filtered).map(" && ".join), questions)


@st.composite
def probes(draw: st.DrawFn) -> Probe:
    parts = {name: draw(asked) for name in draw(st.sets(st.sampled_from(["deny", "require", "open"]), min_size=1))}
    let = {"x": draw(plain_questions), "y": draw(questions)}
    return Probe(draw(st.just("") | sources), let=let, parameters={"p": draw(documents)}, **parts)


def _rule(number: int, probe: Probe) -> Rule:
    queries = RuleQueries(
        for_each=probe.for_each, deny=probe.deny, require=probe.require, open=probe.open, let=dict(probe.let)
    )
    schema = {name: {"default": value} for name, value in probe.parameters.items()}
    return Rule(f"rule-{number}", "", "", (), queries=queries, parameters=schema)


def _speaks(number: int, probe: Probe, value: Any, functions: Mapping[str, Function]) -> bool:
    """Ask a rule by itself; one that fails has something to say too."""
    (document,) = parse_json("a.json", "{}").documents
    try:
        return bool(compile_rule(_rule(number, probe), functions).matches(Subject("document", document, (), value), {}))
    except (QueryError, KeyError, IndexError, TypeError):
        return True


def _named(asked: Sequence[Probe], value: Any, functions: Mapping[str, Function] | None = None) -> set[int]:
    screen = find_screen("document", asked, function_table(functions or {}), {}, make=True)
    assert screen is not None
    try:
        return set(screen(value))
    except QueryError:  # nothing is known of any rule, so each is asked by itself
        return set(range(len(asked)))


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.lists(probes(), min_size=1, max_size=5), documents)
def test_no_rule_that_speaks_goes_unnamed(asked: list[Probe], value: Any) -> None:
    speaking = {number for number, probe in enumerate(asked) if _speaks(number, probe, value, {})}
    assert speaking <= _named(asked, value)


without_calls = st.recursive(
    st.one_of(names, names, literals),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["[*]", "[]", "[0]", "[1:]"])).map("".join),
        st.tuples(inner, inner).map(lambda parts: f"{parts[0]}[?{parts[1]}]"),
        st.tuples(inner, names).map(".".join),
        st.tuples(inner, st.sampled_from([" || ", " && ", " | ", " == ", " != "]), inner).map("".join),
        inner.map(lambda text: f"!({text})"),
    ),
    max_leaves=8,
)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nulls(element) for element in value if element is not None]
    return {key: _without_nulls(inner) for key, inner in value.items()} if isinstance(value, dict) else value


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.lists(without_calls, min_size=1, max_size=6), documents.map(_without_nulls))
def test_what_is_named_is_what_jmespath_finds(denials: list[str], value: Any) -> None:
    named = _named([Probe(deny=text) for text in denials], value)
    results = [jmespath.search(text, value) for text in denials]
    found = {n for n, result in enumerate(results) if result or (result == 0 and result is not False)}
    # a list that holds nulls is left to the rule's own queries; there are none here but those that queries make
    assert found <= named
    assert all(" | " in denials[n] or "[" in denials[n] for n in named - found)


@pytest.mark.parametrize("value", [{"a": [{"b": 1}, None]}, {"a": {"b": 1}}, {"a": []}, {}, None, [1], "text", 0])
def test_odd_shapes_are_left_to_the_rules_own_queries_or_answered_as_they_answer(value: Any) -> None:
    asked = [Probe("a", require="b"), Probe("a[?b]", deny="b == `1`"), Probe(deny="a[?b].b"), Probe("a", deny="!@")]
    assert {n for n, probe in enumerate(asked) if _speaks(n, probe, value, {})} <= _named(asked, value)
