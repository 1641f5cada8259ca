"""The output for people."""

import re
from typing import Any

from lictor.model import (
    Context,
    Finding,
    Location,
    Problem,
    Region,
    RelatedLocation,
    Report,
    ReportOptions,
    Rule,
    SubjectRef,
    Suppression,
    Verdict,
)
from lictor.report import finish_report
from lictor_plugins.reporters import compact, text

RULES = tuple(Rule(f"rule-{name}", "Title", "", ("document",), distribution="lictor") for name in "abc")


def finding(line: int = 1, **changes: Any) -> Finding:
    values: dict[str, Any] = {
        "rule_id": "rule-a",
        "level": "error",
        "kind": "fail",
        "message": "what is wrong",
        "location": Location("a.json", Region(line, 2, line, 5), ("a", 0, "b"), "", Context(line, '["*"]')),
        "subject": SubjectRef("a.json", 0, (), "document", ""),
    }
    return Finding(**(values | changes))


def report(*findings: Finding, **changes: Any) -> Report:
    values: dict[str, Any] = {"problems": (), "verdicts": (), "documents": 1, "subjects": 2, "version": "1.2.3"}
    return finish_report(findings=findings, rules=RULES, **(values | changes))


def render(made: Report, **options: Any) -> str:
    return text.render(made, ReportOptions(**options))


def test_a_clean_run_is_its_receipt() -> None:
    receipt = "checked 1 document, 2 subjects, 3 rules: 0 findings, 0 waived, 0 open, 0 problems\n"
    assert render(report()) == receipt
    assert compact.render(report(), ReportOptions()) == receipt


def test_a_finding_is_shown_as_compilers_show_errors() -> None:
    assert render(report(finding())) == (
        "a.json:1:2: error[rule-a]: what is wrong\n"
        '  1 | ["*"]\n'
        "    |  ^^^ a[0].b\n"
        "  help: lictor explain rule-a\n"
        "\n"
        "checked 1 document, 2 subjects, 3 rules: 1 finding (1 error), 0 waived, 0 open, 0 problems\n"
    )


def test_a_rule_is_explained_once() -> None:
    assert render(report(finding(1), finding(2), finding(3, rule_id="rule-b"))).count("lictor explain") == 2


def test_what_explain_would_not_find_is_not_offered() -> None:
    mine = Rule("rule-mine", "Title", "", ("document",))
    made = finish_report(
        findings=[finding(rule_id="rule-mine"), finding(rule_id="a-group")],
        rules=(mine,),
        problems=(),
        verdicts=(),
        documents=1,
        subjects=1,
        version="1.2.3",
    )
    assert "lictor explain" not in render(made)


def test_a_path_that_does_not_fit_loses_its_beginning() -> None:
    place = finding().location._replace(path=("Resources", "Role", "Properties", "Statement", 0, "Principal"))
    assert "^^^ …Statement[0].Principal\n" in render(report(finding(location=place)), width=40)
    assert "^^^\n" in render(report(finding(location=place._replace(path=("x" * 90,)))), width=40)


def test_a_span_of_several_lines_says_where_it_ends() -> None:
    place = Location("a.json", Region(9, 1, 12, 2), (), "", Context(9, "[1,\n2,\n3\n]"))
    assert render(report(finding(location=place))).split("\n")[1:4] == ["  9 | [1,", "    | ^^^", "    | … to line 12"]


def test_related_places_are_notes() -> None:
    related = (RelatedLocation(Location("b.json", Region(3, 4, 3, 5)), "declared here"),)
    assert "\n  note: b.json:3:4: declared here\n" in render(report(finding(related_locations=related)))


def test_a_problem_looks_as_a_finding_does_with_its_hint() -> None:
    place = Location("lictor.yaml", Region(2, 1, 2, 4), (), "", Context(2, "foo: 1"))
    wrong = Problem("unknown-key", "no key 'foo'", "ruleset", hint="did you mean 'for'?", location=place)
    assert render(report(problems=(wrong,))).startswith(
        "lictor.yaml:2:1: error[unknown-key]: no key 'foo'\n  2 | foo: 1\n    | ^^^\n  hint: did you mean 'for'?\n"
    )


def test_a_problem_without_a_place_starts_with_its_level() -> None:
    assert render(report(problems=(Problem("bad-usage", "what", "usage"),))).startswith("error[bad-usage]: what\n")


def test_waived_findings_are_one_line() -> None:
    waiver = Suppression("external", "why")
    made = report(
        *(finding(line, suppression=waiver) for line in (1, 2)), finding(3, rule_id="rule-b", suppression=waiver)
    )
    assert render(made).startswith("3 findings waived: rule-a (2), rule-b\nchecked")


def test_known_findings_are_short_and_counted() -> None:
    made = report(finding(baseline_state="unchanged"), finding(2, baseline_state="new"))
    shown = render(made)
    assert "a.json:1:2: error[rule-a]: what is wrong (known)\n\n" in shown
    assert "\n1 finding known from the baseline\n" in shown


def test_verdicts_and_broken_gates_come_before_the_receipt() -> None:
    verdicts = (Verdict("acme", "fail", "1 error", 2.5), Verdict("other", "pass", ""))
    lines = render(report(verdicts=verdicts, broken_gates=("fail-on error",))).split("\n")
    assert lines[:3] == [
        "verdict of acme: fail (1 error, score 2.5)",
        "verdict of other: pass",
        "note: gate does not hold: fail-on error",
    ]


def test_colour_changes_nothing_but_colour() -> None:
    made = report(finding(), finding(2, kind="open"), verdicts=(Verdict("acme", "open", "1 open"),))
    colored = render(made, is_color=True)
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render(made)


def test_a_message_of_several_lines_stays_below_its_head() -> None:
    assert "error[rule-a]: one\n  two\n" in render(report(finding(message="one\ntwo")))


def test_a_document_cannot_steer_the_terminal() -> None:
    hostile = "\x1b]0;x\x07\u202e\r"
    place = Location(f"{hostile}.json", Region(1, 1, 1, 2), (hostile,), hostile, Context(1, hostile))
    related = (RelatedLocation(place, hostile),)
    wrong = Problem("bad-document", hostile, "document", hint=hostile, location=place)
    made = report(
        finding(message=hostile, location=place, related_locations=related),
        problems=(wrong,),
        verdicts=(Verdict(hostile, "fail", hostile),),
        notes=(hostile,),
    )
    for shown in (render(made), compact.render(made, ReportOptions())):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)


def test_compact_output_is_one_line_each() -> None:
    wrong = Problem("bad-document", "one\ntwo", "document", location=Location("b.json"))
    made = report(finding(message="one\ntwo"), finding(2, kind="open"), problems=(wrong,))
    assert compact.render(made, ReportOptions()).split("\n")[:3] == [
        r"a.json:1:2: error rule-a one\ntwo",
        "a.json:2:2: open rule-a what is wrong",
        r"b.json: error bad-document one\ntwo",
    ]
