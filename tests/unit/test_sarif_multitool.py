"""The SARIF Multitool, with its GitHub rules on, has nothing to say about what lictor writes."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lictor.cli.group import run

LoadModule = Callable[[str], ModuleType]

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
IN_PACKAGE = Path("node_modules/@microsoft/sarif-multitool-linux")
COMMIT = "0123456789012345678901234567890123456789"
POLICY = """{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]
}
"""


@pytest.fixture(scope="module")
def multitool(tmp_path_factory: pytest.TempPathFactory, load_module: LoadModule) -> Any:
    schema = os.environ.get("LICTOR_SARIF_SCHEMA")
    package = Path(schema).parent if schema else ROOT / IN_PACKAGE
    if not (package / "Sarif.Multitool").is_file():
        pytest.skip(f"no SARIF Multitool: set LICTOR_SARIF_SCHEMA, or 'npm i' so that {IN_PACKAGE} is there")
    return load_module("bench/multitool.py").Multitool(package, tmp_path_factory.mktemp("multitool"))


@pytest.mark.parametrize("name", ["report.sarif", "report.github.sarif"])
def test_the_multitool_has_nothing_to_say_of_the_reviewed_logs(name: str, multitool: Any, tmp_path: Path) -> None:
    log = tmp_path / "log.sarif"
    shutil.copyfile(GOLDEN / name, log)
    assert multitool.complaints(log) == []


@pytest.mark.parametrize("form", ["sarif", "sarif-github"])
def test_the_multitool_has_nothing_to_say_of_a_run_in_a_repository(
    form: str, multitool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = tmp_path / "work" / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "refs" / "heads" / "main").write_text(f"{COMMIT}\n")
    (git / "config").write_text('[remote "origin"]\n\turl = https://me:secret@github.com/acme/infra.git\n')
    (tmp_path / "work" / "trust.json").write_text(POLICY)
    monkeypatch.chdir(tmp_path / "work")
    log = tmp_path / "log.sarif"
    arguments = ["check", "trust.json", "--ruleset", "aws-trust", "--category", "policies", "--no-cache"]
    assert run([*arguments, "-o", f"{form}={log}"]) == 1
    (its_run,) = json.loads(log.read_text("utf-8"))["runs"]
    assert its_run["versionControlProvenance"] == [
        {
            "repositoryUri": "https://github.com/acme/infra",
            "revisionId": COMMIT,
            "branch": "main",
            "mappedTo": {"uriBaseId": "%SRCROOT%"},
        }
    ]
    assert its_run["automationDetails"] == {"id": "policies/"}
    assert multitool.complaints(log) == []


def test_the_multitool_does_say_what_is_wrong(multitool: Any, tmp_path: Path) -> None:
    log = tmp_path / "log.sarif"
    wrong = json.loads((GOLDEN / "report.sarif").read_text("utf-8"))
    del wrong["runs"][0]["results"][0]["message"]["text"]
    log.write_text(json.dumps(wrong))
    assert any(said.rule == "GH1007" for said in multitool.complaints(log))
