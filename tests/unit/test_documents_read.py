"""Bytes to text, and a file to documents: whatever is there, it is a Document or a Problem."""

import codecs
import pathlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.documents import decode, parse_json, parse_yaml, read_bytes, read_file
from lictor.documents.read import loader_for, read_text
from lictor.model import EMBEDDED, Budgets, Document, Loaded, Loader, Path, Problem, Region


def nowhere(path: object, highlight: object) -> Region:
    del path, highlight
    return Region(1, 1, 1, 1)


def load_text(uri: str, text: str, budgets: Budgets) -> Loaded:
    del budgets
    return Loaded((Document(uri, "text", text, text, nowhere),))


JSON = Loader("json", (".json",), parse_json)
YAML = Loader("yaml", (".yaml", ".yml"), parse_yaml)
SPECIAL = Loader("special", (".json", ".yaml"), load_text, lambda text: "special" in text)
LOADERS = {loader.name: loader for loader in (JSON, YAML, SPECIAL)}


def read(path: pathlib.Path, budgets: Budgets | None = None) -> Loaded:
    return read_file(path, path.name, LOADERS, budgets or Budgets())


def code_of(loaded: Loaded) -> str:
    assert loaded.documents == ()
    (problem,) = loaded.problems
    assert problem.location is not None
    return problem.code


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_every_unicode_encoding_with_its_mark_is_read(mark: bytes, encoding: str) -> None:
    assert decode(mark + '{"é": "😀"}'.encode(encoding), "a.json") == '{"é": "😀"}'


@pytest.mark.parametrize(
    ("raw", "message", "start"),
    [
        (b'{\n "a": "\xff"}', "expected UTF-8 text, found 0xFF at byte offset 9", (2, 8)),
        ("é\n".encode() + b"ab\xe2\x82", "expected UTF-8 text, found 0xE2 0x82 at byte offset 5", (2, 3)),
        (codecs.BOM_UTF16_LE + b"a\0b", "expected UTF-16-LE text, found 0x62 at byte offset 4", (1, 2)),
        ("é\n\0".encode(), "expected text, found a NUL at byte offset 3", (2, 1)),
        ("{}".encode("utf-16-le"), "expected text, found a NUL at byte offset 1", (1, 2)),
    ],
)
def test_bytes_that_are_no_text_are_a_problem_with_offset_line_and_column(
    raw: bytes, message: str, start: tuple[int, int]
) -> None:
    problem = decode(raw, "a.json")
    assert isinstance(problem, Problem)
    assert (problem.code, problem.message) == ("bad-encoding", message)
    assert problem.location is not None
    assert problem.location.region is not None
    assert problem.location.region[:2] == start


@given(st.binary(max_size=60), st.sampled_from(["a.json", "a.yaml", "a.yml", "a", "a.txt", ".json"]))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_documents_or_problems(raw: bytes, uri: str) -> None:
    loaded = read_bytes(uri, raw, LOADERS, Budgets())
    assert loaded.documents or loaded.problems
    for document in loaded.documents:
        document.region_of(())
        document.comments()


@given(st.text(st.sampled_from("-?:,[]{}#&*!|>'\"%@` \n\t\rab1<.~\\0\u2028\x85😀"), max_size=40))
@settings(max_examples=500, deadline=None)
def test_any_yaml_like_text_is_documents_or_problems_and_every_document_has_places(text: str) -> None:
    loaded = parse_yaml("a.yaml", text)
    assert loaded.documents or loaded.problems
    for document in loaded.documents:
        places: list[Path] = [(), ("a",), (0,), ("a", 0, EMBEDDED)]
        for region in map(document.region_of, places):
            assert region[:2] <= region[2:]
        document.comments()


def test_the_loader_that_claims_the_text_wins_then_the_one_that_only_has_the_extension() -> None:
    assert loader_for("a.json", "special", LOADERS.values()) is SPECIAL
    assert loader_for("a.json", "{}", LOADERS.values()) is JSON
    assert loader_for("a.YML", "special", LOADERS.values()) is YAML
    assert loader_for("a.txt", "special", LOADERS.values()) is SPECIAL
    assert loader_for("policy", ' {"a": 1}', LOADERS.values()) is JSON
    assert loader_for("a.txt", "text", LOADERS.values()) is None
    longer = Loader("plan", (".plan.json",), load_text)
    assert loader_for("a.plan.json", "{}", [JSON, longer]) is longer


def test_a_file_that_no_loader_reads_is_a_problem(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    loaded = read(tmp_path / "a.txt")
    assert code_of(loaded) == "unsupported-format"

    assert loaded.problems[0].hint == "these are read: .json, .yaml, .yml"


def test_an_empty_standard_input_is_empty_rather_than_of_an_unknown_format() -> None:
    assert code_of(read_text("stdin", " \n", LOADERS, Budgets())) == "empty-document"


def test_json_text_in_a_yaml_file_is_fine(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.yaml").write_text('{"a": [1]}')
    assert read(tmp_path / "a.yaml").documents[0].data == {"a": [1]}


def test_a_loader_that_raises_is_a_problem_and_no_more() -> None:
    def fail(uri: str, text: str, budgets: Budgets) -> Loaded:
        raise RuntimeError(f"{uri} {text} {budgets.depth} \x1b[31m")

    def claim(text: str) -> bool:
        raise RuntimeError(text)

    for loader in (Loader("bad", (".json",), fail), Loader("bad", (".json",), load_text, claim)):
        loaded = read_bytes("a.json", b"{}", {"bad": loader}, Budgets())
        assert code_of(loaded) == "loader-error"
        assert "\x1b" not in loaded.problems[0].message


def test_the_size_of_a_file_is_bounded(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.json").write_text("[" + " " * 98 + "]")
    assert read(tmp_path / "a.json", Budgets(file_bytes=100)).documents
    loaded = read(tmp_path / "a.json", Budgets(file_bytes=99))
    assert code_of(loaded) == "file-too-large"
    assert "99 bytes" in loaded.problems[0].message
    assert code_of(read_bytes("a.json", b"[   ]", LOADERS, Budgets(file_bytes=4))) == "file-too-large"
