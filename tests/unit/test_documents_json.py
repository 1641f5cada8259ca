"""JSON: values, problems at their places, and the place of every value."""

import json
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.documents import lines_of, parse_json
from lictor.documents.json_diagnosis import diagnose
from lictor.documents.lines import starts_of_lines
from lictor.model import Budgets, Document, Path

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20
)


def paths(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    here = [(path, value)]
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return here + [found for key, child in children for found in paths(child, (*path, key))]


def only(text: str, budgets: Budgets | None = None) -> Document:
    loaded = parse_json("a.json", text, budgets or Budgets())
    assert loaded.problems == ()
    (document,) = loaded.documents
    return document


def said(text: str) -> list[str]:
    found = []
    for problem in parse_json("a.json", text).problems:
        assert problem.location is not None
        assert problem.location.region is not None
        line, column = problem.location.region[:2]
        hint = f" ({problem.hint})" if problem.hint else ""
        found.append(f"{line}:{column} {problem.code}: {problem.message}{hint}")
    return found


@given(value=VALUES, indent=st.sampled_from([None, 0, 2, "\t"]), ascii_only=st.booleans(), is_compact=st.booleans())
@settings(max_examples=80, deadline=None)
def test_the_region_of_every_path_slices_back_to_its_value(
    value: Any, indent: Any, ascii_only: bool, is_compact: bool
) -> None:
    separators = (",", ":") if is_compact else None
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only, separators=separators)
    document = only(text)
    assert document.data == value
    lines = lines_of(text)
    for path, found in paths(value):
        assert json.loads(lines.slice(document.region_of(path))) == found
        if path and isinstance(path[-1], str):
            assert json.loads(lines.slice(document.region_of(path, "key"))) == path[-1]


@given(st.text(alphabet="{}[],:\"\\ \n\t1e-.+0atruefalsn/*#'NIy\x00\ud800\U0001f600u12", max_size=30))
@settings(max_examples=300, deadline=None)
def test_the_slow_reader_agrees_with_the_fast_one_on_what_is_json(text: str) -> None:
    loaded = parse_json("a.json", text)
    try:
        json.loads(text, parse_constant=lambda word: word)
        is_json = True
    except ValueError:
        is_json = False
    assert bool(loaded.documents) == is_json
    codes = {complaint.code for complaint in diagnose(text)} - {"duplicate-key", "number-out-of-range"}
    assert bool(codes) != is_json
    assert bool(loaded.problems) or is_json


def test_a_path_that_is_not_there_has_the_region_of_its_closest_ancestor() -> None:
    document = only('{"a": [1, {"b": 2}]}')
    assert document.region_of(("a", 1, "c", "d")) == document.region_of(("a", 1))
    assert document.region_of(("a", 7)) == document.region_of(("a",))
    assert document.region_of(("x",)) == document.region_of(())


def test_regions_count_code_points_and_lines_end_at_every_kind_of_line_break() -> None:
    document = only('{"😀": "é",\r\n "b": 1,\r"c": 2}')
    assert document.region_of(("😀",)) == (1, 7, 1, 10)
    assert document.region_of(("b",)) == (2, 7, 2, 8)
    assert document.region_of(("c",), "key") == (3, 1, 3, 4)


def test_form_feeds_and_unicode_separators_in_a_string_do_not_shift_later_lines() -> None:
    document = only('{"a": "\u2028\x85",\n"b": 1}')
    assert document.region_of(("b",)) == (2, 6, 2, 7)


def test_a_byte_order_mark_is_not_a_column() -> None:
    assert only('\ufeff{"a": 1}').region_of(("a",)) == (1, 7, 1, 8)


def test_a_duplicate_key_is_a_problem_with_both_places_and_the_last_one_counts() -> None:
    loaded = parse_json("a.json", '{"a": 1,\n "b": {"x": 1, "x": 2},\n "a": 3}')
    assert [problem.code for problem in loaded.problems] == ["duplicate-key", "duplicate-key"]
    inner, outer = loaded.problems
    assert inner.location is not None
    assert outer.location is not None
    assert inner.location.region == (2, 16, 2, 19)
    assert outer.location.region == (3, 2, 3, 5)
    assert outer.related_locations[0].region == (1, 2, 1, 5)
    (document,) = loaded.documents
    assert document.data == {"a": 3, "b": {"x": 2}}
    assert document.region_of(("a",)) == (3, 7, 3, 8)


def test_a_key_spelled_with_escapes_is_the_same_key() -> None:
    assert [problem.code for problem in parse_json("a.json", r'{"a": 1, "\u0061": 2}').problems] == ["duplicate-key"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '{\n  "a": 1,\n}',
            [
                (
                    "3:1 bad-document: expected a key after ',', found '}' "
                    "(remove the comma before it; the object opened at 1:1)"
                )
            ],
        ),
        (
            '{"a": {\n"b": 1 "c": 2}, "d" 3}',
            [
                "2:8 bad-document: expected ',' or '}' after a value, found '\"c\"' (the object opened at 1:7)",
                "2:21 bad-document: expected ':' after the key 'd', found '3' (the object opened at 1:1)",
            ],
        ),
        (
            '{"a": [1,\n 2',
            ["2:3 bad-document: expected ',' or ']' after a value, found the end of the file (the list opened at 1:7)"],
        ),
        (
            '{"a": True}',
            ["1:7 bad-document: expected a value, found 'True' (did you mean true?; the object opened at 1:1)"],
        ),
        (
            "{'a': 1}",
            [
                (
                    "1:2 bad-document: expected a key in double quotes, found ''a'' "
                    "(keys stand in double quotes; the object opened at 1:1)"
                )
            ],
        ),
        (
            '{"a": "x\\q"}',
            [
                (
                    "1:9 bad-document: expected an escape such as \\n, found '\\q' "
                    "(a backslash itself is written \\\\; the object opened at 1:1)"
                )
            ],
        ),
        (
            '["a\nb"]',
            [
                (
                    "1:2 bad-document: expected a closing '\"' before the end of the line "
                    "(the text starts here; the list opened at 1:1)"
                )
            ],
        ),
        ("", ["1:1 empty-document: the file is empty (a file that holds nothing can't be checked)"]),
        (" \n ", ["1:1 empty-document: the file is empty (a file that holds nothing can't be checked)"]),
    ],
)
def test_a_syntax_error_says_where_what_was_expected_what_was_found_and_a_hint(text: str, expected: list[str]) -> None:
    assert said(text) == expected


def test_comments_are_named_and_read_over() -> None:
    assert [line.partition(" (")[0] for line in said('// x\n{"a": 1 /* y */}\n')] == [
        "1:1 bad-document: expected JSON, found a comment",
        "2:9 bad-document: expected JSON, found a comment",
    ]


def test_a_text_full_of_errors_gives_a_bounded_number_of_problems() -> None:
    assert len(parse_json("a.json", "[" + "oops, " * 1000 + "1]").problems) == 20


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 4301])
def test_a_number_that_is_none_is_a_problem_and_stays_text(number: str) -> None:
    loaded = parse_json("a.json", f'{{"a": {number}, "b": 1.5}}')
    assert [problem.code for problem in loaded.problems] == ["number-out-of-range"]
    assert loaded.documents[0].data == {"a": number, "b": 1.5}


def test_a_whole_number_of_4300_digits_is_a_number() -> None:
    limit = sys.get_int_max_str_digits()
    assert limit == 4300
    assert only("9" * 4300).data == int("9" * 4300)


def test_a_lone_surrogate_is_kept() -> None:
    document = only('{"a": "\\ud800", "b": "\\ud83d\\ude00"}')
    assert document.data == {"a": "\ud800", "b": "😀"}


def test_depth_and_values_are_bounded_and_the_budget_is_named() -> None:
    only("[" * 200 + "]" * 200)
    assert said("[" * 201 + "]" * 201)[0] == "1:201 too-deep: values nest deeper than 200 levels"
    only('["' + "[" * 300 + '"]')
    ten = Budgets(nodes=10)
    only("[1,2,3,4,5,6,7,8,9]", ten)
    assert [problem.code for problem in parse_json("a.json", "[1,2,3,4,5,6,7,8,9,10,11]", ten).problems] == [
        "too-many-nodes"
    ]
    only('["' + ",,,,,,,,,,,,," * 5 + '"]', ten)


def test_a_depth_budget_beyond_the_interpreter_is_a_problem_and_no_crash() -> None:
    loaded = parse_json("a.json", "[" * 100_000 + "]" * 100_000, Budgets(depth=1_000_000))
    assert [problem.code for problem in loaded.problems] in (["bad-document"], [])


@given(text=st.text(st.sampled_from("ab\n"), max_size=60), piece=st.integers(1, 9))
def test_lines_of_a_large_text_start_where_those_of_a_small_one_do(text: str, piece: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("lictor.documents.lines._PIECE", piece)
        assert list(starts_of_lines(text)) == [0, *(at + 1 for at, letter in enumerate(text) if letter == "\n")]
