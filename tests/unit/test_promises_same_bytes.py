"""The same documents give the same bytes, whatever the order of names, the workers and the hash seed; and offline."""

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples" / "policies"
FORMATS = ("json", "sarif", "text")
NO_SOCKETS = """
import socket

def refuse(*arguments, **options):
    raise OSError("no sockets here")

socket.socket = socket.create_connection = refuse
"""


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("work")
    (directory / ".git").mkdir()
    for copy, file in itertools.product(("a", "b"), sorted(EXAMPLES.iterdir())):
        (directory / copy).mkdir(exist_ok=True)
        (directory / copy / file.name).write_bytes(file.read_bytes())
    (directory / "site").mkdir()
    (directory / "site" / "sitecustomize.py").write_text(NO_SOCKETS)
    return directory


def outputs(work: Path, names: list[str], *options: str, seed: str = "0") -> list[bytes]:
    words = [word for name in FORMATS for word in ("-o", f"{name}={name}.out")]
    done = subprocess.run(
        [sys.executable, "-m", "lictor.cli", "check", *names, *words, "--no-cache", *options],
        cwd=work,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(work / "site")},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return [(work / f"{name}.out").read_bytes() for name in FORMATS]


@pytest.fixture(scope="module")
def expected(work: Path) -> list[bytes]:
    return outputs(work, ["a", "b"], "--jobs", "1")


def test_the_order_of_names_does_not_matter(work: Path, expected: list[bytes]) -> None:
    files = sorted((path.relative_to(work).as_posix() for path in work.glob("[ab]/*")), reverse=True)
    assert outputs(work, ["b", "a"]) == expected
    assert outputs(work, [*files[1::2], *files[::2]]) == expected


@pytest.mark.parametrize("options", [("--jobs", "2"), ("--executor", "serial"), ("--executor", "processes")])
def test_the_workers_do_not_matter(work: Path, expected: list[bytes], options: tuple[str, ...]) -> None:
    assert outputs(work, ["a", "b"], *options) == expected


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_hash_seed_does_not_matter(work: Path, expected: list[bytes], seed: str) -> None:
    assert outputs(work, ["a", "b"], seed=seed) == expected


def test_no_output_holds_a_path_of_the_machine(work: Path, expected: list[bytes]) -> None:
    for text in expected:
        assert str(work).encode() not in text
        # a home '/root' is no part of the address '/root-user-best-practices'
        assert not re.search(re.escape(str(Path.home()).encode()) + rb"(?![\w-])", text)
