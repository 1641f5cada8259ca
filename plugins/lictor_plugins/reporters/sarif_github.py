"""SARIF as GitHub code scanning wants it: only what should be an open alert, on the first line of its span.

GitHub ignores suppressions, baselineState and kind: a waived finding would be an open alert, so it is left out, and
GitHub then marks its alert as fixed. An alert shows on a pull request only if all its lines are in the diff, so each
span ends on its first line. Findings that the baseline knows stay: they are alerts all the same. A file outside of
the root is none of the repository's; its findings are counted in a notification. What is over GitHub's limits is cut
here, the most severe kept, and a notification says so: GitHub would refuse the whole log.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from lictor import Finding, FlowStep, Problem, Report, ReportOptions
from lictor_plugins.reporters.sarif import log_pieces, sarif_log
from lictor_plugins.reporters.sarif.artifacts import is_inside
from lictor_plugins.reporters.wording import count, is_shown

# GitHub: "SARIF results exceed one or more limits", read 2026-10. Tags are cut to ten wherever rules are written.
_MAX_RESULTS = 25_000
_SHOWN_RESULTS = 5_000
_MAX_RULES = 25_000
_MAX_RELATED = 100
_MAX_STEPS = 1_000
_MAX_BYTES = 10_000_000
_LEVELS = {"error": 3, "warning": 2, "note": 1, "none": 0}


def pieces(report: Report, options: ReportOptions) -> Iterator[str]:
    """Yield the log, which GitHub's limits keep small enough."""
    yield render(report, options)


def render(report: Report, options: ReportOptions) -> str:
    """Return the report as a SARIF log for upload to GitHub."""
    shown = report.receipt.findings + report.receipt.open
    inside = sum(1 for _ in _inside(report))
    said = [*report.problems, *_left_out(shown - inside), *_not_shown(inside)]
    most = min(inside, _MAX_RESULTS)
    while True:
        kept = tuple(map(_small, _most_severe(report, inside, most)))
        problems = (*said, *_cut(inside - len(kept)))
        cut = report._replace(findings=kept, problems=problems)
        text = "".join(log_pieces(cut, _log(cut, options)))
        if not most or _compressed_size(text) <= _MAX_BYTES:
            for problem in problems[len(report.problems) :]:  # no other output knows of these
                options.tell(problem)
            return text
        most = most * 3 // 4


def _inside(report: Report) -> Iterator[Finding]:
    return (finding for finding in report.findings if is_shown(finding) and is_inside(finding.location.uri))


def _log(report: Report, options: ReportOptions) -> dict[str, Any]:
    found = {finding.rule_id for finding in report.findings}
    others = [rule for rule in (*report.rules, *report.unasked_rules) if rule.id not in found]
    too_many = {rule.id for rule in others[max(_MAX_RULES - len(found), 0) :]}
    if too_many:
        report = report._replace(
            rules=tuple(rule for rule in report.rules if rule.id not in too_many),
            unasked_rules=tuple(rule for rule in report.unasked_rules if rule.id not in too_many),
        )
    return sarif_log(report, options, has_links=False)


def _most_severe(report: Report, number: int, most: int) -> Iterator[Finding]:
    """Yield as many findings as there is room for, the most severe, in the order that they have."""
    if number <= most:
        yield from _inside(report)
        return
    severities = {rule.id: rule.security_severity or 0.0 for rule in report.rules}

    def rank(finding: Finding) -> tuple[float, int]:
        return severities.get(finding.rule_id, 0.0), _LEVELS[finding.level]

    room: dict[tuple[float, int], int] = {}
    left = most
    for each, count_ in sorted(Counter(map(rank, _inside(report))).items(), reverse=True):
        room[each] = min(count_, left)
        left -= room[each]
    for finding in _inside(report):
        if room[rank(finding)]:
            room[rank(finding)] -= 1
            yield finding


def _compressed_size(text: str) -> int:
    if len(text) <= _MAX_BYTES // 2:  # not even text that can't be compressed would be too large
        return 0
    import gzip

    return len(gzip.compress(text.encode("utf-8", "backslashreplace"), mtime=0))


def _left_out(number: int) -> tuple[Problem, ...]:
    if not number:
        return ()
    message = f"{count(number, 'finding')} in files outside of the root can't be shown by GitHub"
    return (Problem("outside-root", message, "report", level="warning", hint="run lictor from the repository's root"),)


def _not_shown(number: int) -> tuple[Problem, ...]:
    if number <= _SHOWN_RESULTS:
        return ()
    message = f"GitHub shows the {_SHOWN_RESULTS:,} most severe of {number:,} findings"
    hint = "check parts of the repository in runs of their own, each with its --category"
    return (Problem("over-github-limit", message, "report", level="warning", hint=hint),)


def _cut(number: int) -> tuple[Problem, ...]:
    if not number:
        return ()
    message = f"{count(number, 'finding')} left out, the least severe: GitHub would refuse the log as too large"
    hint = "check parts of the repository in runs of their own, each with its --category"
    return (Problem("over-github-limit", message, "report", level="warning", hint=hint),)


def _small(finding: Finding) -> Finding:
    """Return a finding on one line, with no more places than GitHub keeps."""
    finding = _on_one_line(finding)
    flows: list[tuple[FlowStep, ...]] = []
    room = _MAX_STEPS
    for flow in finding.code_flows:
        if len(flow) <= room:
            flows.append(flow)
            room -= len(flow)
    related = finding.related_locations[:_MAX_RELATED]
    return finding._replace(related_locations=related, code_flows=tuple(flows))


def _on_one_line(finding: Finding) -> Finding:
    finding = finding._replace(baseline_state="")
    region, context = finding.location.region, finding.location.context
    if region is None or region.end_line == region.start_line:
        return finding
    lines = context.lines if context else ()
    place = region.start_line - context.start_line if context else -1
    end = region.start_column + 1
    if 0 <= place < len(lines):
        end = max(len(lines[place].rstrip()) + 1, end)
    clamped = region._replace(end_line=region.start_line, end_column=end)
    return finding._replace(location=finding.location._replace(region=clamped))
