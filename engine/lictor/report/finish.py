"""Make the report of a run: what was found, in its final order, the receipt, and the exit code."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from lictor.model import Finding, Level, Problem, Receipt, Report, Rule, Verdict
from lictor.report.settle import settle_findings, settle_problems
from lictor.verdict.counts import FindingCounts

if TYPE_CHECKING:
    from lictor.report.baseline import KnownFinding

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_BAD_INPUT = 2
EXIT_INCOMPLETE = 3
EXIT_BUG = 4

_INPUT_PHASES = frozenset({"usage", "ruleset", "rule"})
_INPUT_CODES = frozenset({"duplicate-name"})


def finish_report(  # noqa: PLR0913 - what a run is made of, each part by its name
    *,
    findings: Iterable[Finding],
    verdicts: Iterable[Verdict],
    problems: Iterable[Problem],
    rules: Iterable[Rule],
    documents: int,
    subjects: int,
    version: str,
    broken_gates: Iterable[str] = (),
    baseline: "Mapping[str, KnownFinding] | None" = None,
    notes: Iterable[str] = (),
    not_applicable: int = 0,
    is_empty_allowed: bool = False,
    counts: FindingCounts | None = None,
) -> Report:
    """Return the report. `rules` are those that were asked; `broken_gates` says of each gate why it doesn't hold.

    `not_applicable` counts the rules that were not asked, because what they need is not installed. A run that checked
    nothing is incomplete, unless `is_empty_allowed`. The report is the same for any order of findings, problems, rules.
    Where `counts` says how many findings there are of each sort, these are in their final form already.
    """
    settled: Sequence[Finding]
    if counts is None:
        settled = settle_findings(findings)
        if baseline is not None:
            from lictor.report.baseline import apply_baseline  # few runs have one

            settled = apply_baseline(settled, baseline)
        counts = FindingCounts().add(settled)
    else:
        settled = findings if isinstance(findings, Sequence) else tuple(findings)
    asked = tuple(sorted({rule.id: rule for rule in rules}.values(), key=lambda rule: rule.id))
    given = list(problems)
    if not any(problem.level == "error" for problem in given):
        # where the input is wrong, that is why nothing was checked, and it says so itself
        level: Level = "note" if is_empty_allowed else "error"
        given += [problem._replace(level=level) for problem in _nothing_checked(documents, subjects, len(asked))]
    all_problems = settle_problems(given)
    gates = tuple(dict.fromkeys(broken_gates))
    return Report(
        findings=settled,
        verdicts=tuple(verdicts),
        problems=all_problems,
        rules=asked,
        receipt=Receipt(
            documents=documents,
            subjects=subjects,
            rules=len(asked),
            findings=sum(number for sort, number in counts if sort.is_counted),
            waived=sum(number for sort, number in counts if sort.is_waived),
            open=sum(number for sort, number in counts if sort.is_open),
            problems=len(all_problems),
            not_applicable=not_applicable,
        ),
        exit_code=_exit_code(counts, all_problems, is_gate_broken=bool(gates)),
        version=version,
        notes=(*(f"gate does not hold: {gate}" for gate in gates), *dict.fromkeys(notes)),
    )


def is_counted(finding: Finding) -> bool:
    """Tell whether a finding says that something is wrong, here and now: not waived, not gone since the baseline."""
    return finding.kind == "fail" and finding.suppression is None and finding.baseline_state != "absent"


def is_open(finding: Finding) -> bool:
    """Tell whether a finding says that something could not be decided, and nobody waived it."""
    return finding.kind == "open" and finding.suppression is None and finding.baseline_state != "absent"


def _exit_code(counts: FindingCounts, problems: Iterable[Problem], *, is_gate_broken: bool) -> int:
    errors = [problem for problem in problems if problem.level == "error"]
    if is_gate_broken:
        return EXIT_FINDINGS
    if any(problem.phase == "internal" for problem in errors):
        return EXIT_BUG
    if any(problem.phase in _INPUT_PHASES or problem.code in _INPUT_CODES for problem in errors):
        return EXIT_BAD_INPUT
    # what a team put into its baseline as undecided is known to it
    if errors or any(sort.is_open and not sort.is_known for sort, _ in counts):
        return EXIT_INCOMPLETE
    return EXIT_CLEAN


def _nothing_checked(documents: int, subjects: int, rules: int) -> tuple[Problem, ...]:
    if documents and subjects and rules:
        return ()
    if not documents:
        message = "nothing was checked: no document was read"
        hint = "name files or directories that hold JSON or YAML"
    elif not subjects:
        message = "nothing was checked: no document holds anything that the rules apply to"
        hint = "--kind GLOB=KIND says what kind documents are; lictor explain RULE says what a rule applies to"
    else:
        message = "nothing was checked: no rule was asked"
        hint = "'lictor ruleset show' tells which rules are on, and where they are not"
    return (Problem("nothing-checked", message, "evaluation", hint=hint),)
