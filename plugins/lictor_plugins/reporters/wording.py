"""Words and numbers that every output says the same way."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from lictor import LEVELS, Finding, Level, Location, Report, count_findings, format_path, is_counted, is_open

_LEVELS: tuple[Level, ...] = ("error", "warning", "note", "none")


def count(number: int, noun: str) -> str:
    """Say how many there are.

    >>> count(1, "document"), count(0, "rule")
    ('1 document', '0 rules')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def level_word(finding: Finding) -> str:
    """Return the level of a finding, or its kind when it is not a plain failure."""
    return finding.level if finding.kind == "fail" else finding.kind


def is_shown(finding: Finding) -> bool:
    """Tell whether a finding asks for attention: it fails or is open, is not waived, and still there."""
    return is_counted(finding) or is_open(finding)


def strongest_first(
    findings: Sequence[Finding],
    level: Callable[[Finding], Level],
    is_wanted: Callable[[Finding], bool] = is_shown,
) -> Iterator[Finding]:
    """Yield findings, those of the highest level first; where there are many, they are gone through level by level."""
    levels = {sort.level for sort, _ in count_findings(findings)}
    for wanted in reversed(LEVELS):
        if wanted in levels or wanted == "warning":  # which is what an open finding counts as here and there
            yield from (finding for finding in findings if is_wanted(finding) and level(finding) == wanted)


def own_level(finding: Finding) -> Level:
    """Return the level of a finding."""
    return finding.level


def place(location: Location) -> str:
    """Return `uri:line:column`, or the uri alone when there is no region."""
    if location.region is None:
        return location.uri
    return f"{location.uri}:{location.region.start_line}:{location.region.start_column}"


def logical_path(location: Location) -> str:
    """Return where a location is inside its document, for people."""
    return location.logical or format_path(location.path)


def findings_by_level(report: Report) -> str:
    """Say how many findings there are of each level.

    The numbers are those of the receipt: `3 findings (1 error, 2 warnings)`.
    """
    levels: Counter[Level] = Counter()
    for sort, number in count_findings(report.findings):
        if sort.is_counted:
            levels[sort.level] += number
    parts = ", ".join(count(levels[level], level) for level in _LEVELS if levels[level])
    total = count(report.receipt.findings, "finding")
    return f"{total} ({parts})" if parts else total


def explainable(report: Report) -> set[str]:
    """Return the rules that `lictor explain` knows without being told where they are: those of installed plugins."""
    return {rule.id for rule in report.rules if rule.distribution}


def receipt_line(report: Report) -> str:
    """Say what the run did, in one line."""
    receipt = report.receipt
    rules = count(receipt.rules, "rule")
    if receipt.not_applicable:
        rules += f" ({receipt.not_applicable} more not applicable)"
    checked = ", ".join((count(receipt.documents, "document"), count(receipt.subjects, "subject"), rules))
    rest = f"{receipt.waived} waived, {receipt.open} open, {count(receipt.problems, 'problem')}"
    return f"checked {checked}: {findings_by_level(report)}, {rest}"


def waived_line(report: Report) -> str:
    """Say which rules' findings were waived, or "" when none was."""
    rules: Counter[str] = Counter()
    for sort, number in count_findings(report.findings):
        if sort.is_waived:
            rules[sort.rule_id] += number
    if not rules:
        return ""
    parts = ", ".join(f"{rule_id} ({number})" if number > 1 else rule_id for rule_id, number in sorted(rules.items()))
    return f"{count(rules.total(), 'finding')} waived: {parts}"
