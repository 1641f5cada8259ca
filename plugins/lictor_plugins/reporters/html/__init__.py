"""A report to open in a browser: one file, searchable, with charts by level, area and file.

Everything can be read without the script, which only filters.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from importlib.resources import files

from lictor import LEVELS, Finding, Location, Problem, Report, ReportOptions, Rule, escape_xml
from lictor_plugins.html_page import html_page
from lictor_plugins.reporters.html.source import source_lines
from lictor_plugins.reporters.wording import findings_by_level, is_shown, level_word, logical_path, place, receipt_line

_BARS = 12
"""Bars that a chart shows; more would not be read."""


def render(report: Report, _options: ReportOptions) -> str:
    """Return the page. Of the findings, those that ask for attention, the strongest first."""
    shown = sorted(filter(is_shown, report.findings), key=lambda finding: -LEVELS.index(finding.level))
    rules = {rule.id: rule for rule in report.rules}
    body = "\n".join(
        (
            *_head(report),
            *(_charts(shown) if shown else ()),
            *_problems(report.problems),
            *_findings(shown, rules),
            f'<p class="faint">{escape_xml(receipt_line(report))}; lictor {escape_xml(report.version)}</p>',
        )
    )
    assets = files("lictor_plugins.reporters.html")
    style, script = ((assets / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    return html_page(f"lictor: {findings_by_level(report)}", body, style, script)


def _head(report: Report) -> Iterator[str]:
    yield "<header>"
    yield f"<h1>lictor: {escape_xml(findings_by_level(report))}</h1>"
    for verdict in report.verdicts:
        look = {"pass": "good", "fail": "bad", "error": "bad"}.get(verdict.outcome, "faint")
        reason = f" ({escape_xml(verdict.reason)})" if verdict.reason else ""
        yield f'<p>{escape_xml(verdict.ruleset_id)}: <strong class="{look}">{verdict.outcome}</strong>{reason}</p>'
    yield from (f'<p class="faint">{escape_xml(note)}</p>' for note in report.notes)
    yield "</header>"


def _charts(findings: list[Finding]) -> Iterator[str]:
    yield '<section class="charts">'
    yield from _chart("By level", findings, "level", level_word)
    yield from _chart("By area", findings, "area", _area)
    yield from _chart("By file", findings, "file", lambda finding: finding.location.uri)
    yield "</section>"


def _chart(title: str, findings: list[Finding], field: str, name_of: Callable[[Finding], str]) -> Iterator[str]:
    counts = Counter(map(name_of, findings))
    yield f'<div class="chart"><h2>{title}</h2>'
    for name, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_BARS]:
        filtered = f'{field}:"{name}"' if " " in name else f"{field}:{name}"
        text = escape_xml(name)
        yield (
            f'<button class="bar" data-filter="{escape_xml(filtered)}" title="{text}"><span class="name"><bdi>{text}'
            f'</bdi></span><meter min="0" max="{counts.most_common(1)[0][1]}" value="{number}">{number}</meter>'
            f'<span class="number">{number}</span></button>'
        )
    if len(counts) > _BARS:
        yield f'<p class="faint">… and {len(counts) - _BARS} more</p>'
    yield "</div>"


def _area(finding: Finding) -> str:
    return finding.rule_id.partition("-")[0]


def _problems(problems: tuple[Problem, ...]) -> Iterator[str]:
    if problems:
        yield "<section><h2>What could not be checked</h2>"
        for problem in problems:
            at = f'<span class="where">{escape_xml(place(problem.location))}</span> ' if problem.location else ""
            hint = f'<div class="faint">{escape_xml(problem.hint)}</div>' if problem.hint else ""
            yield f"<p>{at}<code>{escape_xml(problem.code)}</code> {escape_xml(problem.message)}{hint}</p>"
        yield "</section>"


def _findings(findings: list[Finding], rules: dict[str, Rule]) -> Iterator[str]:
    if not findings:
        yield '<p class="good">Nothing was found.</p>'
    yield '<div class="filters">'
    yield '<input type="search" id="search" placeholder="Search (press /)" aria-label="Search findings">'
    for level in dict.fromkeys(map(level_word, findings)):
        yield f'<label><input type="checkbox" data-level="{level}" checked> {level}</label>'
    yield '<span class="faint" id="shown"></span></div>'
    for finding in findings:
        yield from _finding(finding, rules.get(finding.rule_id))


def _finding(finding: Finding, rule: Rule | None) -> Iterator[str]:
    level = level_word(finding)
    known = ' <span class="faint">(known)</span>' if finding.is_known else ""
    yield (
        f'<details class="{level}" data-level="{level}" data-area="{escape_xml(_area(finding))}" '
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


def pieces(report: Report, options: ReportOptions) -> Iterator[str]:
    """Yield what `render` returns."""
    yield render(report, options)
