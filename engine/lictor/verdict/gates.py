"""Gates: conditions on the findings that a run must hold, each broken one told in a sentence."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from posixpath import dirname

from lictor.model import LEVELS, NEW_ACCESS_RULE, EffectiveRuleset, Finding, Gate, Level, Verdict
from lictor.rulesets.floors import lock_of

DEFAULT_FAIL_ON: Level = "error"
"""The level that fails where no gate says another."""

_DEFAULT_STRATEGY = "deny-overrides"


def fail_on_level(ruleset: EffectiveRuleset) -> Level:
    """Return the lowest level that one of a ruleset's gates fails on; without any, `error`."""
    levels = [gate.fail_on for gate in ruleset.gates if gate.fail_on is not None]
    return min(levels, key=LEVELS.index, default=DEFAULT_FAIL_ON)


def is_at_least(level: Level, floor: Level) -> bool:
    """Tell whether a level is as strong as another.

    >>> is_at_least("error", "warning"), is_at_least("note", "warning")
    (True, False)
    """
    return LEVELS.index(level) >= LEVELS.index(floor)


def broken_gates(
    ruleset: EffectiveRuleset, findings: Iterable[Finding], verdict: Verdict, *, is_new_only: bool = False
) -> tuple[str, ...]:
    """Return a sentence for each gate that does not hold.

    Waived findings and those that could not be decided do not count here; with `is_new_only`, nor do known ones. A
    locked rule's finding at or above its floor breaks a gate of its own, whatever the ruleset's gates are.
    """
    counted = tuple(finding for finding in findings if finding.kind == "fail" and finding.suppression is None)
    sentences = list(_locked(ruleset, counted))
    if is_new_only:
        counted = tuple(finding for finding in counted if not finding.is_known)
    if ruleset.gates:
        for gate in ruleset.gates:
            sentences.extend(_broken(gate, counted))
    elif ruleset.strategy == _DEFAULT_STRATEGY:
        sentences.extend(_broken(Gate(fail_on=DEFAULT_FAIL_ON), counted))
    elif verdict.outcome in {"fail", "error"} and (counted or not is_new_only):
        sentences.append(f"the verdict by '{ruleset.strategy}' is {verdict.outcome}: {verdict.reason}")
    return tuple(dict.fromkeys(sentences))


def _locked(ruleset: EffectiveRuleset, findings: Sequence[Finding]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for finding in findings:
        lock = lock_of(ruleset.locks, finding.rule_id)
        if lock is not None and lock.floor != "none" and is_at_least(finding.level, lock.floor):
            counts[finding.rule_id] += 1
    for rule_id, count in sorted(counts.items()):
        lock = lock_of(ruleset.locks, rule_id)
        owner = lock.ruleset_id if lock else ""
        yield f"{_count(count)} of '{rule_id}', which ruleset '{owner}' locks"


def _broken(gate: Gate, findings: Sequence[Finding]) -> Iterator[str]:
    counted = [finding for finding in findings if not (gate.new_only and finding.is_known)]
    new = "new " if gate.new_only else ""
    if gate.fail_on is not None:
        failing = [finding for finding in counted if is_at_least(finding.level, gate.fail_on)]
        if failing:
            level = gate.fail_on if gate.fail_on == LEVELS[-1] else f"{gate.fail_on} or above"
            yield f"{_count(len(failing), new)} of level {level}, where none is allowed"
    if gate.budget:
        yield from _over_budget(gate, counted, new)
    if gate.no_new_access:
        widening = sum(finding.rule_id == NEW_ACCESS_RULE for finding in findings)
        if widening:
            yield f"the change newly allows something: {_count(widening)} of '{NEW_ACCESS_RULE}', where none is allowed"
    if gate.new_only and gate.fail_on is None and not gate.budget and not gate.no_new_access and counted:
        yield f"{_count(len(counted), new)}, where none is allowed"


def _over_budget(gate: Gate, findings: Sequence[Finding], new: str) -> Iterator[str]:
    counts = Counter((_bucket(gate, finding), finding.level) for finding in findings)
    for (bucket, level), count in sorted(counts.items()):
        allowed = gate.budget.get(level)
        if allowed is not None and count > allowed:
            where = f" in {gate.per} '{bucket}'" if gate.per != "run" else ""
            most = f"{allowed} {'is' if allowed == 1 else 'are'} allowed"
            yield f"{_count(count, new)} of level {level}{where}, where {most}"


def _bucket(gate: Gate, finding: Finding) -> str:
    if gate.per == "rule":
        return finding.rule_id
    if gate.per == "file":
        return finding.location.uri
    return dirname(finding.location.uri) or "." if gate.per == "directory" else ""


def _count(count: int, kind: str = "") -> str:
    return f"{count} {kind}finding" if count == 1 else f"{count} {kind}findings"
