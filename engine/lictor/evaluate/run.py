"""Ask a plan's rules about a document's subjects."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lictor.evaluate.compiled_plan import CompiledPlan
from lictor.evaluate.isolation import Deadline, DeadlineExceeded, Printed, Quarantine
from lictor.evaluate.locate import SourceFile, locate_match, reference_to
from lictor.evaluate.tally import Tally
from lictor.model import (
    Asked,
    Document,
    EffectiveRuleset,
    Finding,
    Level,
    Location,
    Match,
    Path,
    Problem,
    RuleSetting,
    Subject,
    format_path,
)
from lictor.query import QueryError
from lictor.rulesets import setting_for
from lictor.subjects import find_subjects
from lictor.verdict import waivers_in_comments

_UNDECIDED = "could not be decided, because the rule failed on this subject"


def run_document(document: Document, plan: CompiledPlan, deadline: Deadline, printed: Printed, tally: Tally) -> None:
    """Add to the tally what every rule of the plan says about a document."""
    subjects, problems = find_subjects(document, plan.kinds, plan.wanted, plan.assumed_kind(document.uri))
    tally.problems.extend(problems)
    tally.comments.extend(waivers_in_comments(document))
    tally.documents += 1
    run = _DocumentRun(document, plan, deadline, printed, tally)
    run.report_output("a plugin", None)
    for subject in subjects:
        tally.seen.append(reference_to(subject))
        tally.subjects[subject.kind] = tally.subjects.get(subject.kind, 0) + 1
        run.ask_about(subject)
    run.close()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a rule said about a subject. A rule that failed said nothing: its subject is open."""

    parameters: Mapping[str, Any]
    matches: tuple[Match, ...] = ()
    candidates: tuple[Path, ...] = ((),)
    is_failed: bool = False


class _DocumentRun:
    """One document's pass; holds what its rules share."""

    def __init__(
        self, document: Document, plan: CompiledPlan, deadline: Deadline, printed: Printed, tally: Tally
    ) -> None:
        self._plan = plan
        self._deadline = deadline
        self._printed = printed
        self._tally = tally
        self._source = SourceFile(document)
        self._quarantine = Quarantine(document)
        self._is_scoped = any(ruleset.overrides for ruleset in plan.plan.rulesets)

    def ask_about(self, subject: Subject) -> None:
        """Ask every rule of the subject's kind, as each ruleset wants it."""
        logical = format_path(subject.path) if self._is_scoped else ""
        for rule_id in self._plan.rules_by_kind.get(subject.kind, ()):
            answers: list[_Answer] = []
            for ruleset in self._plan.plan.rulesets:
                setting = setting_for(ruleset, rule_id, subject.document.uri, subject.kind, logical)
                if setting is None:
                    continue
                # rulesets seldom give one rule different parameters, so one answer serves them all
                answer = next((known for known in answers if known.parameters == setting.parameters), None)
                if answer is None:
                    answer = self._ask(rule_id, subject, setting.parameters)
                    answers.append(answer)
                self._record(ruleset, rule_id, subject, setting, answer)

    def report_output(self, who: str, subject: Subject | None) -> None:
        """Say what was printed since the last call: it did not reach the output, which programs may read."""
        said = self._printed.take()
        if said:
            self._add_problem("plugin-output", f"{who} printed {said!r}", subject, level="warning")

    def close(self) -> None:
        """Say what can only be known when all rules have run."""
        suspects = self._quarantine.suspects()
        if suspects:
            message = f"the document that rules were given was changed by one of them: {', '.join(suspects)}"
            self._add_problem("plugin-mutation", message, None, level="warning")

    def _ask(self, rule_id: str, subject: Subject, parameters: Mapping[str, Any]) -> _Answer:
        try:
            rule = self._plan.rule(rule_id)
            seen = subject if rule.rule.check is None else self._quarantine.admit(subject, rule_id)
            self._deadline.restart()
            try:
                matches = tuple(rule.matches(seen, parameters))
                is_counted = rule_id in self._plan.counted_candidates
                candidates = rule.candidates(seen, parameters) if is_counted else ((),)
            finally:
                self._deadline.stop()
        except (Exception, DeadlineExceeded, SystemExit) as error:  # noqa: BLE001 - whatever a rule raises is its Problem
            self._add_error(rule_id, subject, error)
            return _Answer(parameters, is_failed=True)
        self.report_output(f"rule '{rule_id}'", subject)
        if seen is not subject and seen.value != subject.value:
            message = f"rule '{rule_id}' changed the subject that it was given"
            self._add_problem("plugin-mutation", message, subject, level="warning")
        return _Answer(parameters, matches, candidates)

    def _record(
        self, ruleset: EffectiveRuleset, rule_id: str, subject: Subject, setting: RuleSetting, answer: _Answer
    ) -> None:
        candidates = tuple(subject.path_in_document(path) for path in answer.candidates)
        self._tally.asked[ruleset.id].append(Asked(rule_id, reference_to(subject), candidates))
        findings = self._tally.findings[ruleset.id]
        if answer.is_failed:
            findings.append(self._undecided(rule_id, subject, setting))
        for match in answer.matches:
            findings.append(self._finding(rule_id, subject, setting, match))

    def _finding(self, rule_id: str, subject: Subject, setting: RuleSetting, match: Match) -> Finding:
        rule = self._plan.rule(rule_id)
        try:
            return locate_match(self._source, subject, rule, match, setting.level, setting.parameters)
        except Exception as error:  # noqa: BLE001 - a message may hold values that a plugin made
            self._add_error(rule_id, subject, error)
            return self._undecided(rule_id, subject, setting)

    def _undecided(self, rule_id: str, subject: Subject, setting: RuleSetting) -> Finding:
        location = self._source.location(subject.path_in_document(()))
        return Finding(rule_id, setting.level, "open", _UNDECIDED, location, reference_to(subject))

    def _add_error(self, rule_id: str, subject: Subject, error: BaseException) -> None:
        hint = "the other rules ran; the subject is open for this one"
        if isinstance(error, DeadlineExceeded):
            message = f"rule '{rule_id}' took longer than {self._deadline.seconds:g} seconds"
            self._add_problem("rule-timeout", message, subject, hint=hint)
        elif isinstance(error, QueryError):
            message = f"rule '{rule_id}' can't be evaluated: {error.message}"
            self._add_problem("rule-error", message, subject, hint=error.hint or hint)
        else:
            said = f"{type(error).__name__}: {error}".partition("\n")[0]
            self._add_problem("rule-error", f"rule '{rule_id}' raised {said}", subject, hint=hint)

    def _add_problem(
        self, code: str, message: str, subject: Subject | None, *, level: Level = "error", hint: str = ""
    ) -> None:
        document = self._source.document
        location = Location(document.uri, document.region_of(subject.path)) if subject else Location(document.uri)
        self._tally.problems.append(Problem(code, message, "evaluation", level, hint, location))
