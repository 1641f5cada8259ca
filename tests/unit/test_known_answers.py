"""Hundreds of known answers of `lictor decide`, `lictor who` and `lictor diff`, written before lictor was asked.

A row of `known_answers/COMMAND.jsonl` has the files, the arguments, and the answer that the IAM user guide gives. Where
the guide leaves it open the answer is `unknown`. `forbids` tells of a change whether it newly forbids something, too.
"""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from lictor.cli.group import run

ROWS = Path(__file__).parent / "known_answers"
CODES = {"allow": 0, "explicit_deny": 1, "implicit_deny": 1, "yes": 1, "no": 0, "unknown": 3}


def rows(command: str) -> list[Any]:
    lines = (ROWS / f"{command}.jsonl").read_text(encoding="utf-8").splitlines()
    return [pytest.param(command, row, id=f"{command}: {row['name']}") for row in map(json.loads, lines)]


@pytest.mark.parametrize(("command", "row"), [*rows("decide"), *rows("who"), *rows("diff")])
def test_the_answer_is_the_known_one(
    command: str,
    row: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, data in row["files"].items():
        Path(name).write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    if "stdin" in row:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(row["stdin"]).encode())))
    code = run([command, *row["arguments"], "-o", "json"])
    shown = capsys.readouterr()
    assert shown.out, shown.err
    answer = json.loads(shown.out)
    told = answer["decision"] if command == "decide" else answer["answer"]
    assert (told, code) == (row["answer"], CODES[row["answer"]]), answer["because"]
    assert answer["because"]
    if "forbids" in row:
        forbidden = {each["answer"] for each in answer["changes"] if each["direction"] == "forbids"}
        assert forbidden == ({"yes"} if row["forbids"] == "yes" else set())
    if command != "decide":
        assert (answer["witness"] is not None) is (told == "yes")
