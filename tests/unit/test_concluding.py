"""A file that is concluded at once comes to the same as with all the others at the end of the run."""

import datetime as dt
import json
from pathlib import Path

import pytest

from lictor.api import CheckRequest, PolicyChoice, check, checking
from lictor.model import EMPTY, Report, ReportOptions
from lictor.report import KeptFindings, records
from lictor.report.baseline import write_baseline
from lictor_plugins.reporters import register_reporters

TODAY = dt.date(2026, 1, 1)
STAR, ACCOUNT, SERVICE = "*", {"AWS": "arn:aws:iam::111122223333:root"}, {"Service": "ec2.amazonaws.com"}
YAML = """\
Version: "2012-10-17"
Statement:
- Effect: Allow
  Principal: "*" # lictor: ignore[trust-wildcard-principal] it is a honeypot
  Action: sts:AssumeRole
- Effect: Allow
  Principal: "*"
  Action: "*"
"""
TERRAFORM = """
resource "aws_iam_role" "read" {
  name               = "read"
  assume_role_policy = file("${path.module}/trust.json")
}
"""

RULESETS = {
    "plain": "extends: [aws-iam]",
    "groups": """
extends: [aws-trust]
combine:
  groups:
    - {id: acme-narrow, any-of: [trust-wildcard-principal, trust-root-own], when: trust-wildcard-principal, level: note}
    - {id: acme-sum, weights: {trust-wildcard-principal: 3, trust-root-own: 1}, fail-at: 3, per: candidate, level: note}
""",
    "overrides": """
extends: [aws-trust]
overrides:
  - {match: {files: ["a/**"]}, rules: {trust-wildcard-principal: off}}
  - {match: {files: ["nowhere/**"]}, rules: {trust-wildcard-principal: note}}
""",
    "waivers": """
extends: [aws-trust]
waivers:
  - {rules: [trust-wildcard-principal], where: {files: ["b/1*.json"]}, reason: known, expires: 2026-02-01}
  - {rules: [trust-wildcard-principal], where: {files: ["a/**"]}, reason: over, expires: 2025-02-01}
  - {rules: [trust-root-own], where: {files: ["nowhere/**"]}, reason: none}
gates:
  - {budget: {error: 1}, per: file}
  - {budget: {error: 2}, per: directory}
  - {budget: {error: 3}, per: rule}
  - {budget: {error: 4}}
""",
    "score": "extends: [aws-trust]\ncombine: {strategy: score, fail-at: 7}",
    "first": "extends: [aws-trust]\ncombine: {strategy: first-applicable}",
    "locks": "extends: [aws-trust]\nlocks: [{rules: ['trust-*'], floor: warning}]",
    "baseline": "extends: [aws-trust]\ngates: [{new-only: true, baseline: known.json}]",
}


_SPREAD = {("groups",), ("waivers",), ("plain", "waivers")}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = tmp_path_factory.mktemp("tree")
    for number in range(24):
        principal = (STAR, ACCOUNT, SERVICE)[number % 3]
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        policy = {"Version": "2012-10-17", "Statement": [statement] * (1 + number % 4)}
        path = tree / "ab"[number % 2] / f"{number}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(policy, indent=2 if number % 5 else None))
    (tree / "a" / "honeypot.yaml").write_text(YAML)
    (tree / "a-b").mkdir()
    (tree / "a-b" / "broken.json").write_text('{"Version": ')
    (tree / "tf").mkdir()
    (tree / "tf" / "main.tf").write_text(TERRAFORM)
    statement = {"Effect": "Allow", "Principal": STAR, "Action": "sts:AssumeRole"}
    (tree / "tf" / "trust.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}, indent=2))
    for name, text in RULESETS.items():
        (tree / f"{name}.lictor").write_text(f"id: {name}\n{text}\n")
    report = _run(tree, "plain")
    (tree / "known.json").write_text(write_baseline(report._replace(findings=report.findings[::2])))
    gone = json.loads((tree / "known.json").read_text())
    gone["findings"].append({**gone["findings"][0], "fingerprint": "f" * 32, "message": "is gone"})
    (tree / "known.json").write_text(json.dumps(gone))
    return tree


def _run(tree: Path, *rulesets: str, jobs: int = 1) -> Report:
    policy = PolicyChoice(tuple(str(tree / f"{name}.lictor") for name in rulesets))
    return check(CheckRequest((".",), tree, TODAY, policy, jobs=jobs, exclude=("known.json",)))


def _said(report: Report) -> tuple[object, ...]:
    outputs = [each.render(report, ReportOptions()) for each in register_reporters() if "sarif" not in each.name]
    rules = [[rule._replace(places=EMPTY) for rule in each] for each in (report.rules, report.unasked_rules)]
    return (outputs, tuple(report.findings), report._replace(findings=(), rules=(), unasked_rules=()), rules)


@pytest.mark.parametrize(
    "rulesets", [(name,) for name in RULESETS] + [("plain", "waivers"), ("baseline", "groups", "score"), ()]
)
def test_it_does_not_matter_when_files_are_concluded(
    tree: Path, rulesets: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as context:
        context.setattr(checking, "_clerk", lambda *_: None)
        at_the_end = _run(tree, *rulesets)
    assert isinstance(at_the_end.findings, tuple)
    monkeypatch.setattr(records, "_FEW", 0)
    for jobs in (1, 2) if rulesets in _SPREAD else (1,):
        at_once = _run(tree, *rulesets, jobs=jobs)
        assert isinstance(at_once.findings, KeptFindings), at_once.problems
        assert _said(at_once) == _said(at_the_end)


def test_what_terraform_reads_is_told_once_though_its_file_was_concluded_before(tree: Path) -> None:
    pytest.importorskip("tree_sitter_hcl")
    found = [
        finding.subject.uri
        for finding in _run(tree, "plain").findings
        if (finding.location.uri, finding.rule_id) == ("tf/trust.json", "trust-wildcard-principal")
    ]
    assert found == ["tf/main.tf"]
