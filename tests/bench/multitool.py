"""What the SARIF Multitool of the npm registry says of a log, with its rules for GitHub on."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

SWITCHED_ON = ("GH1001", "GH1002", "GH1003", "GH1005", "GH1006", "GH1007")
"""Off by default, although they are what GitHub asks for."""

SWITCHED_OFF = {
    "SARIF2006": "it fetches every uri, and nothing here uses the network",
    "SARIF2009": "it wants rule ids like IAM1001; ours say what is wrong, as CodeQL's do",
    "SARIF2013": "it wants the files themselves in the log, which may hold secrets",
    "GH1004": "its limits are old and lower than those that GitHub documents",
}


class Complaint(NamedTuple):
    """One thing that the Multitool says. `level` is error, warning or note."""

    rule: str
    level: str
    text: str


class Multitool:
    """The program, set up: `package` is the folder of `@microsoft/sarif-multitool-linux`, `folder` may be written."""

    def __init__(self, package: Path, folder: Path) -> None:
        tool = package / "Sarif.Multitool"
        if not os.access(tool, os.X_OK):
            tool = Path(shutil.copytree(package, folder / "tool")) / tool.name
            tool.chmod(0o755)
        configuration = folder / "rules.xml"
        subprocess.run([tool, "export-validation-config", configuration], check=True, capture_output=True)
        text = configuration.read_text("utf-8-sig")
        for rule in SWITCHED_ON:
            text = _set(text, rule, "Error")
        for rule in SWITCHED_OFF:
            text = _set(text, rule, "Disabled")
        configuration.write_text(text, encoding="utf-8")
        self._said = folder / "said.sarif"
        self._command = [str(tool), "validate", "-c", str(configuration), "-o", str(self._said)]

    def complaints(self, log: Path) -> list[Complaint]:
        """Return what it says of a log. Its exit code says nothing: it is 0 with errors in the output."""
        options = ["--log", "ForceOverwrite", "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note"]
        command = [*self._command, str(log), *options, "--kind", "Fail", "-q"]
        subprocess.run(command, check=True, capture_output=True)
        (its_run,) = json.loads(self._said.read_text("utf-8-sig"))["runs"]
        notifications = [
            each
            for invocation in its_run.get("invocations", ())
            for name in ("toolExecutionNotifications", "toolConfigurationNotifications")
            for each in invocation.get(name, ())
            if each.get("descriptor", {}).get("id", "").startswith("ERR")
        ]
        return [_complaint(each) for each in (*its_run.get("results", ()), *notifications)]


def _set(configuration: str, rule: str, state: str) -> str:
    pattern = rf'(<Properties Key="{rule}\.[^>]*>\s*<Property Key="RuleEnabled" Value=)"Default"'
    changed, number = re.subn(pattern, rf'\1"{state}"', configuration)
    assert number == 1, rule
    return changed


def _complaint(each: dict[str, Any]) -> Complaint:
    rule = str(each.get("ruleId") or each.get("descriptor", {}).get("id", ""))
    place = [at.get("physicalLocation", {}).get("region", {}) for at in each.get("locations", ())]
    return Complaint(rule, str(each.get("level", "warning")), f"{each['message']} {place}")
