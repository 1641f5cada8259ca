"""Compare the SARIF of lictor with that of other tools, for the same files.

    tests/bench/peers.sh ~/peers checkov semgrep cfn-lint bandit
    npm install --prefix ~/npm @microsoft/sarif-multitool@5.7.0 @microsoft/sarif-multitool-linux@5.7.0
    python tests/bench/sarif_quality.py --peers ~/peers --npm ~/npm

prints what the SARIF Multitool, with its rules for GitHub on, and `lictor sarif check` say of each tool's log.
`--write` puts it into docs/reference/sarif-quality.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from measuring import table, version_of
from multitool import SWITCHED_OFF, Complaint, Multitool

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs/reference/sarif-quality.md"
PACKAGE = Path("node_modules/@microsoft/sarif-multitool-linux")
LEVELS = ("error", "warning", "note")
OUTCOMES = ("rejected", "dropped", "wrong", "note")

FILES = {
    "trust.json": """\
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AnyoneMayAssume",
      "Effect": "Allow",
      "Principal": "*",
      "Action": "sts:AssumeRole"
    }
  ]
}
""",
    "role.yaml": """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Unused:
    Type: String
Resources:
  OpenRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: "*"
            Action: sts:AssumeRole
  Bucket:
    Type: AWS::S3::Bucket
""",
    "main.tf": """\
resource "aws_iam_role" "open" {
  name = "open"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_s3_bucket" "logs" {
  bucket = "acme-logs"
}
""",
    "run.py": """\
import subprocess

subprocess.call("ls", shell=True)
eval(input())
""",
}
SEMGREP_RULES = """\
rules:
  - id: trust-star
    languages: [generic]
    message: Anyone may assume the role
    severity: ERROR
    pattern-either:
      - pattern: '"Principal": "*"'
      - pattern: 'Principal: "*"'
      - pattern: 'Principal = "*"'
"""


class Log(NamedTuple):
    """A tool's log. `why_not` says why there is none."""

    tool: str
    version: str
    path: Path
    why_not: str = ""


def logs(arguments: argparse.Namespace, work: Path) -> Iterator[Log]:
    """Run each tool on the files, and yield its log."""
    source = work / "files"
    source.mkdir()
    for name, text in FILES.items():
        (source / name).write_text(text, encoding="utf-8")
    _commit(source)
    (work / "semgrep.yaml").write_text(SEMGREP_RULES, encoding="utf-8")
    ours = [str(arguments.python), "-m", "lictor.cli", "check", "--no-cache", "-o"]
    for form in ("sarif", "sarif-github"):
        path = work / f"{form}.sarif"
        _run([*ours, f"{form}={path}"], source)
        yield Log(f"lictor, `{form}`", version_of(arguments.python), path)
    tools = {
        "checkov": ["-d", ".", "-o", "sarif", "--output-file-path", str(work / "checkov"), "--compact", "--quiet"],
        "semgrep": ["scan", "--metrics=off", "--disable-version-check", "--config", str(work / "semgrep.yaml"),
                    "--sarif-output", str(work / "semgrep.sarif"), "."],
        "cfn-lint": ["--format", "sarif", "--output-file", str(work / "cfn-lint.sarif"), "role.yaml"],
        "bandit": ["-r", ".", "-f", "sarif", "-o", str(work / "bandit.sarif"), "-q"],
    }  # fmt: skip
    for tool, words in tools.items():
        program = arguments.peers / tool / "bin" / tool
        path = work / "checkov" / "results_sarif.sarif" if tool == "checkov" else work / f"{tool}.sarif"
        if not program.exists():
            yield Log(tool, "", path, "not installed")
            continue
        said = _run([str(program), *words], source)
        if path.is_file():
            yield Log(tool, str(_run_of(path)["tool"]["driver"].get("semanticVersion") or _version(program)), path)
        else:
            yield Log(tool, _version(program), path, f"wrote no log: {said.splitlines()[-1]}")


def _commit(source: Path) -> None:
    """Make the folder the repository that a tool's log may name."""
    identity = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false")
    for words in (
        ("init", "--quiet", "--initial-branch=main"),
        ("remote", "add", "origin", "https://github.com/acme/policies.git"),
        ("add", "."),
        (*identity, "commit", "--quiet", "--message=one"),
    ):
        subprocess.run(("git", *words), cwd=source, check=True)


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PATH": f"{Path(command[0]).parent}:{os.environ['PATH']}"},
        check=False,
        capture_output=True,
        text=True,
    )
    return f"{done.stdout}{done.stderr}".strip()


def _version(program: Path) -> str:
    package = program.name
    code = f"import importlib.metadata as m; print(m.version('{package}'))"
    return _run([str(program.with_name("python")), "-c", code], program.parent)


def _run_of(path: Path) -> dict[str, Any]:
    (its_run,) = json.loads(path.read_text("utf-8-sig"))["runs"]
    assert isinstance(its_run, dict)
    return its_run


def faults(python: Path, log: Path) -> Counter[str]:
    """Count what `lictor sarif check` says of a log, by what GitHub would do."""
    said = _run([str(python), "-m", "lictor.cli", "sarif", "check", str(log)], log.parent)
    lines = said.splitlines()
    return Counter(outcome for line in lines for outcome in OUTCOMES if f": {outcome}[sarif-" in line)


def row(log: Log, multitool: Multitool, python: Path) -> list[str]:
    """Return a tool's row of the table."""
    if log.why_not:
        return [log.tool, log.version, log.why_not, *[""] * (3 + len(LEVELS) + len(OUTCOMES))]
    results = _run_of(log.path)["results"]
    regions = [each["locations"][0]["physicalLocation"].get("region", {}) for each in results]
    with_columns = sum("startColumn" in region for region in regions)
    known = sum("primaryLocationLineHash" in each.get("partialFingerprints", {}) for each in results)
    said = Counter(each.level for each in multitool.complaints(log.path))
    wrong = faults(python, log.path)
    return [
        log.tool,
        log.version,
        str(len(results)),
        _share(with_columns, results),
        str(max(region.get("endLine", line) - line + 1 for region in regions if (line := region.get("startLine")))),
        _share(known, results),
        *(str(said[level]) for level in LEVELS),
        *(str(wrong[outcome]) for outcome in OUTCOMES),
    ]


def _share(number: int, results: list[Any]) -> str:
    return f"{100 * number // len(results)} %" if results else "-"


def most_said(log: Log, complaints: Iterable[Complaint]) -> str:
    """Return which of the Multitool's rules speak of a log, and how often."""
    counts = Counter((each.level, each.rule) for each in complaints)
    ordered = sorted(counts.items(), key=lambda item: (LEVELS.index(item[0][0]), item[0][1]))
    return f"- {log.tool}: " + (", ".join(f"{rule} ({level}): {n}" for (level, rule), n in ordered) or "nothing")


def page(arguments: argparse.Namespace) -> Iterator[str]:
    """Yield the page, line by line."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        multitool = Multitool(arguments.npm / PACKAGE, work)
        every = list(logs(arguments, work))
        yield "<!-- Made by tests/bench/sarif_quality.py --write; run it again, don't edit. -->\n"
        yield "# SARIF of lictor and of other tools\n"
        yield f"The same {len(FILES)} files, {', '.join(f'`{name}`' for name in FILES)}, are checked by each tool with"
        yield "its own rules (semgrep with one of ours, as it has none offline). Each log is judged by the SARIF"
        yield "Multitool of the npm registry, with its rules for GitHub on, and by"
        yield "[`lictor sarif check`](../how-to/check-a-sarif-log.md).\n"
        yield "```sh"
        yield "tests/bench/peers.sh ~/peers checkov semgrep cfn-lint bandit"
        yield "npm install --prefix ~/npm @microsoft/sarif-multitool@5.7.0 @microsoft/sarif-multitool-linux@5.7.0"
        yield "python tests/bench/sarif_quality.py --peers ~/peers --npm ~/npm   # --write makes this page"
        yield "```\n"
        head = ["tool", "version", "results", "with columns", "lines of the largest region", "known by GitHub's hash"]
        head += [f"Multitool: {level}s" for level in LEVELS] + [f"`sarif check`: {outcome}" for outcome in OUTCOMES]
        yield from table(head, (row(log, multitool, arguments.python) for log in every))
        yield "\n`sarif check` tells of at most twenty places of a fault. The Multitool's rules that spoke:\n"
        yield from (most_said(log, multitool.complaints(log.path)) for log in every if not log.why_not)
        yield "\nOff are, for all tools:\n"
        yield from (f"- {rule}: {why}" for rule, why in SWITCHED_OFF.items())


def main() -> None:
    """Print the page, or write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, required=True, help="where peers.sh put the other tools")
    parser.add_argument("--npm", type=Path, required=True, help="where npm put the SARIF Multitool")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="the Python with the lictor to judge")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    arguments = parser.parse_args()
    arguments.peers, arguments.npm = arguments.peers.resolve(), arguments.npm.resolve()
    text = "\n".join(page(arguments)) + "\n"
    if arguments.write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
