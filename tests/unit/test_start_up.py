"""A run imports nothing that it does not use."""

import os
import subprocess
import sys
from pathlib import Path

POLICY = '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}'

HEAVY = {
    "ast",
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
    "pluggy",
    "rich",
    "tempfile",
    "yaml",
}


def imported(work: Path, *arguments: str) -> set[str]:
    """Run the command line twice, and return what the second run imported."""
    code = (
        "import sys; import lictor.cli; before = set(sys.modules)\n"
        f"sys.argv = ['lictor', *{arguments!r}]\n"
        "try: lictor.cli.main()\n"
        "except SystemExit: pass\n"
        "print(*sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(work / "cache")}
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=work, env=environment
        )
        for _ in range(2)
    ]
    return set(runs[1].stderr.splitlines()[-1].split())


def test_a_check_with_a_kept_plan_imports_neither_what_loads_plugins_nor_what_reads_rules(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(POLICY)
    assert imported(tmp_path, "check", "one.json") & HEAVY == set()


def test_the_version_is_told_without_the_engine(tmp_path: Path) -> None:
    assert imported(tmp_path, "--version") == set()
