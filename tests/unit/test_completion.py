"""Shell completion knows what is installed."""

import os
import subprocess
import sys

import pytest


def completed(*words: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", "from lictor.cli import main; main()"],
        env={
            **os.environ,
            "_LICTOR_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(("lictor", *words)),
            "COMP_CWORD": str(len(words)),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("exp",), "explain"),
        (("explain", "trust-wild"), "trust-wildcard-principal"),
        (("check", "--only", "form-acc"), "form-account-id"),
        (("check", "--ruleset", "aws-trust-"), "aws-trust-strict"),
        (("check", "-o", "sarif-"), "sarif-github"),
        (("query", "--kind", "kubern"), "kubernetes.object"),
    ],
)
def test_words_are_completed(words: tuple[str, ...], offered: str) -> None:
    assert completed(*words) == [offered]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_a_script(shell: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lictor.cli", "completion", shell], capture_output=True, text=True, check=False
    )
    assert "_LICTOR_COMPLETE" in done.stdout
    assert done.returncode == 0
