"""How far a large run has got."""

import datetime as dt
import io
import json
from pathlib import Path

import pytest

from lictor.api import CheckRequest, check
from lictor.cli.progress import progress_line

POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_tells_how_many_documents_were_checked(tmp_path: Path, jobs: int) -> None:
    for number in range(250):
        (tmp_path / f"{number}.json").write_text(POLICY)
    told: list[tuple[int, int]] = []
    request = CheckRequest((".",), tmp_path, dt.date(2026, 1, 1), jobs=jobs, progress=lambda *each: told.append(each))
    assert check(request).receipt.documents == 250
    assert told == sorted(told)
    assert told[-1] == (250, 250)
    assert len(told) > 1


def test_the_line_is_written_over_and_gone_at_the_end() -> None:
    terminal = io.StringIO()
    show = progress_line(terminal)
    show(100, 5_000)
    show(200, 5_000)  # too soon after the last one
    show(5_000, 5_000)
    assert terminal.getvalue() == "\r\x1b[Kchecked 100 of 5,000 documents\r\x1b[K"


def test_a_small_run_says_nothing() -> None:
    terminal = io.StringIO()
    progress_line(terminal)(100, 1_000)
    assert terminal.getvalue() == ""
