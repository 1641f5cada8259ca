"""Fused queries: what is shared, what goes wrong in one rule, what is left to its own queries."""

from typing import Any

import pytest

from lictor.model import Function
from lictor.query import Probe, QueryError, find_screen, function_table, screen_source

POLICY = {
    "Statement": [
        {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"AWS": "*"}, "Sid": "One"},
        {"Effect": "Deny", "Action": ["s3:*", "*"], "Principal": {"AWS": "111122223333"}},
    ]
}


def named(*asked: Probe, value: Any = POLICY, functions: dict[str, Function] | None = None) -> list[int]:
    screen = find_screen("document", asked, function_table(functions or {}), {}, make=True)
    assert screen is not None
    return sorted(screen(value))


def test_a_rule_is_named_when_its_deny_query_finds_something() -> None:
    assert named(
        Probe("Statement", deny="Action[?@ == '*']"),
        Probe("Statement", deny="Action[?@ == 'iam:*']"),
        Probe("Statement[?Effect == 'Allow']", deny="Action[?@ == '*']"),
        Probe(deny="Statement[?Effect == 'Deny'].Principal"),
        Probe(deny="Id"),
    ) == [0, 3]


def test_a_rule_is_named_when_its_requirement_is_not_met() -> None:
    assert named(Probe("Statement", require="Sid"), Probe("Statement", require="Effect"), Probe(require="`0`")) == [
        0,
        2,
    ]


def test_a_rule_is_named_when_something_is_open() -> None:
    assert named(Probe("Statement", deny="`null`", open="Sid"), Probe("Statement", deny="`null`", open="Id")) == [0]


def test_let_queries_and_parameters_are_each_rules_own() -> None:
    let = {"wanted": "parameter('sid')", "here": "Sid == let('wanted')"}
    asked = [Probe("Statement", deny="let('here')", let=let, parameters={"sid": sid}) for sid in ("One", "Two")]
    assert named(*asked) == [0]


def test_each_is_the_candidate_and_root_the_whole_value() -> None:
    assert named(
        Probe("Statement", deny="root().Statement[?Sid && Sid == each().Sid]"),
        Probe("Statement", deny="Action[?each().Effect == 'Nothing']"),
    ) == [0]


def test_an_error_in_one_rule_names_that_rule_alone() -> None:
    def fails(_text: str) -> bool:
        raise ValueError("no")

    function = Function("fails", fails, (("string",),), "Fails", "boolean")
    asked = [
        Probe("Statement", deny="Action[?fails(@)]"),
        Probe("Statement", deny="Action[?@ == 'nothing']"),
        Probe("Statement", deny="sum(Action) > `1`"),
        Probe("Statement", deny="Effect && Principal[?A]"),
    ]
    assert named(*asked, functions={"fails": function}) == [0, 2]


@pytest.mark.parametrize(
    "probe",
    [
        Probe(deny="a["),
        Probe(deny="no_such_function(@)"),
        Probe(deny="length(a, b)"),
        Probe(deny="parent()"),
        Probe(deny="subject().name"),
        Probe(deny="let('x')"),
        Probe(deny="parameter('x')"),
        Probe(deny="let('a')", let={"a": "let('b')", "b": "let('a')"}),
        Probe("each().a", deny="@"),
        Probe("let('a')", deny="@", let={"a": "each()"}),
        Probe(deny=f"{'(' * 70}a{')' * 70}"),
    ],
)
def test_what_cannot_be_fused_is_always_named_and_the_others_are_not(probe: Probe) -> None:
    assert named(Probe(deny="Id"), probe, Probe("Statement", deny="Id")) == [1]


def test_true_is_not_one() -> None:
    asked = [Probe(deny="a[?@ == `1`]"), Probe(deny="a[?@ == `true`]"), Probe(deny="a[?@ == `1.0`]")]
    assert named(*asked, value={"a": [True]}) == [1]


def test_what_several_rules_ask_is_worked_out_once() -> None:
    calls: list[str] = []

    def seen(text: str) -> bool:
        calls.append(text)
        return False

    function = Function("seen", seen, (("string",),), "Looks", "boolean")
    asked = [Probe("Statement", deny="Action[?seen(@)]"), Probe("Statement[?Action[?seen(@)]]", deny="Sid")]
    assert named(*asked, functions={"seen": function}) == []
    assert calls == ["sts:AssumeRole", "s3:*", "*"]


def test_a_list_that_rules_share_is_walked_once() -> None:
    source = screen_source([Probe("Statement", deny=f"Action[?@ == '{n}']") for n in range(9)], function_table({})).text
    assert source.count("for ") == 2


def test_the_source_holds_nothing_of_the_queries() -> None:
    hostile = "x'\"\n)]; import os; os.system('touch /tmp/x') #"
    quoted = '"' + hostile.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    source = screen_source([Probe(f"{quoted}[?{quoted}]", deny=quoted), Probe(deny=quoted)], function_table({})).text
    assert "import" not in source
    assert "system" not in source


def test_a_screen_that_was_kept_is_not_made_again() -> None:
    codes: dict[tuple[str, bool], Any] = {}
    table, asked = function_table({}), [Probe(deny="a")]
    assert find_screen("k", asked, table, codes, make=False) is None
    assert find_screen("k", asked, table, codes, make=True) is not None
    kept = dict(codes)
    screen = find_screen("k", asked, table, codes, make=False)
    assert screen is not None
    assert screen({"a": 1}) == {0: True}
    assert codes == kept
    assert find_screen("k", [Probe(deny="b")], table, codes, make=False) is None


def test_a_value_that_takes_too_many_steps_is_left_to_the_rules_own_queries() -> None:
    rows = [[0] * 1000] * 1000
    with pytest.raises(QueryError) as caught:
        named(*(Probe("a", deny=f"@[?@ == `{n}`]") for n in range(1, 8)), value={"a": rows})
    assert caught.value.code == "query-budget"


def test_a_list_longer_than_a_result_may_be_is_left_to_the_rules_own_queries() -> None:
    with pytest.raises(QueryError):
        named(Probe("a", deny="@ == `1`"), value={"a": [0] * 200_001})


def test_a_query_that_builds_too_much_leaves_all_to_the_rules_own_queries() -> None:
    let = {"big": "[" + ", ".join(["a"] * 300) + "][]"}
    with pytest.raises(QueryError) as caught:
        named(Probe(deny="let('big')[?@ == `1`]", let=let), value={"a": [0] * 1000})
    assert caught.value.code == "query-budget"
