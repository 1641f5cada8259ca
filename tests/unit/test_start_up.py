"""A run imports nothing that it does not use."""

import os
import subprocess
import sys
from pathlib import Path

POLICY = '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}'

OPEN = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}'

HEAVY = {
    "ast",
    "base64",
    "click",
    "concurrent.futures",
    "dataclasses",
    "email",
    "hashlib",
    "importlib.metadata",
    "importlib.resources",
    "inspect",
    "jmespath",
    "jsonschema_rs",
    "lictor.host.plugins",
    "lictor_plugins.kinds.aws_iam.schema",
    "lictor_plugins.reporters.sarif",
    "multiprocessing",
    "pickle",
    "pluggy",
    "rich",
    "tempfile",
    "threading",
    "yaml",
}


def imported(work: Path, *arguments: str) -> set[str]:
    """Run the command line three times, and return what the last run imported: those before it keep what they can."""
    code = (
        "import sys; import lictor.cli; before = set(sys.modules)\n"
        f"lictor.cli.run({list(arguments)!r})\n"
        "print(*sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(work / "cache")}
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=work, env=environment
        )
        for _ in range(3)
    ]
    return set(runs[-1].stderr.splitlines()[-1].split())


def test_a_check_with_a_kept_plan_imports_neither_what_loads_plugins_nor_what_reads_rules(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(POLICY)
    assert imported(tmp_path, "check", "one.json") & HEAVY == set()


def test_a_check_that_finds_something_imports_hardly_more(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(OPEN)
    assert imported(tmp_path, "check", "one.json") & HEAVY == set()


def test_the_version_is_told_without_the_engine() -> None:
    code = "import sys; sys.argv[1:] = ['--version']; from lictor.cli import main; main()"
    command = [sys.executable, "-c", f"{code}; print(*(name for name in sys.modules if name.startswith('lictor')))"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "lictor lictor.cli"
