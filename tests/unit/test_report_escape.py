"""Nothing that a document holds steers the place where it is shown."""

import re
import xml.etree.ElementTree as ET
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lictor.report import (
    escape_lines,
    escape_markdown,
    escape_terminal,
    escape_uri,
    escape_workflow_data,
    escape_workflow_property,
    escape_xml,
    markdown_code,
)

HOSTILE = [
    *map(chr, (*range(0x20), *range(0x7F, 0xA0))),
    *"\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u061c\xad",
    "\ud800",
    "\udfff",
    "\U000e0041",
    "\x1b[31m",
    "\x1b]8;;http://x\x07",
    "</script>",
    "<!--",
    "]]>",
    "&amp;",
    "::error::",
    "##[error]",
    "%0A",
    "\r\n",
    "``",
    "|",
    "[a](javascript:x)",
    "![a](b)",
    "<img src=x onerror=y>",
    "*_~$#",
    "1. ",
    "- ",
    "@octocat",
    "https://evil.example",
    "www.evil.example",
    "'\"",
    "é日\U0001f511 ",
]
CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0041]"
)
texts = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=4), max_size=6).map("".join)


@given(texts)
def test_a_terminal_gets_one_line_of_characters_that_show(text: str) -> None:
    assert not CONTROL.search(escape_terminal(text))


@given(texts)
def test_lines_hold_no_control_character_but_line_feeds(text: str) -> None:
    assert not CONTROL.search(escape_lines(text).replace("\n", ""))


@pytest.mark.parametrize("text", ["plain", "é 日本 \U0001f511", "no-break\xa0space", ""])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert escape_terminal(text) == escape_lines(text) == text


@given(texts)
def test_xml_gives_the_text_back_with_hostile_characters_shown(text: str) -> None:
    escaped = escape_xml(text)
    element = ET.fromstring(f'<a b="{escaped}">{escaped}</a>'.encode())  # noqa: S314 - made in this line
    assert element.text == (escape_lines(text) or None)
    assert element.get("b") == escape_lines(text)


@given(texts)
def test_a_workflow_command_stays_one_line_and_decodes_to_the_text(text: str) -> None:
    data, value = escape_workflow_data(text), escape_workflow_property(text)
    assert not CONTROL.search(data + value)
    assert ":" not in value
    assert "," not in value
    decoded = value.replace("%2C", ",").replace("%3A", ":").replace("%0A", "\n").replace("%25", "%")
    assert decoded == escape_lines(text)
    assert data.replace("%0A", "\n").replace("%25", "%") == escape_lines(text)


@given(texts)
def test_markdown_shows_the_text_and_makes_nothing_else_of_it(text: str) -> None:
    page = MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"])
    rendered = page.render(escape_markdown(text))
    tags = set(re.findall(r"</?([a-z0-9]+)", rendered))
    assert tags <= {"p"}
    assert "@octocat" not in rendered
    assert "://" not in escape_markdown(text)


@given(texts)
def test_a_code_span_shows_the_text_in_a_table_cell(text: str) -> None:
    page = MarkdownIt("commonmark").enable("table")
    rendered = page.render(f"| a | b |\n| --- | --- |\n| {markdown_code(text)} | end |\n")
    cells = re.findall(r"<td>(.*?)</td>", rendered)
    assert len(cells) == 2
    assert cells[1] == "end"
    assert re.fullmatch(r"<code>[^<>]*</code>", cells[0])


@given(texts)
def test_a_uri_is_ascii_and_decodes_to_the_name(text: str) -> None:
    escaped = escape_uri(text)
    assert re.fullmatch(r"[A-Za-z0-9/._~!$&'()*+,;=@%-]*", escaped)
    if not re.search("[\ud800-\udfff]", text):
        assert unquote(escaped) == text


def test_a_file_name_that_is_not_utf8_keeps_its_bytes() -> None:
    assert escape_uri(b"a\xff.json".decode("utf-8", "surrogateescape")) == "a%FF.json"
