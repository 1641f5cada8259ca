"""YAML: values as YAML 1.2 means them, aliases, merges, tags, comments, and the place of every value."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.documents import lines_of, parse_yaml, yaml_events
from lictor.documents.yaml_render import block, inline
from lictor.documents.yaml_scalars import resolve
from lictor.model import Document, Path, Problem

PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufeff\u2028\u2029"))
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), PRINTABLE
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PRINTABLE, inner, max_size=4), max_leaves=20
)


def paths(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    here = [(path, value)]
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return here + [found for key, child in children for found in paths(child, (*path, key))]


def only(text: str, **options: Any) -> Document:
    loaded = parse_yaml("a.yaml", text, **options)
    assert loaded.problems == ()
    (document,) = loaded.documents
    return document


def shown(document: Document, *path: str | int) -> str:
    return lines_of(document.text).slice(document.region_of(path))


def problems(text: str) -> list[str]:
    return [line(problem) for problem in parse_yaml("a.yaml", text).problems]


def line(problem: Problem) -> str:
    assert problem.location is not None
    assert problem.location.region is not None
    return f"{problem.location.region.start_line}:{problem.location.region.start_column} {problem.code}"


@pytest.fixture(params=["libyaml", "pure Python"])
def any_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pure Python":
        monkeypatch.setattr(yaml, "__with_libyaml__", False)
        assert yaml_events.parser_class() is yaml.SafeLoader


@given(value=VALUES)
@settings(max_examples=80, deadline=None)
def test_what_is_written_in_flow_or_block_style_is_read_back(value: Any) -> None:
    assert only(inline(value)).data == value
    assert only("\n".join(block(value))).data == value


@given(value=VALUES, is_flow=st.sampled_from([True, False, None]), width=st.sampled_from([20, 1000]))
@settings(max_examples=80, deadline=None)
def test_the_region_of_every_path_slices_back_to_its_value(value: Any, is_flow: bool | None, width: int) -> None:
    text = yaml.dump(value, default_flow_style=is_flow, width=width, allow_unicode=True, sort_keys=False)
    loaded = parse_yaml("a.yaml", text)
    if not loaded.documents:
        return
    document = loaded.documents[0]
    lines = lines_of(document.text)
    for path, found in paths(document.data):
        region = document.region_of(path)
        again = parse_yaml("a.yaml", " " * (region.start_column - 1) + lines.slice(region))
        assert [other.data for other in again.documents] == [found], (path, lines.slice(region))
        if path and isinstance(path[-1], str) and "\n" not in path[-1]:
            key = lines.slice(document.region_of(path, "key"))
            assert path[-1] in only(f"? {key}\n: 1\n").data


@pytest.mark.usefixtures("any_parser")
def test_positions_are_exact_in_every_style() -> None:
    document = only(
        "plain: a value # comment\n"
        "'quoted': \"b\"\n"
        "literal: |  # header\n"
        "    {\n"
        "      }\n"
        "\n"
        "# after\n"
        "folded: >-\n"
        "  one\n"
        "  two\n"
        "list:\n"
        "- 1\n"
        "-  2 # c\n"
        "\n"
        "flow: [x, {y: z}, ]\n"
        "empty:\n"
        "map:\n"
        "  k: v   # tail\n"
        "\n"
        "  # more\n"
        "end: 1\n"
    )
    assert shown(document, "plain") == "a value"
    assert shown(document, "quoted") == '"b"'
    assert document.region_of(("quoted",), "key") == (2, 1, 2, 9)
    assert document.region_of(("literal",)) == (4, 5, 5, 8)
    assert shown(document, "folded") == "one\n  two"
    assert shown(document, "list") == "- 1\n-  2"
    assert shown(document, "list", 1) == "2"
    assert shown(document, "flow") == "[x, {y: z}, ]"
    assert shown(document, "flow", 1) == "{y: z}"
    assert shown(document, "flow", 1, "y") == "z"
    assert document.region_of(("empty",)) == (16, 7, 16, 7)
    assert shown(document, "map") == "k: v"
    assert document.region_of(()).end_line == 21


@pytest.mark.usefixtures("any_parser")
def test_positions_hold_with_emoji_windows_line_breaks_and_a_byte_order_mark() -> None:
    document = only("\ufeffa: 😀 # é\r\nb:\r\n  - ü: x\r\n")
    assert document.region_of(("a",)) == (1, 4, 1, 5)
    assert document.region_of(("b", 0, "ü")) == (3, 8, 3, 9)
    assert document.comments()[0].region == (1, 6, 1, 9)


def test_an_indentation_indicator_gives_the_text_its_first_spaces() -> None:
    document = only("a: |2\n    x\n   y\n")
    assert document.data == {"a": "  x\n y\n"}
    assert document.region_of(("a",)) == (2, 3, 3, 5)


def test_an_empty_block_scalar_is_its_header() -> None:
    assert shown(only("a: |-\nb: 1\n"), "a") == "|-"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"), ("on", "on"), ("No", "No"), ("012345670123", "012345670123"), ("2012-10-17", "2012-10-17"),
        ("1_000", "1_000"), ("1:30", "1:30"), ("0x1F", 31), ("0o17", 15), ("017", "017"), ("-0", 0), ("+1", 1),
        ("1.", 1.0), (".5", 0.5), ("1e3", 1000.0), ("01.5", "01.5"), ("null", None), ("~", None), ("", None),
        ("Null", None), ("nUll", "nUll"), ("true", True), ("TRUE", True), ("tRue", "tRue"), ("0b1", "0b1"),
        ("123456789012", 123456789012), ("'1'", "1"), ('"true"', "true"), ("! 1", "1"), ("!!str 1", "1"),
        ("!!int '7'", 7), ("!!float 1", 1.0), ("!!null ''", None), ("!!bool 'true'", True), ("=", "="),
    ],
)  # fmt: skip
def test_scalars_mean_what_yaml_1_2_says_and_leading_zeros_are_text(text: str, value: object) -> None:
    found = only(f"a: {text}").data["a"]
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize("number", [".inf", "-.INF", ".nan", "1e999", "9" * 4301])
def test_a_number_that_none_can_hold_is_a_problem_and_stays_text(number: str) -> None:
    loaded = parse_yaml("a.yaml", f"a: {number}\n")
    assert [line(problem) for problem in loaded.problems] == ["1:4 number-out-of-range"]
    assert loaded.documents[0].data == {"a": number}


@given(st.text(max_size=12))
def test_a_plain_scalar_is_text_or_the_number_it_shows(text: str) -> None:
    value, _ = resolve(text)
    assert value == text or value is None or isinstance(value, (bool, int, float))


def test_keys_are_text_as_they_are_written() -> None:
    assert only("1: a\ntrue: b\n~: c\n1.50: d\n? e\n: f\n").data == {
        "1": "a", "true": "b", "~": "c", "1.50": "d", "e": "f",
    }  # fmt: skip


def test_a_key_that_is_a_list_is_a_problem_and_the_document_is_left_out() -> None:
    loaded = parse_yaml("a.yaml", "b: 1\n? [a]\n: 1\n---\nc: 2\n")
    assert [line(problem) for problem in loaded.problems] == ["2:3 complex-key"]
    assert [(document.index, document.data) for document in loaded.documents] == [(1, {"c": 2})]


@pytest.mark.usefixtures("any_parser")
def test_aliases_are_shared_and_stand_where_they_are_used() -> None:
    document = only("a: &x {k: v}\nb: *x\nc: &k key\n*k : 1\n")
    assert document.data["a"] is document.data["b"]
    assert document.data["key"] == 1
    assert shown(document, "b") == "*x"
    assert document.region_of(("b", "k")) == document.region_of(("a", "k")) == (1, 11, 1, 12)
    assert shown(document, "a") == "{k: v}"


def test_merged_keys_yield_to_explicit_ones_and_stand_where_they_are_written() -> None:
    document = only(
        "base: &b {x: 1, y: 2}\nmore: &m\n  <<: *b\n  z: 3\nuse:\n  y: 9\n  <<: [*m, {x: 7, w: 8}]\n'<<': text\n"
    )
    assert document.data["use"] == {"y": 9, "x": 1, "z": 3, "w": 8}
    assert document.data["<<"] == "text"
    assert shown(document, "use", "y") == "9"
    assert document.region_of(("use", "x")) == (1, 14, 1, 15)
    assert document.region_of(("use", "z")) == (4, 6, 4, 7)
    assert shown(document, "use", "w") == "8"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &a [*a]", "1:8 alias-cycle"),
        ("a: *nope", "1:4 bad-document"),
        ("a:\n  <<: text\n", "2:3 bad-document"),
        ("a:\n\tb: 1", "2:1 bad-document"),
        ("a: b: c", "1:5 bad-document"),
        ("a: 1\nb: 2\na: 3\n", "3:1 duplicate-key"),
        ("1: a\n'1': b\n", "2:1 duplicate-key"),
        ("a: !Foo x", "1:4 bad-tag"),
        ("a: !!python/object/apply:os.system [x]", "1:4 bad-tag"),
        ("!!python/name:os.system k: x", "1:1 bad-tag"),
        ("a: !!int x", "1:4 bad-tag"),
        ("a: !!int [x]", "1:4 bad-tag"),
        ("a: \x07", "1:4 control-character"),
        ("a: \ud800", "1:4 control-character"),
        ("# nothing\n", "1:1 empty-document"),
        ("---\n", "1:1 empty-document"),
    ],
)
def test_what_is_wrong_is_a_problem_at_its_place(text: str, expected: str) -> None:
    assert problems(text) == [expected]


@pytest.mark.parametrize(
    "text",
    ["name: {{ .Values.name }}\n", "{{- if .x }}\na: 1\n", "a:\n{{ toYaml .x | indent 2 }}\nb: 1\n"],
)
def test_the_braces_of_a_template_are_told_from_a_mistake(text: str) -> None:
    (problem, *_) = parse_yaml("a.yaml", text).problems
    assert "helm template" in problem.hint


def test_braces_elsewhere_say_nothing_of_a_mistake() -> None:
    (problem,) = parse_yaml("a.yaml", "a: '{{ x }}'\nc: 1\nb: @\n").problems
    assert problem.hint == "text that starts with @ stands in quotes"


def test_text_that_was_taken_for_a_tag_is_told_how_to_be_text() -> None:
    (problem,) = parse_yaml("rule.yaml", "deny: !(Tags)\n").problems
    assert "text that starts with ! stands in quotes" in problem.hint


def test_a_duplicate_key_names_both_places_and_the_last_one_counts() -> None:
    loaded = parse_yaml("a.yaml", "a: 1\nb: 2\na: 3\n")
    assert loaded.problems[0].related_locations[0].region == (1, 1, 1, 2)
    assert loaded.documents[0].data == {"b": 2, "a": 3}
    assert loaded.documents[0].region_of(("a",)) == (3, 4, 3, 5)


def test_all_that_can_be_said_of_a_file_is_said_at_once_in_its_order() -> None:
    assert problems("a: !X 1\na: .nan\nb: *c\nd: [\n") == [
        "1:4 bad-tag", "2:1 duplicate-key", "2:4 number-out-of-range", "3:4 bad-document", "5:1 bad-document",
    ]  # fmt: skip


def test_a_tab_in_the_indentation_gets_a_hint() -> None:
    (problem,) = parse_yaml("a.yaml", "a:\n\t- b").problems
    assert problem.message == "expected spaces for indentation, found a tab"
    assert problem.hint == "YAML indents with spaces only"


def test_the_documents_of_a_file_keep_their_index_and_absolute_lines() -> None:
    loaded = parse_yaml("a.yaml", "# one\na: 1\n---\n---\n# two\nb: 2 # x\n...\n")
    assert [(document.index, document.data) for document in loaded.documents] == [(0, {"a": 1}), (2, {"b": 2})]
    first, second = loaded.documents
    assert second.region_of(("b",)) == (6, 4, 6, 5)
    assert [comment.text for comment in first.comments()] == ["one"]
    assert [(comment.text, comment.stands_alone) for comment in second.comments()] == [("two", True), ("x", False)]


def test_documents_before_a_syntax_error_are_still_checked() -> None:
    loaded = parse_yaml("a.yaml", "a: 1\n---\nb: [\n")
    assert [document.data for document in loaded.documents] == [{"a": 1}]
    assert [problem.code for problem in loaded.problems] == ["bad-document"]


@pytest.mark.usefixtures("any_parser")
def test_a_hash_is_a_comment_only_outside_scalars() -> None:
    text = (
        "# lictor: ignore[first]\n"
        "a: 'x # no' # yes 1\n"
        "b: x#no\n"
        "c: |  # yes 2\n"
        "  # no\n"
        "d: >\n"
        "  a # no\n"
        "\n"
        " # yes 3\n"
        'e: ["# no", # yes 4\n'
        "  f]\n"
        "g: multi\n"
        "  line\n"
        "# yes 5"
    )
    comments = only(text).comments()
    assert [comment.text for comment in comments] == [
        "lictor: ignore[first]", "yes 1", "yes 2", "yes 3", "yes 4", "yes 5",
    ]  # fmt: skip
    assert [comment.stands_alone for comment in comments] == [True, False, False, True, False, True]
    lines = lines_of(text)
    assert all(lines.slice(comment.region).startswith("#") for comment in comments)


def test_json_text_is_read_as_json() -> None:
    document = only('{"a": "\\ud83d\\ude00",\n\t"b": 1}')
    assert document.format == "json"
    assert document.data == {"a": "😀", "b": 1}
    assert only('{"a": 1, b: [x,],}').data == {"a": 1, "b": ["x"]}


def test_tags_that_the_format_knows_make_values_and_keep_places() -> None:
    tags = {
        "!Sub": lambda value: {"Fn::Sub": value},
        "!GetAtt": lambda value: {"Fn::GetAtt": value.split(".")},
        "!Same": lambda value: value,
    }
    document = only(
        "a: !Sub 'x'\nb: !GetAtt role.Arn\nc: !Sub\n  - t\n  - {k: v}\n"
        "d: !Sub |\n  text\ne: &e !Sub y\nf: !Same {g: h}\n",
        tags=tags,
    )
    assert document.data["a"] == {"Fn::Sub": "x"}
    assert (shown(document, "a"), shown(document, "a", "Fn::Sub")) == ("!Sub 'x'", "'x'")
    assert shown(document, "b", "Fn::GetAtt") == "role.Arn"
    assert [shown(document, "b", "Fn::GetAtt", at) for at in (0, 1)] == ["role", "Arn"]
    assert shown(document, "c", "Fn::Sub", 1, "k") == "v"
    assert (shown(document, "d"), shown(document, "d", "Fn::Sub")) == ("!Sub |\n  text", "text")
    assert shown(document, "e") == "!Sub y"
    assert shown(document, "f", "g") == "h"


def test_a_tag_whose_value_does_not_fit_is_a_problem() -> None:
    def refuse(value: object) -> object:
        raise ValueError(f"expected a list, found {value}")

    loaded = parse_yaml("a.yaml", "a: !L x", tags={"!L": refuse})
    assert [(problem.code, problem.message) for problem in loaded.problems] == [
        ("bad-tag", "expected a list, found x after '!L'")
    ]


@given(value=VALUES)
@settings(max_examples=40, deadline=None)
def test_json_means_the_same_as_yaml(value: Any) -> None:
    text = json.dumps({"a": value})
    assert only(text).data == {"a": value}


TWO_DOCUMENTS = "# top\na: &x {k: v, l: [1, 2]}\n<<: {m: 1}\n---\nb: |\n  text\n\nc:\n- *x\n"


@pytest.mark.parametrize("text", ["a: 1\nb: [c, d]\n", "a: {k: 1}\nk: 1\nk: 2\n", "a: 1\nb: [c\n", TWO_DOCUMENTS])
def test_places_are_the_same_where_a_text_is_too_long_to_keep_how_it_was_parsed(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = parse_yaml("a.yaml", text)
    monkeypatch.setattr("lictor.documents.yaml_text._KEPT", 0)
    again = parse_yaml("a.yaml", text)
    assert again.problems == kept.problems
    assert [each.data for each in again.documents] == [each.data for each in kept.documents]
    for one, other in zip(kept.documents, again.documents, strict=True):
        assert one.comments() == other.comments()
        for path, _ in paths(one.data):
            assert one.region_of(path) == other.region_of(path)
            assert one.region_of(path, "key") == other.region_of(path, "key")


def test_a_text_that_breaks_off_anywhere_is_told_of_with_the_keys_that_stand_twice_before() -> None:
    text = "a: 1\na: {b: [c, {d: 'e'}]}\nf:\n- g\na:\n  - h: |\n      i\n    h:\n      ? j\n      : &k {}\n"
    keys = ["2:1 duplicate-key", "5:1 duplicate-key", "8:5 duplicate-key"]
    told = [[each for each in problems(text[:end] + "\n'") if each in keys] for end in range(len(text))]
    assert all(found == keys[: len(found)] for found in told)
    assert [len(found) for found in told] == sorted(len(found) for found in told)
    assert problems(text + "'")[:3] == keys
