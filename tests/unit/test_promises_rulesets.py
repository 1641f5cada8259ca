"""Rulesets and rules are data: they run nothing, reach nothing outside their folder, and can't stop a run."""

import datetime as dt
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lictor.api import CheckRequest, PolicyChoice, check

Lictor = Callable[..., Any]

POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
)
RULE = "id: acme-any\ntitle: T\nlevel: error\napplies-to: [document]\ndeny: '@'\nmessage: m\n"
TOUCH = "import pathlib\npathlib.Path('touched').touch()\ndef check(subject, parameters):\n    return ()\n"
SECONDS = 15


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A repository in a folder whose neighbours are not its business."""
    root = tmp_path / "repository"
    (root / "rules" / "any").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "a.json").write_text(POLICY)
    (root / "rules" / "any" / "rule.yaml").write_text(RULE)
    (tmp_path / "outside.yaml").write_text("id: outside\nrules: {trust-wildcard-principal: error}\n")
    (root / "nested").mkdir()
    (root / "nested" / "inside.yaml").write_text("id: inside\nextends: ../../outside.yaml\n")
    (root / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (root / "folder").symlink_to(tmp_path)
    return root


def codes_of(ran: Any) -> set[str]:
    return {problem["code"] for problem in json.loads(ran.out)["problems"]}


def run(work: Path, lictor: Lictor, *words: str) -> Any:
    start = time.monotonic()
    ran = lictor(work, "check", *words, "-o", "json")
    assert time.monotonic() - start < SECONDS
    assert "Traceback" not in ran.err
    return ran


EXTENDED = {
    "../outside.yaml": "extends-outside",
    "./nested/../../outside.yaml": "extends-outside",
    "./link.yaml": "extends-outside",
    "./folder/outside.yaml": "extends-outside",
    "/etc/passwd.yaml": "extends-outside",
    "//host/share.yaml": "extends-outside",
    "https://rules.example/a.yaml": "remote-extends",
    "HTTP://169.254.169.254/a.yaml": "remote-extends",
    "file:///etc/hosts": "remote-extends",
    "git+ssh://host/a.yaml": "remote-extends",
    "./nested": "not-a-regular-file",
    "./missing.yaml": "unknown-ruleset",
    "./mine.yaml": "extends-cycle",
    "aws-trst": "unknown-ruleset",
}


def test_a_ruleset_extends_only_what_lies_in_its_own_folder(work: Path, lictor: Lictor) -> None:
    (work / "mine.yaml").write_text("id: mine\nextends:\n" + "".join(f"- '{target}'\n" for target in EXTENDED))
    ran = run(work, lictor, "a.json", "--ruleset", "mine.yaml")
    assert ran.code == 2
    data = json.loads(ran.out)
    assert data["findings"] == []
    told = {problem["location"]["region"]["start_line"]: problem["code"] for problem in data["problems"]}
    assert told == dict(enumerate(EXTENDED.values(), 3))


def test_no_ruleset_on_the_way_leads_outside(work: Path, lictor: Lictor) -> None:
    (work / "mine.yaml").write_text("id: mine\nextends: ./nested/inside.yaml\n")
    ran = run(work, lictor, "a.json", "--ruleset", "mine.yaml")
    assert (ran.code, codes_of(ran)) == (2, {"extends-outside"})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("id: !!python/object/apply:os.system [touch touched]\n", "bad-tag"),
        ("id: mine\nrules: !!python/name:os.system {}\n", "bad-tag"),
        ("id: mine\nextends: !include /etc/hosts\n", "bad-tag"),
        ("id: &a [*a]\n", "alias-cycle"),
        ("id: mine\nx: " + "[" * 10_000, "too-deep"),
        ("id: mine\nid: other\n", "duplicate-key"),
        ("", "empty-document"),
        ("id: mine\n---\nid: other\n", "bad-ruleset"),
        ("id: mine\nimport: os\n", "unknown-key"),
    ],
)
def test_a_ruleset_that_is_no_data_is_wrong_input(work: Path, text: str, code: str) -> None:
    (work / "mine.yaml").write_text(text)
    policy = PolicyChoice((str(work / "mine.yaml"),))
    report = check(CheckRequest(("a.json",), work, dt.date(2026, 1, 1), policy))
    assert report.exit_code == 2
    assert code in {problem.code for problem in report.problems}
    assert not (work / "touched").exists()


def test_no_glob_of_a_ruleset_takes_long(work: Path, lictor: Lictor) -> None:
    (work / "a.json").rename(work / f"{'a' * 60}.json")
    globs = ["*a" * 28 + "b", "**/*a" * 14 + "/b", "**/" * 200 + "b", "?" * 2_000]
    overrides = f"overrides: [{{match: {{files: {globs}, paths: {globs}}}, rules: {{'trust-*': error}}}}]\n"
    waivers = f"waivers: [{{rules: ['trust-*'], where: {{files: {globs}}}, reason: because}}]\n"
    (work / "mine.yaml").write_text(f"id: mine\nextends: aws-trust\n{overrides}{waivers}")
    words = [word for glob in globs for word in ("--exclude", glob, "--kind", f"{glob}=aws.iam.scp")]
    ran = run(work, lictor, ".", "--ruleset", "mine.yaml", *words)
    assert "trust-wildcard-principal" in {finding["rule_id"] for finding in json.loads(ran.out)["findings"]}


def test_python_beside_a_rule_that_is_named_on_the_command_line_is_not_run(work: Path, lictor: Lictor) -> None:
    (work / "rules" / "any" / "rule.yaml").write_text(RULE.replace("deny: '@'\n", ""))
    (work / "rules" / "any" / "check.py").write_text(TOUCH)
    ran = run(work, lictor, "a.json", "--rules", "rules")
    assert ran.code in {1, 2}
    assert "check-not-allowed" in codes_of(ran)
    for words in (("rules", "--rules", "rules"), ("explain", "acme-any", "--rules", "rules")):
        lictor(work, *words)
    assert not (work / "touched").exists()


def test_python_in_the_repository_is_never_run(work: Path, lictor: Lictor) -> None:
    for name in ("conftest.py", "lictor_plugin.py", "sitecustomize.py", "setup.py", "yaml.py", "jmespath.py"):
        (work / name).write_text("import pathlib\npathlib.Path(__file__).with_name('touched').touch()\n")
    (work / "evil-1.dist-info").mkdir()
    (work / "evil-1.dist-info" / "entry_points.txt").write_text("[lictor]\nevil = lictor_plugin\n")
    ran = run(work, lictor, "a.json")
    assert (ran.code, codes_of(ran)) == (1, set())
    assert not (work / "touched").exists()


def never_ending(path: Path, kind: str) -> None:
    path.parent.mkdir(exist_ok=True)
    if kind == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")


def test_no_rule_or_ruleset_that_never_ends_is_waited_for(work: Path, lictor: Lictor) -> None:
    for kind in ("fifo", "endless"):
        never_ending(work / "rules" / f"{kind}-rule" / "rule.yaml", kind)
        never_ending(work / "rules" / f"{kind}-page" / "rule.md", kind)
        (work / "rules" / f"{kind}-page" / "rule.yaml").write_text(RULE.replace("any", kind))
        never_ending(work / f"{kind}.yaml", kind)
    rulesets = ("--ruleset", "fifo.yaml", "--ruleset", "endless.yaml")
    ran = run(work, lictor, "a.json", "--rules", "rules", *rulesets)
    assert ran.code == 2
    told = {problem["location"]["uri"] for problem in json.loads(ran.out)["problems"]}
    assert told >= {
        f"rules/{kind}-{name}" for kind in ("fifo", "endless") for name in ("rule/rule.yaml", "page/rule.md")
    }
    assert told >= {"fifo.yaml", "endless.yaml"}


@pytest.mark.parametrize("kind", ["fifo", "endless"])
def test_no_baseline_that_never_ends_is_waited_for(work: Path, lictor: Lictor, kind: str) -> None:
    never_ending(work / "baseline.json", kind)
    ran = run(work, lictor, "a.json", "--baseline", "baseline.json")
    assert ran.code in {1, 2}
    assert codes_of(ran) == {"not-a-regular-file"}


def test_the_repositorys_own_ruleset_is_not_waited_for(work: Path, lictor: Lictor) -> None:
    never_ending(work / "lictor.yaml", "fifo")
    ran = run(work, lictor, "a.json")
    assert (ran.code, codes_of(ran)) == (2, {"not-a-regular-file"})


COSTLY = {
    "acme-doubled": "@" + " | [@, @]" * 40,
    "acme-flattened": "@" + "[@,@][]" * 20,
    "acme-long": "@ | " * 3_000 + "@",
    "acme-nested": "(" * 200 + "@" + ")" * 200,
    "acme-mapped": "map(&map(&map(&map(&@, root().many), root().many), root().many), root().many)",
    "acme-joined": "join(to_string(@), many[].to_string(@))",
    "acme-backtracking": "regex_match('(a+)+$', long)",
}
CHEAP = {
    "acme-glob": "glob_match('" + "*a" * 28 + "b', long)",
    "acme-action": "iam_action_match('" + "*a" * 28 + "b', long)",
    "acme-arn": "arn_match('arn:aws:iam::1:" + "*a" * 28 + "b', join('', ['arn:aws:iam::1:', long]))",
}


def test_no_query_takes_long_and_what_is_over_its_budget_is_told(work: Path, lictor: Lictor) -> None:
    (work / "a.json").write_text(json.dumps({"many": list(range(1_000)), "long": "a" * 60}))
    for rule_id, query in {**COSTLY, **CHEAP}.items():
        (work / "rules" / rule_id).mkdir()
        text = RULE.replace("acme-any", rule_id).replace("'@'", json.dumps(query))
        (work / "rules" / rule_id / "rule.yaml").write_text(text)
    ran = run(work, lictor, "a.json", "--rules", "rules")
    assert ran.code == 1
    data = json.loads(ran.out)
    assert [finding["rule_id"] for finding in data["findings"] if finding["kind"] == "fail"] == ["acme-any"]
    told = json.dumps(data["problems"])
    assert [rule_id for rule_id in COSTLY if rule_id not in told] == []
    assert [rule_id for rule_id in CHEAP if rule_id in told] == []
