"""Workers that die or hang cost the run nothing but the document that they died of."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Lictor = Callable[..., Any]
MakePlugin = Callable[[str, str], Path]

POLICY = '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}}'
DOCUMENTS = 600

DEADLY = """
import ctypes, os, signal
from lictor import Rule, hookimpl

def hang():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    ctypes.PyDLL(None).sleep(100_000)  # in C, without giving up the lock that other threads need

def check(subject, parameters):
    how = {"0003.json": "exit", "0299.json": "kill", "0300.json": "crash"}.get(subject.document.uri)
    if subject.document.uri == os.environ.get("ACME_HANGS"):
        hang()
    if how == "exit":
        os._exit(0)
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "crash":
        ctypes.string_at(0)
    return ()

@hookimpl
def register_rules():
    return [Rule("acme-deadly", "t", "m", ("aws.iam.trust-policy",), check=check)]
"""

HANGING = """
import datetime, sys
from pathlib import Path

from lictor.api import CheckRequest, PolicyChoice
from lictor.evaluate import spread

if __name__ == "__main__":
    spread.HANGS = 2.0
    from lictor.api import check

    only = PolicyChoice(only=("trust-wildcard-principal", "acme-deadly"))
    report = check(CheckRequest((".",), Path.cwd(), datetime.date(2026, 1, 1), only, jobs=2))
    print([(problem.code, problem.location.uri) for problem in report.problems])
    print(len(report.findings))
"""


@pytest.fixture
def site(make_plugin: MakePlugin) -> Path:
    return make_plugin("acme_deadly", DEADLY)


def write_policies(folder: Path, count: int) -> None:
    for number in range(count):
        (folder / f"{number:04}.json").write_text(POLICY)


def test_each_document_that_kills_a_worker_is_named_and_all_others_are_checked(
    lictor: Lictor, site: Path, tmp_path: Path
) -> None:
    write_policies(tmp_path, DOCUMENTS)
    words = ("check", ".", "--only", "trust-wildcard-principal", "--only", "acme-deadly", "--jobs", "2")
    ran = lictor(tmp_path, *words, "--no-cache", "-o", "json", PYTHONPATH=str(site))
    report = json.loads(ran.out)
    told = [(problem["code"], problem["location"]["uri"]) for problem in report["problems"]]
    assert told == [("worker-died", name) for name in ("0003.json", "0299.json", "0300.json")]
    assert len(report["findings"]) == report["receipt"]["documents"] == DOCUMENTS - 3
    assert ran.code == 1
    assert "Traceback" not in ran.err


def test_a_worker_that_hangs_in_c_is_ended_and_its_document_named(site: Path, tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    for number in range(10, 30):
        (folder / f"{number:04}.json").write_text(POLICY)
    script = tmp_path / "hanging.py"
    script.write_text(HANGING)
    environment = {**os.environ, "PYTHONPATH": str(site), "ACME_HANGS": "0020.json"}
    command = [sys.executable, str(script)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.splitlines() == ["[('worker-died', '0020.json')]", "19"], done.stderr
    assert "Traceback" not in done.stderr
    assert "Timeout" not in done.stderr
