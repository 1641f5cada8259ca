"""The outputs that other programs read: JSON, GitHub's workflow commands, JUnit, Markdown."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from lictor.model import (
    Finding,
    Location,
    Problem,
    Region,
    Report,
    ReportOptions,
    Revision,
    Rule,
    SubjectRef,
    Suppression,
    Verdict,
)
from lictor.report import finish_report
from lictor_plugins.reporters import github, junit, markdown, register_reporters
from lictor_plugins.reporters import json as json_reporter

ROOT = Path(__file__).parents[2]
RULES = tuple(Rule(f"rule-{name}", f"Title {name}", "", ("document",)) for name in "ab")
HOSTILE = "\x1b[31m\u202e::error::|`<b>@team\n</script>]]>%\ud800"


def finding(line: int = 1, **changes: Any) -> Finding:
    values: dict[str, Any] = {
        "rule_id": "rule-a",
        "level": "error",
        "kind": "fail",
        "message": "what is wrong",
        "location": Location("a b.json", Region(line, 2, line, 5), ("a", 0)),
        "subject": SubjectRef("a b.json", 0, (), "document", ""),
    }
    return Finding(**(values | changes))


def report(*findings: Finding, **changes: Any) -> Report:
    values: dict[str, Any] = {"problems": (), "verdicts": (), "documents": 1, "subjects": 2, "version": "1.2.3"}
    return finish_report(findings=findings, rules=RULES, **(values | changes))


def full_report() -> Report:
    return report(
        finding(),
        finding(2, level="note"),
        finding(3, kind="open"),
        finding(4, suppression=Suppression("external", "because")),
        finding(5, kind="pass"),
        problems=(
            Problem("bad-document", "what", "document", hint="do", location=Location("c.json", Region(1, 1, 2, 2))),
            Problem("odd", "what", "plugin", "warning"),
        ),
        verdicts=(Verdict("acme", "fail", "1 error"),),
    )


def hostile_report() -> Report:
    place = Location(HOSTILE, Region(1, 1, 1, 2), (HOSTILE,), HOSTILE)
    return report(
        finding(message=HOSTILE, location=place, rule_id=HOSTILE, properties={HOSTILE: HOSTILE}),
        finding(2, location=place, suppression=Suppression("inSource", HOSTILE, place)),
        problems=(Problem("bad-document", HOSTILE, "document", hint=HOSTILE, location=place),),
        verdicts=(Verdict(HOSTILE, "fail", HOSTILE),),
        notes=(HOSTILE,),
    )


def all_keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(all_keys, value.values()))
    return set().union(*map(all_keys, value)) if isinstance(value, list) else set()


def test_json_has_the_documented_form() -> None:
    made = json.loads(json_reporter.render(full_report(), ReportOptions()))
    assert list(made) == [
        "tool",
        "rules",
        "findings",
        "verdicts",
        "problems",
        "notes",
        "receipt",
        "exit_code",
    ]
    assert list(made["findings"][0]) == [
        "rule_id",
        "level",
        "kind",
        "message",
        "location",
        "related_locations",
        "fingerprints",
        "suppression",
        "baseline_state",
        "properties",
        "code_flows",
    ]
    assert made["findings"][0]["location"] == {
        "uri": "a b.json",
        "region": {"start_line": 1, "start_column": 2, "end_line": 1, "end_column": 5},
        "path": ["a", 0],
        "logical": "a[0]",
    }
    assert made["receipt"] == full_report().receipt._asdict()
    assert made["exit_code"] == 3


def test_every_json_key_is_documented_and_in_snake_case() -> None:
    page = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    keys = all_keys(json.loads(json_reporter.render(full_report(), ReportOptions())))
    assert {key for key in keys if not re.fullmatch(r"[a-z]+(_[a-z]+)*", key)} == set()
    assert {key for key in keys if f"`{key}`" not in page} == set()


def test_workflow_commands_put_the_strongest_first() -> None:
    lines = github.render(full_report(), ReportOptions()).split("\n")
    assert lines[:5] == [
        "::error file=a b.json,line=1,endLine=1,col=2,endColumn=5,title=rule-a::what is wrong",
        "::warning file=a b.json,line=3,endLine=3,col=2,endColumn=5,title=rule-a (could not be decided)::what is wrong",
        "::notice file=a b.json,line=2,endLine=2,col=2,endColumn=5,title=rule-a::what is wrong",
        "::warning title=odd::what",
        "::error file=c.json,line=1,endLine=2,title=bad-document::what%0Ahint: do",
    ]
    assert lines[5].startswith("checked 1 document")


def test_workflow_commands_are_only_ours() -> None:
    for line in github.render(hostile_report(), ReportOptions()).splitlines():
        assert re.match(r"::(error|warning|notice) [^:]*::|checked ", line)


def test_junit_counts_add_up() -> None:
    root = ET.fromstring(junit.render(full_report(), ReportOptions()).encode())  # noqa: S314 - made by us
    counts = {"tests": "8", "failures": "2", "errors": "2", "skipped": "2"}
    assert {name: root.get(name) for name in counts} == counts
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        for name, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name, "")) == len(suite.findall(f"testcase/{element}"))


def test_junit_has_a_suite_a_rule_and_a_pass_for_one_that_found_nothing() -> None:
    root = ET.fromstring(junit.render(full_report(), ReportOptions()).encode())  # noqa: S314 - made by us
    assert [suite.get("name") for suite in root] == ["rule-a", "rule-b", "lictor"]
    (passed,) = root[1]
    assert (passed.get("name"), len(passed)) == ("Title b", 0)
    outcomes = [case[0].tag if len(case) else "pass" for case in root[0]]
    assert outcomes == ["failure", "failure", "error", "skipped"]


def test_markdown_is_a_table_with_links() -> None:
    page = markdown.render(full_report(), ReportOptions())
    assert page.startswith("### lictor: 2 findings (1 error, 1 note), 1 undecided, 2 problems\n")
    assert "| 🔴 error | `rule-a` | [`a b.json:1`](a%20b.json#L1) | what is wrong |" in page
    assert "<summary>1 finding waived</summary>" in page
    rendered = MarkdownIt("commonmark").enable("table").render(page)
    assert rendered.count("<table>") == 4
    assert '<a href="a%20b.json#L1"><code>a b.json:1</code></a>' in rendered


def test_markdown_is_cut_before_github_refuses_it() -> None:
    page = markdown.render(report(*(finding(line) for line in range(1, 1001))), ReportOptions())
    assert page.count("\n| 🔴") == 200
    assert "… and 800 more findings" in page


def test_markdown_of_long_messages_still_fits_a_comment() -> None:
    found = [finding(line)._replace(message="long " * 500) for line in range(1, 301)]
    page = markdown.render(report(*found), ReportOptions())
    assert len(page) < 65_536
    assert "… and 275 more findings" in page


def test_markdown_links_to_the_revision_that_was_checked() -> None:
    revision = Revision("https://github.com/acme/infra", "0" * 40, "main")
    page = markdown.render(full_report(), ReportOptions(revision=revision))
    assert f"[`a b.json:1`](https://github.com/acme/infra/blob/{'0' * 40}/a%20b.json#L1)" in page


def test_markdown_of_a_clean_run_is_short() -> None:
    page = markdown.render(report(), ReportOptions())
    assert page == (
        "### lictor: 0 findings\n\n"
        "<sub>checked 1 document, 2 subjects, 2 rules: 0 findings, 0 waived, 0 open, 0 problems</sub>\n"
    )


def test_hostile_text_is_no_markup() -> None:
    page = MarkdownIt("commonmark").enable("table").render(markdown.render(hostile_report(), ReportOptions()))
    ours = {"h3", "table", "thead", "tbody", "tr", "th", "td", "code", "a", "p", "br", "sub", "details", "summary"}
    assert set(re.findall(r"</?([a-z0-9]+)", page)) <= ours | {"blockquote", "em"}
    assert page.count("<table>") == 4


@pytest.mark.parametrize("reporter", register_reporters(), ids=lambda reporter: reporter.name)
def test_no_output_lets_a_control_character_through(reporter: Any) -> None:
    shown = reporter.render(hostile_report(), ReportOptions())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", shown)
    assert reporter.name not in {"json", "sarif", "sarif-github", "junit"} or "</script>" not in shown
    assert shown.endswith("\n")
