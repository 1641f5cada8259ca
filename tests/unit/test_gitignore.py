"""Patterns mean what they mean to git, and no pattern takes long."""

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lictor.documents.gitignore import Pattern, read_patterns


def is_ignored(patterns: tuple[Pattern, ...], path: str) -> bool:
    """Decide as a walk does: what is in an ignored folder is never looked at."""
    names = path.split("/")
    for count in range(1, len(names) + 1):
        last = next((each for each in reversed(patterns) if each.matches(names[:count], count < len(names))), None)
        if last is not None and not last.is_negated:
            return True
    return False


@pytest.mark.parametrize(
    ("line", "ignored", "kept"),
    [
        ("a.json", ["a.json", "x/a.json", "a.json/b"], ["b.json", "xa.json"]),
        ("/a", ["a", "a/b"], ["x/a"]),
        ("x/a", ["x/a", "x/a/b"], ["y/x/a"]),
        ("a/", ["a/b", "x/a/b"], ["a", "x/a"]),
        ("*.json", ["a.json", "x/.json"], ["a.yaml", "json"]),
        ("a*c?", ["acd", "abbcd"], ["ac", "a/cd"]),
        ("**/a", ["a", "x/y/a"], ["xa"]),
        ("x/**", ["x/a", "x/y/a"], ["x", "y/x/a"]),
        ("x/**/a", ["x/a", "x/y/z/a"], ["a", "x/y/b"]),
        ("[a-c]x", ["ax", "cx"], ["dx", "x"]),
        ("[!a-c]x", ["dx"], ["ax", "x"]),
        ("[[:digit:]x]", ["1", "x"], ["a"]),
        ("[]a]", ["]", "a"], ["b"]),
        (r"\#a", ["#a"], ["a"]),
        (r"\!a", ["!a"], ["a"]),
        (r"a\*", ["a*"], ["ab"]),
        ("a   ", ["a"], ["a   "]),
        ("a\\ ", ["a "], ["a"]),
        ("# a", [], ["# a", "a"]),
        ("", [], ["a"]),
        ("/", [], ["a"]),
        ("a[b", [], ["a[b", "ab"]),
        ("a\\", [], ["a\\", "a"]),
        ("[[:nope:]]", [], ["n", "a"]),
        ("[b-a]", ["b"], ["a", "c"]),
        ("é*", ["élan.json"], ["elan.json"]),
    ],
)
def test_a_pattern_means_what_it_means_to_git(line: str, ignored: list[str], kept: list[str]) -> None:
    patterns = read_patterns(f"{line}\n")
    assert [path for path in ignored if not is_ignored(patterns, path)] == []
    assert [path for path in kept if is_ignored(patterns, path)] == []


def test_the_last_pattern_that_matches_decides() -> None:
    patterns = read_patterns("*.json\r\n!keep.json\r\nx/keep.json\r\n")
    assert [is_ignored(patterns, path) for path in ("a.json", "keep.json", "x/keep.json")] == [True, False, True]


PIECES = ["a", "b", "*", "?", "**", "/", "[ab]", "[!a]", "\\*", "#", "!", " ", "\\ ", "[[:alpha:]]", "]", "-", ".json"]
NAMES = ["a", "b", "ab", "abc", "a*", " a", "a ", "#a", "!a", "]", "-", "x.json"]


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git to compare with")
@settings(max_examples=40, deadline=None)
@given(
    lines=st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join), min_size=1, max_size=4),
    paths=st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join), min_size=10, unique=True),
)
def test_git_says_the_same(tmp_path_factory: pytest.TempPathFactory, lines: list[str], paths: list[str]) -> None:
    # git takes two stars after other letters for folders where these letters start an anchored pattern
    assume(not any(re.search(r"[^/]\*\*|//|\[[^]]*/", line) for line in lines))
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    text = "\n".join(lines) + "\n"
    (folder / ".gitignore").write_text(text)
    said = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin", "-z"],
        input="\0".join([*paths, ""]),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    patterns = read_patterns(text)
    assert {path for path in paths if is_ignored(patterns, path)} == set(said.stdout.split("\0")[:-1])


@pytest.mark.parametrize(
    "line", ["*a" * 200 + "b", "**/" * 500 + "b", "**/a/" * 500 + "b", "*" * 90_000, " " * 90_000 + "x", "[" * 90_000]
)
def test_no_pattern_takes_long(line: str) -> None:
    start = time.process_time()
    patterns = read_patterns(f"{line}\n{line}/{line}\n")
    for path in ("a" * 255, "/".join(["a"] * 200), "a" * 255 + "b"):
        is_ignored(patterns, path)
    assert time.process_time() - start < 2


def test_a_file_of_patterns_from_a_stranger_does_not_stop_a_run(tmp_path: Path) -> None:
    from lictor.documents import discover

    (tmp_path / ".gitignore").write_text("*a" * 28 + "b\n")
    (tmp_path / ("a" * 60 + ".json")).write_text("{}")
    start = time.process_time()
    assert len(discover(["."], tmp_path, frozenset({".json"})).files) == 1
    assert time.process_time() - start < 2
