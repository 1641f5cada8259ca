"""The GitHub Action and the pre-commit hooks: their own steps, run here."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

OPEN = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
CLOSED = {**OPEN, "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}}


class Ran(NamedTuple):
    codes: dict[str, int]
    outputs: dict[str, str]
    out: str


def policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    for name in ("repository/roles", "runner/lictor/bin"):
        (tmp_path / name).mkdir(parents=True)
    command = tmp_path / "runner/lictor/bin/lictor"  # what the install step makes
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m lictor.cli "$@"\n')
    command.chmod(0o755)
    (tmp_path / "repository/roles/a.json").write_text(policy(OPEN))
    return tmp_path


def filled(template: str, inputs: dict[str, str], outputs: dict[str, str]) -> str:
    """Fill in `${{ inputs.x }}` and `${{ steps.y.outputs.x }}`."""

    def value(match: re.Match[str]) -> str:
        scope, _, name = match[1].strip().partition(".")
        return inputs[name] if scope == "inputs" else outputs[name.rpartition(".")[2]]

    return re.sub(r"\$\{\{(.*?)\}\}", value, template)


def run_action(work: Path, **inputs: str) -> Ran:
    """Run the steps that need no network, as the runner does."""
    given = {name: str(each.get("default", "")) for name, each in ACTION["inputs"].items()} | inputs
    outputs: dict[str, str] = {}
    codes: dict[str, int] = {}
    printed = ""
    for step in ACTION["runs"]["steps"]:
        if step["name"] in {"Install lictor", "Upload to code scanning", "Comment on the pull request"}:
            continue
        env = {name: filled(value, given, outputs) for name, value in step.get("env", {}).items()}
        (work / "output").touch()
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=work / "repository",
            env={
                **os.environ,
                **env,
                "RUNNER_TEMP": str(work / "runner"),
                "GITHUB_OUTPUT": str(work / "output"),
                "GITHUB_STEP_SUMMARY": str(work / "summary.md"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        codes[step["name"]] = done.returncode
        printed += done.stdout + done.stderr
        outputs = dict(line.split("=", 1) for line in (work / "output").read_text().splitlines())
    return Ran(codes, outputs, printed)


def test_a_finding_is_annotated_summarised_written_and_fails_the_job(work: Path) -> None:
    ran = run_action(work)
    assert ran.codes == {"Check": 0, "Job summary": 0, "Result": 1}
    assert "::error file=roles/a.json,line=7,endLine=7,col=16," in ran.out
    assert "trust-wildcard-principal" in (work / "summary.md").read_text()
    log = json.loads((work / "repository/lictor.sarif").read_text())
    assert [result["ruleId"] for result in log["runs"][0]["results"]][:1] == ["trust-wildcard-principal"]


def test_a_clean_repository_passes(work: Path) -> None:
    (work / "repository/roles/a.json").write_text(policy(CLOSED))
    assert run_action(work).codes["Result"] == 0


def test_what_could_not_be_checked_fails_the_job_with_its_own_code(work: Path) -> None:
    (work / "repository/roles/a.json").write_text('{"Version": ')
    ran = run_action(work)
    assert (ran.codes["Result"], ran.outputs["exit-code"]) == (3, "3")


def test_paths_and_rulesets_come_one_a_line(work: Path) -> None:
    (work / "repository/my roles").mkdir()
    (work / "repository/my roles/b.json").write_text(policy(OPEN))
    ran = run_action(work, paths="my roles\n", rulesets="aws-trust\naws-trust-strict\n")
    assert "file=my roles/b.json" in ran.out
    assert "roles/a.json" not in ran.out


def test_an_input_is_never_run_as_a_command(work: Path) -> None:
    run_action(work, paths='$(touch owned)"; touch owned #\n--no-such-option\n')
    assert not (work / "repository/owned").exists()


def test_no_step_puts_an_input_into_its_script() -> None:
    assert not any("${{" in step["run"] for step in ACTION["runs"]["steps"])


@pytest.mark.parametrize("hook", HOOKS, ids=[hook["id"] for hook in HOOKS])
def test_a_hook_gets_file_names_and_lets_files_without_policies_pass(work: Path, hook: dict[str, Any]) -> None:
    assert hook["pass_filenames"] is True
    command = [sys.executable, "-m", "lictor.cli", *shlex.split(hook["entry"])[1:]]
    (work / "repository/package.json").write_text('{"name": "x"}')
    codes = [
        subprocess.run([*command, name], cwd=work / "repository", capture_output=True, check=False).returncode
        for name in ("package.json", "roles/a.json")
    ]
    assert codes == [0, 1]
