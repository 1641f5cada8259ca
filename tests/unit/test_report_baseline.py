"""Baselines: what is written is known, nothing else is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lictor.model import Finding, Location, Region, Report, Rule, SubjectRef, Suppression
from lictor.report import absent_findings, apply_baseline, finish_report, read_baseline, write_baseline


def finding(uri: str, policy_path: str = "", line_hash: str = "", **changes: Any) -> Finding:
    prints = {"policyPath/v1": policy_path, "primaryLocationLineHash": line_hash}
    values: dict[str, Any] = {
        "rule_id": "rule",
        "level": "error",
        "kind": "fail",
        "message": "message",
        "location": Location(uri, Region(1, 1, 1, 2), ("Statement", 0)),
        "subject": SubjectRef(uri, 0, (), "document", ""),
        "fingerprints": {name: value for name, value in prints.items() if value},
    }
    return Finding(**(values | changes))


def report(*findings: Finding) -> Report:
    rules = (Rule("rule", "Title", "message", ("document",)),)
    return finish_report(
        findings=findings, verdicts=(), problems=(), rules=rules, documents=1, subjects=1, version="1.0.0"
    )


names = st.text("abc", min_size=1, max_size=3)


@given(st.lists(st.tuples(names, names), max_size=8), st.lists(st.tuples(names, names), max_size=8))
def test_what_was_written_is_known_and_what_was_not_is_new(
    before: list[tuple[str, str]],
    after: list[tuple[str, str]],
) -> None:
    text = write_baseline(report(*(finding(uri, f"{uri}-{path}", message=path) for uri, path in set(before))))
    known, problems = read_baseline(text, "baseline.json")
    assert problems == ()
    for uri, path in after:
        (marked,) = apply_baseline([finding(uri, f"{uri}-{path}", message=path)], known)
        assert marked.baseline_state == ("unchanged" if (uri, path) in before else "new")


def test_code_that_moved_within_its_file_is_known() -> None:
    known, _ = read_baseline(write_baseline(report(finding("a.json", "p", "abc:1"))), "baseline.json")
    moved = finding("a.json", "p", "def:7", location=Location("a.json", Region(99, 1, 99, 2), ("Statement", 5)))
    assert apply_baseline([moved], known)[0].baseline_state == "unchanged"


def known_of(*findings: Finding) -> Any:
    return read_baseline(write_baseline(report(*findings)), "baseline.json")[0]


@pytest.mark.parametrize("change", [{"level": "note"}, {"message": "said otherwise"}])
def test_a_known_finding_that_says_something_else_is_updated_and_still_known(change: dict[str, Any]) -> None:
    (marked,) = apply_baseline([finding("a.json", "p", **change)], known_of(finding("a.json", "p")))
    assert (marked.baseline_state, marked.is_known) == ("updated", True)


def test_a_secret_is_not_written_and_makes_no_difference() -> None:
    secret = finding("a.json", "p", message="the key is AKIA" + "Z7" * 8)
    text = write_baseline(report(secret))
    assert "Z7Z7Z7Z7" not in text
    assert apply_baseline([secret], read_baseline(text, "b.json")[0])[0].baseline_state == "unchanged"


def test_a_baseline_of_before_levels_and_messages_were_written_knows_all_that_it_knew() -> None:
    old = '{"version": 1, "findings": [{"fingerprint": "p", "rule_id": "rule", "uri": "a.json", "path": "x"}]}'
    known, problems = read_baseline(old, "baseline.json")
    assert problems == ()
    assert apply_baseline([finding("a.json", "p", level="note")], known)[0].baseline_state == "unchanged"
    (gone,) = absent_findings(known, (), lambda _: True)
    assert (gone.rule_id, gone.level, gone.location.region) == ("rule", "warning", None)
    assert gone.message == "what 'rule' found here is gone"


def test_what_is_gone_is_absent_with_all_that_was_known_of_it_and_counts_nowhere() -> None:
    known = known_of(finding("a.json", "p", level="note"), finding("b.json", "q", message="the other"))
    (gone,) = absent_findings(known, [finding("a.json", "p")], lambda _: True)
    assert (gone.location.uri, gone.message, gone.level, gone.baseline_state) == (
        "b.json",
        "the other",
        "error",
        "absent",
    )
    assert gone.fingerprints == {"policyPath/v1": "q"}
    assert (report(gone).receipt.findings, json.loads(write_baseline(report(gone)))["findings"]) == (0, [])
    assert absent_findings(known, (), lambda each: each.uri == "c.json") == ()


def test_the_same_line_elsewhere_is_new() -> None:
    known, _ = read_baseline(write_baseline(report(finding("a.json", "p", "abc:1"))), "baseline.json")
    copied = [finding("b.json", "q", "abc:1"), finding("a.json", "r", "abc:1"), finding("b.json", "", "abc:1")]
    assert {each.baseline_state for each in apply_baseline(copied, known)} == {"new"}


def test_a_finding_without_a_policy_path_goes_by_rule_file_and_line_hash() -> None:
    known, _ = read_baseline(write_baseline(report(finding("a.json", "", "abc:1"))), "baseline.json")
    same = [finding("a.json", "", "abc:1"), finding("b.json", "", "abc:1"), finding("a.json", "", "abc:2")]
    assert [each.baseline_state for each in apply_baseline(same, known)] == ["unchanged", "new", "new"]


def test_waived_findings_are_not_in_a_baseline() -> None:
    waived = finding("a.json", "p", suppression=Suppression("external", "why"))
    assert json.loads(write_baseline(report(waived))) == {"version": 1, "findings": []}


def test_the_file_reads_well_in_a_review() -> None:
    text = write_baseline(report(finding("b.json", "p"), finding("a.json", "q")))
    place = {"path": "Statement[0]", "line": 1, "level": "error", "message": "message"}
    assert json.loads(text)["findings"] == [
        {"fingerprint": "q", "rule_id": "rule", "uri": "a.json", **place},
        {"fingerprint": "p", "rule_id": "rule", "uri": "b.json", **place},
    ]
    assert text.endswith("\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "expected JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 10_000, "number too long"),
        ("[]", "expected an object"),
        ('{"version": 1}', "expected an object"),
        ('{"version": 2, "findings": []}', "expected version 1 of the baseline format, found 2"),
        ('{"version": 1, "findings": [{"fingerprint": 3}]}', "findings[0]"),
        ('{"version": 1, "findings": ["a"]}', "findings[0]"),
    ],
)
def test_a_file_that_is_no_baseline_is_a_problem_at_its_place(text: str, said: str) -> None:
    known, (problem,) = read_baseline(text, "baseline.json")
    assert known == {}
    assert said in problem.message
    assert (problem.code, problem.phase) == ("bad-baseline", "usage")
    assert problem.location is not None
    assert problem.location.uri == "baseline.json"


def test_a_byte_order_mark_is_no_problem() -> None:
    assert read_baseline('\ufeff{"version": 1, "findings": []}', "baseline.json") == ({}, ())
