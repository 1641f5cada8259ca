"""Rule folders: what is read from a directory, and what is refused."""

import pickle
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lictor.documents import parse_json
from lictor.model import Subject
from lictor.rules import compile_rule, read_rule_directory
from lictor.rules.folders import read_document

RULE = "id: {}\ntitle: t\napplies-to: [document]\nmessage: '{{found}}'\n"
CHECK = """\
from __future__ import annotations

import dataclasses

from lictor.model import Match


@dataclasses.dataclass
class Limit:
    most: int


def check(subject, parameters):
    yield Match((), {"most": Limit(1).most})
"""


def write(directory: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text, encoding="utf-8")


def read(directory: Path, **options: Any) -> Any:
    return read_rule_directory(directory, uri="rules", **options)


def test_every_folder_with_a_rule_file_is_read_in_order(tmp_path: Path) -> None:
    write(tmp_path, {
        "web/b/rule.yaml": RULE.format("web-b") + "deny: a\n",
        "web/a/rule.yaml": RULE.format("web-a") + "deny: a\n",
        "web/a/rule.md": "# page\n",
        ".hidden/x/rule.yaml": "nothing",
        "__pycache__/rule.yaml": "nothing",
    })  # fmt: skip
    rules, problems = read(tmp_path, distribution="acme")
    assert problems == ()
    assert [(rule.id, rule.help, rule.distribution) for rule in rules] == [
        ("web-a", "# page\n", "acme"),
        ("web-b", "", "acme"),
    ]
    assert rules[0].location.uri == "rules/web/a/rule.yaml"


def test_the_directory_itself_may_hold_the_one_rule(tmp_path: Path) -> None:
    write(tmp_path, {"rule.yaml": RULE.format("web-a") + "deny: a\n"})
    rules, problems = read(tmp_path)
    assert (len(rules), problems) == (1, ())
    assert rules[0].location.uri == "rules/rule.yaml"


def test_a_rule_that_is_wrong_does_not_keep_the_others_from_being_read(tmp_path: Path) -> None:
    write(tmp_path, {
        "a/rule.yaml": "a: [\n",
        "b/rule.yaml": RULE.format("web-b") + "deny: a\n---\n" + RULE.format("web-c"),
        "c/rule.yaml": RULE.format("web-c") + "deny: a\n",
        "d/rule.yaml": RULE.format("web-d") + "denny: a\n",
    })  # fmt: skip
    rules, problems = read(tmp_path)
    assert [rule.id for rule in rules] == ["web-c"]
    assert {problem.phase for problem in problems} == {"rule"}
    assert [problem.location.uri for problem in problems] == [
        "rules/a/rule.yaml", "rules/b/rule.yaml", "rules/d/rule.yaml", "rules/d/rule.yaml",
    ]  # fmt: skip


def test_two_rules_with_one_id_are_a_problem_that_shows_both(tmp_path: Path) -> None:
    text = "\n" + RULE.format("web-a") + "deny: a\n"
    write(tmp_path, {"a/rule.yaml": text, "b/rule.yaml": text})
    rules, (problem,) = read(tmp_path)
    assert len(rules) == 1
    assert (problem.code, problem.location.uri) == ("duplicate-rule", "rules/b/rule.yaml")
    assert problem.location.region.start_line == 2
    assert problem.related_locations[0].uri == "rules/a/rule.yaml"


def test_rules_from_a_directory_can_not_bring_python(tmp_path: Path) -> None:
    write(tmp_path, {"a/rule.yaml": RULE.format("web-a"), "a/check.py": "raise SystemExit(5)\n"})
    rules, (problem,) = read(tmp_path)
    assert rules == ()
    assert (problem.code, problem.location.uri) == ("check-not-allowed", "rules/a/check.py")
    assert "plugin" in problem.hint


def test_a_plugin_s_check_is_imported_when_it_is_first_asked(tmp_path: Path) -> None:
    write(tmp_path, {"a/rule.yaml": RULE.format("web-a"), "a/check.py": CHECK, "b/rule.yaml": RULE.format("web-b"),
                     "b/check.py": "raise RuntimeError('imported')\n"})  # fmt: skip
    (first, second), problems = read(tmp_path, allow_python=True)
    assert problems == ()
    (document,) = parse_json("a.json", "{}").documents
    subject = Subject("document", document, (), {})
    (match,) = compile_rule(first, {}).matches(subject, {})
    assert match.values == {"most": 1}
    assert pickle.loads(pickle.dumps(first.check)) == first.check  # noqa: S301 - our own data
    with pytest.raises(RuntimeError, match="imported"):
        compile_rule(second, {}).matches(subject, {})


def test_a_check_file_without_a_check_says_what_it_lacks(tmp_path: Path) -> None:
    write(tmp_path, {"a/rule.yaml": RULE.format("web-a"), "a/check.py": "x = 1\n"})
    (rule,), _ = read(tmp_path, allow_python=True)
    (document,) = parse_json("a.json", "{}").documents
    with pytest.raises(ImportError, match="has no function 'check"):
        compile_rule(rule, {}).matches(Subject("document", document, (), {}), {})


@pytest.mark.parametrize("files", [{}, {"a/other.yaml": "a: 1\n"}])
def test_a_directory_without_rules_is_a_problem_and_not_a_pass(tmp_path: Path, files: Mapping[str, str]) -> None:
    write(tmp_path, files)
    _, (problem,) = read(tmp_path)
    assert problem.message == "no rule.yaml below 'rules'"


def test_a_directory_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    _, (problem,) = read_rule_directory(tmp_path / "nowhere", uri="nowhere")
    assert problem.message == "no directory 'nowhere'"


def test_a_misnamed_rule_file_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    write(tmp_path, {"a/rule.yml": RULE.format("web-a")})
    _, (problem,) = read(tmp_path)
    assert (problem.message, problem.hint) == ("'rule.yml' is not read", "name it rule.yaml")


def test_rules_that_passed_before_are_read_without_the_schema_library(tmp_path: Path) -> None:
    write(tmp_path, {"a/rule.yaml": RULE.format("web-a") + "deny: a\n"})
    program = (
        "import pathlib, sys; from lictor.rules import read_rule_directory;"
        "rules, problems = read_rule_directory(pathlib.Path(sys.argv[1]), validated=True);"
        "assert len(rules) == 1 and not problems;"
        "assert 'jsonschema_rs' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)


def test_a_file_that_can_not_be_read_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "rule.yaml").mkdir()
    document, (problem,) = read_document(tmp_path / "rule.yaml", "rule.yaml")
    assert document is None
    assert (problem.code, problem.phase) == ("not-a-regular-file", "rule")


def test_bytes_that_are_no_text_are_a_problem(tmp_path: Path) -> None:
    (tmp_path / "rule.yaml").write_bytes(b"\xff\xfe\xff")
    rules, problems = read(tmp_path)
    assert (rules, len(problems)) == ((), 1)
    write(tmp_path, {"rule.yaml": RULE.format("web-a") + "deny: a\n"})
    (tmp_path / "rule.md").write_bytes(b"\x80\x80")
    rules, problems = read(tmp_path)
    assert (rules, len(problems)) == ((), 1)
    assert problems[0].location.uri == "rules/rule.md"
