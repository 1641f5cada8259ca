"""A team's rules are tested with pytest alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from lictor.rules import new_rule_files


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    for name, text in new_rule_files("acme-thing", "document", "A thing of ACME").items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


def run_pytest(directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rA", str(directory)],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )


def the_file(rules: Path, name: str) -> Path:
    return next(rules.rglob(name))


def test_each_case_is_a_test_and_so_is_the_rule_itself(rules: Path) -> None:
    done = run_pytest(rules)
    assert done.returncode == 0, done.stdout
    assert "rule.yaml::rule" in done.stdout
    assert "6 passed" in done.stdout


def test_a_case_that_does_not_hold_fails_and_says_why_without_a_traceback(rules: Path) -> None:
    cases = the_file(rules, "cases.yaml")
    cases.write_text(cases.read_text() + "\n- name: a wrong case\n  document: {}\n  find: [{path: nowhere}]\n")
    done = run_pytest(rules)
    assert done.returncode == 1
    assert "a wrong case" in done.stdout
    assert "expected acme-thing (fail) at 'nowhere', found none there" in done.stdout
    assert "Traceback" not in done.stdout
    assert "pytest_plugin.py" not in done.stdout


def test_a_rule_that_can_not_be_read_fails_at_its_line(rules: Path) -> None:
    file = the_file(rules, "rule.yaml")
    file.write_text(file.read_text().replace("level:", "levl:"))
    done = run_pytest(rules)
    assert done.returncode == 1
    assert "did you mean 'level'?" in done.stdout


def test_a_rule_yaml_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "rule.yaml").write_text("this: is of another tool\n")
    assert "no tests ran" in run_pytest(tmp_path).stdout
