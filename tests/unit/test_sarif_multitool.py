"""The SARIF Multitool, with its GitHub rules on, has nothing to say about what lictor writes."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lictor.cli.group import run

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
IN_PACKAGE = Path("node_modules/@microsoft/sarif-multitool-linux")
COMMIT = "0123456789012345678901234567890123456789"
POLICY = """{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]
}
"""

SWITCHED_ON = ("GH1001", "GH1002", "GH1003", "GH1005", "GH1006", "GH1007")
"""Off by default, although they are what GitHub asks for."""

SWITCHED_OFF = {
    "SARIF2006": "it fetches every uri, and tests use no network",
    "SARIF2009": "it wants rule ids like IAM1001; ours say what is wrong, as CodeQL's do",
    "SARIF2013": "it wants the files themselves in the log, which may hold secrets",
    "GH1004": "its limits are old and lower than those that GitHub documents",
}


@pytest.fixture(scope="module")
def multitool(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that validates a log, with the rules of GitHub on."""
    schema = os.environ.get("LICTOR_SARIF_SCHEMA")
    package = Path(schema).parent if schema else ROOT / IN_PACKAGE
    tool = package / "Sarif.Multitool"
    if not tool.is_file():
        pytest.skip(f"no SARIF Multitool: set LICTOR_SARIF_SCHEMA, or 'npm i' so that {IN_PACKAGE} is there")
    folder = tmp_path_factory.mktemp("multitool")
    runnable = tool
    if not os.access(tool, os.X_OK):
        runnable = Path(shutil.copytree(package, folder / "tool")) / tool.name
        runnable.chmod(0o755)
    configuration = folder / "rules.xml"
    subprocess.run([runnable, "export-validation-config", configuration], check=True, capture_output=True)
    text = configuration.read_text("utf-8-sig")
    for rule in SWITCHED_ON:
        text = _set(text, rule, "Error")
    for rule in SWITCHED_OFF:
        text = _set(text, rule, "Disabled")
    configuration.write_text(text, encoding="utf-8")
    return [str(runnable), "validate", "-c", str(configuration)]


def _set(configuration: str, rule: str, state: str) -> str:
    pattern = rf'(<Properties Key="{rule}\.[^>]*>\s*<Property Key="RuleEnabled" Value=)"Default"'
    changed, number = re.subn(pattern, rf'\1"{state}"', configuration)
    assert number == 1, rule
    return changed


def complaints(multitool: list[str], log: Path, folder: Path) -> list[str]:
    """What the Multitool says of a log. Its exit code says nothing: it is 0 with errors in the output."""
    said = folder / "said.sarif"
    command = [*multitool, str(log), "-o", str(said), "--log", "ForceOverwrite", "--rule-kind", "Sarif;Ghas"]
    subprocess.run([*command, "--level", "Error;Warning;Note", "--kind", "Fail", "-q"], check=True, capture_output=True)
    (its_run,) = json.loads(said.read_text("utf-8-sig"))["runs"]
    notifications = [
        each
        for invocation in its_run.get("invocations", ())
        for name in ("toolExecutionNotifications", "toolConfigurationNotifications")
        for each in invocation.get(name, ())
        if each.get("descriptor", {}).get("id", "").startswith("ERR")
    ]
    return [_told(each) for each in (*its_run.get("results", ()), *notifications)]


def _told(each: dict[str, Any]) -> str:
    place = [at.get("physicalLocation", {}).get("region", {}) for at in each.get("locations", ())]
    return f"{each.get('ruleId')} {each.get('level', 'warning')} {each['message']} {place}"


@pytest.mark.parametrize("name", ["report.sarif", "report.github.sarif"])
def test_the_multitool_has_nothing_to_say_of_the_reviewed_logs(name: str, multitool: list[str], tmp_path: Path) -> None:
    log = tmp_path / "log.sarif"
    shutil.copyfile(GOLDEN / name, log)
    assert complaints(multitool, log, tmp_path) == []


@pytest.mark.parametrize("form", ["sarif", "sarif-github"])
def test_the_multitool_has_nothing_to_say_of_a_run_in_a_repository(
    form: str, multitool: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    assert complaints(multitool, log, tmp_path) == []


def test_the_multitool_does_say_what_is_wrong(multitool: list[str], tmp_path: Path) -> None:
    log = tmp_path / "log.sarif"
    wrong = json.loads((GOLDEN / "report.sarif").read_text("utf-8"))
    del wrong["runs"][0]["results"][0]["message"]["text"]
    log.write_text(json.dumps(wrong))
    assert any("GH1007" in said for said in complaints(multitool, log, tmp_path))
