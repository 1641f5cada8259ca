"""From an offset in a string to its place in the file, for every way to write a string."""

import textwrap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lictor.documents import parse_json, parse_yaml
from lictor.rules import location_at, scalar_location

MARK = "X"


def place_of_mark(document: Any, key: str = "k") -> Any:
    value = document.data[key]
    place = scalar_location(document, (key,))
    return location_at(place, value, value.index(MARK)).region


def mark_in(text: str) -> Any:
    before = text[: text.index(MARK)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


@pytest.mark.parametrize(
    "text",
    [
        "k: a == X\n",
        "k:   a ==\n  b ||\n\n    X c\n",
        "k: 'it''s X'\n",
        "k: 'a\n  b  X'\n",
        'k: "a \\" \\u00e9 \\x41 X"\n',
        'k: "a \\\n   b X"\n',
        'k: "a\\tb\\nX"\n',
        "k: |\n  a\n    b\n\n  c X d\n",
        "k: |2-\n     a X\n",
        "k: |\n  'a' == X\n",
        "k: |\n  'a' == 'X'\n",
        "k: '''a'' == X'\n",
        "k: >-  # why\n  a\n  b\n\n  c X\n",
        "other: 1\nk: [1]\nl: 2\nk2: é X\n".replace("k2", "k").replace("k: [1]\n", ""),
        "{k: a X, l: b}\n",
    ],
)
def test_an_offset_leads_to_the_character_in_yaml(text: str) -> None:
    (document,) = parse_yaml("a.yaml", text).documents
    assert place_of_mark(document)[:2] == mark_in(text)


def test_an_offset_leads_to_the_character_in_json() -> None:
    text = '{\n "k": "a \\"\\u0041\\/ X"}'
    (document,) = parse_json("a.json", text).documents
    assert place_of_mark(document)[:2] == mark_in(text)


@given(st.text(alphabet="ab'\"\\ \n\té|>#:", max_size=20), st.text(alphabet="ab'\"\\ é", max_size=5))
def test_an_offset_leads_to_the_character_however_it_is_escaped(before: str, after: str) -> None:
    import json

    text = json.dumps({"k": f"{before}{MARK}{after}"})
    (document,) = parse_yaml("a.yaml", text).documents
    assert place_of_mark(document)[:2] == mark_in(text)


def test_the_end_of_the_expression_is_the_place_after_its_last_character() -> None:
    (document,) = parse_yaml("a.yaml", "k: a ==\n").documents
    place = scalar_location(document, ("k",))
    assert location_at(place, "a ==", 4).region[:2] == (1, 8)


def test_without_an_offset_the_first_line_is_shown() -> None:
    text = textwrap.dedent("""\
        k: |
          a
          b
        """)
    (document,) = parse_yaml("a.yaml", text).documents
    assert location_at(scalar_location(document, ("k",)), "a\nb\n", None).region[:2] == (2, 3)


def test_a_text_that_is_not_what_stands_there_keeps_its_first_line() -> None:
    (document,) = parse_yaml("a.yaml", "k: abc\n").documents
    assert location_at(scalar_location(document, ("k",)), "xyz", 2).region == (1, 4, 1, 7)
    (document,) = parse_json("a.json", '{"k": "\\ud83d\\ude00b"}').documents
    assert location_at(scalar_location(document, ("k",)), "😀b", 1).region == (1, 7, 1, 22)
