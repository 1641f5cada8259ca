"""SARIF as GitHub code scanning wants it: only what should be an open alert, on the first line of its span.

GitHub ignores suppressions, baselineState and kind: a waived finding would be an open alert, so it is left out, and
GitHub then marks its alert as fixed. An alert shows on a pull request only if all its lines are in the diff, so each
span ends on its first line. Findings that the baseline knows stay: they are alerts all the same. A file outside of
the root is none of the repository's; its findings are counted in a notification.
"""

from lictor import Finding, Problem, Report, ReportOptions, dump_json
from lictor_plugins.reporters.sarif import sarif_log
from lictor_plugins.reporters.sarif.artifacts import is_inside
from lictor_plugins.reporters.wording import count, is_shown


def render(report: Report, _options: ReportOptions) -> str:
    """Return the report as a SARIF log for upload to GitHub."""
    shown = [finding for finding in report.findings if is_shown(finding)]
    inside = tuple(_on_one_line(finding) for finding in shown if is_inside(finding.location.uri))
    problems = (*report.problems, *_left_out(len(shown) - len(inside)))
    return dump_json(sarif_log(report._replace(findings=inside, problems=problems)))


def _left_out(number: int) -> tuple[Problem, ...]:
    if not number:
        return ()
    message = f"{count(number, 'finding')} in files outside of the root can't be shown by GitHub"
    return (Problem("outside-root", message, "report", level="warning", hint="run lictor from the repository's root"),)


def _on_one_line(finding: Finding) -> Finding:
    finding = finding._replace(baseline_state="")
    region, context = finding.location.region, finding.location.context
    if region is None or region.end_line == region.start_line:
        return finding
    place = region.start_line - context.start_line if context else -1
    if context is None or not 0 <= place < len(context.lines):
        end = region.start_column + 1
    else:
        end = max(len(context.lines[place].rstrip()) + 1, region.start_column + 1)
    clamped = region._replace(end_line=region.start_line, end_column=end)
    return finding._replace(location=finding.location._replace(region=clamped))
