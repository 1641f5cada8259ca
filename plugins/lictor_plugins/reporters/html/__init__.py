"""A report to open in a browser: one file, searchable, with charts by level, area and file.

Everything can be read without the script, which only filters.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from importlib.resources import files
from itertools import groupby

from lictor import LEVELS, Finding, Location, Problem, Report, ReportOptions, Rule, count_findings, escape_xml
from lictor_plugins.html_page import html_page
from lictor_plugins.reporters.html.source import source_lines
from lictor_plugins.reporters.wording import (
    findings_by_level,
    is_shown,
    level_word,
    logical_path,
    own_level,
    place,
    receipt_line,
    strongest_first,
)

_BARS = 12
"""Bars that a chart shows; more would not be read."""


def render(report: Report, options: ReportOptions) -> str:
    """Return the page. Of the findings, those that ask for attention, the strongest first."""
    return "".join(pieces(report, options))


def pieces(report: Report, _options: ReportOptions) -> Iterator[str]:
    """Yield the page, a line or more at a time."""
    assets = files("lictor_plugins.reporters.html")
    style, script = ((assets / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    before, after = html_page(f"lictor: {findings_by_level(report)}", "\0", style, script).split("\0")
    yield before + "\n".join((*_head(report), *_charts(report), *_problems(report.problems), *_filters(report)))
    rules = {rule.id: rule for rule in report.rules}
    for finding in strongest_first(report.findings, own_level):
        yield "".join(f"\n{line}" for line in _finding(finding, rules.get(finding.rule_id)))
    yield f'\n<p class="faint">{escape_xml(receipt_line(report))}; lictor {escape_xml(report.version)}</p>{after}'


def _head(report: Report) -> Iterator[str]:
    yield "<header>"
    yield f"<h1>lictor: {escape_xml(findings_by_level(report))}</h1>"
    for verdict in report.verdicts:
        look = {"pass": "good", "fail": "bad", "error": "bad"}.get(verdict.outcome, "faint")
        reason = f" ({escape_xml(verdict.reason)})" if verdict.reason else ""
        yield f'<p>{escape_xml(verdict.ruleset_id)}: <strong class="{look}">{verdict.outcome}</strong>{reason}</p>'
    yield from (f'<p class="faint">{escape_xml(note)}</p>' for note in report.notes)
    yield "</header>"


def _charts(report: Report) -> Iterator[str]:
    levels, areas = Counter[str](), Counter[str]()
    for sort, number in count_findings(report.findings):
        if sort.is_counted or sort.is_open:
            levels[sort.level if sort.kind == "fail" else sort.kind] += number
            areas[_area(sort.rule_id)] += number
    if not levels:
        return
    by_file = groupby(filter(is_shown, report.findings), key=lambda finding: finding.location.uri)
    yield '<section class="charts">'
    yield from _chart("By level", levels.items(), "level")
    yield from _chart("By area", areas.items(), "area")
    yield from _chart("By file", ((uri, sum(1 for _ in found)) for uri, found in by_file), "file")
    yield "</section>"


def _chart(title: str, counts: Iterable[tuple[str, int]], field: str) -> Iterator[str]:
    names = 0

    def counted() -> Iterator[tuple[str, int]]:
        nonlocal names
        for names, each in enumerate(counts, 1):  # noqa: B007 - how many there were is told below
            yield each

    most = nsmallest(_BARS, counted(), key=lambda pair: (-pair[1], pair[0]))
    yield f'<div class="chart"><h2>{title}</h2>'
    for name, number in most:
        filtered = f'{field}:"{name}"' if " " in name else f"{field}:{name}"
        text = escape_xml(name)
        yield (
            f'<button class="bar" data-filter="{escape_xml(filtered)}" title="{text}"><span class="name"><bdi>{text}'
            f'</bdi></span><meter min="0" max="{most[0][1]}" value="{number}">{number}</meter>'
            f'<span class="number">{number}</span></button>'
        )
    if names > _BARS:
        yield f'<p class="faint">… and {names - _BARS} more</p>'
    yield "</div>"


def _area(rule_id: str) -> str:
    return rule_id.partition("-")[0]


def _problems(problems: tuple[Problem, ...]) -> Iterator[str]:
    if problems:
        yield "<section><h2>What could not be checked</h2>"
        for problem in problems:
            at = f'<span class="where">{escape_xml(place(problem.location))}</span> ' if problem.location else ""
            hint = f'<div class="faint">{escape_xml(problem.hint)}</div>' if problem.hint else ""
            yield f"<p>{at}<code>{escape_xml(problem.code)}</code> {escape_xml(problem.message)}{hint}</p>"
        yield "</section>"


def _filters(report: Report) -> Iterator[str]:
    first: dict[str, int] = {}
    for finding in filter(is_shown, report.findings):
        word, rank = level_word(finding), LEVELS.index(finding.level)
        if rank > first.get(word, -1):
            first[word] = rank
    if not first:
        yield '<p class="good">Nothing was found.</p>'
    yield '<div class="filters">'
    yield '<input type="search" id="search" placeholder="Search (press /)" aria-label="Search findings">'
    for level in sorted(first, key=lambda word: -first[word]):
        yield f'<label><input type="checkbox" data-level="{level}" checked> {level}</label>'
    yield '<span class="faint" id="shown"></span></div>'


def _finding(finding: Finding, rule: Rule | None) -> Iterator[str]:
    level = level_word(finding)
    known = ' <span class="faint">(known)</span>' if finding.is_known else ""
    yield (
        f'<details class="{level}" data-level="{level}" data-area="{escape_xml(_area(finding.rule_id))}" '
        f'data-file="{escape_xml(finding.location.uri)}" data-rule="{escape_xml(finding.rule_id)}">'
        f'<summary><span class="level">{level}</span> <span class="where">{escape_xml(place(finding.location))}</span> '
        f"{escape_xml(finding.message)} <code>{escape_xml(finding.rule_id)}</code>{known}</summary>"
        '<div class="inside">'
    )
    yield from _source(finding.location)
    if logical_path(finding.location):
        yield f'<p class="where faint">{escape_xml(logical_path(finding.location))}</p>'
    for related in finding.related_locations:
        said = related.message or logical_path(related.location)
        yield f'<p><span class="where">{escape_xml(place(related.location))}</span> {escape_xml(said)}</p>'
    yield from (f"<p>Fix: {escape_xml(fix.description)}</p>" for fix in finding.fixes)
    if rule is not None:
        yield f"<p><strong>{escape_xml(rule.title)}</strong></p>"
        yield from (
            f'<p><a href="{escape_xml(link)}" rel="noreferrer noopener">{escape_xml(link)}</a></p>'
            for link in rule.references
            if link.startswith("https://")
        )
    yield "</div></details>"


def _source(location: Location) -> Iterator[str]:
    lines = source_lines(location)
    if lines:
        width = len(str(lines[-1].number))
        rows = (
            f'<span class="number">{line.number:>{width}} </span>{escape_xml(line.before)}'
            + (f"<mark>{escape_xml(line.marked)}</mark>" if line.marked else "")
            + escape_xml(line.after)
            for line in lines
        )
        yield "<pre>" + "\n".join(rows) + "</pre>"
