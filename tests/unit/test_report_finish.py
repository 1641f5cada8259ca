"""The receipt and the exit code."""

from typing import Any

import pytest

from lictor.model import Finding, Location, Problem, Receipt, Report, Rule, SubjectRef, Suppression
from lictor.report import KnownFinding, finish_report, is_counted, is_open

RULE = Rule("rule", "Title", "message", ("document",))
WAIVER = Suppression("external", "why")


def finding(**changes: Any) -> Finding:
    values: dict[str, Any] = {
        "rule_id": "rule",
        "level": "error",
        "kind": "fail",
        "message": "message",
        "location": Location("a.json"),
        "subject": SubjectRef("a.json", 0, (), "document", ""),
    }
    return Finding(**(values | changes))


def report(**changes: Any) -> Report:
    values: dict[str, Any] = {
        "findings": (),
        "verdicts": (),
        "problems": (),
        "rules": (RULE,),
        "documents": 1,
        "subjects": 1,
        "version": "1.0.0",
    }
    return finish_report(**(values | changes))


def problem(phase: Any, code: str = "some-code", level: Any = "error") -> Problem:
    return Problem(code, "what went wrong", phase, level)


OPEN = finding(kind="open")


@pytest.mark.parametrize(
    ("changes", "exit_code"),
    [
        ({}, 0),
        ({"findings": (finding(),)}, 0),
        ({"findings": (finding(),), "broken_gates": ("fail-on error",)}, 1),
        ({"problems": (problem("usage"),)}, 2),
        ({"problems": (problem("ruleset"),)}, 2),
        ({"problems": (problem("rule"),)}, 2),
        ({"problems": (problem("plugin", "duplicate-name"),)}, 2),
        ({"problems": (problem("plugin"),)}, 3),
        ({"problems": (problem("document"),)}, 3),
        ({"problems": (problem("document", level="warning"),)}, 0),
        ({"problems": (problem("internal"), problem("usage"))}, 4),
        ({"problems": (problem("internal"),), "broken_gates": ("gate",)}, 1),
        ({"problems": (problem("document"), problem("rule"))}, 2),
        ({"findings": (OPEN,)}, 3),
        ({"findings": (OPEN,), "broken_gates": ("gate",)}, 1),
        ({"findings": (finding(kind="open", suppression=WAIVER),)}, 0),
        ({"documents": 0, "subjects": 0}, 3),
        ({"subjects": 0}, 3),
        ({"rules": ()}, 3),
        ({"rules": (), "problems": (problem("ruleset"),)}, 2),
    ],
)
def test_the_exit_code_says_how_the_run_ended(changes: dict[str, Any], exit_code: int) -> None:
    assert report(**changes).exit_code == exit_code


@pytest.mark.parametrize("missing", [{"documents": 0}, {"subjects": 0}, {"rules": ()}])
def test_a_run_that_checked_nothing_says_so_and_what_to_do(missing: dict[str, Any]) -> None:
    (said,) = report(**missing).problems
    assert said.code == "nothing-checked"
    assert said.hint


def test_the_receipt_counts_each_finding_once() -> None:
    found = (
        finding(),
        finding(message="waived", suppression=WAIVER),
        finding(message="undecided", kind="open"),
        finding(message="waived and undecided", kind="open", suppression=WAIVER),
        finding(message="fine", kind="pass"),
        finding(message="gone", baseline_state="absent"),
    )
    made = report(findings=found, problems=(problem("document"), problem("document", level="warning")))
    assert made.receipt == Receipt(documents=1, subjects=1, rules=1, findings=1, waived=2, open=1, problems=2)
    assert sum(map(is_counted, made.findings)) == 1
    assert sum(map(is_open, made.findings)) == 1


def test_a_baseline_marks_every_finding_as_new_or_known() -> None:
    found = (finding(fingerprints={"policyPath/v1": "a"}), finding(message="b", fingerprints={"policyPath/v1": "b"}))
    assert [each.baseline_state for each in report(findings=found).findings] == ["", ""]
    marked = report(findings=found, baseline={"b": KnownFinding("b")}).findings
    assert [(each.message, each.baseline_state) for each in marked] == [("b", "unchanged"), ("message", "new")]


def test_rules_are_listed_by_id_and_broken_gates_are_notes() -> None:
    other = Rule("another", "Title", "message", ("document",))
    made = report(
        rules=(RULE, other, RULE), broken_gates=("at most 3 warnings", "at most 3 warnings"), notes=("hello",)
    )
    assert made.rules == (other, RULE)
    assert made.notes == ("gate does not hold: at most 3 warnings", "hello")
