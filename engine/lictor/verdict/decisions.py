"""From findings to a verdict: the ruleset's strategy decides about each subject, the worst of them about the run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from lictor.errors import describe_exception
from lictor.model import (
    LEVELS,
    Answer,
    Combiner,
    Decision,
    EffectiveRuleset,
    Finding,
    Level,
    Outcome,
    Problem,
    Rule,
    SubjectRef,
    Verdict,
    format_path,
)
from lictor.values import NamedTuple
from lictor.verdict.algebra import ORDER
from lictor.verdict.gates import fail_on_level, is_at_least

LEVEL_SCORES: Final[Mapping[Level, float]] = {"none": 0.0, "note": 2.0, "warning": 5.0, "error": 8.0}
"""What a fail weighs when its rule has no security severity: within CVSS's low, medium and high (v3.1, section 5)."""


class Statement(NamedTuple):
    """One rule's or group's raw outcome about one subject, with the findings that it rests on."""

    rule_id: str
    subject: SubjectRef
    outcome: Outcome
    findings: tuple[Finding, ...] = ()


class Passed(NamedTuple):
    """Rules that found nothing in a subject: as good as a statement of each, and the same for many subjects.

    `subject` is the first of `number` of them.
    """

    subject: SubjectRef
    rule_ids: tuple[str, ...]
    number: int = 1


class _Decided(NamedTuple):
    """The decision about some subjects, the first of which is named."""

    subject: SubjectRef
    decision: Decision
    number: int


_Said = Answer | tuple[str, ...]
"""An answer, or the rules that passed."""


def decide(
    ruleset: EffectiveRuleset,
    statements: Iterable[Statement | Passed],
    rules: Mapping[str, Rule],
    combiners: Mapping[str, Combiner],
) -> tuple[Verdict, tuple[Problem, ...]]:
    """Return the ruleset's verdict over all subjects."""
    combiner = combiners.get(ruleset.strategy)
    if combiner is None:
        reason = f"there is no strategy '{ruleset.strategy}'"
        problem = Problem("unknown-strategy", f"no strategy '{ruleset.strategy}'", "ruleset", location=ruleset.location)
        return Verdict(ruleset.id, "error", reason), (problem,)
    order = {id_: index for index, id_ in enumerate([*ruleset.settings, *(group.id for group in ruleset.groups)])}
    by_subject: dict[SubjectRef, list[Statement | Passed]] = {}
    for statement in statements:
        by_subject.setdefault(statement.subject, []).append(statement)
    threshold = fail_on_level(ruleset)
    decisions: list[_Decided] = []
    problems: list[Problem] = []
    passes: dict[str, Answer] = {}
    decided: dict[tuple[_Said, ...], tuple[Decision, tuple[Problem, ...]]] = {}  # of few subjects all is different
    for subject, each in by_subject.items():
        said = tuple(one.rule_ids if isinstance(one, Passed) else _answer(one, rules, threshold) for one in each)
        if said not in decided:
            answers = (answer for one in said for answer in _answers(one, rules, threshold, passes, subject))
            in_order = sorted(answers, key=lambda answer: order.get(answer.rule_id, len(order)))
            decided[said] = _ask(combiner, in_order, ruleset)
        decision, found = decided[said]
        number = max(one.number if isinstance(one, Passed) else 1 for one in each)
        decisions.append(_Decided(subject, decision, number))
        problems.extend(found)
    verdict = _verdict(ruleset, decisions)
    wrong = [id_ for id_, setting in ruleset.settings.items() if setting.is_on and id_ not in rules]
    if wrong and verdict.outcome != "fail":
        # what a rule with a mistake in it would have said, nobody knows
        verdict = verdict._replace(
            outcome="error", reason=f"not asked, for what is wrong with them: {', '.join(wrong)}"
        )
    return verdict, tuple(dict.fromkeys(problems))


def _answers(
    said: _Said, rules: Mapping[str, Rule], threshold: Level, passes: dict[str, Answer], subject: SubjectRef
) -> Iterator[Answer]:
    """Yield the answers; a rule's pass is the same for every subject, so it is kept in `passes`."""
    if isinstance(said, Answer):
        yield said
        return
    for rule_id in said:
        if rule_id not in passes:
            passes[rule_id] = _answer(Statement(rule_id, subject, "pass"), rules, threshold)
        yield passes[rule_id]


def _answer(statement: Statement, rules: Mapping[str, Rule], threshold: Level) -> Answer:
    failing = [finding.level for finding in statement.findings if finding.kind == "fail"]
    level: Level = max(failing, key=LEVELS.index, default="none")
    outcome = statement.outcome
    if outcome == "fail" and failing and not is_at_least(level, threshold):
        outcome = "open" if any(finding.kind == "open" for finding in statement.findings) else "pass"
    rule = rules.get(statement.rule_id)
    severity = rule.security_severity if rule else None
    worst: Level = max((finding.level for finding in statement.findings), key=LEVELS.index, default="none")
    return Answer(statement.rule_id, outcome, level, LEVEL_SCORES[worst] if severity is None else severity)


def _ask(
    combiner: Combiner, answers: Sequence[Answer], ruleset: EffectiveRuleset
) -> tuple[Decision, tuple[Problem, ...]]:
    try:
        decision = Decision(*combiner.combine(tuple(answers), ruleset.fail_at))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin's strategy may raise anything; the others still decide
        said = f"strategy '{combiner.name}' raised {describe_exception(error)}"
        return Decision("error", said), (Problem("plugin-error", said, "plugin", location=ruleset.location),)
    if decision.outcome not in ORDER:
        said = f"strategy '{combiner.name}' gave '{decision.outcome}', which is no outcome"
        hint = f"outcomes: {', '.join(ORDER)}"
        return Decision("error", said), (Problem("plugin-error", said, "plugin", hint=hint, location=ruleset.location),)
    return decision, ()


def _verdict(ruleset: EffectiveRuleset, decisions: Sequence[_Decided]) -> Verdict:
    applicable = [each for each in decisions if each.decision.outcome != "notApplicable"]
    scores = [each.decision.score for each in decisions if each.decision.score is not None]
    score = max(scores, default=None)
    if not applicable:
        return Verdict(ruleset.id, "notApplicable", "no rule applies to what was checked", score)
    worst = max(map(_badness, applicable))
    # not the order that files were named in
    subject, decision, _ = min((each for each in applicable if _badness(each) == worst), key=lambda one: _place(one[0]))
    same = sum(each.number for each in applicable if each.decision.outcome == decision.outcome)
    subjects = sum(each.number for each in applicable)
    total = f"{subjects} subject{'' if subjects == 1 else 's'}"
    if decision.outcome == "pass":
        return Verdict(ruleset.id, "pass", total if score is None else f"{total}: {decision.reason}", score)
    name = f" ({subject.name})" if subject.name not in {"", subject.uri} else ""
    reason = f"{same} of {total}, first {subject.uri}{name}: {decision.reason}"
    return Verdict(ruleset.id, decision.outcome, reason, score)


def _badness(decided: _Decided) -> tuple[int, float]:
    return ORDER.index(decided.decision.outcome), decided.decision.score or 0.0


def _place(subject: SubjectRef) -> tuple[str, int, str, str]:
    return (subject.uri, subject.document_index, format_path(subject.path), subject.kind)
