"""Gates: conditions on the findings that a run must hold, each broken one told in a sentence."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from posixpath import dirname

from lictor.model import LEVELS, NEW_ACCESS_RULE, EffectiveRuleset, Gate, Level, Verdict
from lictor.rulesets.floors import lock_of
from lictor.verdict.counts import Sort

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
    ruleset: EffectiveRuleset, counts: Iterable[tuple[Sort, int]], verdict: Verdict, *, is_new_only: bool = False
) -> tuple[str, ...]:
    """Return a sentence for each gate that does not hold. `counts` says how many findings there are of each sort.

    Waived findings and those that could not be decided do not count here; with `is_new_only`, nor do known ones. A
    locked rule's finding at or above its floor breaks a gate of its own, whatever the ruleset's gates are.
    """
    counted = [(sort, number) for sort, number in counts if sort.is_counted]
    sentences = list(_locked(ruleset, counted))
    if is_new_only:
        counted = [(sort, number) for sort, number in counted if not sort.is_known]
    if ruleset.gates:
        for gate in ruleset.gates:
            sentences.extend(_broken(gate, counted))
    elif ruleset.strategy == _DEFAULT_STRATEGY:
        sentences.extend(_broken(Gate(fail_on=DEFAULT_FAIL_ON), counted))
    elif verdict.outcome in {"fail", "error"} and (counted or not is_new_only):
        sentences.append(f"the verdict by '{ruleset.strategy}' is {verdict.outcome}: {verdict.reason}")
    return tuple(dict.fromkeys(sentences))


_Counted = Sequence[tuple[Sort, int]]


def _locked(ruleset: EffectiveRuleset, counted: _Counted) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for sort, number in counted:
        lock = lock_of(ruleset.locks, sort.rule_id)
        if lock is not None and lock.floor != "none" and is_at_least(sort.level, lock.floor):
            counts[sort.rule_id] += number
    for rule_id, count in sorted(counts.items()):
        lock = lock_of(ruleset.locks, rule_id)
        owner = lock.ruleset_id if lock else ""
        yield f"{_count(count)} of '{rule_id}', which ruleset '{owner}' locks"


def _broken(gate: Gate, every: _Counted) -> Iterator[str]:
    counted = [(sort, number) for sort, number in every if not (gate.new_only and sort.is_known)]
    new = "new " if gate.new_only else ""
    if gate.fail_on is not None:
        failing = sum(number for sort, number in counted if is_at_least(sort.level, gate.fail_on))
        if failing:
            level = gate.fail_on if gate.fail_on == LEVELS[-1] else f"{gate.fail_on} or above"
            yield f"{_count(failing, new)} of level {level}, where none is allowed"
    if gate.budget:
        yield from _over_budget(gate, counted, new)
    if gate.no_new_access:
        widening = sum(number for sort, number in every if sort.rule_id == NEW_ACCESS_RULE)
        if widening:
            yield f"the change newly allows something: {_count(widening)} of '{NEW_ACCESS_RULE}', where none is allowed"
    if gate.new_only and gate.fail_on is None and not gate.budget and not gate.no_new_access and counted:
        yield f"{_count(sum(number for _, number in counted), new)}, where none is allowed"


def _over_budget(gate: Gate, counted: _Counted, new: str) -> Iterator[str]:
    counts: Counter[tuple[str, Level]] = Counter()
    for sort, number in counted:
        counts[_bucket(gate, sort), sort.level] += number
    for (bucket, level), count in sorted(counts.items()):
        allowed = gate.budget.get(level)
        if allowed is not None and count > allowed:
            where = f" in {gate.per} '{bucket}'" if gate.per != "run" else ""
            most = f"{allowed} {'is' if allowed == 1 else 'are'} allowed"
            yield f"{_count(count, new)} of level {level}{where}, where {most}"


def _bucket(gate: Gate, sort: Sort) -> str:
    if gate.per == "rule":
        return sort.rule_id
    if gate.per == "file":
        return sort.place
    return dirname(sort.place) or "." if gate.per == "directory" else ""


def _count(count: int, kind: str = "") -> str:
    return f"{count} {kind}finding" if count == 1 else f"{count} {kind}findings"
