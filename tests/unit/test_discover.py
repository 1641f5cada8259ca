"""Finding files: folders, globs, links, what is ignored, and names that can be printed."""

import os
from pathlib import Path

import pytest

from lictor.documents import discover
from lictor.documents.discovery import Discovered, discovered
from lictor.model import Problem

KNOWN = frozenset({".json", ".yaml"})


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a.json", "b.txt", "x/c.yaml", "x/y/d.json", "node_modules/e.json", ".git/f.json", ".github/g.yaml"):
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    return tmp_path / "root"


def uris(found: Discovered) -> list[str]:
    assert [problem.message for problem in found.problems] == []
    return [file.uri for file in found.files]


def codes(found: Discovered) -> list[str]:
    return [problem.code for problem in found.problems]


def test_a_folder_gives_its_known_files_in_order_without_those_of_tools(tree: Path) -> None:
    assert uris(discover(["."], tree, KNOWN)) == [".github/g.yaml", "a.json", "x/c.yaml", "x/y/d.json"]
    assert uris(discover(["x"], tree, KNOWN)) == ["x/c.yaml", "x/y/d.json"]
    assert uris(discover(["node_modules"], tree, KNOWN)) == ["node_modules/e.json"]


def test_a_folder_is_walked_in_the_order_of_the_uris(tree: Path) -> None:
    for name in ("x.json", "x-y/a.json", "x/y.json", "x/y-z/a.json", "x/a/b.json", "x0.json"):
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text("{}")
    found = uris(discover(["."], tree, KNOWN))
    assert len(found) == 10
    assert found == sorted(found)


def test_files_are_found_no_sooner_than_asked_for(tree: Path) -> None:
    problems: list[Problem] = []
    found = discovered(["x", "nope"], tree, KNOWN, (), problems)
    assert next(found).uri == "x/c.yaml"
    (tree / "x/y/e.json").write_text("{}")
    assert problems == []
    assert [file.uri for file in found] == ["x/y/d.json", "x/y/e.json"]
    assert [problem.code for problem in problems] == ["file-not-found"]


def test_paths_are_where_the_files_are(tree: Path) -> None:
    assert [file.path for file in discover(["x", "a.json"], tree, KNOWN).files] == [
        str(tree / "x/c.yaml"), str(tree / "x/y/d.json"), str(tree / "a.json"),
    ]  # fmt: skip


def test_a_named_file_is_read_whatever_it_is_called(tree: Path) -> None:
    (tree / ".gitignore").write_text("*.json\n")
    assert uris(discover(["b.txt", "a.json", "./a.json"], tree, KNOWN, exclude=["a.json"])) == ["b.txt", "a.json"]


def test_a_name_that_is_not_there_is_an_error_with_the_nearest_name(tree: Path) -> None:
    found = discover(["a.jsn", "nope/deep"], tree, KNOWN)
    assert codes(found) == ["file-not-found", "file-not-found"]
    assert [(problem.phase, problem.hint) for problem in found.problems] == [
        ("usage", "did you mean 'a.json'?"), ("usage", ""),
    ]  # fmt: skip
    assert found.problems[0].message == "there is no file or folder 'a.jsn'"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.json", ["a.json"]),
        ("**/*.json", ["a.json", "x/y/d.json"]),
        ("x/**", ["x/c.yaml", "x/y/d.json"]),
        ("x/*/d.json", ["x/y/d.json"]),
        ("?.json", ["a.json"]),
        ("*.txt", ["b.txt"]),
        ("**/y/*", ["x/y/d.json"]),
        ("*", ["a.json"]),
    ],
)
def test_globs_are_matched_from_the_root(tree: Path, pattern: str, expected: list[str]) -> None:
    assert uris(discover([pattern], tree, KNOWN)) == expected
    assert uris(discover([str(tree / pattern)], tree, KNOWN)) == expected


def test_a_glob_that_matches_nothing_is_an_error_but_not_when_its_files_were_named_before(tree: Path) -> None:
    assert codes(discover(["*.toml"], tree, KNOWN)) == ["no-files-match"]
    assert codes(discover(["nope/*.json"], tree, KNOWN)) == ["no-files-match"]
    assert uris(discover(["a.json", "*.json"], tree, KNOWN)) == ["a.json"]


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tree: Path) -> None:
    (tree / "w*.json").write_text("{}")
    assert uris(discover(["w*.json"], tree, KNOWN)) == ["w*.json"]


def test_gitignore_files_hold_for_their_folder_and_below_and_the_deepest_wins(tree: Path) -> None:
    (tree / ".gitignore").write_text("*.json\n/x/y/\n\\\n")
    (tree / "x/.gitignore").write_text("!keep.json\n")
    (tree / "x/keep.json").write_text("{}")
    assert uris(discover(["."], tree, KNOWN)) == [".github/g.yaml", "x/c.yaml", "x/keep.json"]
    assert uris(discover(["x"], tree, KNOWN)) == ["x/c.yaml", "x/keep.json"]
    assert uris(discover(["x/y"], tree, KNOWN)) == ["x/y/d.json"]
    assert uris(discover(["x/*.json"], tree, KNOWN)) == ["x/keep.json"]


def test_exclude_leaves_out_names_at_any_depth_and_paths_from_the_root(tree: Path) -> None:
    assert uris(discover(["."], tree, KNOWN, ["y", "*.yaml"])) == ["a.json"]
    assert uris(discover(["."], tree, KNOWN, ["x/**"])) == [".github/g.yaml", "a.json"]
    assert uris(discover(["."], tree, KNOWN, ["x/"])) == [".github/g.yaml", "a.json"]


def test_links_to_folders_are_not_followed_and_loops_end(tree: Path) -> None:
    (tree / "x/loop").symlink_to(tree)
    (tree / "x/self.json").symlink_to("self.json")
    assert uris(discover(["x"], tree, KNOWN)) == ["x/c.yaml", "x/y/d.json", "x/self.json"]
    assert uris(discover(["x/loop"], tree, KNOWN))[:2] == ["x/loop/.github/g.yaml", "x/loop/a.json"]


def test_a_link_to_a_file_is_read_once_and_only_inside_the_root(tree: Path) -> None:
    (tree / "0.json").symlink_to("a.json")
    assert "0.json" not in uris(discover(["."], tree, KNOWN))
    (tree / "x/1.json").symlink_to("../b.txt")
    assert uris(discover(["x"], tree, KNOWN)) == ["x/c.yaml", "x/y/d.json", "x/1.json"]
    (tree.parent / "secret.json").write_text("{}")
    (tree / "x/2.json").symlink_to("../../secret.json")
    found = discover(["x"], tree, KNOWN)
    assert codes(found) == ["unreadable-file"]
    assert "x/2.json" not in [file.uri for file in found.files]
    assert uris(discover(["x/2.json"], tree, KNOWN)) == ["x/2.json"]


def test_a_dangling_link_and_a_fifo_are_kept_so_that_reading_tells_of_them(tree: Path) -> None:
    (tree / "x/gone.json").symlink_to("nowhere")
    os.mkfifo(tree / "x/pipe.json")
    assert uris(discover(["x"], tree, KNOWN)) == ["x/c.yaml", "x/pipe.json", "x/y/d.json", "x/gone.json"]


def test_files_outside_the_root_are_named_from_it_without_an_absolute_path(tree: Path) -> None:
    (tree.parent / "other.json").write_text("{}")
    assert uris(discover([str(tree.parent / "other.json"), "../other.json"], tree, KNOWN)) == ["../other.json"]


def test_names_that_are_not_utf_8_are_percent_encoded(tree: Path) -> None:
    name = os.fsencode(tree) + b"/x/\xff\x1b\xc3\xa9.json"
    try:
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    found = uris(discover(["x"], tree, KNOWN))
    assert "x/%FF\x1bé.json" in found
    "".join(found).encode()


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.TGZ"])
def test_archives_are_not_opened(tree: Path, name: str) -> None:
    (tree / name).write_bytes(b"PK")
    found = discover([name], tree, KNOWN)
    assert codes(found) == ["unsupported-format"]
    assert found.files == ()


def test_a_folder_that_vanishes_or_can_not_be_read_is_a_problem(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("y"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = discover(["x"], tree, KNOWN)
    assert [(problem.code, problem.message) for problem in found.problems] == [
        ("unreadable-file", "the folder can't be read: permission denied")
    ]
    assert [file.uri for file in found.files] == ["x/c.yaml"]


def test_folders_nested_past_any_recursion_limit_are_walked(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    depth = 300
    try:
        for _ in range(depth):
            os.mkdir("d", dir_fd=here)
            inner = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
        os.close(os.open("a.json", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    finally:
        os.close(here)
    assert uris(discover(["."], tmp_path, KNOWN)) == ["d/" * depth + "a.json"]
