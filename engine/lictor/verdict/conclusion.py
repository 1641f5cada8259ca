"""What a ruleset makes of what its rules said: waivers, groups, supersedes, verdict, gates."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
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
        self.problems |= dict.fromkeys(part.problems)
        self.used |= part.used
        self.met |= part.met
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
        self._known: dict[tuple[object, ...], tuple[tuple[Decision, int], ...]] = {}
        self._rules_asked: dict[tuple[tuple[str, ...], ...], frozenset[str]] = {}
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
            decided = tuple(self._decided_plainly(evaluation, waived.findings, kept))
            return Part(kept, decided, waived.problems, waived.used, met, self._asked(evaluation))
        answers = index_answers(evaluation.asked, waived.findings)
        results = [result for group in ruleset.groups for result in evaluate_group(group, answers, self._rules)]
        grouped = waive((f for result in results for f in result.findings), ruleset, self._holding, beside, self._rules)
        shown = without_folded(waived.findings, ruleset, self._folded)
        kept = supersede((*shown, *grouped.findings), ruleset)
        said = chain(passed(evaluation), statements(ruleset, self._folded, answers, results, kept))
        decided = tuple(self._decider.decide(said))
        problems = (*waived.problems, *grouped.problems)
        return Part(kept, decided, problems, waived.used | grouped.used, met, self._asked(evaluation))

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
        self, evaluation: RulesetEvaluation, raw: Iterable[Finding], kept: Iterable[Finding]
    ) -> Iterator[tuple[SubjectRef, Decision, int]]:
        """Decide about subjects; of two that the same rules said the same of, with the same findings left, once."""
        for passes in evaluation.passes:
            spoken = [Passed(passes.first, passes.rule_ids)]
            ((decision, _),) = self._known_or_decided((passes.rule_ids,), partial(list[Statement | Passed], spoken))
            yield passes.first, decision, passes.number
        before, after = _by_subject(raw), _by_subject(kept)
        asked: dict[SubjectRef, list[Asked]] = {}
        for one in evaluation.asked:
            asked.setdefault(one.subject, []).append(one)
        for subject, each in asked.items():
            said, left = before.get(subject, ()), after.get(subject, ())
            key = (tuple([one.rule_ids for one in each]), tuple(map(_class, said)), tuple(map(_class, left)))
            for decision, number in self._known_or_decided(key, partial(self._statements_about, each, said, left)):
                yield subject, decision, number

    def _asked(self, evaluation: RulesetEvaluation) -> frozenset[str]:
        """Return the rules that were asked; one object for what is asked of most documents."""
        together = (*[each.rule_ids for each in evaluation.asked], *[each.rule_ids for each in evaluation.passes])
        asked = self._rules_asked.get(together)
        if asked is None:
            if len(self._rules_asked) >= _REMEMBERED:
                self._rules_asked.clear()
            asked = frozenset[str]().union(*together)
            asked = self._rules_asked[together] = self._same_rules.setdefault(asked, asked)
        return asked

    def _known_or_decided(
        self, key: tuple[object, ...], statements: Callable[[], Iterable[Statement | Passed]]
    ) -> tuple[tuple[Decision, int], ...]:
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            decided = self._decider.decide(statements())
            known = self._known[key] = tuple([(decision, number) for _, decision, number in decided])
        return known

    def _statements_about(
        self, asked: Iterable[Asked], said: Iterable[Finding], left: Iterable[Finding]
    ) -> Iterator[Statement | Passed]:
        return statements(self.ruleset, self._folded, index_answers(asked, said), (), left)

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


def _by_subject(findings: Iterable[Finding]) -> dict[SubjectRef, list[Finding]]:
    """Sort findings by subject, without those that are waived."""
    sorted_: dict[SubjectRef, list[Finding]] = {}
    for finding in findings:
        if finding.suppression is None:
            sorted_.setdefault(finding.subject, []).append(finding)
    return sorted_


_class = itemgetter(0, 1, 2)  # rule, level and kind: all that a decision rests on
