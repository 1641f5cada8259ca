"""End to end: each folder here holds input files, a `cmd`, and what it must print (`stdout`) and exit with (`exit`)."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCENARIOS = sorted(path.parent for path in HERE.glob("*/cmd"))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_scenario(scenario: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    shutil.copytree(scenario, work, ignore=shutil.ignore_patterns("cmd", "stdout", "exit"))
    (work / ".git").mkdir()  # a root of its own, so that no file above it is looked at
    words = shlex.split((scenario / "cmd").read_text(encoding="utf-8"))
    assert words[0] == "lictor"
    environment = {**os.environ, "NO_COLOR": "1", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-m", "lictor.cli", *words[1:]],
        cwd=work,
        env=environment,
        capture_output=True,
        check=False,
        timeout=60,
        encoding="utf-8",
    )
    if os.environ.get("LICTOR_UPDATE_GOLDEN"):
        (scenario / "stdout").write_text(done.stdout, encoding="utf-8")
        (scenario / "exit").write_text(f"{done.returncode}\n", encoding="utf-8")
    assert done.stdout == (scenario / "stdout").read_text(encoding="utf-8"), done.stderr
    assert done.returncode == int((scenario / "exit").read_text(encoding="utf-8")), done.stderr
    assert "Traceback" not in done.stderr


def test_there_are_scenarios() -> None:
    assert SCENARIOS
