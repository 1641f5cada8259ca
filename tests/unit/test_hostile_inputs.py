"""The promises about bad input, one by one, for documents: each is a Problem, in its time, and nothing else is lost.

Times are bounds for a quiet machine, widened by `SLACK` so that a busy one does not fail: what they guard against is
growth by a power, which misses them by far more.
"""

import codecs
import os
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lictor.documents import discover, parse_json, parse_yaml, read_bytes, read_file
from lictor.model import Budgets, Loaded, Problem
from lictor_plugins import formats

LOADERS = {loader.name: loader for loader in formats.register_loaders()}
SLACK = 8

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {k: 1}\n" + "".join(
    f"{name}: &{name}\n  <<: [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefghijk", "bcdefghijkl", strict=True)
)


def within(milliseconds: float, work: Callable[[], Loaded]) -> Loaded:
    """Do some work and check how long it took, the best of three."""
    times = []
    for _ in range(3):
        start = time.process_time()
        loaded = work()
        times.append(time.process_time() - start)
    assert min(times) * 1000 < milliseconds * SLACK
    return loaded


def on_a_small_stack(work: Callable[[], Any]) -> Any:
    """Do some work on a thread with a stack of 256 kB."""
    found: list[Any] = []
    before = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=lambda: found.append(work()))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    return found[0]


def the(code: str, loaded: Loaded) -> Problem:
    assert loaded.documents == ()
    (problem,) = loaded.problems
    assert (problem.code, problem.level) == (code, "error")
    return problem


def line_of(problem: Problem) -> int:
    assert problem.location is not None
    assert problem.location.region is not None
    return problem.location.region.start_line


def test_1_a_billion_laughs_are_stopped_at_the_budget_and_fast() -> None:
    problem = the("too-many-nodes", within(50, lambda: parse_yaml("a.yaml", LAUGHS)))
    assert "1000000 values" in problem.message
    assert line_of(problem) == 7


# What getrusage says of a new process counts the memory of the one that started it; the kernel's own figure does not.
PEAK_KIB = "next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM'))"
needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")


@needs_proc
def test_1_a_billion_laughs_take_little_memory() -> None:
    program = textwrap.dedent(f"""
        import sys
        from lictor.documents import parse_yaml
        parse_yaml("a.yaml", sys.stdin.read())
        print({PEAK_KIB} // 1024)
    """)
    done = subprocess.run([sys.executable, "-c", program], input=LAUGHS, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 100


def test_1_aliases_are_shared_so_that_what_the_budget_allows_stays_small() -> None:
    loaded = parse_yaml("a.yaml", "".join(LAUGHS.splitlines(keepends=True)[:6]))
    assert loaded.problems == ()
    data = loaded.documents[0].data
    assert all(item is data["e"] for item in data["f"])


@pytest.mark.parametrize("text", ["a: &a [*a]\n", "a: &a\n  b: *a\n", "a: &a\n  <<: *a\n", "&a [&b {c: *a}]"])
def test_2_an_alias_cycle_is_a_problem_with_its_line(text: str) -> None:
    assert line_of(the("alias-cycle", parse_yaml("a.yaml", text))) in {1, 2}


@pytest.mark.parametrize("text", ["[" * 1_000_000, "[" * 1_000_000 + "]" * 1_000_000, '{"":' * 1_000_000])
@pytest.mark.parametrize("uri", ["a.json", "a.yaml"])
def test_3_a_million_levels_are_stopped_fast_even_on_a_small_stack(text: str, uri: str) -> None:
    parse = parse_json if uri == "a.json" else parse_yaml
    the("too-deep", within(20, lambda: parse(uri, text)))
    the("too-deep", on_a_small_stack(lambda: parse(uri, text)))


@pytest.mark.parametrize("opener", ["- ", "? ", "{a: ", "[[],", "- ? "])
def test_3_a_million_levels_of_block_yaml_are_stopped_fast(opener: str) -> None:
    text = opener * 200_000
    the("too-deep", within(20, lambda: parse_yaml("a.yaml", text)))
    the("too-deep", on_a_small_stack(lambda: parse_yaml("a.yaml", text)))


def test_3_indentation_as_deep_as_it_can_be_is_stopped() -> None:
    text = "".join(" " * level + "a:\n" for level in range(2_000))
    the("too-deep", parse_yaml("a.yaml", text))


@pytest.mark.parametrize("parse", [parse_json, parse_yaml])
def test_3_the_deepest_document_that_is_allowed_works_everywhere_on_a_small_stack(
    parse: Callable[[str, str], Loaded],
) -> None:
    text = "[" * 200 + "]" * 200
    loaded = on_a_small_stack(lambda: parse("a.yaml", text))
    (document,) = loaded.documents
    path = (0,) * 199
    assert on_a_small_stack(lambda: document.region_of(path)) == (1, 200, 1, 202)


def test_3_a_deep_document_does_not_take_its_neighbours_with_it(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text("[" * 100_000)
    (tmp_path / "good.json").write_text("{}")
    found = discover(["."], tmp_path, frozenset({".json"}))
    loaded = [read_file(file.path, file.uri, LOADERS, Budgets()) for file in found.files]
    assert [len(one.documents) for one in loaded] == [0, 1]


def test_4_a_merge_bomb_is_stopped_at_the_budget_and_fast() -> None:
    assert len(MERGES) < 746
    the("too-many-nodes", within(10, lambda: parse_yaml("a.yaml", MERGES)))


def test_5_a_big_file_is_named_as_too_large_and_never_read(tmp_path: Path) -> None:
    path = tmp_path / "big.json"
    with path.open("wb") as file:
        file.truncate(21_000_000)
    problem = the("file-too-large", within(5, lambda: read_file(path, "big.json", LOADERS, Budgets())))
    assert problem.location is not None
    assert problem.location.uri == "big.json"


@needs_proc
def test_5_a_big_file_takes_a_bounded_multiple_of_its_size() -> None:
    program = textwrap.dedent(f"""
        from lictor.documents import parse_json
        from lictor.model import Budgets
        start = {PEAK_KIB}
        item = '{{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::bucket/*"}}'
        text = "[" + ",".join([item] * 200_000) + "]"
        loaded = parse_json("a.json", text, Budgets(file_bytes=10**9, nodes=10**9))
        assert len(loaded.documents[0].data) == 200_000
        grown = ({PEAK_KIB} - start) * 1024
        print(grown / len(text))
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(done.stdout) <= 12


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": 1}',
        codecs.BOM_UTF8 + b'{"a": 1}',
        codecs.BOM_UTF16_LE + '{"a": 1}'.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + '{"a": 1}'.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + '{"a": 1}'.encode("utf-32-le"),
        codecs.BOM_UTF32_BE + '{"a": 1}'.encode("utf-32-be"),
    ],
)
@pytest.mark.parametrize("uri", ["a.json", "a.yaml"])
def test_6_every_unicode_encoding_is_read(raw: bytes, uri: str) -> None:
    loaded = read_bytes(uri, raw, LOADERS, Budgets())
    assert [document.data for document in loaded.documents] == [{"a": 1}]
    assert loaded.documents[0].region_of(("a",)) == (1, 7, 1, 8)


def test_6_bytes_that_are_no_text_are_told_with_offset_line_and_column() -> None:
    problem = the("bad-encoding", read_bytes("a.json", b'{"a":\n "\xc3\x28"}', LOADERS, Budgets()))
    assert problem.message == "expected UTF-8 text, found 0xC3 at byte offset 8"
    assert line_of(problem) == 2


@pytest.mark.parametrize("uri", ["a.json", "a.yaml"])
def test_7_a_duplicate_key_is_never_silently_the_last(uri: str) -> None:
    raw = b'{"Principal": "*",\n "Principal": {"AWS": "111122223333"}}'
    (problem,) = read_bytes(uri, raw, LOADERS, Budgets()).problems
    assert problem.code == "duplicate-key"
    assert line_of(problem) == 2
    assert [location.region and location.region.start_line for location in problem.related_locations] == [1]


@pytest.mark.parametrize("uri", ["a.json", "a.yaml"])
@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "9" * 5000])
def test_8_numbers_that_are_none_are_told_and_kept_as_text(uri: str, number: str) -> None:
    loaded = read_bytes(uri, f'{{"a": {number}}}'.encode(), LOADERS, Budgets())
    assert [problem.code for problem in loaded.problems] == ["number-out-of-range"]
    assert loaded.documents[0].data == {"a": number}


def test_8_a_huge_number_takes_no_time() -> None:
    text = "[" + "9" * 1_000_000 + "]"
    assert [problem.code for problem in within(50, lambda: parse_json("a.json", text)).problems] == [
        "number-out-of-range"
    ]
    assert within(50, lambda: parse_yaml("a.yaml", "a: " + "9" * 1_000_000)).problems


@pytest.mark.parametrize(
    ("raw", "uri"),
    [
        (b'{"a": "\\ud800"', "a.json"),
        (b'{"\\ud800": 1, "\\ud800": 2}', "a.json"),
        (b'{"a": "\x1b[31m"}', "a.json"),
        (b'{"a": \x1b}', "a.json"),
        (b"a: \x1b[31m", "a.yaml"),
        (b'"\\ud800": 1\n"\\ud800": 2\n', "a.yaml"),
        (b"a: \xef\xbf\xbe", "a.yaml"),
        (b"a: !\xe2\x80\xae x", "a.yaml"),
        (b'{"a\x7f\\u0000": 1, "a\x7f\\u0000": 2}', "a.json"),
    ],
)
def test_9_no_control_character_or_surrogate_of_a_file_is_in_what_is_said_of_it(raw: bytes, uri: str) -> None:
    loaded = read_bytes(uri, raw, LOADERS, Budgets())
    assert loaded.problems
    for problem in loaded.problems:
        assert (problem.message + problem.hint).isprintable()


def test_9_a_nul_is_a_problem_at_its_place() -> None:
    problem = the("bad-encoding", read_bytes("a.json", b'{\n"a": "\0"}', LOADERS, Budgets()))
    assert line_of(problem) == 2


def test_9_a_lone_surrogate_stays_a_value_with_a_place() -> None:
    (document,) = read_bytes("a.json", b'{"a": "\\ud800x", "b": 1}', LOADERS, Budgets()).documents
    assert document.data["a"] == "\ud800x"
    assert document.region_of(("a",)) == (1, 7, 1, 16)


@pytest.mark.parametrize("make", ["fifo", "socket", "device", "loop", "dangling", "folder", "vanished", "link-to-fifo"])
def test_10_what_is_no_regular_file_is_one_problem_and_never_a_hang(
    tmp_path: Path, make: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    listener = socket.socket(socket.AF_UNIX)
    if make == "fifo":
        os.mkfifo(path)
    elif make == "socket":
        monkeypatch.chdir(tmp_path)  # the name of a socket may not be long
        listener.bind("a.json")
    elif make == "device":
        path.symlink_to("/dev/zero")
    elif make == "loop":
        path.symlink_to("a.json")
    elif make == "dangling":
        path.symlink_to("nowhere")
    elif make == "folder":
        path.mkdir()
    elif make == "link-to-fifo":
        os.mkfifo(tmp_path / "pipe")
        path.symlink_to("pipe")
    loaded = within(20, lambda: read_file(path, "a.json", LOADERS, Budgets()))
    listener.close()
    is_gone = make in {"loop", "dangling", "vanished"}
    the("unreadable-file" if is_gone else "not-a-regular-file", loaded)


def test_10_a_file_that_turns_into_a_fifo_between_looking_and_opening_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}")
    look = os.lstat

    def swap(name: Any) -> os.stat_result:
        found = look(name)
        path.unlink()
        os.mkfifo(path)
        return found

    monkeypatch.setattr(os, "lstat", swap)
    the("not-a-regular-file", read_file(path, "a.json", LOADERS, Budgets()))


def test_10_a_file_that_grows_while_it_is_read_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    path.write_text("[" + " " * 500 + "]")
    look = os.fstat

    def smaller(handle: int) -> os.stat_result:
        fields = list(look(handle))
        fields[6] = 10
        return os.stat_result(fields)

    monkeypatch.setattr(os, "fstat", smaller)
    the("file-too-large", read_file(path, "a.json", LOADERS, Budgets(file_bytes=100)))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_10_a_file_that_may_not_be_read_is_one_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}")
    path.chmod(0)
    the("unreadable-file", read_file(path, "a.json", LOADERS, Budgets()))


def test_10_a_name_that_no_file_can_have_is_one_problem() -> None:
    the("unreadable-file", read_file(Path("a\0.json"), "a.json", LOADERS, Budgets()))


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system", "!!python/name:os.system", "!!python/module:os", "!Unknown", "!!new"]
)
@pytest.mark.parametrize("value", ["x", "[touch]", "{a: b}"])
def test_11_unknown_tags_are_told_with_their_line_and_nothing_is_called(
    tag: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import yaml.constructor

    def never(*arguments: object) -> None:
        raise AssertionError(arguments)

    monkeypatch.setattr(yaml.constructor.BaseConstructor, "__init__", never)
    monkeypatch.setattr(os, "system", never)
    (problem,) = parse_yaml("a.yaml", f"ok: 1\nbad: {tag} {value}\n").problems
    assert problem.code == "bad-tag"
    assert line_of(problem) == 2


def test_many_documents_in_a_file_are_bounded_by_one_budget_each_and_read_in_linear_time() -> None:
    loaded = within(400, lambda: parse_yaml("a.yaml", "---\na: 1\n" * 5_000))
    assert len(loaded.documents) == 5_000
    start = time.process_time()
    assert [document.comments() for document in loaded.documents] == [()] * 5_000
    assert [document.region_of(()).start_line for document in loaded.documents] == list(range(2, 10_002, 2))
    assert time.process_time() - start < 0.4 * SLACK


def test_a_wide_file_of_errors_is_diagnosed_in_linear_time() -> None:
    within(50, lambda: parse_json("a.json", '{"a": "' + "\\q" * 200_000 + '"}'))
    within(50, lambda: parse_json("a.json", '"' * 200_001))
    within(50, lambda: parse_json("a.json", "/*" * 200_000))
    within(50, lambda: parse_json("a.json", "[" + "'" * 200_000))
    within(100, lambda: parse_json("a.json", "-" * 200_000))
