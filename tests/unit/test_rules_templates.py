"""Message templates: JMESPath in braces, found whatever braces and quotes the expression holds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lictor.rules.templates import Field, TemplateError, escape_template, render_value, split_template


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("{a}", (Field("a", 1),)),
        ("x {a.b || c} y", ("x ", Field("a.b || c", 3), " y")),
        ("{{a}} {b}", ("{a} ", Field("b", 7))),
        ("{ {a: b, c: {d: e}} }", (Field(" {a: b, c: {d: e}} ", 1),)),
        ("{ {a: b}}", (Field(" {a: b}", 1),)),
        ("{a[?b == '}']}", (Field("a[?b == '}']", 1),)),
        (r"{a[?b == '\'}']}", (Field(r"a[?b == '\'}']", 1),)),
        ('{"}{"}', (Field('"}{"', 1),)),
        ('{`{"a": "}"}`}', (Field('`{"a": "}"}`', 1),)),
        ("{a}{b}", (Field("a", 1), Field("b", 4))),
    ],
)
def test_a_template_is_split_at_the_braces_that_are_its_own(text: str, parts: Any) -> None:
    assert split_template(text) == parts


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("a {b", "'{' is not closed", 2),
        ("a {b 'c}", "'{' is not closed: a ' in it is still open", 2),
        ("a } b", "'}' without a '{' before it", 2),
        ("a {} b", "'{}' holds no query", 2),
        ("a { } b", "'{}' holds no query", 2),
    ],
)
def test_a_template_that_can_not_be_split_says_where_and_why(text: str, message: str, offset: int) -> None:
    with pytest.raises(TemplateError) as raised:
        split_template(text)
    assert (raised.value.message, raised.value.offset) == (message, offset)
    assert raised.value.hint


@given(st.text())
def test_escaped_text_shows_as_it_is(text: str) -> None:
    assert "".join(split_template(escape_template(text))) == text


@given(st.text(alphabet="ab{}'`\"\\ "))
def test_every_field_stands_where_its_offset_says(text: str) -> None:
    try:
        parts = split_template(text)
    except TemplateError as error:
        parts = ()
        offset = error.offset
    else:
        offset = 0
    assert 0 <= offset <= max(len(text) - 1, 0)
    for part in parts:
        if isinstance(part, Field):
            assert text[part.offset : part.offset + len(part.expression)] == part.expression
            assert text[part.offset - 1] == "{"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("text", "text"),
        (None, "(none)"),
        (True, "true"),
        (1.5, "1.5"),
        ([], "[]"),
        ({"a": ["é", 1]}, '{"a":["é",1]}'),
        ("x" * 120, "x" * 120),
        ("x" * 121, "x" * 119 + "…"),
    ],
)
def test_a_value_reads_as_people_expect(value: Any, shown: str) -> None:
    assert render_value(value) == shown
