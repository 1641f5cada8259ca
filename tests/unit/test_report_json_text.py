"""Our JSON writer: the same values as the standard one, safe wherever it is shown."""

import json
import re
from types import MappingProxyType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.model import Region
from lictor.report import dump_json

texts = st.text(max_size=8) | st.sampled_from(
    ["</script>", "<!--", "\u202e", "\x85\u2028", "\ud800", "\U000e0041", "\x7f"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150)
@given(values)
def test_reading_gives_the_value_back(value: Any) -> None:
    plain = json.loads(re.sub("[\ud800-\udfff]", "\ufffd", json.dumps(value, ensure_ascii=False)))
    assert json.loads(dump_json(value).encode()) == plain


@settings(max_examples=150)
@given(values)
def test_the_text_is_safe_on_a_terminal_and_in_a_page(value: Any) -> None:
    text = dump_json(value)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ud800-\udfff\U000e0041]|</|<!", text)


@given(st.dictionaries(st.text("ab", max_size=3), st.integers() | st.lists(st.text("xy"), max_size=3), max_size=4))
def test_plain_values_look_as_the_standard_library_writes_them(value: Any) -> None:
    assert dump_json(value) == json.dumps(value, indent=2) + "\n"


def test_tuples_sets_and_read_only_mappings_are_written_too() -> None:
    value = MappingProxyType({"region": Region(1, 2, 3, 4), "set": frozenset({"b", "a"}), "none": (), 1: float("nan")})
    assert json.loads(dump_json(value)) == {"region": [1, 2, 3, 4], "set": ["a", "b"], "none": [], "1": "nan"}


def test_a_lone_surrogate_becomes_the_replacement_character() -> None:
    assert json.loads(dump_json({"a\ud800": "\udfffb"})) == {"a\ufffd": "\ufffdb"}


def test_deep_nesting_keeps_its_indent() -> None:
    value: Any = []
    for _ in range(60):
        value = [value]
    assert dump_json(value) == json.dumps(value, indent=2) + "\n"


@given(values, st.integers(1, 4))
def test_what_is_not_broken_into_lines_says_the_same(value: Any, depth: int) -> None:
    assert json.loads(dump_json([value], depth)) == json.loads(dump_json([value]))


def test_what_stands_deeper_is_on_one_line_whatever_it_is_made_of() -> None:
    member = MappingProxyType({"set": frozenset({"b", "a"}), "none": (), 1: float("inf"), "text": "</script>"})
    assert dump_json([member, {}], 1) == (
        '[\n  {"set": ["a", "b"], "none": [], "1": "inf", "text": "<\\/script>"},\n  {}\n]\n'
    )
