"""One finding instead of twenty: a finding hides the lesser ones that it implies, and names them."""

from collections.abc import Iterable, Mapping

from lictor.model import LEVELS, EffectiveRuleset, Finding, Lock
from lictor.rulesets.floors import lock_of


def supersede(findings: Iterable[Finding], ruleset: EffectiveRuleset) -> tuple[Finding, ...]:
    """Take out findings that another one on the same subject, at the same or an enclosing candidate, stands for.

    The survivor's `properties["supersedes"]` lists the hidden rules' ids. It hides no failure of a higher level: a
    warning that hid an error would open a gate. A locked rule's finding is hidden only by
    one that is locked as high.
    """
    every = tuple(findings)
    speakers = [
        index for index, finding in enumerate(every) if finding.rule_id in ruleset.supersedes and finding.kind == "fail"
    ]
    if not speakers or len(every) == 1:
        return every
    locks = {rule_id: lock_of(ruleset.locks, rule_id) for rule_id in {finding.rule_id for finding in every}}
    by_subject: dict[object, list[int]] = {}
    for index, finding in enumerate(every):
        by_subject.setdefault(finding.subject, []).append(index)
    hides: dict[int, list[int]] = {}
    for index in speakers:
        one = every[index]
        hides[index] = [
            other for other in by_subject[one.subject] if _hides(one, every[other], ruleset.supersedes, locks)
        ]
    hidden = {other for others in hides.values() for other in others}
    named = {index: _reach(index, hides) for index in hides if index not in hidden}
    # Two rules that hide each other (a Problem in the ruleset) hide nothing.
    gone = {other for others in named.values() for other in others}
    return tuple(
        _naming(finding, [every[other].rule_id for other in sorted(named.get(index, ()))])
        for index, finding in enumerate(every)
        if index not in gone
    )


def _hides(
    one: Finding, other: Finding, supersedes: Mapping[str, tuple[str, ...]], locks: Mapping[str, Lock | None]
) -> bool:
    if other.rule_id not in supersedes[one.rule_id] or other.candidate[: len(one.candidate)] != one.candidate:
        return False
    if other.kind == "fail" and LEVELS.index(other.level) > LEVELS.index(one.level):
        return False
    lock, own = locks[other.rule_id], locks[one.rule_id]
    if lock is None or lock.floor == "none":
        return other.suppression is None or one.suppression is not None
    return own is not None and LEVELS.index(own.floor) >= LEVELS.index(lock.floor)


def _reach(start: int, hides: Mapping[int, list[int]]) -> set[int]:
    reached: set[int] = set()
    waiting = list(hides[start])
    while waiting:
        index = waiting.pop()
        if index not in reached:
            reached.add(index)
            waiting += hides.get(index, ())
    return reached - {start}


def _naming(finding: Finding, ids: list[str]) -> Finding:
    if not ids:
        return finding
    return finding._replace(properties={**finding.properties, "supersedes": tuple(dict.fromkeys(ids))})
