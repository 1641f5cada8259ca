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


_REMEMBERED = 10_000
"""Decisions that are kept for subjects with the same answers: most are alike, and some input makes all differ."""


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


_Said = Answer | tuple[str, ...]
"""An answer, or the rules that passed."""


class Decided:
    """The decisions about all subjects so far: how many of each outcome, and the worst."""

    __slots__ = ("outcomes", "score", "worst")

    def __init__(self) -> None:
        """Start with no subject."""
        self.outcomes: dict[Outcome, int] = {}
        self.score: float | None = None
        self.worst: tuple[SubjectRef, Decision] | None = None

    def add(self, subject: SubjectRef, decision: Decision, number: int = 1) -> None:
        """Add the decision about some subjects, the first of which is named."""
        outcome = decision.outcome
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + number
        if decision.score is not None:
            self.score = decision.score if self.score is None else max(self.score, decision.score)
        if outcome != "notApplicable":
            self._compare(subject, decision)

    def merge(self, others: "Decided") -> None:
        """Add what was decided elsewhere."""
        for outcome, number in others.outcomes.items():
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + number
        if others.score is not None:
            self.score = others.score if self.score is None else max(self.score, others.score)
        if others.worst is not None:
            self._compare(*others.worst)

    def _compare(self, subject: SubjectRef, decision: Decision) -> None:
        if self.worst is not None:
            known = self.worst[1]
            if known is decision or _badness(decision) == _badness(known):
                # not the order that files were named in
                first = self.worst[0]
                if subject.uri > first.uri or _place(subject) >= _place(first):
                    return
            elif _badness(decision) < _badness(known):
                return
        self.worst = subject, decision


class Decider:
    """Asks a ruleset's strategy about subjects; what it said of the same answers is not asked again."""

    def __init__(self, ruleset: EffectiveRuleset, rules: Mapping[str, Rule], combiners: Mapping[str, Combiner]) -> None:
        """Take the ruleset; without its strategy, every decision is an error."""
        self._ruleset = ruleset
        self._rules = rules
        self._combiner = combiners.get(ruleset.strategy)
        ids = [*ruleset.settings, *(group.id for group in ruleset.groups)]
        self._order = {id_: index for index, id_ in enumerate(ids)}
        self._threshold = fail_on_level(ruleset)
        self._passes: dict[str, Answer] = {}
        self._decided: dict[tuple[_Said, ...], Decision] = {}
        self.problems: dict[Problem, None] = {}  # what is wrong with the strategy, once each

    def decide(self, statements: Iterable[Statement | Passed]) -> Iterator[tuple[SubjectRef, Decision, int]]:
        """Yield the decision about each subject that is spoken of, and how many subjects it stands for."""
        by_subject: dict[SubjectRef, list[Statement | Passed]] = {}
        for statement in statements:
            by_subject.setdefault(statement.subject, []).append(statement)
        for subject, each in by_subject.items():
            number = max(one.number if isinstance(one, Passed) else 1 for one in each)
            yield subject, self._decision(subject, each), number

    def verdict(self, decided: Decided) -> tuple[Verdict, tuple[Problem, ...]]:
        """Return the ruleset's verdict over all subjects."""
        ruleset = self._ruleset
        if self._combiner is None:
            strategy = ruleset.strategy
            problem = Problem("unknown-strategy", f"no strategy '{strategy}'", "ruleset", location=ruleset.location)
            return Verdict(ruleset.id, "error", f"there is no strategy '{strategy}'"), (problem,)
        verdict = _verdict(ruleset, decided)
        wrong = [id_ for id_, setting in ruleset.settings.items() if setting.is_on and id_ not in self._rules]
        if wrong and verdict.outcome != "fail":
            # what a rule with a mistake in it would have said, nobody knows
            verdict = verdict._replace(
                outcome="error", reason=f"not asked, for what is wrong with them: {', '.join(wrong)}"
            )
        return verdict, ()

    def _decision(self, subject: SubjectRef, each: Iterable[Statement | Passed]) -> Decision:
        if self._combiner is None:
            return Decision("error", "")
        said = tuple(
            one.rule_ids if isinstance(one, Passed) else _answer(one, self._rules, self._threshold) for one in each
        )
        if said not in self._decided:
            answers = [
                answer for one in said for answer in _answers(one, self._rules, self._threshold, self._passes, subject)
            ]
            answers.sort(key=lambda answer: self._order.get(answer.rule_id, len(self._order)))
            decision, problems = _ask(self._combiner, answers, self._ruleset)
            self.problems |= dict.fromkeys(problems)
            if len(self._decided) >= _REMEMBERED:
                self._decided.clear()
            self._decided[said] = decision
        return self._decided[said]


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


def _verdict(ruleset: EffectiveRuleset, decided: Decided) -> Verdict:
    score = decided.score
    if decided.worst is None:
        return Verdict(ruleset.id, "notApplicable", "no rule applies to what was checked", score)
    subject, decision = decided.worst
    same = decided.outcomes[decision.outcome]
    subjects = sum(number for outcome, number in decided.outcomes.items() if outcome != "notApplicable")
    total = f"{subjects} subject{'' if subjects == 1 else 's'}"
    if decision.outcome == "pass":
        return Verdict(ruleset.id, "pass", total if score is None else f"{total}: {decision.reason}", score)
    name = f" ({subject.name})" if subject.name not in {"", subject.uri} else ""
    reason = f"{same} of {total}, first {subject.uri}{name}: {decision.reason}"
    return Verdict(ruleset.id, decision.outcome, reason, score)


def _badness(decision: Decision) -> tuple[int, float]:
    return ORDER.index(decision.outcome), decision.score or 0.0


def _place(subject: SubjectRef) -> tuple[str, int, str, str]:
    return (subject.uri, subject.document_index, format_path(subject.path), subject.kind)
