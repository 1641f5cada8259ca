"""End to end: each folder here holds input files, a `cmd`, and what came of it when it was last reviewed.

`stdout` and `exit` are what the command prints and exits with, `stderr` is there when it prints errors, and `written/`
holds the files that it makes. `LICTOR_UPDATE_GOLDEN=1` writes them anew: read them as carefully as code.
"""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
INTERNAL_ERROR = 4
SCENARIOS = sorted(path.parent for path in HERE.glob("*/cmd"))
OUTCOMES = ("stdout", "stderr", "exit", "written")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_scenario(scenario: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    shutil.copytree(scenario, work, ignore=shutil.ignore_patterns("cmd", *OUTCOMES))
    (work / ".git").mkdir()  # a root of its own, so that no file above it is looked at
    for rules in [*work.rglob("gitignore")]:
        rules.rename(rules.with_name(".gitignore"))  # under its own name it would hide files of this repository
    given = files_in(work)
    done = run((scenario / "cmd").read_text(encoding="utf-8"), work, tmp_path / "cache")
    assert "Traceback" not in done.stderr
    assert done.returncode != INTERNAL_ERROR, done.stderr
    now = {"stdout": done.stdout, "stderr": done.stderr, "exit": f"{done.returncode}\n"}
    now |= {f"written/{name}": text for name, text in files_in(work).items() if name not in given}
    if os.environ.get("LICTOR_UPDATE_GOLDEN"):
        write(scenario, now)
    reviewed = {name: text for name, text in files_in(scenario).items() if name.partition("/")[0] in OUTCOMES}
    assert {name: text for name, text in now.items() if text or name == "stdout"} == reviewed


def run(command: str, directory: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run a `lictor` command line; `< FILE` at its end gives it a standard input."""
    words = shlex.split(command)
    source = directory / words.pop() if words[-2] == "<" else None
    words = [word for word in words if word != "<"]
    assert words[0] == "lictor"
    return subprocess.run(
        [sys.executable, "-m", "lictor.cli", *words[1:]],
        cwd=directory,
        env={**os.environ, "NO_COLOR": "1", "XDG_CACHE_HOME": str(cache)},
        input=source.read_text(encoding="utf-8") if source else "",
        capture_output=True,
        check=False,
        timeout=60,
        encoding="utf-8",
    )


def files_in(directory: Path) -> dict[str, str]:
    """Return the text of every file below a directory, by its relative name."""
    files = (path for path in directory.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(directory).as_posix(): path.read_text(encoding="utf-8") for path in sorted(files)}


def write(scenario: Path, now: dict[str, str]) -> None:
    """Write what came of a scenario, and nothing of what came of it before."""
    for name in OUTCOMES:
        if (scenario / name).is_dir():
            shutil.rmtree(scenario / name)
        else:
            (scenario / name).unlink(missing_ok=True)
    for name, text in now.items():
        if text or name == "stdout":
            (scenario / name).parent.mkdir(parents=True, exist_ok=True)
            (scenario / name).write_text(text, encoding="utf-8")


def test_there_are_scenarios() -> None:
    assert SCENARIOS
