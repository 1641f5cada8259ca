"""What rules have said so far, added up while documents are walked, frozen at the end."""

from collections.abc import Iterable

from lictor.model import Asked, CommentWaiver, Evaluation, Finding, Passes, Problem, RulesetEvaluation, SubjectRef


class Tally:
    """Counts and findings by ruleset id. Lives inside `lictor.evaluate` only."""

    __slots__ = ("asked", "comments", "documents", "findings", "parts", "passes", "problems", "seen", "subjects")

    def __init__(self, ruleset_ids: Iterable[str]) -> None:
        """Start with nothing said yet."""
        ids = tuple(ruleset_ids)
        self.findings: dict[str, list[Finding]] = {id_: [] for id_ in ids}
        self.asked: dict[str, list[Asked]] = {id_: [] for id_ in ids}
        self.passes: dict[str, dict[tuple[str, ...], Passes]] = {id_: {} for id_ in ids}
        self.problems: list[Problem] = []
        self.documents = 0
        self.subjects: dict[str, int] = {}
        self.comments: list[CommentWaiver] = []
        self.seen: list[SubjectRef] = []
        self.parts: list[str] = []

    def add_pass(self, ruleset_id: str, rule_ids: tuple[str, ...], subject: SubjectRef, number: int = 1) -> None:
        """Count subjects that rules had nothing to say of; `subject` is the first of them."""
        passes = self.passes[ruleset_id]
        known = passes.get(rule_ids)
        if known is None:
            passes[rule_ids] = Passes(rule_ids, number, subject)
        else:
            first = min(known.first, subject, key=_document)
            passes[rule_ids] = Passes(rule_ids, known.number + number, first)

    def add(self, evaluation: Evaluation) -> None:
        """Add what was found elsewhere."""
        for ruleset in evaluation.rulesets:
            self.findings[ruleset.ruleset_id].extend(ruleset.findings)
            self.asked[ruleset.ruleset_id].extend(ruleset.asked)
            for passes in ruleset.passes:
                self.add_pass(ruleset.ruleset_id, passes.rule_ids, passes.first, passes.number)
        self.seen.extend(evaluation.rulesets[0].subjects if evaluation.rulesets else ())
        self.problems.extend(evaluation.problems)
        self.comments.extend(evaluation.comments)
        self.parts.extend(evaluation.parts)
        self.documents += evaluation.documents
        for kind, count in evaluation.subjects.items():
            self.subjects[kind] = self.subjects.get(kind, 0) + count

    def absorb(self, other: "Tally") -> None:
        """Add what was added up in another one, which is of no more use."""
        for ruleset_id, passes in other.passes.items():
            for each in passes.values():
                self.add_pass(ruleset_id, each.rule_ids, each.first, each.number)
        for ruleset_id, findings in other.findings.items():
            if findings:
                self.findings[ruleset_id] += findings
        for ruleset_id, asked in other.asked.items():
            if asked:
                self.asked[ruleset_id] += asked
        for kind, count in other.subjects.items():
            self.subjects[kind] = self.subjects.get(kind, 0) + count
        self.seen += other.seen
        self.problems += other.problems
        self.comments += other.comments
        self.parts += other.parts
        self.documents += other.documents

    def freeze(self) -> Evaluation:
        """Return what was added up."""
        seen = tuple(self.seen)
        return Evaluation(
            tuple(
                RulesetEvaluation(
                    id_, tuple(self.findings[id_]), tuple(self.asked[id_]), seen, tuple(self.passes[id_].values())
                )
                for id_ in self.findings
            ),
            tuple(self.problems),
            self.documents,
            dict(sorted(self.subjects.items())),
            tuple(self.comments),
            tuple(self.parts),
        )


def merge(evaluations: Iterable[Evaluation], ruleset_ids: Iterable[str]) -> Evaluation:
    """Add up the evaluations of several chunks, in the order given."""
    total = Tally(ruleset_ids)
    for evaluation in evaluations:
        total.add(evaluation)
    return total.freeze()


def _document(subject: SubjectRef) -> tuple[str, int]:
    return subject.uri, subject.document_index
