"""Whatever file lies beside it, a healthy file's finding is found, and nobody is harmed by what is said.

The cases are those on which other checkers hang, crash, or pass in silence.
"""

import datetime as dt
import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lictor.api import CheckRequest, PluginChoice, check, plugins_for
from lictor.model import Problem, Report, ReportOptions

Lictor = Callable[..., Any]
TODAY = dt.date(2026, 1, 1)
SURE = "trust-wildcard-principal"
FORMATS = plugins_for(PluginChoice()).registry.reporters
SECONDS = 15
"""Far more than any case takes, far less than what grows by a power."""

ALLOW = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
OWN = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
YAML = """\
Version: '2012-10-17'
Statement:
- Effect: Allow
  Principal: {AWS: '*'}
  Action: sts:AssumeRole
"""
ESCAPES = "\x1b[2J\x1b]0;x\x07\x9b31m\x85\u202e\u2066\u2028\u200b\ufeff"
UNSAFE = re.compile("[^\\S \n]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def policy(*statements: Any, **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements) or [ALLOW], **more})


def with_statement(statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def laughing() -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]\n"]
    lines += [f"{name}: &{name} [{', '.join([f'*{chr(ord(name) - 1)}'] * 9)}]\n" for name in "bcdefghi"]
    return "".join(lines) + YAML


def nested(depth: int, text: str = '{"Version": "2012-10-17", "Statement": @}') -> str:
    return text.replace("@", "[" * depth + "]" * depth)


class Case(NamedTuple):
    """A file, and what must be said of it: rules found in it, problems with it, and whether these have a line."""

    name: str
    file: str
    content: str | bytes | Callable[[Path], None]
    found: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    has_line: bool = True


def text(name: str, content: str | bytes, *problems: str, found: str = "", file: str = "bad.json") -> Case:
    return Case(name, file, content, (found,) if found else (), problems)


def special(name: str, make: Callable[[Path], None], problem: str, file: str = "bad.json") -> Case:
    return Case(name, file, make, (), (problem,), has_line=False)


def named(name: str, file: str) -> Case:
    return Case(name, file, policy(), (SURE,))


CASES = (
    text("billion laughs", laughing(), "too-many-nodes", file="bad.yaml"),
    text("alias cycle", f"{YAML}x: &x [*x]\n", "alias-cycle", file="bad.yaml"),
    text("deep json 100k", nested(100_000), "too-deep"),
    text("deep json 1500", nested(1_500), "too-deep"),
    text("deep yaml 5k", nested(5_000, f"{YAML}x: @\n"), "too-deep", file="bad.yaml"),
    text("invalid utf-8", policy(Id="@").encode().replace(b"@", b"\xc3\x28"), "bad-encoding"),
    text("byte order mark", b"\xef\xbb\xbf" + policy().encode(), found=SURE),
    text("utf-16", policy().encode("utf-16"), found=SURE),
    text("duplicate keys", policy()[:-1] + ', "Statement": []}', "duplicate-key", found="form-type"),
    text("nan", policy(Id=float("nan")), "number-out-of-range", found=SURE),
    text("huge int", policy(Id="@").replace('"@"', "9" * 5_000), "number-out-of-range", found=SURE),
    text("lone surrogate", policy({**ALLOW, "Sid": "\ud800"}), found=SURE),
    text("truncated", policy()[:-20], "bad-document"),
    text("empty", "", "empty-document"),
    text("nul bytes", policy(Id="@").replace("@", "\0"), "bad-encoding"),
    text("python tag", f"{YAML}x: !!python/object/apply:os.system [id]\n", "bad-tag", found=SURE, file="bad.yaml"),
    text("statement null", with_statement(None), found="form-type"),
    text("statement 5", with_statement(5), found="form-type"),
    text("statement [null]", with_statement([None]), found="form-type"),
    text("statement text", with_statement("x"), found="form-type"),
    text("statement [[]]", with_statement([[]]), found="form-type"),
    text("statement {}", with_statement({}), found="form-type"),
    text("principal int", policy({**ALLOW, "Principal": 5}), found="form-type"),
    text("resource int", policy({"Effect": "Allow", "Action": "s3:GetObject", "Resource": 5}), found="form-type"),
    text("terminal escapes", policy({**ALLOW, "Sid": ESCAPES, ESCAPES: 1}, Id=ESCAPES), found=SURE),
    special("symlink loop", lambda path: path.symlink_to(path.name), "unreadable-file"),
    special("dangling link", lambda path: path.symlink_to("nowhere.json"), "unreadable-file"),
    special("fifo", os.mkfifo, "not-a-regular-file"),
    text("2000 statements", policy(*[OWN] * 1_999, ALLOW), found=SURE),
    special("30 MB", lambda path: path.write_text(policy(Id="x" * 30_000_000)) and None, "file-too-large"),
    text("redos", policy({**ALLOW, "Action": ["sts:AssumeRole", "*a" * 30 + "b"], "Sid": "a" * 60}), found=SURE),
    text("tag and bool keys", f"{YAML}true: 1\n!!bool yes: 2\n? [a]\n: 3\n", "bad-tag", "complex-key", file="bad.yaml"),
    text("several documents", f"a: 1\n---\n{YAML}", found=SURE, file="bad.yaml"),
    named("file name with escapes", "bad\x1b[31m\n::error::x %0A\u202e`|<b>.json"),
    named("file name of other bytes", os.fsdecode(b"bad\xff\xfe\x9b.json")),
)


def lay_out(case: Case, folder: Path) -> None:
    (folder / "good.json").write_text(policy())
    path = folder / case.file
    if callable(case.content):
        case.content(path)
    else:
        path.write_bytes(case.content if isinstance(case.content, bytes) else case.content.encode())


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plans that are kept make the runs start faster."""
    return tmp_path_factory.mktemp("cache")


def checked(folder: Path, cache: Path) -> Report:
    start = time.monotonic()
    report = check(CheckRequest((".",), folder, TODAY, cache=cache))
    assert time.monotonic() - start < SECONDS
    return report


def of_bad(things: Any) -> list[Any]:
    return [thing for thing in things if thing.location and thing.location.uri.startswith("bad")]


def has_line(problem: Problem) -> bool:
    return problem.location is not None and problem.location.region is not None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_file_costs_its_healthy_neighbour_nothing(case: Case, tmp_path: Path, cache: Path) -> None:
    lay_out(case, tmp_path)
    report = checked(tmp_path, cache)
    assert ("good.json", SURE) in {(finding.location.uri, finding.rule_id) for finding in report.findings}
    assert report.exit_code == 1
    assert {finding.rule_id for finding in of_bad(report.findings)} >= set(case.found)
    assert {problem.code for problem in of_bad(report.problems)} == set(case.problems)
    assert all(has_line(problem) == case.has_line for problem in of_bad(report.problems))
    for name, reporter in FORMATS.items():
        written = reporter.render(report, ReportOptions())
        assert not UNSAFE.search(written), name
        assert written.encode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_file_alone_is_never_a_pass(case: Case, tmp_path: Path, cache: Path) -> None:
    lay_out(case, tmp_path)
    (tmp_path / "good.json").unlink()
    report = checked(tmp_path, cache)
    assert report.exit_code == (1 if case.found else 3)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for each case below one root."""
    root = tmp_path_factory.mktemp("everything")
    for number, case in enumerate(CASES):
        (root / str(number)).mkdir()
        lay_out(case, root / str(number))
    (root / ".git").mkdir()
    return root


def test_all_bad_files_at_once_are_told_in_every_format(everything: Path, tmp_path: Path, lictor: Lictor) -> None:
    outputs = {name: tmp_path / name for name in FORMATS}
    files = [word for name, path in outputs.items() for word in ("-o", f"{name}={path}")]
    ran = lictor(everything, "check", "-o", "text", *files)
    assert (ran.code, ran.err) == (1, "")
    for name, written in {"": ran.out, **{name: path.read_text() for name, path in outputs.items()}}.items():
        assert "Traceback" not in written, name
        assert not UNSAFE.search(written), name
        assert all(f"{number}/good.json" in written for number in range(len(CASES))), name


def test_colour_is_the_only_escape_that_reaches_a_terminal(everything: Path, lictor: Lictor) -> None:
    out = lictor(everything, "check", "--color", "always").out
    assert "\x1b[" in out
    assert not UNSAFE.search(re.sub(r"\x1b\[[0-9;]*m", "", out))
