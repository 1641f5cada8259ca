"""`lictor check` reads a plain command line without click, and as click reads it."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lictor.cli.check import command
from lictor.cli.option_tables import CHECK_OPTIONS, read_plainly

OPEN = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}'

FLAGS = [flag for option in CHECK_OPTIONS for flag in option.flags]
WORDS = st.sampled_from(
    [
        *FLAGS,
        "--jobs=2",
        "--color=always",
        "--ruleset=",
        "--fix=1",
        "a.json",
        "-",
        "",
        "error",
        "never",
        "7",
        "0",
        "no:x",
    ]
)


def by_click(arguments: list[str]) -> dict[str, object]:
    return dict(command.make_context("check", list(arguments)).params)


@given(st.lists(WORDS, max_size=6))
def test_a_plain_command_line_is_read_as_click_reads_it(arguments: list[str]) -> None:
    given_plainly = read_plainly(arguments, CHECK_OPTIONS)
    if given_plainly is not None:
        names, options = given_plainly
        assert {"names": names, **options} == by_click(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["-h"],
        ["--wrong"],
        ["--", "a.json"],
        ["-osarif"],
        ["--jobs"],
        ["--color", "blue"],
        ["--max-file-size", "0"],
        ["--max-file-size", "many"],
        ["--fix=yes"],
        ["--rule", "x"],
    ],
)
def test_what_is_not_plain_is_left_to_click(arguments: list[str]) -> None:
    assert read_plainly(arguments, CHECK_OPTIONS) is None


def test_a_plain_check_imports_no_click_and_exits_as_it_should(tmp_path: Path) -> None:
    (tmp_path / "open.json").write_text(OPEN)
    code = (
        "import sys; from lictor.cli import run\n"
        "code = run(['check', 'open.json', '--no-cache'])\n"
        "print(code, 'click' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == "1 False\n"
    assert "trust-wildcard-principal" in done.stdout


def test_a_wrong_value_is_told_with_the_usage(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lictor.cli", "check", "--kind", "x", "a.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: ")
    assert "expected GLOB=KIND, found 'x'" in done.stderr


def test_output_that_nobody_reads_ends_the_run_quietly(tmp_path: Path) -> None:
    (tmp_path / "open.json").write_text(OPEN)
    process = subprocess.Popen(
        [sys.executable, "-m", "lictor.cli", "check", "open.json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 130
