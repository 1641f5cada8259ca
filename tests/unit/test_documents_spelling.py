"""The small laws under documents: lines, limits, how YAML is spelled, globs."""

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.documents import lines_of, parse_yaml, replacement_for
from lictor.documents.globs import matches_glob
from lictor.documents.json_limits import has_more_values, too_deep_at
from lictor.documents.places import Span
from lictor.documents.string_offsets import offsets_in_json, offsets_in_yaml
from lictor.documents.yaml_render import inline
from lictor.errors import LictorError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.text(st.sampled_from("ab\r\n\u2028\x0c\x85"), max_size=30))
def test_lines_are_the_pieces_between_line_breaks(text: str) -> None:
    lines = lines_of(text)
    expected = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert [lines.line(number) for number in range(1, len(expected) + 1)] == expected
    assert lines.line(0) == lines.line(len(expected) + 1) == ""
    for offset in range(len(text) + 1):
        assert lines.offset(*lines.at(offset)) == offset
    assert lines.offset(len(expected) + 1, 1) == len(text)


@given(st.text(st.sampled_from('[]{}"\\a,'), max_size=60), st.integers(0, 6))
@settings(max_examples=200)
def test_the_depth_of_a_text_is_that_of_its_brackets_outside_strings(text: str, depth: int) -> None:
    level = 0
    is_string = is_escaped = False
    expected = None
    for at, letter in enumerate(text):
        if is_string:
            is_string = is_escaped or letter != '"'
            is_escaped = letter == "\\" and not is_escaped
        elif letter == '"':
            is_string = True
        elif letter in "[{":
            level += 1
            if level > depth and expected is None:
                expected = at
        elif letter in "]}":
            level -= 1
    assert too_deep_at(text, depth) == expected
    assert too_deep_at('"",' * 5000 + text, depth) == (None if expected is None else expected + 15000)


@given(st.recursive(st.text(max_size=3), lambda inner: st.lists(inner, min_size=1, max_size=4), max_leaves=30))
def test_values_are_counted_as_they_are(value: object) -> None:
    def count(item: object) -> int:
        return 1 + sum(map(count, item)) if isinstance(item, list) else 1

    text = json.dumps(value, indent=40)
    nodes = count(value)
    assert not has_more_values(text, nodes)
    if nodes > 1:
        assert has_more_values(text, nodes - 1)


@given(TEXT, st.booleans())
def test_a_json_string_is_read_as_json_reads_it(text: str, ascii_only: bool) -> None:
    source = json.dumps(text, ensure_ascii=ascii_only)
    offsets = offsets_in_json(source, 0, len(source))
    assert offsets.text == text
    for letter, start, end in zip(text, offsets.starts, offsets.ends, strict=True):
        assert json.loads(f'"{source[start:end]}"') == letter


@given(TEXT, st.sampled_from(["'", '"', "|", ">"]), st.sampled_from([8, 1000]))
@settings(max_examples=300, deadline=None)
def test_every_style_of_scalar_is_read_as_the_parser_reads_it(text: str, style: str, width: int) -> None:
    source = yaml.dump({"a": text}, default_style=style, width=width, allow_unicode=True)
    (document,) = parse_yaml("a.yaml", source).documents
    text = document.data["a"]
    offsets = document.locate.string_at(("a",))  # type: ignore[attr-defined]  # the locator of YAML has it
    assert offsets is not None
    assert offsets.text == text
    assert list(offsets.starts) == sorted(offsets.starts)


def test_offsets_that_do_not_spell_the_value_are_not_given() -> None:
    assert offsets_in_yaml("abc", Span(0, 3), "", "abd") is None
    assert offsets_in_yaml("|\n abc", Span(2, 6), "|", "abd\n") is None


@given(TEXT)
@settings(max_examples=200)
def test_any_text_is_written_so_that_yaml_1_1_and_1_2_read_it_back(text: str) -> None:
    for source in (inline([text]), inline({"a": text})):
        (document,) = parse_yaml("a.yaml", f"- {source}\n").documents
        assert document.data[0] in ([text], {"a": text})
        assert yaml.safe_load(source) in ([text], {"a": text})


def test_a_lone_surrogate_has_no_yaml_spelling_and_is_refused() -> None:
    (document,) = parse_yaml("a.yaml", "a: 1").documents
    with pytest.raises(LictorError):
        replacement_for(document, ("a",), "set", "\ud800")


@pytest.mark.parametrize(
    ("pattern", "uri", "is_match"),
    [
        ("**", "a/b/c", True),
        ("**/**/c", "a/b/c", True),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/x/y/c", True),
        ("a/**/c", "ab/c", False),
        ("*", "a/b", False),
        ("a.c", "abc", False),
        ("[ab]", "a", False),
        ("./a", "a", True),
        ("a?c", "a/c", False),
        ("a\nb*", "a\nbc\n", True),
    ],
)
def test_globs_match_whole_names(pattern: str, uri: str, is_match: bool) -> None:
    assert matches_glob(pattern, uri) == is_match


def test_a_hostile_glob_takes_no_time() -> None:
    assert not matches_glob("**/a/" * 30 + "x", "a/" * 200 + "y")
    assert not matches_glob("*a" * 30, "a" * 1000 + "b")
