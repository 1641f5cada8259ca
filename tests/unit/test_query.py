# ruff: noqa: E501 - a case reads best on one line
import subprocess
import sys
import time
from typing import Any

import pytest

from lictor.model import Function, Node
from lictor.query import QueryContext, QueryError, compile_query

POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "one", "Effect": "Allow", "Principal": {"AWS": ["*", "arn:aws:iam::111122223333:root"]}, "Weight": 2},
        {"Sid": "two", "Effect": "Deny", "Principal": {"AWS": "*"}, "Weight": 1},
        {"Effect": "Allow", "Principal": "*", "Weight": 3},
    ],
}


def paths(expression: str, value: Any = POLICY, **more: Any) -> list[Any]:
    return [node.path for node in compile_query(expression).nodes(value, **more)]


def failure(expression: str, value: Any = None, functions: Any = None, **more: Any) -> QueryError:
    with pytest.raises(QueryError) as caught:
        compile_query(expression, functions or {}).search(value, **more)
    return caught.value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Version", [("Version",)]),
        ("Missing", []),
        ("Statement[?Effect=='Allow'].Principal", [("Statement", 0, "Principal"), ("Statement", 2, "Principal")]),
        ("Statement[].Principal.AWS[]", [*[("Statement", 0, "Principal", "AWS", n) for n in (0, 1)], ("Statement", 1, "Principal", "AWS")]),
        ("Statement[-1].Effect", [("Statement", 2, "Effect")]),
        ("Statement[1:].Effect", [("Statement", 1, "Effect"), ("Statement", 2, "Effect")]),
        ("Statement[::-1].Sid", [("Statement", 1, "Sid"), ("Statement", 0, "Sid")]),
        ("Statement[0].Principal.*[]", [("Statement", 0, "Principal", "AWS", 0), ("Statement", 0, "Principal", "AWS", 1)]),
        ("Statement[*].Sid | [0]", [("Statement", 0, "Sid")]),
        ("Statement[*].[Sid, Effect][]", [("Statement", 0, "Sid"), ("Statement", 0, "Effect"), ("Statement", 1, "Sid"), ("Statement", 1, "Effect"), ("Statement", 2, "Effect")]),
        ("Statement[].{name: Sid} | [].name", [("Statement", 0, "Sid"), ("Statement", 1, "Sid")]),
        ("Missing || Version", [("Version",)]),
        ("Version && Statement[1].Sid", [("Statement", 1, "Sid")]),
        ("to_array(Version)", [("Version",)]),
        ("to_array(Statement[0].Principal.AWS)", [("Statement", 0, "Principal", "AWS", 0), ("Statement", 0, "Principal", "AWS", 1)]),
        ("not_null(Missing, Statement[0].Sid)", [("Statement", 0, "Sid")]),
        ("sort(Statement[].Weight)", [("Statement", n, "Weight") for n in (1, 0, 2)]),
        ("sort_by(Statement, &Weight)[].Effect", [("Statement", n, "Effect") for n in (1, 0, 2)]),
        ("reverse(Statement)[].Weight", [("Statement", n, "Weight") for n in (2, 1, 0)]),
        ("max_by(Statement, &Weight).Principal", [("Statement", 2, "Principal")]),
        ("min_by(Statement, &Weight).Principal", [("Statement", 1, "Principal")]),
        ("max(Statement[].Weight)", [("Statement", 2, "Weight")]),
        ("values(Statement[1])[0]", [("Statement", 1, "Sid")]),
        ("map(&Principal.AWS, Statement)[]", [*[("Statement", 0, "Principal", "AWS", n) for n in (0, 1)], ("Statement", 1, "Principal", "AWS")]),
        ("merge(Statement[0], Statement[1]).Sid", [("Statement", 1, "Sid")]),
        ("items(Statement[1])[?[0]=='Effect'][] | [1]", [("Statement", 1, "Effect")]),
        ("Statement[0].Sid == 'one'", [None]),
        ("length(Statement)", [None]),
        ("`[1, 2]`", [None, None]),
        ("keys(Statement[0].Principal)", [None]),
    ],
)  # fmt: skip
def test_a_result_knows_its_place(expression: str, expected: list[Any]) -> None:
    assert paths(expression) == expected


def test_a_result_is_placed_below_the_value_that_was_asked() -> None:
    assert paths("Sid", POLICY["Statement"][0], path=("Statement", 0)) == [("Statement", 0, "Sid")]


def test_what_is_asked_of_a_computed_value_stands_nowhere() -> None:
    assert compile_query("a").locate({"a": 1}, None) == (1, None)


def test_zero_is_true_and_true_is_not_one() -> None:
    assert compile_query("`0` && 'yes'").search(None) == "yes"
    assert compile_query("[a == `1`, a == `true`, b == `1`, b == `true`, a != b]").search({"a": 1, "b": True}) == [
        True, False, False, True, True,
    ]  # fmt: skip


CONTEXT = QueryContext(
    root=POLICY,
    each=Node(POLICY["Statement"][1], ("Statement", 1)),
    parents=(Node(POLICY["Statement"], ("Statement",)), Node(POLICY, ())),
    subject={"kind": "document", "name": "x"},
    parameters={"own-accounts": ["111122223333"]},
    let={
        "weight": compile_query("Weight"),
        "twice": compile_query("[let('weight'), let('weight')]"),
        "loop": compile_query("let('loop')"),
    },
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("parameter('own-accounts')", [Node("111122223333", None)]),
        ("root().Version", [Node("2012-10-17", ("Version",))]),
        ("each().Sid", [Node("two", ("Statement", 1, "Sid"))]),
        ("parent()[0].Sid", [Node("one", ("Statement", 0, "Sid"))]),
        ("parent(`2`).Version", [Node("2012-10-17", ("Version",))]),
        ("parent(`3`)", []),
        ("subject().name", [Node("x", None)]),
        ("let('weight')", [Node(1, ("Statement", 1, "Weight"))]),
        ("let('twice')", [Node(1, ("Statement", 1, "Weight"))] * 2),
        ("root().Statement[?Sid == each().Sid].Effect", [Node("Deny", ("Statement", 1, "Effect"))]),
    ],
)  # fmt: skip
def test_a_query_can_ask_its_context(expression: str, expected: list[Node]) -> None:
    query = compile_query(expression)
    assert list(query.nodes(POLICY["Statement"][1], ("Statement", 1), CONTEXT)) == expected
    value = query.search(POLICY["Statement"][1], CONTEXT)
    assert value == (
        [node.value for node in expected] if isinstance(value, list) else expected[0].value if expected else None
    )


def test_a_let_query_runs_once_for_a_context() -> None:
    calls: list[str] = []
    count = Function("count", lambda text: calls.append(text) or text, (("string",),), "Count")
    context = QueryContext(root={}, let={"once": compile_query("count('x')", {"count": count})})
    assert compile_query("[let('once'), let('once')]").search({}, context) == ["x", "x"]
    assert calls == ["x"]


@pytest.mark.parametrize(
    ("expression", "context", "message"),
    [
        ("root()", None, "root() has no answer outside a rule"),
        ("parameter('x')", None, "parameter() has no answer outside a rule"),
        ("each()", QueryContext(), "each() has no answer here: there is no candidate"),
        ("parameter('own-account')", CONTEXT, "no parameter 'own-account'"),
        ("let('wieght')", CONTEXT, "no let query 'wieght'"),
        ("let('loop')", CONTEXT, "let query 'loop' needs its own answer"),
    ],
)
def test_a_question_that_the_context_can_not_answer_is_an_error(expression: str, context: Any, message: str) -> None:
    error = failure(expression, {}, context=context)
    assert (error.code, error.message, error.offset) == ("query-context", message, 0)


def test_a_parent_is_counted_in_whole_numbers_from_one() -> None:
    assert (
        failure("parent(`0`)", {}, context=CONTEXT).message
        == "parent() argument 1: expected a whole number from 1, found 0"
    )


def _join(first: str, second: str = "!") -> str:
    return first + second


JOIN = {"glue": Function("glue", _join, (("string",), ("string", "null")), "Glue", "string", optional=1)}


def test_a_plugin_function_gets_plain_values() -> None:
    assert compile_query("a[].glue(@, '?')", JOIN).search({"a": ["x", "y"]}) == ["x?", "y?"]
    assert compile_query("glue(@)", JOIN).nodes("x") == (Node("x!", None),)


def test_a_plugin_function_given_a_wrong_type_is_an_error_that_names_it() -> None:
    error = failure("a | glue('x', b)", {"a": {"b": [1]}}, JOIN)
    assert (error.code, error.offset) == ("query-type", 4)
    assert error.message == "glue() argument 2: expected string or null, found array"


def test_a_plugin_function_that_raises_is_an_error_of_the_query() -> None:
    def divide(number: float) -> float:
        return 1 / number

    error = failure("divide(@)", 0, {"divide": Function("divide", divide, (("number",),), "Divide")})
    assert (error.code, error.message) == ("query-function", "divide() raised ZeroDivisionError: division by zero")
    assert isinstance(error.__cause__, ZeroDivisionError)


def test_a_tuple_from_a_plugin_is_a_list() -> None:
    pair = Function("pair", lambda one: (one, one), (("any",),), "Pair")
    assert compile_query("pair(@)[1]", {"pair": pair}).search(3) == 3


def test_a_plugin_can_not_replace_a_function_of_jmespath() -> None:
    length = Function("length", lambda _: -1, (("any",),), "Length")
    assert compile_query("length(@)", {"length": length}).search([1]) == 1


@pytest.mark.parametrize(
    ("expression", "code", "message", "hint", "offset"),
    [
        ("", "query-syntax", "the query is empty", "write @ for the whole value", 0),
        ("foo == bar'", "query-syntax", "expected ' to close the string that starts here", "quote literal strings with single quotes: Effect == 'Allow'", 10),
        ("Principal ==", "query-syntax", "expected a value after '=='", "quote literal strings with single quotes: Effect == 'Allow'", 12),
        ("a = 'b'", "query-syntax", "expected '==', found '='", "compare with ==", 2),
        ("a[?b", "query-syntax", "expected ']' to close '[?' at column 2", "", 4),
        ("a b", "query-syntax", "expected an operator or the end after 'a', found 'b'", "join names with '.'; combine conditions with && or ||", 2),
        ("$.a", "query-syntax", "unexpected character '$'", "$ is JSONPath; in JMESPath the whole value is @", 0),
        ("a-b", "query-syntax", "expected digits after '-'", "a name that holds '-' needs double quotes: \"a-b\"", 1),
        ("a > 10", "query-syntax", "expected a value after '>', found '10'", "write numbers between backticks: `10`", 4),
        ("a & b", "query-syntax", "expected an operator or the end after 'a', found '&'", "write '&&' for 'and'", 2),
        ("a == 'x' and b", "query-syntax", "expected an operator or the end after ''x'', found 'and'", "write '&&' for 'and'", 9),
        ("a or b", "query-syntax", "expected an operator or the end after 'a', found 'or'", "write '||' for 'or'", 2),
        ("not a", "query-syntax", "expected an operator or the end after 'not', found 'a'", "write '!' for 'not'", 4),
        ("a in b", "query-syntax", "expected an operator or the end after 'a', found 'in'", "write contains(list, value)", 2),
        ("[&a]", "query-syntax", "'&' makes sense only in front of a function's argument", "write '&&' for 'and'; write sort_by(list, &name) to pass an expression", 1),
        ("a.lenght(b)", "unknown-function", "no function 'lenght'", "did you mean 'length'?", 2),
        ("a.qqqq(b)", "unknown-function", "no function 'qqqq'", "JMESPath functions and those of plugins can be called; `lictor plugins` lists them", 2),
        ("x.length(a, b)", "query-arity", "length() expects 1 argument, found 2", "write length(string, array or object)", 2),
        ("a[::0]", "query-value", "a slice's step can't be 0", "leave the step out to take each", 0),
        ("length(&a)", "query-type", "length() argument 1: expected string, array or object, found an expression", "leave the & out", 8),
    ],
)  # fmt: skip
def test_a_wrong_query_is_told_where_and_what_to_write(
    expression: str, code: str, message: str, hint: str, offset: int
) -> None:
    error = failure(expression)
    assert (error.code, error.message, error.hint, error.offset) == (code, message, hint, offset)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("length(a)", "length() argument 1: expected string, array or object, found null"),
        ("sum(b)", "sum() argument 1: expected array of numbers, found an array that holds string"),
        ("sort(m)", "sort() argument 1: expected array of strings or array of numbers, found an array of both"),
        ("join(',', c)", "join() argument 2: expected array of strings, found string"),
        ("sort_by(d, e)", "sort_by() argument 2: expected &expression, found null"),
        ("c > `1`", "expected two numbers or two strings to compare, found string and number"),
    ],
)
def test_a_wrong_value_is_told_what_was_expected(expression: str, message: str) -> None:
    error = failure(expression, {"b": ["x"], "c": "x", "d": [1], "m": ["x", 1]})
    assert (error.code, error.message) == ("query-type", message)


HOSTILE = "x'\"); __import__('os').system('echo') #\n\\\u2028"


@pytest.mark.parametrize("text", [HOSTILE, "v0", "k1 = meter = None", "{0}{__class__}", "\n    raise", "\"'''", "é𝒳"])
def test_generated_source_holds_nothing_of_the_query(text: str) -> None:
    import json

    name = json.dumps(text)
    literal = f"`{name}`"
    expression = f"{name}.b[?{name} == {literal}].{{{name}: {name}, c: {literal}}}"
    query = compile_query(expression)
    words = set(query.source.replace("(", " ").replace(")", " ").replace(".", " ").replace(":", " ").split())
    assert query.source.isascii()
    assert not {"__import__", "os", "system", "__class__}", "'''"} & words
    assert compile_query("zzz").source == compile_query("yyy").source
    found = query.search({text: {"b": [{text: text}]}})
    assert found == compile_query(f"{name}.b[*].{{{name}: {name}, c: {literal}}}").search({text: {"b": [{text: text}]}})


def test_constants_are_not_shared_with_a_query_of_the_same_shape() -> None:
    assert [compile_query(f"a == '{text}'").search({"a": "x"}) for text in ("x", "y")] == [True, False]


@pytest.mark.parametrize(
    "expression",
    [
        " | ".join(["[@,@][]"] * 20),
        " | ".join(["[@,@]"] * 60),
        " | ".join(["join('', [@,@])"] * 60),
        " | ".join(["to_string([@,@])"] * 60),
        "{a: " + "|".join(["[@,@]"] * 50) + ", b: " + "|".join(["[@,@]"] * 50) + "} | a == b",
        "[" * 4000,
        "(" * 100 + "a" + ")" * 100,
        "!" * 100 + "a",
        "a" + "[*]" * 2500,
        "a" + "[]" * 3000,
        "x" * 9000,
    ],
)
def test_a_bomb_is_stopped_soon(expression: str) -> None:
    started = time.process_time()
    error = failure(expression, "x" * 10)
    assert error.code == "query-budget"
    assert time.process_time() - started < 1  # 0.1 s on a quiet machine


def test_a_query_that_takes_too_many_steps_is_stopped() -> None:
    rows = [[0] * 1000 for _ in range(1000)]
    error = failure("[*][*] | " + " | ".join(["[*][*]"] * 7), rows)
    assert (error.code, error.message) == ("query-budget", "the query took more than 5000000 steps on this value")


def test_a_result_that_is_too_large_is_stopped() -> None:
    assert failure("[?@ == `0`]", [0] * 200_001).message == "the query built more than 200000 values from this one"
    assert failure("[@, @]", [0] * 150_000).code == "query-budget"
    assert len(compile_query("@").search([0] * 200_001)) == 200_001


def _nested_place(depth: int) -> Any:
    place: Any = (0,) * depth
    for _ in range(depth):
        place = [place]
    return place


def test_a_long_chain_is_no_nesting() -> None:
    assert compile_query(" || ".join(["a"] * 1000) + " || b").search({"b": 1}) == 1
    assert compile_query("a" + ".a" * 1000).search({"a": 1}) is None
    assert compile_query(" && ".join(["@"] * 1000)).search(2) == 2
    deep: Any = 1
    for _ in range(100):
        deep = [deep]
    query = compile_query("@" + "[*]" * 100)
    assert query.search(deep) == deep
    assert query.locate(deep, ()) == (deep, _nested_place(100))


def test_an_error_keeps_its_parts_between_processes() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(QueryError("query-type", "m", "h", 3)))  # noqa: S301 - our own bytes
    assert (error.code, error.message, error.hint, error.offset) == ("query-type", "m", "h", 3)


def test_a_query_shows_its_source() -> None:
    assert "# values and places" in compile_query("a[?b].c").source


def test_jmespath_is_imported_when_the_first_query_is_compiled() -> None:
    code = "import sys, lictor.query; assert 'jmespath' not in sys.modules; lictor.query.compile_query('a'); assert 'jmespath' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
