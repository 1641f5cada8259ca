"""JSON that is held in strings: its value, and its places in the text around it."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.documents import embedded_json, embedded_problems, lines_of, parse_json, parse_yaml
from lictor.errors import LictorError
from lictor.model import EMBEDDED, Budgets, Document, Path

LETTERS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"], exclude_characters="\ufeff"), max_size=8
)
SCALARS = st.none() | st.booleans() | st.integers() | LETTERS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LETTERS, inner, max_size=3), max_leaves=12
).filter(lambda value: isinstance(value, (dict, list)))


def paths(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    here = [(path, value)]
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return here + [found for key, child in children for found in paths(child, (*path, key))]


def as_json(text: str, ascii_only: bool) -> str:
    return json.dumps({"x": [text]}, ensure_ascii=ascii_only)


def as_literal(text: str) -> str:
    return "x:\n  - |-\n" + "".join(f"      {line}\n" if line else "\n" for line in text.split("\n"))


def as_folded(text: str) -> str:
    return as_literal(text).replace("|-", ">-")


def as_single(text: str) -> str:
    return "x:\n  - '" + text.replace("'", "''").replace("\n", "\n\n     ") + "'  # tail\n"


def as_double(text: str) -> str:
    return 'x:\n  - "' + json.dumps(text, ensure_ascii=False)[1:-1].replace("\\n", "\\n\\\n     ") + '"\n'


def json_from_double(source: str) -> str:
    return str(json.loads('"' + re.sub(r"\\\r?\n *", "", source) + '"'))


STYLES: dict[Callable[[str], str], Callable[[str], str]] = {
    # White space between JSON's tokens is free, so what stands in a block scalar is JSON as it stands.
    as_literal: str,
    as_folded: str,
    as_single: lambda source: source.replace("''", "'"),
    as_double: json_from_double,
}


def check(document: Document, value: Any, to_json: Callable[[str], str]) -> None:
    assert embedded_json(document.data["x"][0]) == value
    lines = lines_of(document.text)
    for path, found in paths(value):
        source = lines.slice(document.region_of(("x", 0, EMBEDDED, *path)))
        assert json.loads(to_json(source)) == found, (path, source)


@given(value=VALUES, indent=st.sampled_from([None, 2]), ascii_only=st.booleans())
@settings(max_examples=60, deadline=None)
def test_places_in_a_json_string_map_back_through_its_escapes(value: Any, indent: Any, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    (document,) = parse_json("a.json", as_json(text, ascii_only)).documents
    check(document, value, json_from_double)


@given(
    value=VALUES,
    indent=st.sampled_from([None, 2]),
    write=st.sampled_from(list(STYLES)),
    line_break=st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=150, deadline=None)
def test_places_in_every_style_of_yaml_scalar_map_back(value: Any, indent: Any, write: Any, line_break: str) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    loaded = parse_yaml("a.yaml", write(text).replace("\n", line_break))
    assert loaded.problems == ()
    check(loaded.documents[0], value, STYLES[write])


def test_a_plain_scalar_may_hold_json_too() -> None:
    (document,) = parse_yaml("a.yaml", 'x:\n  - [1]\ny: "[2]"\nz: ["[3,\n   4]"]\n').documents
    lines = lines_of(document.text)
    assert lines.slice(document.region_of(("z", 0, EMBEDDED, 1))) == "4"
    assert document.region_of(("z", 0, EMBEDDED, 1)) == (5, 4, 5, 5)


def test_a_region_in_a_block_scalar_is_exact_to_the_column() -> None:
    (document,) = parse_yaml(
        "a.yaml", 'Policy: |\n    {\n      "Statement": [\n        {"Effect": "Allow"}\n      ]\n    }\nnext: 1\n'
    ).documents
    path = ("Policy", EMBEDDED, "Statement", 0)
    assert document.region_of(path) == (4, 9, 4, 28)
    assert document.region_of((*path, "Effect")) == (4, 20, 4, 27)
    assert document.region_of((*path, "Effect"), "key") == (4, 10, 4, 18)
    assert document.region_of(("Policy", EMBEDDED)) == (2, 5, 6, 6)


def test_json_in_json_in_json_is_found() -> None:
    inner = json.dumps({"b": [1, "é\n"]})
    outer = json.dumps({"a": json.dumps({"in": inner})})
    (document,) = parse_json("a.json", outer).documents
    path = ("a", EMBEDDED, "in", EMBEDDED, "b")
    assert lines_of(outer).slice(document.region_of(path)).startswith("[1, ")
    assert lines_of(outer).slice(document.region_of((*path, 0))) == "1"
    assert lines_of(outer).slice(document.region_of(path, "key")) == r"\\\"b\\\""


def test_url_encoded_json_is_read_and_found() -> None:
    text = json.dumps({"é": ["x y", 2]}, ensure_ascii=False)
    outer = json.dumps({"a": quote(text)})
    (document,) = parse_json("a.json", outer).documents
    assert embedded_json(document.data["a"]) == {"é": ["x y", 2]}
    assert lines_of(outer).slice(document.region_of(("a", EMBEDDED, "é", 0))) == "%22x%20y%22"
    assert lines_of(outer).slice(document.region_of(("a", EMBEDDED, "é"), "key")) == "%22%C3%A9%22"


def test_a_path_into_a_string_that_holds_no_json_ends_at_the_string() -> None:
    (document,) = parse_yaml("a.yaml", "a: not json\nb: 1\nc: '" + "[" * 300 + "'\n").documents
    assert document.region_of(("a", EMBEDDED, "x")) == document.region_of(("a",))
    assert document.region_of(("b", EMBEDDED)) == document.region_of(("b",))
    assert document.region_of(("c", EMBEDDED, 0)) == document.region_of(("c",))


def test_the_key_named_like_the_marker_is_a_key() -> None:
    (document,) = parse_json("a.json", '{"!json": {"a": 1}}').documents
    assert document.region_of((EMBEDDED, "a")) == (1, 17, 1, 18)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "bad-document"),
        ('{"a": 1, "a": 2}', "duplicate-key"),
        ("[NaN]", "number-out-of-range"),
        ("", "empty-document"),
        ("[" * 300, "too-deep"),
    ],
)
def test_what_is_not_plain_json_raises_with_its_problems(text: str, code: str) -> None:
    with pytest.raises(LictorError) as raised:
        embedded_json(text)
    assert raised.value.problems[0].code == code


def test_the_problems_of_embedded_json_move_to_its_place() -> None:
    (document,) = parse_yaml("a.yaml", 'a: |\n  {"x": 1,\n   "x": 2}\n').documents
    with pytest.raises(LictorError) as raised:
        embedded_json(document.data["a"])
    (problem,) = embedded_problems(document, ("a",), raised.value)
    assert problem.location is not None
    assert problem.location.uri == "a.yaml"
    assert problem.location.region == (3, 4, 3, 7)
    assert problem.related_locations[0].region == (2, 4, 2, 7)
    assert problem.message == "in the JSON that this string holds: the key 'x' stands twice in one object"


def test_budgets_hold_inside_strings() -> None:
    with pytest.raises(LictorError):
        embedded_json("[[[1]]]", Budgets(depth=2))
