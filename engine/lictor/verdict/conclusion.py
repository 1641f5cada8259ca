"""What a ruleset makes of what its rules said: waivers, groups, supersedes, verdict, gates."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter

from lictor.model import (
    Asked,
    Combiner,
    CommentWaiver,
    Decision,
    EffectiveRuleset,
    Finding,
    Location,
    Plan,
    Problem,
    RulesetEvaluation,
    SubjectRef,
    Verdict,
    format_path,
)
from lictor.rulesets import in_scope
from lictor.values import NamedTuple
from lictor.verdict.counts import FindingCounts, place_of_budgets
from lictor.verdict.decisions import Decided, Decider, Passed, Statement
from lictor.verdict.gates import broken_gates
from lictor.verdict.groups import evaluate_group, index_answers
from lictor.verdict.statements import folded_rules, passed, statements, without_folded
from lictor.verdict.superseding import supersede
from lictor.verdict.waivers import unused_waiver, valid_waivers, waive


class Part(NamedTuple):
    """What a ruleset makes of some documents by themselves.

    `findings` are not in their final form. `decided` has for each subject the decision, and how many subjects it stands
    for. `met` names the waivers and overrides whose scope holds one of the subjects.
    """

    findings: tuple[Finding, ...]
    decided: tuple[tuple[SubjectRef, Decision, int], ...]
    problems: tuple[Problem, ...] = ()
    used: frozenset[Location] = frozenset()
    met: frozenset[tuple[str, int]] = frozenset()
    asked: frozenset[str] = frozenset()

    def without_findings(self) -> "Part":
        """Return all but the findings."""
        return Part((), self.decided, self.problems, self.used, self.met, self.asked)


class Total:
    """The parts of a run added up, but for their findings."""

    __slots__ = ("asked", "decided", "met", "problems", "used")

    def __init__(self) -> None:
        """Start with none."""
        self.decided = Decided()
        self.problems: dict[Problem, None] = {}
        self.used: set[Location] = set()
        self.met: set[tuple[str, int]] = set()
        self.asked: set[str] = set()

    def add(self, part: Part) -> None:
        """Add what some documents came to."""
        for subject, decision, number in part.decided:
            self.decided.add(subject, decision, number)
        if part.problems:
            self.problems |= dict.fromkeys(part.problems)
        if part.used:
            self.used |= part.used
        if part.met:
            self.met |= part.met
        if not part.asked <= self.asked:
            self.asked |= part.asked

    def merge(self, others: "Total") -> None:
        """Add what was added up elsewhere."""
        self.decided.merge(others.decided)
        self.problems |= others.problems
        self.used |= others.used
        self.met |= others.met
        self.asked |= others.asked


class Conclusion(NamedTuple):
    """A ruleset's last word. `counts` says how many findings of each sort there are.

    `used_comments` are the places of the comments that waived something. `known` counts the findings that are left out
    because they were there before.
    """

    findings: Sequence[Finding]
    verdict: Verdict
    broken_gates: tuple[str, ...]
    problems: tuple[Problem, ...]
    counts: FindingCounts
    used_comments: frozenset[Location] = frozenset()
    known: int = 0


def conclude(  # noqa: PLR0913 - everything that decides is an argument
    plan: Plan,
    ruleset: EffectiveRuleset,
    evaluation: RulesetEvaluation,
    *,
    today: dt.date,
    combiners: Mapping[str, Combiner],
    settle: Callable[[tuple[Finding, ...]], tuple[Finding, ...]] | None = None,
    is_new_only: bool = False,
    comments: Iterable[CommentWaiver] = (),
    is_partial: bool = False,
) -> Conclusion:
    """Combine what rules said into findings, a verdict and the gates that are broken.

    `settle` puts the findings in their final form before the gates are asked: distinct fingerprints, marked as `new` or
    `unchanged`. With `is_new_only`, every gate looks at new ones only. `comments` are the waivers in the documents.
    `is_partial` says that only some files of a larger tree were checked, so that waivers and overrides for others are
    no surprise.
    """
    judge, total = Judge(plan, ruleset, today, combiners), Total()
    part = judge.part(evaluation, comments)
    total.add(part)
    findings = settle(part.findings) if settle else part.findings
    counts = FindingCounts(place_of_budgets(ruleset)).add(findings)
    return judge.conclusion(total, findings, counts, is_new_only=is_new_only, is_partial=is_partial)


class _Known(NamedTuple):
    """What was decided about a subject before, and which rules had been asked about it: one object for all alike."""

    decisions: tuple[tuple[Decision, int], ...]
    asked: frozenset[str]


class Judge:
    """Concludes what a ruleset makes of what its rules said, of some documents after others.

    Nothing that one document holds changes what is concluded of another, but that findings may stand in a file which
    another document reads: so each can be concluded as soon as its rules were asked.
    """

    def __init__(
        self, plan: Plan, ruleset: EffectiveRuleset, today: dt.date, combiners: Mapping[str, Combiner]
    ) -> None:
        """Take what decides."""
        self.ruleset = ruleset
        self._rules = plan.rules
        self._holding, self._problems = valid_waivers(ruleset.waivers, ruleset.waiver_policy, today)
        self._decider = Decider(ruleset, plan.rules, combiners)
        self._folded = folded_rules(ruleset)
        self._is_plain = not ruleset.groups and not ruleset.overrides
        self._known: dict[tuple[object, ...], _Known] = {}
        self._same_rules: dict[frozenset[str], frozenset[str]] = {}

    def part(self, evaluation: RulesetEvaluation, comments: Iterable[CommentWaiver] = ()) -> Part:
        """Conclude what rules said of some documents; `comments` are the waivers in these and the files they read."""
        ruleset = self.ruleset
        beside = tuple(comments)
        subjects = evaluation.subjects or tuple(dict.fromkeys(each.subject for each in evaluation.asked))
        met = frozenset(self._met(subjects)) if ruleset.waivers or ruleset.overrides else frozenset()
        waived = waive(evaluation.findings, ruleset, self._holding, beside, self._rules)
        if self._is_plain:
            kept = supersede(waived.findings, ruleset)
            decided, asked = self._decided_plainly(evaluation, waived.findings, kept)
            return Part(kept, decided, waived.problems, waived.used, met, asked)
        answers = index_answers(evaluation.asked, waived.findings)
        results = [result for group in ruleset.groups for result in evaluate_group(group, answers, self._rules)]
        grouped = waive((f for result in results for f in result.findings), ruleset, self._holding, beside, self._rules)
        shown = without_folded(waived.findings, ruleset, self._folded)
        kept = supersede((*shown, *grouped.findings), ruleset)
        said = chain(passed(evaluation), statements(ruleset, self._folded, answers, results, kept))
        decided = tuple(self._decider.decide(said))
        problems = (*waived.problems, *grouped.problems)
        asked = frozenset(
            chain(*[each.rule_ids for each in evaluation.asked], *[p.rule_ids for p in evaluation.passes])
        )
        return Part(kept, decided, problems, waived.used | grouped.used, met, asked)

    def conclusion(
        self,
        total: Total,
        findings: Sequence[Finding],
        counts: FindingCounts,
        *,
        is_new_only: bool = False,
        is_partial: bool = False,
    ) -> Conclusion:
        """Say the last word; `findings` are in their final form, and `counts` says how many of each sort they are."""
        verdict, found = self._decider.verdict(total.decided)
        used = frozenset(total.used)
        return Conclusion(
            findings=findings,
            verdict=verdict,
            broken_gates=broken_gates(self.ruleset, counts, verdict, is_new_only=is_new_only),
            problems=tuple(
                dict.fromkeys(
                    (
                        *self._problems,
                        *total.problems,
                        *self._decider.problems,
                        *found,
                        *self._unused_waivers(total, is_partial=is_partial),
                        *self._unused_overrides(total, is_partial=is_partial),
                    )
                )
            ),
            counts=counts,
            used_comments=used,
        )

    @property
    def strategy_problems(self) -> Iterable[Problem]:
        """What was wrong with the ruleset's strategy so far."""
        return self._decider.problems

    def _decided_plainly(
        self, evaluation: RulesetEvaluation, raw: tuple[Finding, ...], kept: tuple[Finding, ...]
    ) -> tuple[tuple[tuple[SubjectRef, Decision, int], ...], frozenset[str]]:
        """Decide about subjects, and say which rules were asked.

        Of two subjects that the same rules said the same of, with the same findings left, it is done once.
        """
        decided: list[tuple[SubjectRef, Decision, int]] = []
        asked: frozenset[str] = frozenset()
        for passes in evaluation.passes:
            known = self._known.get((passes.rule_ids,))
            if known is None:
                known = self._remember((passes.rule_ids,), (Passed(passes.first, passes.rule_ids),), passes.rule_ids)
            decided += [(passes.first, decision, passes.number) for decision, _ in known.decisions]
            asked = known.asked if not asked or asked is known.asked else asked | known.asked
        if not evaluation.asked:
            return tuple(decided), asked
        before = _by_subject(raw)
        after = before if kept is raw else _by_subject(kept)
        together: dict[SubjectRef, list[Asked]] = {}
        for one in evaluation.asked:
            together.setdefault(one.subject, []).append(one)
        for subject, each in together.items():
            said, left = before.get(subject, ()), after.get(subject, ())
            classes = tuple(map(_class, said))
            key = (_rules_of(each), classes, classes if left is said else tuple(map(_class, left)))
            known = self._known.get(key)
            if known is None:
                statements_ = statements(self.ruleset, self._folded, index_answers(each, said), (), left)
                known = self._remember(key, statements_, chain.from_iterable(one.rule_ids for one in each))
            decided += [(subject, decision, number) for decision, number in known.decisions]
            asked = known.asked if not asked or asked is known.asked else asked | known.asked
        return tuple(decided), asked

    def _remember(
        self, key: tuple[object, ...], said: Iterable[Statement | Passed], rule_ids: Iterable[str]
    ) -> "_Known":
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        asked = frozenset(rule_ids)
        decided = tuple([(decision, number) for _, decision, number in self._decider.decide(said)])
        known = self._known[key] = _Known(decided, self._same_rules.setdefault(asked, asked))
        return known

    def _met(self, subjects: Iterable[SubjectRef]) -> Iterator[tuple[str, int]]:
        for subject in subjects:
            uri, kind, place = subject.uri, subject.kind, format_path(subject.path)
            for number, waiver in enumerate(self._holding):
                if in_scope(waiver.where._replace(paths=()), uri, kind, ""):
                    yield _WAIVER, number
            for number, override in enumerate(self.ruleset.overrides):
                if in_scope(override.scope, uri, kind, place):
                    yield _OVERRIDE, number
                if in_scope(override.scope._replace(paths=()), uri, kind, ""):
                    yield _OVERRIDE_ELSEWHERE, number

    def _unused_waivers(self, total: Total, *, is_partial: bool) -> Iterator[Problem]:
        """Say which waivers matched no finding.

        A partial run (some named files of a larger tree) says so only of waivers for something that it looked at.
        """
        for number, waiver in enumerate(self._holding):
            if waiver.location not in total.used and not (is_partial and (_WAIVER, number) not in total.met):
                yield unused_waiver(waiver)

    def _unused_overrides(self, total: Total, *, is_partial: bool) -> Iterator[Problem]:
        for number, override in enumerate(self.ruleset.overrides):
            if (_OVERRIDE, number) in total.met or (is_partial and (_OVERRIDE_ELSEWHERE, number) not in total.met):
                continue
            message, hint = "the override matches nothing that was checked", "check its files, kinds and paths"
            yield Problem("unused-override", message, "ruleset", "warning", hint, override.location)


_WAIVER, _OVERRIDE, _OVERRIDE_ELSEWHERE = "waiver", "override", "override but for its paths"
"""What may be met, beside its number."""

_REMEMBERED = 10_000
"""Decisions that are kept for subjects with the same answers: most are alike, and some input makes all differ."""


def _rules_of(asked: Sequence[Asked]) -> tuple[object, ...]:
    return asked[0].rule_ids if len(asked) == 1 else tuple([each.rule_ids for each in asked])


def _by_subject(findings: Iterable[Finding]) -> dict[SubjectRef, list[Finding]]:
    """Sort findings by subject, without those that are waived."""
    sorted_: dict[SubjectRef, list[Finding]] = {}
    for finding in findings:
        if finding.suppression is None:
            sorted_.setdefault(finding.subject, []).append(finding)
    return sorted_


_class = itemgetter(0, 1, 2)  # rule, level and kind: all that a decision rests on
