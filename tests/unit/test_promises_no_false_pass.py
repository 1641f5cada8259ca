"""Exit code 0 means that all that was asked was done. Here nothing useful was, and no run may say 0."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Lictor = Callable[..., Any]
MakePlugin = Callable[[str, str], Path]

POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
RAISING = """
from lictor import Rule, hookimpl

def check(subject, parameters):
    raise KeyError("Statement")

@hookimpl
def register_rules():
    return [Rule("acme-raises", "It raises", "never", ("aws.iam.trust-policy",), "error", check=check)]
"""


def problems_of(ran: Any) -> dict[str, Any]:
    return {problem["code"]: problem for problem in json.loads(ran.out)["problems"]}


def test_an_empty_directory_is_incomplete(tmp_path: Path, lictor: Lictor) -> None:
    ran = lictor(tmp_path, "check", "-o", "json")
    assert ran.code == 3
    assert problems_of(ran)["nothing-checked"]["message"] == "nothing was checked: no document was read"


def test_a_directory_without_anything_to_check_is_incomplete(tmp_path: Path, lictor: Lictor) -> None:
    (tmp_path / "a.json").write_text('{"a": 1}')
    ran = lictor(tmp_path, "check", "-o", "json")
    assert ran.code == 3
    assert "no document holds anything" in problems_of(ran)["nothing-checked"]["message"]


@pytest.mark.parametrize("name", ["missing", "missing.json", "missing/*.json"])
def test_what_is_not_there_is_wrong_input(tmp_path: Path, lictor: Lictor, name: str) -> None:
    ran = lictor(tmp_path, "check", name, "-o", "json")
    assert ran.code == 2
    assert set(problems_of(ran)) <= {"file-not-found", "no-files-match"}


def test_a_name_that_is_not_there_beside_one_that_is_clean_is_wrong_input(tmp_path: Path, lictor: Lictor) -> None:
    (tmp_path / "clean.json").write_text(json.dumps(POLICY).replace('"*"', '"arn:aws:iam::111122223333:role/a"'))
    assert lictor(tmp_path, "check", "clean.json").code == 0
    assert lictor(tmp_path, "check", "clean.json", "missing.json").code == 2


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        ("a.json", json.dumps(POLICY)[:-30], "bad-document"),
        ("a.yaml", LAUGHS + json.dumps(POLICY), "too-many-nodes"),
        ("a.json", "", "empty-document"),
    ],
)
def test_a_file_that_can_not_be_read_alone_is_incomplete(
    tmp_path: Path, lictor: Lictor, file: str, text: str, code: str
) -> None:
    (tmp_path / file).write_text(text)
    ran = lictor(tmp_path, "check", "-o", "json")
    assert ran.code == 3
    assert set(problems_of(ran)) == {code}


def test_a_misspelt_rule_is_wrong_input_and_the_right_one_is_named(tmp_path: Path, lictor: Lictor) -> None:
    (tmp_path / "a.json").write_text(json.dumps(POLICY))
    ran = lictor(tmp_path, "check", "--only", "trust-wildcard-principle", "-o", "json")
    assert ran.code == 2
    assert "did you mean 'trust-wildcard-principal'?" in problems_of(ran)["unknown-rule"]["hint"]


def test_a_misspelt_rule_in_a_ruleset_is_told_at_its_place(tmp_path: Path, lictor: Lictor) -> None:
    (tmp_path / "a.json").write_text(json.dumps(POLICY))
    (tmp_path / "lictor.yaml").write_text("id: mine\nrules:\n  trust-wildcard-principle: error\n")
    ran = lictor(tmp_path, "check", "a.json")
    assert ran.code == 2
    assert "lictor.yaml:3:3: error[unknown-rule]" in ran.out
    assert "did you mean 'trust-wildcard-principal'?" in ran.out


@pytest.mark.parametrize(
    "words", [("--ruleset", "aws-trst"), ("--executor", "proceses"), ("--kind", "*=aws.iam.trust"), ("-p", "no:formts")]
)
def test_any_misspelt_name_is_wrong_input_and_the_right_one_is_named(
    tmp_path: Path, lictor: Lictor, words: tuple[str, str]
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(POLICY))
    ran = lictor(tmp_path, "check", *words)
    assert ran.code == 2
    assert "did you mean '" in ran.out


@pytest.mark.parametrize("content", ["directory", "dangling", "id: [", "- a\n", "id: mine\nrules: {\xff}\n"])
def test_a_ruleset_of_the_repository_that_can_not_be_read_is_never_passed_over(
    tmp_path: Path, lictor: Lictor, content: str
) -> None:
    (tmp_path / "clean.json").write_text(json.dumps(POLICY).replace('"*"', '"arn:aws:iam::111122223333:role/a"'))
    own = tmp_path / "lictor.yaml"
    if content == "directory":
        own.mkdir()
    elif content == "dangling":
        own.symlink_to("nowhere.yaml")
    else:
        own.write_bytes(content.encode("latin-1"))
    ran = lictor(tmp_path, "check", "clean.json")
    assert ran.code == 2
    assert "lictor.yaml" in ran.out


def test_a_rule_that_raises_on_the_only_file_leaves_it_undecided(
    tmp_path: Path, lictor: Lictor, make_plugin: MakePlugin
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(POLICY))
    site = make_plugin("acme_raising", RAISING)
    ran = lictor(tmp_path, "check", "--only", "acme-raises", "-o", "json", PYTHONPATH=str(site))
    assert ran.code == 3
    assert problems_of(ran)["rule-error"]["message"] == "rule 'acme-raises' raised KeyError: 'Statement'"
    assert [finding["kind"] for finding in json.loads(ran.out)["findings"]] == ["open"]


def test_a_plugin_that_can_not_be_imported_is_told_and_never_a_pass(
    tmp_path: Path, lictor: Lictor, make_plugin: MakePlugin
) -> None:
    (tmp_path / "clean.json").write_text(json.dumps(POLICY).replace('"*"', '"arn:aws:iam::111122223333:role/a"'))
    for source in ("import no_such_module_anywhere", "raise SystemExit(0)", "print(1 +"):
        ran = lictor(tmp_path, "check", "-o", "json", PYTHONPATH=str(make_plugin("acme_broken", source)))
        assert ran.code == 3
        assert set(problems_of(ran)) == {"plugin-import"}


def test_a_bad_file_beside_a_deep_one_is_found(tmp_path: Path, lictor: Lictor) -> None:
    (tmp_path / "a.json").write_text(json.dumps(POLICY))
    (tmp_path / "deep.json").write_text("[" * 100_000)
    ran = lictor(tmp_path, "check", "-o", "compact")
    assert ran.code == 1
    assert "a.json:1:82: error trust-wildcard-principal" in ran.out
    assert "deep.json:1:201: error too-deep" in ran.out


def test_more_than_the_budget_on_the_standard_input_is_incomplete(tmp_path: Path, lictor: Lictor) -> None:
    ran = lictor(tmp_path, "check", "-", "--max-file-size", "100", "-o", "json", stdin=json.dumps(POLICY))
    assert ran.code == 3
    assert set(problems_of(ran)) == {"file-too-large"}


def test_an_output_that_can_not_be_written_is_never_a_pass(tmp_path: Path, lictor: Lictor) -> None:
    (tmp_path / "clean.json").write_text(json.dumps(POLICY).replace('"*"', '"arn:aws:iam::111122223333:role/a"'))
    (tmp_path / "taken").mkdir()
    ran = lictor(tmp_path, "check", "-o", "json=taken")
    assert ran.code == 3
    assert "can't write 'taken'" in ran.err
