"""Problems get the lines that they point at, wherever these can be read."""

from pathlib import Path

from lictor.documents import quote_sources
from lictor.model import Context, Location, Problem, Region


def problem(uri: str, line: int, last: int = 0) -> Problem:
    return Problem("bad-rule", "what is wrong", "rule", location=Location(uri, Region(line, 1, last or line, 2)))


def contexts(*problems: Problem, root: Path) -> list[Context | None]:
    return [quoted.location.context for quoted in quote_sources(problems, root) if quoted.location]


def test_a_problem_gets_its_line_whatever_ends_lines_there(tmp_path: Path) -> None:
    (tmp_path / "rule.yaml").write_bytes("id: a\r\ntitle: ä\nlevel: c\r".encode())
    found = contexts(problem("rule.yaml", 2), problem("rule.yaml", 3), root=tmp_path)
    assert found == [Context(2, "title: ä"), Context(3, "level: c")]


def test_of_a_long_span_two_lines_are_enough(tmp_path: Path) -> None:
    (tmp_path / "rule.yaml").write_text("a\nb\nc\nd\n", encoding="utf-8")
    assert contexts(problem("rule.yaml", 1, last=4), root=tmp_path) == [Context(1, "a\nb")]


def test_what_can_not_be_read_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00\xd8")
    (tmp_path / "short.yaml").write_text("a\n", encoding="utf-8")
    wrong = [problem(uri, 9) for uri in ("folder", "bytes.yaml", "short.yaml", "gone.yaml", "\x00", "a" * 5000)]
    without_place = Problem("no-rules", "no rule", "usage")
    assert [*quote_sources([*wrong, without_place], tmp_path)] == [*wrong, without_place]


def test_lines_that_are_there_already_are_kept(tmp_path: Path) -> None:
    (tmp_path / "rule.yaml").write_text("now\n", encoding="utf-8")
    seen = Context(1, "when it was read")
    known = problem("rule.yaml", 1)
    known = known._replace(location=known.location and known.location._replace(context=seen))
    assert contexts(known, root=tmp_path) == [seen]
