"""JUnit XML: a test suite for each rule, a test case for each finding.

A rule that found nothing is one case that passes, so that a viewer shows what was asked. A finding is a failure; an
open one is an error, because a test that could not be decided must not look like one that passed or may be skipped;
a waived one is skipped. Problems are a suite of their own. Times are zero: the output is the same for every run.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lictor import Finding, Problem, Report, ReportOptions, Spill, escape_xml
from lictor_plugins.reporters.wording import (
    explainable,
    is_shown,
    level_word,
    logical_path,
    place,
    receipt_line,
)

_PROBLEMS = "lictor"
_OUTCOMES = ("failure", "error", "skipped")

_IN_MEMORY = 200_000
"""Bytes of a suite that may wait in memory; there is a suite for each rule."""


class _Case(NamedTuple):
    """One test case. `outcome` is an element's name, or "" for a pass."""

    name: str
    uri: str = ""
    outcome: str = ""
    type: str = ""
    message: str = ""
    text: str = ""


def render(report: Report, options: ReportOptions) -> str:
    """Return the report as JUnit XML, in the form that Jenkins, GitLab, CircleCI and Azure read."""
    return "".join(pieces(report, options))


def pieces(report: Report, _options: ReportOptions) -> Iterator[str]:
    """Yield the XML. Findings come by file, and suites are by rule: what is written of many waits in files."""
    titles = {rule.id: rule.title for rule in report.rules}
    suites = {rule_id: _Suite(rule_id) for rule_id in titles}
    explained = explainable(report)
    for finding in report.findings:
        case = _finding(finding, is_explained=finding.rule_id in explained)
        if case:
            suites.setdefault(finding.rule_id, _Suite(finding.rule_id)).add(case)
    for rule_id, suite in suites.items():
        if not suite.number:
            suite.add(_Case(titles[rule_id] or "nothing found"))
    last = _Suite(_PROBLEMS)
    for case in (_Case(receipt_line(report)), *map(_problem, report.problems)):
        last.add(case)
    every = [*(suites[rule_id] for rule_id in sorted(suites)), last]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="lictor" {_counts(every)}>\n'
    for suite in every:
        yield f'  <testsuite name="{escape_xml(suite.name)}" {_counts([suite])}>\n'
        yield from suite.lines()
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


class _Suite:
    """The cases of a suite, as they are written."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.number = 0
        self.outcomes: Counter[str] = Counter()
        self._written = Spill(_IN_MEMORY)

    def add(self, case: _Case) -> None:
        self.number += 1
        self.outcomes[case.outcome] += 1
        text = "".join(f"{line}\n" for line in _case(self.name, case))
        self._written.write(text.encode("utf-8", "surrogatepass"))

    def lines(self) -> Iterator[str]:
        for line in self._written.lines():
            yield line.decode("utf-8", "surrogatepass") + "\n"


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


def _counts(suites: Sequence[_Suite]) -> str:
    numbers = {outcome: sum(suite.outcomes[outcome] for suite in suites) for outcome in _OUTCOMES}
    return (
        f'tests="{sum(suite.number for suite in suites)}" failures="{numbers["failure"]}" errors="{numbers["error"]}" '
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
