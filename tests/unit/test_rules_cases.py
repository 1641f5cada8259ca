"""A rule's cases: read from its folder, compared with what was found."""

from pathlib import Path
from typing import Any

import pytest

from lictor.api.cases import try_rules
from lictor.api.requests import PluginChoice
from lictor.model import Finding, Location, SubjectRef
from lictor.rules import Case, ExpectedFinding, differences, read_cases

PAGE = """\
# web-http
## What it finds
x
## Why it matters
x
## Avoid
```json
{"a": 1}
```
## Prefer
```json
{"a": 2}
```
## Fix
x
## References
x
"""

CASES = """\
- name: found
  document: {b: é, a: [1]}
  find:
    - path: a[0]
    - {path: b, rule: web-other, kind: open, message: what}
- name: near miss
  text: "a: 2 # kept\\n"
  format: yaml
  parameters: {most: 1}
  kind: document
  find: []
- name: by name
  file: roles/x.tf
  text: x
  find: []
"""


def folder(tmp_path: Path, cases: Any = CASES, page: Any = PAGE) -> Any:
    (tmp_path / "rule.yaml").write_text("id: web-http\n", encoding="utf-8")
    if cases is not None:
        (tmp_path / "cases.yaml").write_text(cases, encoding="utf-8")
    if page is not None:
        (tmp_path / "rule.md").write_text(page, encoding="utf-8")
    return tmp_path


def read(*args: Any, **options: Any) -> Any:
    return read_cases(folder(*args, **options), uri="r")


def finding(
    path: Any, *, rule: str = "web-http", kind: str = "fail", message: str = "m", subject: Any = "document"
) -> Any:
    ref = SubjectRef("a.json", 0, (), subject, "")
    return Finding(rule, "error", kind, message, Location("a.json", path=path), ref)


def case(*expected: Any, kind: str = "", is_exact: bool = True) -> Any:
    return Case("n", "web-http", "case.json", "{}", expected, kind=kind, is_exact=is_exact)


def test_cases_come_from_the_file_and_then_from_the_page(tmp_path: Path) -> None:
    cases, problems = read(tmp_path)
    assert problems == ()
    found, near, named, avoid, prefer = cases
    assert (found.name, found.rule, found.uri, found.text) == (
        "found", "web-http", "case.json", '{\n  "b": "é",\n  "a": [\n    1\n  ]\n}\n',
    )  # fmt: skip
    assert found.expected == (
        ExpectedFinding("web-http", "a[0]"),
        ExpectedFinding("web-other", "b", "open", "what"),
    )
    assert (near.uri, near.text, near.parameters, near.kind) == ("case.yaml", "a: 2 # kept\n", {"most": 1}, "document")
    assert near.location.region[:2] == (6, 9)
    assert named.uri == "roles/x.tf"
    assert (avoid.name, avoid.location.region.start_line) == ("Avoid 1 of the page", 8)
    assert prefer.expected == ()


@pytest.mark.parametrize(
    ("cases", "message"),
    [
        (None, "no cases.yaml"),
        ("- {name: a, document: 1, find: []}\n", "no case that must be found"),
        ("- {name: a, document: 1, find: [{path: a, rule: web-other}]}\n", "no case that must be found"),
        ("- {name: a, document: 1, find: [{path: a}]}\n", "no near miss that must not be found"),
        ("- {name: a, document: 1, find: [{path: a}]}\n" * 2, "no near miss that must not be found"),
    ],
)
def test_cases_that_would_prove_nothing_are_a_problem(tmp_path: Path, cases: Any, message: str) -> None:
    _, problems = read(tmp_path, cases)
    assert ("missing-case", message) in [(problem.code, problem.message) for problem in problems]


def test_two_cases_of_one_name_are_a_problem_at_the_second(tmp_path: Path) -> None:
    _, problems = read(tmp_path, CASES.replace("name: near miss", "name: found"))
    assert [(p.code, p.location.region.start_line) for p in problems] == [("bad-cases", 6)]


def test_a_cases_file_that_is_wrong_says_so_and_the_page_is_read_all_the_same(tmp_path: Path) -> None:
    cases, problems = read(tmp_path, "- {name: a, docment: 1, find: []}\n")
    assert [problem.code for problem in problems] == ["bad-cases", "unknown-key"]
    assert len(cases) == 2
    cases, problems = read(tmp_path, "a: [\n")
    assert (len(cases), len(problems)) == (2, 1)


def test_a_missing_page_is_a_problem(tmp_path: Path) -> None:
    cases, problems = read(tmp_path, page=None)
    assert len(cases) == 3
    assert [(p.code, p.message) for p in problems] == [("bad-page", "no rule.md")]


def test_what_is_found_as_expected_makes_no_difference() -> None:
    expected = (ExpectedFinding("web-http", "a[0]"), ExpectedFinding("web-http", "", "open", "m"))
    assert differences(case(*expected), [finding((), kind="open"), finding(("a", 0))]) == ()


def test_what_is_missing_and_what_is_too_much_are_both_said() -> None:
    said = differences(case(ExpectedFinding("web-http", "a")), [finding(("b",)), finding((), kind="open")])
    assert said == (
        "expected web-http (fail) at 'a', found none there",
        "expected no web-http (fail) at 'b', found: m",
        "expected no web-http (open) at the whole document, found: m",
    )


def test_a_message_that_differs_is_said_as_such() -> None:
    said = differences(case(ExpectedFinding("web-http", "a", message="x")), [finding(("a",))])
    assert said == ("expected the message 'x' at 'a', found 'm'",)


def test_findings_that_a_case_does_not_speak_of_are_no_concern_of_it() -> None:
    others = [finding(("a",), rule="web-other"), finding(("a",), kind="pass")]
    assert differences(case(), others) == ()
    assert differences(case(kind="document"), [finding(("a",), subject="aws.iam.role")]) == ()
    assert differences(case(kind="document"), [finding(("a",))]) != ()


def test_a_page_only_says_that_something_is_found() -> None:
    somewhere = case(ExpectedFinding("web-http", None), is_exact=False)
    assert differences(somewhere, [finding(("a",)), finding(("b",))]) == ()
    assert differences(somewhere, []) == ("expected web-http (fail) at any place, found none there",)


SEVERAL = """\
- name: found
  documents:
    main.tf: |
      module "app" {
        source  = "./app"
        trusted = "*"
      }
    app/role.tf: |
      variable "trusted" {}
      resource "aws_iam_role" "app" {
        assume_role_policy = jsonencode({
          Version   = "2012-10-17"
          Statement = [{ Effect = "Allow", Principal = { AWS = var.trusted }, Action = "sts:AssumeRole" }]
        })
      }
    other.json: {Statement: []}
  find:
    - {path: "resource.aws_iam_role.app.assume_role_policy.!json.Statement[0].Principal.AWS", file: app/role.tf}
- name: near miss
  documents: {a.json: {a: 1}, b.yaml: "a: 1 # kept\\n"}
  find: []
"""


def test_a_case_may_have_several_documents_and_its_findings_stand_in_one_of_them(tmp_path: Path) -> None:
    cases, problems = read(tmp_path, SEVERAL)
    assert problems == ()
    found, near = cases[:2]
    assert (found.uri, tuple(found.others)) == ("main.tf", ("app/role.tf", "other.json"))
    assert found.others["other.json"] == '{\n  "Statement": []\n}\n'
    (expected,) = found.expected
    assert expected.uri == "app/role.tf"
    assert near.texts == {"a.json": '{\n  "a": 1\n}\n', "b.yaml": "a: 1 # kept\n"}
    elsewhere = finding(("resource", "aws_iam_role", "app"))
    assert differences(found, [elsewhere]) == (
        f"expected web-http (fail) at '{expected.path}' of 'app/role.tf', found none there",
        "expected no web-http (fail) at 'resource.aws_iam_role.app' of 'a.json', found: m",
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("documents: {a.json: 1}", "expected a mapping of 2 or more"),
        ("documents: {a.json: 1, b: 2}", "expected a relative file name"),
        ("documents: {a.json: 1, b.json: 2}, file: x.json", "'documents' have their own file names"),
        ("documents: {a.json: 1, b.json: 2}, text: x", "expected exactly one of 'document', 'text' and 'documents'"),
    ],
)
def test_documents_that_can_be_no_case_are_a_problem(tmp_path: Path, more: str, message: str) -> None:
    _, problems = read(tmp_path, f"- {{name: a, find: [], {more}}}\n")
    assert any(message in problem.message for problem in problems), [problem.message for problem in problems]


def test_documents_of_a_case_are_checked_together_and_see_each_other(tmp_path: Path) -> None:
    rule = """\
id: web-http
title: Anyone
level: error
applies-to: [aws.iam.trust-policy]
for-each: statements
deny: "principals[?kind == 'anyone']"
message: Anyone
"""
    place = folder(tmp_path, SEVERAL, PAGE.replace('{"a": 1}', '{"Statement": {"Principal": "*"}}'))
    (place / "rule.yaml").write_text(rule, encoding="utf-8")
    ((test, outcomes),) = try_rules(tmp_path, PluginChoice())
    assert test.problems == ()
    assert {outcome.case.name: outcome.differences for outcome in outcomes[:2]} == {"found": (), "near miss": ()}
