"""Excerpts: carets stand under the span whatever the line is made of."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.model import Context, Location, Region
from lictor.report import Excerpt, cell_width, cut_excerpt


def cut(line: str, start: int, end: int, width: int = 80) -> Excerpt:
    location = Location("a.json", Region(1, start, 1, end), context=Context(1, line))
    shown = cut_excerpt(location, width)
    assert shown is not None
    return shown


def marked(shown: Excerpt) -> str:
    """Return the part of the text that stands above the carets, cell by cell."""
    cells = "".join(character + "\0" * (cell_width(character) - 1) for character in shown.text if cell_width(character))
    return cells[shown.indent : shown.indent + shown.carets].replace("\0", "")


def test_a_short_line_is_shown_whole() -> None:
    assert cut('  "Principal": "*",', 16, 19) == Excerpt(1, '  "Principal": "*",', 15, 3, 1)


def test_tabs_are_expanded() -> None:
    shown = cut('\ta\t"*"', 4, 7)
    assert (shown.text, marked(shown)) == ('    a   "*"', '"*"')


def test_wide_and_combining_characters_are_counted_as_terminals_draw_them() -> None:
    assert cut('日本 "*"', 4, 7).indent == 5
    assert cut('e\u0301 "*"', 4, 7).indent == 2
    assert cut("日本", 1, 3).carets == 4


def test_control_and_bidirectional_characters_are_made_visible() -> None:
    shown = cut('\x1b\u202e"*"', 3, 6)
    assert (shown.text, marked(shown)) == ('\\x1b\\u202e"*"', '"*"')


def test_an_empty_span_and_one_past_the_line_have_one_caret() -> None:
    assert cut("abc", 2, 2).carets == 1
    assert cut("abc", 4, 5)[2:4] == (3, 1)
    assert cut("", 1, 1)[2:4] == (0, 1)


def test_of_several_lines_the_first_is_underlined_to_its_end() -> None:
    location = Location("a.json", Region(2, 3, 4, 2), context=Context(1, "{\n  [1,   \n   2\n]\n}"))
    assert cut_excerpt(location, 80) == Excerpt(2, "  [1,", 2, 3, 4)


def test_a_long_line_is_cut_around_the_span() -> None:
    line = "x" * 500 + '"*"' + "y" * 500
    shown = cut(line, 501, 504, width=40)
    assert marked(shown) == '"*"'
    assert cell_width(shown.text) <= 40
    assert shown.text.startswith("…x")
    assert shown.text.endswith("y…")


@settings(max_examples=150)
@given(
    st.text(st.sampled_from('ab"é日\t\x1b\u0301\u202e\U0001f511'), min_size=1, max_size=90),
    st.integers(1, 90),
    st.integers(0, 20),
    st.integers(24, 60),
)
def test_any_line_fits_and_its_carets_stand_inside(line: str, start: int, length: int, width: int) -> None:
    start = min(start, len(line))
    shown = cut(line, start, min(start + length, len(line) + 1), width)
    assert cell_width(shown.text) <= width
    assert 0 <= shown.indent <= width
    assert 1 <= shown.carets <= width
    if cell_width(line.expandtabs(4)) <= width and line.isprintable() and line.isascii():
        assert marked(shown) == line[start - 1 : start - 1 + max(length, 1)]


def test_a_minified_line_of_megabytes_costs_no_more_than_a_short_one() -> None:
    line = "[" + '"ab",' * 1_000_000 + "]"
    shown = cut(line, 2_500_002, 2_500_006)
    assert marked(shown) == '"ab"'


def test_without_source_lines_there_is_nothing_to_show() -> None:
    assert cut_excerpt(Location("a.json"), 80) is None
    assert cut_excerpt(Location("a.json", Region(1, 1, 1, 2)), 80) is None
    assert cut_excerpt(Location("a.json", Region(9, 1, 9, 2), context=Context(1, "x")), 80) is None
