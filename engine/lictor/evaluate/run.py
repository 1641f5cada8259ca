"""Ask a plan's rules about a document's subjects."""

from collections.abc import Iterable, Mapping
from typing import Any

from lictor.errors import describe_exception
from lictor.evaluate.compiled_plan import CompiledPlan
from lictor.evaluate.isolation import WHOLE_FILE, Deadline, DeadlineExceeded, Printed, Quarantine
from lictor.evaluate.locate import SourceFile, locate_match, reference_to
from lictor.evaluate.screens import Quiet
from lictor.evaluate.tally import Tally
from lictor.fingerprints import LINE_HASH
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
    SubjectRef,
    format_path,
)
from lictor.query import QueryError
from lictor.rulesets import setting_for
from lictor.subjects import each_subject
from lictor.values import NamedTuple
from lictor.verdict import waivers_in_comments

_UNDECIDED = "could not be decided, because the rule failed on this subject"


def run_document(document: Document, plan: CompiledPlan, deadline: Deadline, printed: Printed, tally: Tally) -> None:
    """Add to the tally what every rule of the plan says about a document."""
    tally.documents += 1
    run = _DocumentRun(document, plan, deadline, printed, tally)
    run.read_comments()
    current = document
    assumed = plan.assumed_kind(document.uri)
    subjects = each_subject(document, plan.kinds, plan.finders(), assumed, tally.problems)
    while True:
        deadline.restart(WHOLE_FILE)
        subject = next(subjects, None)
        deadline.stop()
        if printed.tell():
            report_output(printed, "a plugin that looks for subjects", Location(document.uri), tally)
        if subject is None:
            break
        if plan.kinds[subject.kind].relate is None:
            if subject.document is not current:  # one entry of many: what was kept of the one before goes with it
                run.close()
                current = subject.document
                run = _DocumentRun(current, plan, deadline, printed, tally)
            run.take(subject)
        elif tally.parts[-1:] != [document.uri]:
            tally.parts.append(document.uri)
    run.close()


def run_related(
    subjects: Iterable[Subject], plan: CompiledPlan, deadline: Deadline, printed: Printed, tally: Tally
) -> None:
    """Add to the tally what rules say about subjects that were made of the parts of several documents."""
    for subject in subjects:
        run = _DocumentRun(subject.document, plan, deadline, printed, tally)
        run.take(subject)
        run.close()


def report_output(printed: Printed, who: str, location: Location, tally: Tally) -> None:
    """Say what was printed since the last call: it did not reach the output, which programs may read."""
    said = printed.take()
    if said:
        message = f"{who} printed {said!r}"
        tally.problems.append(Problem("plugin-output", message, "evaluation", "warning", "", location))


class _Answer(NamedTuple):
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
        self._named: tuple[Subject, SubjectRef] | None = None

    def take(self, subject: Subject) -> None:
        """Count a subject, and ask about it."""
        if self._plan.names_subjects:
            self._tally.seen.append(self._reference_to(subject))
        self._tally.subjects[subject.kind] = self._tally.subjects.get(subject.kind, 0) + 1
        self.ask_about(subject)

    def ask_about(self, subject: Subject) -> None:
        """Ask every rule of the subject's kind, as each ruleset wants it."""
        quiet = self._quiet(subject)
        if self._plan.is_scoped:
            self._ask_one_by_one(subject, quiet, self._plan.rules_by_kind.get(subject.kind, ()), {})
        elif quiet.others:
            self._ask_one_by_one(subject, quiet, quiet.others, quiet.passed)
        else:
            for ruleset_id, asked in quiet.passed.items():
                if asked:
                    self._note_asked(ruleset_id, subject, asked, is_passed=True)

    def _ask_one_by_one(
        self, subject: Subject, quiet: Quiet, rule_ids: Iterable[str], passed: Mapping[str, tuple[str, ...]]
    ) -> None:
        """Ask some rules. `passed` are those by ruleset that surely have nothing to say."""
        logical = format_path(subject.path) if self._plan.is_scoped else ""
        asked = {ruleset.id: [*passed.get(ruleset.id, ())] for ruleset in self._plan.plan.rulesets}
        before = {ruleset_id: len(found) for ruleset_id, found in self._tally.findings.items()}
        for rule_id in rule_ids:
            answers: list[_Answer] = []
            parameters = quiet.parameters.get(rule_id)
            for ruleset in self._plan.plan.rulesets:
                setting = setting_for(ruleset, rule_id, subject.document.uri, subject.kind, logical)
                if setting is None:
                    continue
                if parameters is not None and parameters == setting.parameters:
                    asked[ruleset.id].append(rule_id)
                    continue
                # rulesets seldom give one rule different parameters, so one answer serves them all
                answer = next((known for known in answers if known.parameters == setting.parameters), None)
                if answer is None:
                    answer = self._ask(rule_id, subject, setting.parameters, is_likely=bool(quiet.passed))
                    answers.append(answer)
                if rule_id in self._plan.counted_candidates and ruleset.id not in self._plan.counting:
                    counted = Asked((rule_id,), self._reference_to(subject), answer.candidates)
                    self._tally.asked[ruleset.id].append(counted)
                else:
                    asked[ruleset.id].append(rule_id)
                self._record(ruleset, rule_id, subject, setting, answer)
        for ruleset_id, found in self._tally.findings.items():
            if asked[ruleset_id]:
                is_passed = before[ruleset_id] == len(found)
                self._note_asked(ruleset_id, subject, tuple(asked[ruleset_id]), is_passed=is_passed)

    def _note_asked(self, ruleset_id: str, subject: Subject, rule_ids: tuple[str, ...], *, is_passed: bool) -> None:
        """Count a subject that passed; keep which rules looked at any other."""
        reference = self._reference_to(subject)
        if is_passed and ruleset_id in self._plan.counting:
            self._tally.add_pass(ruleset_id, rule_ids, reference)
        else:
            # those asked one by one looked at the subject too, and nobody counts the candidates of these
            self._tally.asked[ruleset_id].append(Asked(rule_ids, reference, (subject.path_in_document(()),)))

    def _reference_to(self, subject: Subject) -> SubjectRef:
        """Return a subject's reference, one for all that is said of it: most of what a run holds are these."""
        if self._named is None or self._named[0] is not subject:
            self._named = (subject, reference_to(subject))
        return self._named[1]

    def _quiet(self, subject: Subject) -> Quiet:
        """Return what is known of the rules before any is asked.

        What goes wrong here goes wrong again when the rules are asked one by one, and is told then.
        """
        screen = self._plan.screen(subject.kind)
        self._deadline.restart()
        try:
            quiet = screen.quiet(subject.value)
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001 - functions and kinds may be plugins'
            return screen.nothing
        finally:
            self._deadline.stop()
            self._printed.resume()
        return screen.nothing if self._printed.take() else quiet

    def read_comments(self) -> None:
        """Keep the waivers that stand in comments."""
        try:
            self._tally.comments.extend(waivers_in_comments(self._source.document))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - the loader that tells of comments may be a plugin's
            message = f"reading the comments raised {describe_exception(error)}"
            self._add_problem("loader-error", message, Location(self._source.document.uri))

    def close(self) -> None:
        """Say what can only be known when all rules have run."""
        suspects = self._quarantine.suspects()
        if suspects:
            message = f"the document that rules were given was changed by one of them: {', '.join(suspects)}"
            self._add_problem("plugin-mutation", message, Location(self._source.document.uri), level="warning")

    def _ask(self, rule_id: str, subject: Subject, parameters: Mapping[str, Any], *, is_likely: bool) -> _Answer:
        try:
            rule = self._plan.rule(rule_id)
            seen = subject if rule.rule.check is None else self._quarantine.admit(subject, rule_id)
            self._deadline.restart()
            try:
                matches = tuple(rule.matches(seen, parameters, is_likely=is_likely))
                is_counted = rule_id in self._plan.counted_candidates
                candidates = rule.candidates(seen, parameters) if is_counted else ()
                candidates = tuple(map(subject.path_in_document, candidates))
                is_mutated = seen is not subject and seen.value != subject.value
            finally:
                self._deadline.stop()
                self._printed.resume()
                if self._printed.tell():
                    report_output(self._printed, f"rule '{rule_id}'", self._place(subject), self._tally)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever a rule raises is its Problem
            self._add_error(rule_id, subject, error)
            return _Answer(parameters, is_failed=True)
        if is_mutated:
            message = f"rule '{rule_id}' changed the subject that it was given"
            self._add_problem("plugin-mutation", message, self._place(subject), level="warning")
        elif seen is not subject:
            self._quarantine.give_back(subject, seen)
        return _Answer(parameters, matches, candidates)

    def _record(
        self, ruleset: EffectiveRuleset, rule_id: str, subject: Subject, setting: RuleSetting, answer: _Answer
    ) -> None:
        findings = self._tally.findings[ruleset.id]
        if answer.is_failed:
            findings.append(self._undecided(rule_id, subject, setting))
        for match in answer.matches:
            findings.append(self._finding(rule_id, subject, setting, match))

    def _finding(self, rule_id: str, subject: Subject, setting: RuleSetting, match: Match) -> Finding:
        rule = self._plan.rule(rule_id)
        try:
            return locate_match(self._source, subject, self._reference_to(subject), rule, match, setting)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - a message may hold values that a plugin made
            self._add_error(rule_id, subject, error)
            return self._undecided(rule_id, subject, setting)

    def _undecided(self, rule_id: str, subject: Subject, setting: RuleSetting) -> Finding:
        place = self._place(subject)
        is_here = place.uri == self._source.document.uri
        fingerprints = {LINE_HASH: self._source.line_hash(place)} if is_here else {}
        return Finding(
            rule_id, setting.level, "open", _UNDECIDED, place, reference_to(subject), fingerprints=fingerprints
        )

    def _place(self, subject: Subject) -> Location:
        """Return where a subject stands, or the file alone when its loader or kind, maybe a plugin's, can't tell."""
        try:
            return self._source.place(subject, ())
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001 - what it raises is told with the finding that has no place
            return Location(self._source.document.uri)

    def _add_error(self, rule_id: str, subject: Subject, error: BaseException) -> None:
        hint = "the other rules ran; the subject is open for this one"
        if isinstance(error, DeadlineExceeded):
            message = f"rule '{rule_id}' took longer than {self._deadline.seconds:g} seconds"
            self._add_problem("rule-timeout", message, self._place(subject), hint=hint)
        elif isinstance(error, QueryError):
            message = f"rule '{rule_id}' can't be evaluated: {error.message}"
            self._add_problem("rule-error", message, self._place(subject), hint=error.hint or hint)
        else:
            message = f"rule '{rule_id}' raised {describe_exception(error)}"
            self._add_problem("rule-error", message, self._place(subject), hint=hint)

    def _add_problem(
        self, code: str, message: str, location: Location, *, level: Level = "error", hint: str = ""
    ) -> None:
        place = Location(location.uri, location.region)  # the finding that goes with it shows the source
        self._tally.problems.append(Problem(code, message, "evaluation", level, hint, place))
