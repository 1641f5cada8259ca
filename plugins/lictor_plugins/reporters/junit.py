"""JUnit XML: a test suite for each rule, a test case for each finding.

A rule that found nothing is one case that passes, so that a viewer shows what was asked. A finding is a failure; an
open one is an error, because a test that could not be decided must not look like one that passed or may be skipped;
a waived one is skipped. Problems are a suite of their own. Times are zero: the output is the same for every run.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lictor import Finding, Problem, Report, ReportOptions, escape_xml
from lictor_plugins.reporters.wording import (
    explainable,
    is_shown,
    level_word,
    logical_path,
    place,
    receipt_line,
)

_PROBLEMS = "lictor"


class _Case(NamedTuple):
    """One test case. `outcome` is an element's name, or "" for a pass."""

    name: str
    uri: str = ""
    outcome: str = ""
    type: str = ""
    message: str = ""
    text: str = ""


def render(report: Report, _options: ReportOptions) -> str:
    """Return the report as JUnit XML, in the form that Jenkins, GitLab, CircleCI and Azure read."""
    cases: dict[str, list[_Case]] = {rule.id: [] for rule in report.rules}
    explained = explainable(report)
    for finding in report.findings:
        case = _finding(finding, is_explained=finding.rule_id in explained)
        if case:
            cases.setdefault(finding.rule_id, []).append(case)
    titles = {rule.id: rule.title for rule in report.rules}
    suites = {
        rule_id: found or [_Case(titles[rule_id] or "nothing found")]
        for rule_id, found in sorted(cases.items())
        if found or rule_id in titles
    }
    suites[_PROBLEMS] = [_Case(receipt_line(report)), *map(_problem, report.problems)]
    return _document(suites)


def _finding(finding: Finding, *, is_explained: bool) -> _Case | None:
    name = " ".join(filter(None, (place(finding.location), logical_path(finding.location))))
    uri = finding.location.uri
    if finding.suppression is not None:
        return _Case(name, uri, "skipped", "", f"waived: {finding.suppression.justification}")
    if not is_shown(finding):
        return None
    outcome = "error" if finding.kind == "open" else "failure"
    text = f"{place(finding.location)}: {finding.message}"
    if is_explained:
        text += f"\nlictor explain {finding.rule_id}"
    return _Case(name, uri, outcome, level_word(finding), finding.message, text)


def _problem(problem: Problem) -> _Case:
    at = place(problem.location) if problem.location else ""
    name = " ".join(filter(None, (problem.code, at)))
    uri = problem.location.uri if problem.location else ""
    if problem.level != "error":
        return _Case(name, uri, "skipped", "", problem.message)
    text = f"{at}: {problem.message}" if at else problem.message
    return _Case(
        name, uri, "error", problem.code, problem.message, f"{text}\nhint: {problem.hint}" if problem.hint else text
    )


def _document(suites: Mapping[str, list[_Case]]) -> str:
    every = [case for cases in suites.values() for case in cases]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="lictor" {_counts(every)}>']
    for name, cases in suites.items():
        lines.append(f'  <testsuite name="{escape_xml(name)}" {_counts(cases)}>')
        for case in cases:
            lines += _case(name, case)
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "".join(f"{line}\n" for line in lines)


def _counts(cases: list[_Case]) -> str:
    numbers = {outcome: sum(case.outcome == outcome for case in cases) for outcome in ("failure", "error", "skipped")}
    return (
        f'tests="{len(cases)}" failures="{numbers["failure"]}" errors="{numbers["error"]}" '
        f'skipped="{numbers["skipped"]}" time="0"'
    )


def _case(suite: str, case: _Case) -> Iterable[str]:
    file = f' file="{escape_xml(case.uri)}"' if case.uri else ""
    start = f'    <testcase classname="{escape_xml(suite)}" name="{escape_xml(case.name)}"{file} time="0"'
    if not case.outcome:
        yield f"{start}/>"
        return
    yield f"{start}>"
    attributes = f'message="{escape_xml(case.message)}"'
    if case.outcome == "skipped":
        yield f"      <skipped {attributes}/>"
    else:
        text = escape_xml(case.text)
        yield f'      <{case.outcome} type="{escape_xml(case.type)}" {attributes}>{text}</{case.outcome}>'
    yield "    </testcase>"


def pieces(report: Report, options: ReportOptions) -> Iterator[str]:
    """Yield what `render` returns."""
    yield render(report, options)
