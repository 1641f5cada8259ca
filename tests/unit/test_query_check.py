# ruff: noqa: E501 - a case reads best on one line
from typing import Any

import pytest

from lictor.model import Function
from lictor.query import CheckedQuery, check_query

PRINCIPAL = {
    "type": "object",
    "properties": {
        "kind": {"enum": ["anyone", "account", "service"]},
        "value": {"type": "string"},
        "is_bare": {"type": "boolean"},
    },
    "additionalProperties": False,
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "$defs": {
        "principal": PRINCIPAL,
        "tree": {"properties": {"next": {"$ref": "#/$defs/tree"}, "size": {"type": "integer"}}},
    },
    "properties": {
        "version": {"type": ["string", "null"]},
        "statements": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "effect": {"enum": ["Allow", "Deny", None]},
                    "sid": {"type": "string"},
                    "index": {"type": "integer"},
                    "principals": {"type": "array", "items": {"$ref": "#/$defs/principal"}},
                    "actions": {"type": "array", "items": {"type": "string"}},
                    "one_or_many": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
                },
            },
        },
        "tags": {"type": "object", "additionalProperties": {"type": "string"}},
        "extra": {"type": "object", "properties": {"known": {"type": "string"}}, "additionalProperties": True},
        "metadata": {"type": "object"},
        "anything": {},
        "chain": {"$ref": "#/$defs/tree"},
    },
}
FUNCTIONS = {"glob_match": Function("glob_match", lambda *_: True, (("string",), ("string",)), "Match", "boolean")}


def check(expression: str, **more: Any) -> CheckedQuery:
    return check_query(expression, SCHEMA, FUNCTIONS, **more)


def complaints(expression: str, **more: Any) -> list[tuple[str, int | None, str, str]]:
    return [(error.code, error.offset, error.message, error.hint) for error in check(expression, **more).errors]


@pytest.mark.parametrize(
    "expression",
    [
        "@",
        "statements[?effect == 'Allow'].principals[].value",
        "statements[?effect == 'Allow'].principals[] | [?kind == 'anyone' && !is_bare]",
        "statements[].{s: sid, p: principals[0]} | [?p.kind != 'account'].s",
        "[statements, version] | [0][].sid",
        "tags.anything",
        "tags.*",
        "extra.unknown.deeper[0]",
        "metadata.x.y[?z]",
        "anything.a.b[].c.*",
        "chain.next.next.next.size",
        "sort_by(statements, &index)[-1].sid",
        "max_by(statements, &index).principals",
        "map(&principals[].kind, statements)[]",
        "items(tags)[?[0] == 'Name'][]",
        "to_array(statements[0].one_or_many)[?starts_with(@, 'x')]",
        "not_null(version, 'none') == 'x'",
        "statements[?glob_match(sid, '*')]",
        "statements[].effect | [?@ == `null`]",
        "values(tags)[0] == 'x'",
        "keys(tags)[?@ == 'x']",
        "statements[?type(one_or_many) == 'array']",
        "statements[1:].actions | [0][::2]",
        "reverse(statements)[0].sid || version && 'x'",
        "merge(tags, metadata).whatever",
    ],
)
def test_a_query_that_fits_the_schema_has_no_errors(expression: str) -> None:
    assert complaints(expression) == []


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("statments[?efect]", [("unknown-field", 0, "no field 'statments' here", "did you mean 'statements'?")]),
        ("statements[?efect]", [("unknown-field", 12, "no field 'efect' here", "did you mean 'effect'?")]),
        ("statements[?effect == 'allow']", [("query-never", 22, "never equal: 'allow' is not one of the values that can stand here", "did you mean 'Allow'?")]),
        ("statements[?'Alow' != effect]", [("query-never", 12, "never equal: 'Alow' is not one of the values that can stand here", "did you mean 'Allow'?")]),
        ("contains(statements[].principals[].kind, 'anyon')", [("query-never", 41, "never equal: 'anyon' is not one of the values that can stand here", "did you mean 'anyone'?")]),
        ("statements[].principals[?is_bare == 'true']", [("query-never", 36, "never equal: expected a boolean to compare with, found a string", "compare with `true`")]),
        ("statements[?index == '1']", [("query-never", 21, "never equal: expected a number to compare with, found a string", "compare with `1`")]),
        ('statements[?sid == "Allow"]', [("unknown-field", 19, "no field 'Allow' here", "double quotes name a field; write 'Allow' for the text")]),
        ("statements[?effect == null]", [("unknown-field", 22, "no field 'null' here", "write `null` between backticks for the constant")]),
        ("tags[0]", [("query-never", 0, "expected a list before the brackets, found an object", "use .* for the values of an object")]),
        ("!statements[?effect]", [("query-never", 1, "expected a list before the brackets, found a boolean", "'!' binds tighter than '.', '[]' and '[?': write !(…)")]),
        ("!statements[].effect", [("query-never", 1, "expected a list before the brackets, found a boolean", "'!' binds tighter than '.', '[]' and '[?': write !(…)")]),
        ("!tags.a", [("unknown-field", 6, "no field 'a' in a boolean", "'!' binds tighter than '.', '[]' and '[?': write !(…)")]),
        ("statements.*", [("query-never", 0, "expected an object before '*', found an array", "use [*] for a list")]),
        ("version.x", [("unknown-field", 8, "no field 'x' in a string", "")]),
        ("tags.a.b", [("unknown-field", 7, "no field 'b' in a string", "")]),
        ("chain.next.nxet", [("unknown-field", 11, "no field 'nxet' here", "did you mean 'next'?")]),
        ("lenght(version)", [("unknown-function", 0, "no function 'lenght'", "did you mean 'length'?")]),
        ("foo || length(version, 'x')", [
            ("unknown-field", 0, "no field 'foo' here", "fields here: anything, chain, extra, metadata, statements, tags, version"),
            ("query-arity", 7, "length() expects 1 argument, found 2", "write length(string, array or object)"),
        ]),
        ("sort_by(statements, &indx)", [("unknown-field", 21, "no field 'indx' here", "did you mean 'index'?")]),
        ("glob_match(statements, 'x')", [("query-type", 11, "glob_match() argument 1: expected string, found array", "write glob_match(string, string)")]),
        ("join(',', version)", [("query-type", 10, "join() argument 2: expected array of strings, found string or null", "to_array() makes a list of a single value")]),
        ("statements[::0]", [("query-value", 0, "a slice's step can't be 0", "leave the step out to take each")]),
        ("a ==", [("query-syntax", 4, "expected a value after '=='", "quote literal strings with single quotes: Effect == 'Allow'")]),
    ],
)  # fmt: skip
def test_a_query_that_can_not_work_is_told_at_its_place(expression: str, expected: list[Any]) -> None:
    assert complaints(expression) == expected


def test_a_filter_after_a_filter_is_told_that_it_sees_lists() -> None:
    # jmespath: the second filter is not part of the first one's projection, so its elements are lists of principals.
    ((code, offset, message, hint),) = complaints("statements[?sid == 'x'].principals[?kind == 'anyone']")
    assert (code, offset, message) == ("unknown-field", 36, "no field 'kind' in an array")
    assert "flatten it with '[] |'" in hint


@pytest.mark.parametrize(
    ("expression", "schema"),
    [
        ("statements[].sid", {"type": "array", "items": {"type": "string"}}),
        ("statements[0].index", {"type": "integer"}),
        ("length(statements) > `1`", {"type": "boolean"}),
        ("statements[].{s: sid}", {"type": "array", "items": {"type": "object", "properties": {"s": {"type": "string"}}, "additionalProperties": False}}),
        ("anything.x", {}),
        ("to_string(@)", {"type": "string"}),
        ("glob_match('a', 'b')", {"type": "boolean"}),
        ("statements[].actions[]", {"type": "array", "items": {"type": "string"}}),
    ],
)  # fmt: skip
def test_the_result_has_a_schema(expression: str, schema: Any) -> None:
    found = dict(check(expression).schema)
    found.pop("$defs", None)
    assert found == schema


def test_a_result_schema_carries_its_definitions_to_the_next_check() -> None:
    candidate = check("statements[]").schema["items"]
    whole = {**candidate, "$defs": SCHEMA["$defs"]}
    assert [error.message for error in check_query("principals[].knd", whole, {}).errors] == ["no field 'knd' here"]


def test_context_functions_are_checked_against_their_schemas() -> None:
    surroundings: dict[str, Any] = {
        "root_schema": SCHEMA,
        "each_schema": PRINCIPAL,
        "parent_schema": {"type": "array", "items": PRINCIPAL},
        "let_schemas": {"outside": {"type": "array", "items": PRINCIPAL}},
        "parameters": {"own-accounts": {"type": "array", "items": {"type": "string"}}},
    }
    good = "[root().version, each().kind, parent()[0].value, let('outside')[].kind, parameter('own-accounts')[0]]"
    assert complaints(good, **surroundings) == []
    bad = "[root().vrsion, each().knd, parent().value, let('outsde'), parameter('own-account'), let('outside')[].knd]"
    assert [(code, hint) for code, _, _, hint in complaints(bad, **surroundings)] == [
        ("unknown-field", "did you mean 'version'?"),
        ("unknown-field", "did you mean 'kind'?"),
        (
            "unknown-field",
            "the value here is a list: ask each element with [].value; before a filter, flatten it with '[] |'",
        ),
        ("query-context", "did you mean 'outside'?"),
        ("query-context", "did you mean 'own-accounts'?"),
        ("unknown-field", "did you mean 'kind'?"),
    ]


def test_names_that_are_not_known_are_not_checked() -> None:
    assert complaints("[each().x, root().y, parent().z, let('a'), parameter('b'), subject().c]") == []


def test_parameters_may_be_names_alone() -> None:
    assert complaints("parameter('a')", parameters=["a"]) == []
    assert complaints("parameter('a')", parameters=[]) == [
        ("query-context", 10, "no parameter 'a'", "the rule has none")
    ]


def test_without_a_schema_anything_goes() -> None:
    assert check_query("a.b[?c == 'd'].e", {}, {}) == ((), {"type": "array", "items": {}})


@pytest.mark.parametrize(
    ("schema", "expression", "is_fine"),
    [
        ({"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {"type": "string"}}}]}, "b.c", False),
        ({"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {"type": "string"}}}]}, "a.c || b", True),
        (
            {"oneOf": [{"type": "array", "items": {"properties": {"x": {}}}}, {"properties": {"y": {}}}]},
            "y || [].x",
            True,
        ),
        ({"oneOf": [{"type": "array", "items": {"properties": {"x": {}}}}, {"properties": {"y": {}}}]}, "z", False),
        ({"patternProperties": {"^x-": {"type": "string"}}}, '"x-a"', True),
        ({"patternProperties": {"^x-": {"type": "string"}}}, "other", False),
        ({"properties": {"a": {"const": "on"}}}, "a == 'off'", False),
        ({"properties": {"a": True, "b": False}}, "a.x", True),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}, "x.y", True),
        ({"type": "null"}, "a.b", True),
    ],
)
def test_the_words_of_json_schema_are_understood(schema: Any, expression: str, is_fine: bool) -> None:
    assert (check_query(expression, schema, {}).errors == ()) == is_fine
