"""What rules have said so far, added up while documents are walked, frozen at the end."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lictor.model import Asked, CommentWaiver, Evaluation, Finding, Problem, RulesetEvaluation, SubjectRef


@dataclass(slots=True)
class Tally:
    """Counts and findings by ruleset id. Lives inside `lictor.evaluate` only."""

    findings: dict[str, list[Finding]]
    asked: dict[str, list[Asked]]
    problems: list[Problem] = field(default_factory=list)
    documents: int = 0
    subjects: dict[str, int] = field(default_factory=dict)
    comments: list[CommentWaiver] = field(default_factory=list)
    seen: list[SubjectRef] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def freeze(self) -> Evaluation:
        """Return what was added up."""
        seen = tuple(self.seen)
        return Evaluation(
            tuple(
                RulesetEvaluation(id_, tuple(self.findings[id_]), tuple(self.asked[id_]), seen) for id_ in self.findings
            ),
            tuple(self.problems),
            self.documents,
            dict(sorted(self.subjects.items())),
            tuple(self.comments),
            tuple(self.parts),
        )


def empty_tally(ruleset_ids: Iterable[str]) -> Tally:
    """Return a tally in which nothing was said yet."""
    ids = tuple(ruleset_ids)
    return Tally({id_: [] for id_ in ids}, {id_: [] for id_ in ids})


def merge(evaluations: Iterable[Evaluation], ruleset_ids: Iterable[str]) -> Evaluation:
    """Add up the evaluations of several chunks, in the order given."""
    total = empty_tally(ruleset_ids)
    for evaluation in evaluations:
        for ruleset in evaluation.rulesets:
            total.findings[ruleset.ruleset_id].extend(ruleset.findings)
            total.asked[ruleset.ruleset_id].extend(ruleset.asked)
        total.seen.extend(evaluation.rulesets[0].subjects if evaluation.rulesets else ())
        total.problems.extend(evaluation.problems)
        total.comments.extend(evaluation.comments)
        total.parts.extend(evaluation.parts)
        total.documents += evaluation.documents
        for kind, count in evaluation.subjects.items():
            total.subjects[kind] = total.subjects.get(kind, 0) + count
    return total.freeze()
