"""What each rule and group says of each subject, as far as it counts by itself."""

from collections.abc import Iterable, Iterator
from itertools import chain

from lictor.model import EffectiveRuleset, Finding, Outcome, RulesetEvaluation, SubjectRef, format_path
from lictor.rulesets import setting_for
from lictor.rulesets.floors import lock_of
from lictor.verdict.decisions import Passed, Statement
from lictor.verdict.groups import Answers, GroupResult, outcome_of


def folded_rules(ruleset: EffectiveRuleset) -> frozenset[str]:
    """Return the rules that speak only through a group. A lock keeps its rules' own findings, but for locked groups."""
    folded: set[str] = set()
    for group in ruleset.groups:
        members = {*group.members, group.when} if group.operator != "weights" else {group.when}
        group_lock = lock_of(ruleset.locks, group.id)
        for rule_id in members - {""}:
            lock = lock_of(ruleset.locks, rule_id)
            if lock is None or lock.floor == "none" or group_lock is not None:
                folded.add(rule_id)
    return frozenset(folded)


def without_folded(findings: Iterable[Finding], ruleset: EffectiveRuleset, folded: frozenset[str]) -> Iterator[Finding]:
    """Leave out what only groups wanted to know; what was waived stays to be seen."""
    for finding in findings:
        if finding.suppression is not None or (finding.rule_id not in folded and _reports(finding, ruleset)):
            yield finding


def _reports(finding: Finding, ruleset: EffectiveRuleset) -> bool:
    setting = ruleset.settings.get(finding.rule_id)
    if setting is None or not setting.is_member:
        return True
    subject = finding.subject
    here = setting_for(ruleset, finding.rule_id, subject.uri, subject.kind, format_path(subject.path))
    return here is not None and here.is_on


def passed(evaluation: RulesetEvaluation) -> Iterator[Passed]:
    """Yield what is only counted: subjects that nothing was found in, of a ruleset without groups."""
    for passes in evaluation.passes:
        yield Passed(passes.first, passes.rule_ids, passes.number)


def statements(
    ruleset: EffectiveRuleset,
    folded: frozenset[str],
    answers: Answers,
    results: Iterable[GroupResult],
    findings: Iterable[Finding],
) -> Iterator[Statement | Passed]:
    """Yield what each rule and group says of each subject, as far as it counts after waivers and supersedes."""
    counted: dict[tuple[SubjectRef, str], list[Finding]] = {}
    for finding in findings:
        if finding.suppression is None:
            counted.setdefault((finding.subject, finding.rule_id), []).append(finding)
    speakers: dict[SubjectRef, set[str]] = {}
    for subject, rule_id in (*answers.findings, *counted):
        speakers.setdefault(subject, set()).add(rule_id)
    counting: dict[tuple[tuple[str, ...], ...], tuple[str, ...]] = {}
    divided: dict[tuple[tuple[str, ...], frozenset[str]], tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for subject, asked in answers.asked.items():
        parts = tuple([each.rule_ids for each in asked])
        if parts not in counting or ruleset.overrides:
            rule_ids = dict.fromkeys(chain.from_iterable(parts))
            counting[parts] = tuple(id_ for id_ in rule_ids if _counts(ruleset, folded, id_, subject))
        split = counting[parts], frozenset(speakers.get(subject, ()))
        if split not in divided:
            divided[split] = _divided(*split)
        spoken, passed = divided[split]
        if passed:
            yield Passed(subject, passed)
        for rule_id in spoken:
            raw = outcome_of(rule_id, subject, answers)
            yield _statement(rule_id, subject, raw, counted.get((subject, rule_id), ()), "notApplicable")
    for result in results:
        key = (result.subject, result.group.id)
        gone: Outcome = "pass" if result.outcome in {"fail", "open"} else result.outcome
        yield _statement(result.group.id, result.subject, result.outcome, counted.get(key, ()), gone)


def _divided(rule_ids: tuple[str, ...], said: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Divide rules into those that said something and those that did not."""
    return tuple([id_ for id_ in rule_ids if id_ in said]), tuple([id_ for id_ in rule_ids if id_ not in said])


def _counts(ruleset: EffectiveRuleset, folded: frozenset[str], rule_id: str, subject: SubjectRef) -> bool:
    """Tell whether a rule's answer counts by itself, and not only for a group."""
    setting = ruleset.settings.get(rule_id)
    is_for_group = setting is not None and setting.is_member and not _is_on(ruleset, rule_id, subject)
    return rule_id not in folded and not is_for_group


def _statement(
    rule_id: str, subject: SubjectRef, raw: Outcome, findings: Iterable[Finding], gone: Outcome
) -> Statement:
    """Say what is left of an outcome; `gone` is for one all of whose findings are waived or stand for another's."""
    left = tuple(findings)
    kinds = {finding.kind for finding in left}
    outcome: Outcome = "fail" if "fail" in kinds else "open" if "open" in kinds else raw
    if raw in {"fail", "open"} and not left:
        outcome = gone
    return Statement(rule_id, subject, outcome, left)


def _is_on(ruleset: EffectiveRuleset, rule_id: str, subject: SubjectRef) -> bool:
    setting = setting_for(ruleset, rule_id, subject.uri, subject.kind, format_path(subject.path))
    return setting is not None and setting.is_on
