"""HCL and Terraform's JSON syntax: what is read of them, where it stands, and what is said of what is neither."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor import Budgets, Document, Loaded, lines_of
from lictor_plugins.formats import load_terraform


def load(text: str, uri: str = "main.tf") -> Loaded:
    return load_terraform(uri, text, Budgets())


def document(text: str, uri: str = "main.tf") -> Document:
    loaded = load(text, uri)
    assert loaded.problems == ()
    return loaded.documents[0]


def local(expression: str, before: str = "") -> Any:
    return document(f"{before}\nlocals {{\n  x = {expression}\n}}\n").data["locals"]["x"]


def shown(found: Document, *path: str | int) -> str:
    return lines_of(found.text).slice(found.region_of(path))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('"a"', "a"),
        ("1.5", 1.5),
        ("-2 + 3 * 4", 10),
        ("true && !false", True),
        ("null", None),
        ('["a", 1]', ["a", 1]),
        ('{ a = 1, "b" : 2, (upper("c")) = 3 }', {"a": 1, "b": 2, "C": 3}),
        (r'"tab\t quote\" \u00e9 $${no} %%{no}"', 'tab\t quote" é ${no} %{no}'),
        ('"${"a"}-${1}"', "a-1"),
        ('[for v in ["a", "b"] : upper(v)]', ["A", "B"]),
        ('[for i, v in ["a", "b"] : "${i}${v}" if v != "a"]', ["1b"]),
        ('{ for k, v in { a = 1 } : "${k}!" => v + 1 }', {"a!": 2}),
        ('{ for v in ["a", "b", "a"] : v => v... }', {"a": ["a", "a"], "b": ["b"]}),
        ('true ? "a" : "b"', "a"),
        ("[{ a = 1 }, { a = 2 }][*].a", [1, 2]),
        ("[{ a = 1 }].*.a", [1]),
        ('{ a = { b = ["c"] } }.a.b[0]', "c"),
        ('"x%{ if true }y%{ else }z%{ endif }"', "xy"),
        ('"%{ for v in ["a", "b"] }<${v}>%{ endfor }"', "<a><b>"),
        ("<<EOT\n  a\n b\nEOT", "  a\n b\n"),
        ("<<-EOT\n    a ${1}\n      b\n  EOT", "a 1\n  b\n"),
    ],
)
def test_expressions_come_to_what_terraform_makes_of_them(expression: str, value: Any) -> None:
    assert local(expression) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('join(",", ["a", "b"])', "a,b"),
        ('format("%s-%d%%", "a", 1)', "a-1%"),
        ('concat(["a"], ["b"])', ["a", "b"]),
        ("merge({ a = 1 }, { b = 2 })", {"a": 1, "b": 2}),
        ('flatten([["a"], [["b"]]])', ["a", "b"]),
        ('distinct(["a", "a"])', ["a"]),
        ('toset(["b", "b"])', ["b"]),
        ('lookup({ a = 1 }, "a", 2)', 1),
        ('lookup({ a = 1 }, "b", 2)', 2),
        ('element(["a", "b"], 3)', "b"),
        ('formatlist("%s:%s", ["a", "b"], "c")', ["a:c", "b:c"]),
        ('formatlist("%s", ["a"], ["b", "c"])', "${formatlist(...)}"),
        ('slice(["a", "b", "c"], 1, 3)', ["b", "c"]),
        ('reverse(["a", "b"])', ["b", "a"]),
        ('index(["a", "b"], "b")', 1),
        ("range(3)", [0, 1, 2]),
        ("range(1, 3)", [1, 2]),
        ('setintersection(["a", "b"], ["b"])', ["b"]),
        ('setsubtract(["a", "b"], ["b"])', ["a"]),
        ('setproduct(["a", "b"], ["c"])', [["a", "c"], ["b", "c"]]),
        ('one(["a"])', "a"),
        ('startswith("abc", "a") && endswith("abc", "c") && strcontains("abc", "b")', True),
        ('base64decode("YQ==")', "a"),
        ('replace("s3:Get*", "/[^a-zA-Z0-9]/", "")', "s3Get"),
        (r'replace("a1", "/(\\d)/", "$1$1")', "${replace(...)}"),
        ('yamldecode("a: [1, {b: c}]")', {"a": [1, {"b": "c"}]}),
        ('yamldecode("a: [")', "${yamldecode(...)}"),
        ('replace("a-b", "-", "_")', "a_b"),
        ('lower("A")', "a"),
        ('split(",", "a,b")', ["a", "b"]),
        ("keys({ b = 1, a = 2 })", ["a", "b"]),
        ("values({ b = 1, a = 2 })", [2, 1]),
        ('length(["a"])', 1),
        ('contains(["a"], "a")', True),
        ('coalesce("", "b")', "b"),
        ('compact(["", "a", null])', ["a"]),
        ('zipmap(["a"], [1])', {"a": 1}),
        ('setproduct(["a"], [1, 2])', [["a", 1], ["a", 2]]),
        ("jsonencode({ a = [true, null] })", '{"a": [true, null]}'),
        ('jsondecode("{\\"a\\": 1}").a', 1),
        ('format("%[2]s%[1]s", ["a", "b"]...)', "ba"),
        ("alltrue([true, false])", False),
        ("anytrue([true, false])", True),
        ("one([])", None),
    ],
)
def test_functions_come_to_what_terraform_makes_of_them(expression: str, value: Any) -> None:
    assert local(expression) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("timestamp()", "${timestamp(...)}"),
        ('"a-${var.x}"', "a-${var.x}"),
        ("aws_s3_bucket.gone.id", "${aws_s3_bucket.gone.id}"),
        ("local.x", "${local.x}"),
        ("upper(var.x)", "${upper(...)}"),
        ("[for v in var.x : v]", "${[for v in var.x : v]}"),
        ("1 / 0", "${1 / 0}"),
        ("[1][5]", "${[1][5]}"),
        ("9" * 400, None),
    ],
)
def test_what_is_not_known_is_named_and_nothing_raises(expression: str, value: Any) -> None:
    found = local(expression)
    assert value is None or found == value


def test_every_value_has_its_own_place() -> None:
    found = document(
        'resource "aws_s3_bucket" "logs" {\n  bucket = "äb"\n  tags = { Team = ["é", "x"] }\n'
        "  lifecycle_rule {\n    id = 1\n  }\n}\n"
    )
    at = ("resource", "aws_s3_bucket", "logs")
    assert shown(found, *at, "bucket") == '"äb"'
    assert shown(found, *at, "tags", "Team", 1) == '"x"'
    assert shown(found, *at, "lifecycle_rule", 0, "id") == "1"
    assert lines_of(found.text).slice(found.region_of((*at, "tags", "Team"), "key")) == "Team"


def test_the_json_in_a_heredoc_has_its_places_too() -> None:
    text = (
        'resource "aws_sqs_queue" "q" {\n  policy = <<-EOT\n    {"Statement": [{"Sid": "${var.x}-a",\n'
        '      "Action": ["sqs:*", ${jsonencode(["a"])}]}]}\n  EOT\n}\n'
    )
    found = document(text)
    at = ("resource", "aws_sqs_queue", "q", "policy", "!json", "Statement", 0)
    assert shown(found, *at, "Sid") == '"${var.x}-a"'
    assert shown(found, *at, "Action", 0) == '"sqs:*"'
    assert shown(found, *at, "Action", 1) == '${jsonencode(["a"])}'


def test_json_syntax_says_the_same_as_hcl() -> None:
    hcl = document('resource "aws_iam_user" "u" {\n  name = "u-${1 + 1}"\n}\nlocals {\n  a = ["b"]\n}\n')
    text = '{"resource": {"aws_iam_user": {"u": {"name": "u-${1 + 1}", "//": "a comment"}}}, "locals": {"a": ["b"]}}'
    found = document(text, "main.tf.json")
    assert found.data == hcl.data
    assert shown(found, "resource", "aws_iam_user", "u", "name") == '"u-${1 + 1}"'


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (
            'resource "a" "b" {\n  x = [1,\n}\n',
            (3, 1),
            "expected a value, an attribute or a block after ',', found '}'",
        ),
        ("x = <<EOT\nabc\n", (3, 1), "expected the word that ends the heredoc"),
        ('a "b" {\n  f(\n}\n', (2, 4), "after 'f', found '('"),
        ('a "b" {\n  x = 1\n', (3, 1), "expected '}'"),
        ("x = foo(1, ,2)\n", (1, 12), "after ',', found ','"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, place: tuple[int, int], message: str) -> None:
    loaded = load(text)
    assert loaded.documents == ()
    first = loaded.problems[0]
    assert first.code == "bad-document"
    assert message in first.message
    assert first.location is not None
    assert first.location.region is not None
    assert first.location.region[:2] == place


def test_what_nests_too_deep_is_a_problem() -> None:
    assert [problem.code for problem in load("x = " + "[" * 2000 + "]" * 2000).problems] == ["too-deep"]


def test_names_that_double_each_other_come_to_an_end() -> None:
    names = [
        f'  a{i} = "${{local.a{i - 1}}}${{local.a{i - 1}}}"\n  b{i} = [local.b{i - 1}, local.b{i - 1}]'
        for i in range(1, 60)
    ]
    found = document('locals {\n  a0 = "x"\n  b0 = []\n' + "\n".join(names) + "\n}\n").data["locals"]
    assert found["a3"] == "x" * 8
    assert found["a59"].startswith("${")
    assert found["b59"].startswith("${")


def test_comments_are_told_with_their_places() -> None:
    found = document("# lictor: ignore[a-b] why\na = 1 // beside\n/* c */\n")
    assert [(comment.text, comment.stands_alone) for comment in found.comments()] == [
        ("lictor: ignore[a-b] why", True),
        ("beside", False),
        ("c", True),
    ]


_WORDS = [
    "resource",
    "if",
    "=>",
    "...",
    "*",
    "é",
    "\\",
    "$",
    ".",
    "0",
    "locals",
    "endif",
    "~",
    "#",
    "/*",
    "{",
    "}",
    "[",
]
_WORDS += ["]", '"', "${", "%{", "a", "=", "for", "in", ":", "?", "var.x", "(", ")"]
_FRAGMENTS = st.sampled_from([*_WORDS, "<<EOT\n", "EOT\n", "\n", " "])
_SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(_FRAGMENTS, max_size=40).map("".join))
@settings(max_examples=150, deadline=None)
def test_any_text_is_a_document_or_a_problem(text: str) -> None:
    loaded = load(text)
    assert bool(loaded.documents) != bool(loaded.problems)
    for found in loaded.documents:
        assert found.region_of(("resource",)) is not None


@given(_VALUES)
@settings(max_examples=100, deadline=None)
def test_json_encoded_values_come_back(value: Any) -> None:
    text = json.dumps(value).replace("${", "$${").replace("%{", "%%{")
    assert document(f'{{"locals": {{"x": {text}}}}}', "main.tf.json").data["locals"]["x"] == value
