"""What a check of SARIF logs says to people: each fault by what GitHub does about it, and the remedy of its rule."""

import re
from collections import Counter
from collections.abc import Iterator

from lictor import Finding, Problem, Report, Rule, escape_terminal
from lictor_plugins.reporters.wording import count, is_shown, place

OUTCOMES = ("rejected", "dropped", "wrong", "note")
"""What GitHub does about a fault, worst first; a rule says it in a tag: `github-rejected`."""

_FIX = re.compile(r"^## Fix\n+(.*?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
_BY_LEVEL = {"error": "rejected", "warning": "wrong"}


def text_of(report: Report) -> str:
    """Return the report as text: the problems, the faults in the order of the log, and a summary."""
    rules = {rule.id: rule for rule in report.rules}
    lines = [line for problem in report.problems for line in _problem(problem)]
    found = [(outcome_of(finding, rules), finding) for finding in report.findings if is_shown(finding)]
    told: set[str] = set()
    for outcome, finding in found:
        lines.append(f"{place(finding.location)}: {outcome}[{finding.rule_id}]: {finding.message}")
        remedy = remedy_of(rules.get(finding.rule_id))
        if remedy and finding.rule_id not in told:
            told.add(finding.rule_id)
            lines.append(f"  remedy: {remedy}")
    if not report.problems:
        lines.append(_summary(Counter(outcome for outcome, _ in found)))
    return "".join(f"{escape_terminal(line)}\n" for line in lines)


def outcome_of(finding: Finding, rules: dict[str, Rule]) -> str:
    """Return what GitHub does about a fault; of a rule that does not say it, what its level suggests."""
    rule = rules.get(finding.rule_id)
    tags = rule.tags if rule else ()
    named = next((outcome for outcome in OUTCOMES if f"github-{outcome}" in tags), None)
    return named or _BY_LEVEL.get(finding.level, "note")


def remedy_of(rule: Rule | None) -> str:
    r"""Return the first paragraph of how a rule's page says to mend it.

    >>> remedy_of(Rule("a", "", "", (), help="# a\n\n## Fix\n\nWrite\nit.\n\n## References\n"))
    'Write it.'
    """
    found = _FIX.search(rule.help) if rule else None
    return " ".join(found[1].split()) if found else ""


def _problem(problem: Problem) -> Iterator[str]:
    at = f"{place(problem.location)}: " if problem.location else ""
    yield f"{at}{problem.level}[{problem.code}]: {problem.message}"
    if problem.hint:
        yield f"  hint: {problem.hint}"


def _summary(outcomes: Counter[str]) -> str:
    notes = f"; {count(outcomes['note'], 'note')}" if outcomes["note"] else ""
    faults = ", ".join(f"{outcomes[each]} {each}" for each in OUTCOMES[:-1] if outcomes[each])
    if not faults:
        return f"GitHub would take it all and show it rightly{notes}"
    return f"{count(sum(outcomes.values()) - outcomes['note'], 'fault')} ({faults}){notes}"
