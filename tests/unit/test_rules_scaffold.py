"""`lictor new rule`: the files it makes are a rule that passes its own cases."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lictor.documents import parse_json, parse_yaml
from lictor.errors import LictorError
from lictor.model import Finding, Location, SubjectRef
from lictor.registry import Registry
from lictor.rules import (
    check_rule,
    compile_rule,
    differences,
    new_rule_files,
    read_cases,
    read_rule_directory,
    scaffold_kinds,
)
from lictor.subjects import find_subjects
from lictor_plugins.kinds import aws_iam, general

KINDS = {kind.name: kind for plugin in (general, aws_iam) for kind in plugin.register_kinds()}


def write(directory: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text, encoding="utf-8")


def findings(compiled: Any, case: Any) -> Any:
    load = parse_json if case.uri.endswith(".json") else parse_yaml
    (document,) = load(case.uri, case.text).documents
    subjects, problems = find_subjects(document, KINDS, frozenset(compiled.rule.applies_to), case.kind)
    assert problems == ()
    for subject in subjects:
        ref = SubjectRef(case.uri, 0, subject.path, subject.kind, subject.name)
        for match in compiled.matches(subject, case.parameters):
            path = subject.path_in_document(match.candidate if match.path is None else match.path)
            message = compiled.message(subject, match, case.parameters)
            yield Finding(compiled.rule.id, "warning", match.kind, message, Location(case.uri, path=path), ref)


@pytest.mark.parametrize("kind", scaffold_kinds())
def test_a_new_rule_passes_its_cases_as_it_is_made(tmp_path: Path, kind: str) -> None:
    write(tmp_path, new_rule_files("acme-new-rule", kind))
    (rule,), problems = read_rule_directory(tmp_path)
    assert problems == ()
    assert check_rule(rule, Registry(kinds=KINDS)) == ()
    cases, problems = read_cases(tmp_path / "acme" / "new_rule")
    assert problems == ()
    assert len(cases) == 5
    compiled = compile_rule(rule, {})
    for case in cases:
        found = list(findings(compiled, case))
        assert differences(case, found) == (), case.name
        assert all("(none)" not in finding.message for finding in found)


@pytest.mark.parametrize(
    "title", ["Roles: who's in # them", "plain words", 'say "x" {y}', "  two\n lines ", "- a", "é"]
)
def test_any_title_survives(tmp_path: Path, title: str) -> None:
    write(tmp_path, new_rule_files("acme-new-rule", "document", title))
    (rule,), problems = read_rule_directory(tmp_path)
    assert problems == ()
    assert rule.title == " ".join(title.split())


def test_the_rule_file_tells_editors_its_schema() -> None:
    files = new_rule_files("acme-new-rule", schema_uri="../schema.json")
    assert files["acme/new_rule/rule.yaml"].startswith("# yaml-language-server: $schema=../schema.json\n")


def test_an_id_or_a_kind_that_can_not_be_used_says_what_can() -> None:
    with pytest.raises(LictorError) as raised:
        new_rule_files("Acme", "aws.iam.trust-polcy")
    wrong_id, wrong_kind = raised.value.problems
    assert "kebab-case" in wrong_id.hint
    assert wrong_kind.hint == "did you mean 'aws.iam.trust-policy'?"
