"""Verdicts across rules: a group asks whether all, some, none or enough of its members hold, subject by subject."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lictor.fingerprints import LINE_HASH, POLICY_PATH
from lictor.model import (
    Asked,
    Finding,
    Group,
    Location,
    Outcome,
    Path,
    RelatedLocation,
    Rule,
    SubjectRef,
    format_path,
)
from lictor.values import NamedTuple
from lictor.verdict.algebra import Interval, all_of, any_of, at_least, none_of, weighted

_LENGTH = 32
"""Hexadecimal digits of a `policyPath/v1` fingerprint."""


class GroupResult(NamedTuple):
    """What a group says of one subject: outcome, findings of its own, and members' findings that went into them."""

    group: Group
    subject: SubjectRef
    outcome: Outcome
    findings: tuple[Finding, ...]


class Answers(NamedTuple):
    """What was asked by subject, and found by subject and rule; made once for all groups of a ruleset."""

    asked: Mapping[SubjectRef, Sequence[Asked]]
    findings: Mapping[tuple[SubjectRef, str], tuple[Finding, ...]]
    subjects: tuple[SubjectRef, ...]

    def candidates(self, subject: SubjectRef, rule_id: str) -> tuple[Path, ...] | None:
        """Return the candidates in a subject that a rule looked at, None when it wasn't asked about the subject."""
        looked_at = [each.candidates for each in self.asked.get(subject, ()) if rule_id in each.rule_ids]
        return tuple(dict.fromkeys(place for places in looked_at for place in places)) if looked_at else None


def index_answers(asked: Iterable[Asked], findings: Iterable[Finding]) -> Answers:
    """Sort what rules said by subject and rule. Findings that are waived do not count."""
    by_subject: dict[SubjectRef, list[Asked]] = {}
    for each in asked:
        by_subject.setdefault(each.subject, []).append(each)
    found: dict[tuple[SubjectRef, str], list[Finding]] = {}
    for finding in findings:
        if finding.suppression is None:
            found.setdefault((finding.subject, finding.rule_id), []).append(finding)
    subjects = tuple(dict.fromkeys((*by_subject, *(subject for subject, _ in found))))
    return Answers(by_subject, {key: tuple(values) for key, values in found.items()}, subjects)


def evaluate_group(group: Group, answers: Answers, rules: Mapping[str, Rule]) -> Iterator[GroupResult]:
    """Judge every subject that a member of the group was asked about."""
    for subject in answers.subjects:
        if any(answers.candidates(subject, rule_id) is not None for rule_id in group.members):
            judged = [_judge(group, subject, place, answers, rules) for place in _places(group, subject, answers)]
            outcome = all_of(result.outcome for result in judged)
            yield GroupResult(group, subject, outcome, tuple(f for result in judged for f in result.findings))


def outcome_of(rule_id: str, subject: SubjectRef, answers: Answers, candidate: Path | None = None) -> Outcome:
    """Return what a rule said of a subject, or of one candidate in it: without a finding, a pass if it was asked."""
    kinds = {finding.kind for finding in _findings(rule_id, subject, answers, candidate)}
    if "fail" in kinds:
        return "fail"
    if "open" in kinds:
        return "open"
    asked = answers.candidates(subject, rule_id)
    if asked is None:
        return "notApplicable"
    is_asked = candidate is None or any(_is_related(place, candidate) for place in asked)
    return "pass" if is_asked else "notApplicable"


def _places(group: Group, subject: SubjectRef, answers: Answers) -> list[Path | None]:
    """Return the candidates to judge one by one, or None for the subject as a whole.

    They are where the `when` rule spoke; without `when`, the innermost candidates that any member looked at.
    """
    if group.per == "subject":
        return [None]
    if group.when:
        spoken = answers.findings.get((subject, group.when), ())
        return list(dict.fromkeys(finding.candidate for finding in spoken))
    looked_at = dict.fromkeys(
        place for rule_id in group.members for place in answers.candidates(subject, rule_id) or ()
    )
    return [place for place in looked_at if not any(_is_inside(other, place) for other in looked_at)]


def _judge(
    group: Group, subject: SubjectRef, candidate: Path | None, answers: Answers, rules: Mapping[str, Rule]
) -> GroupResult:
    outcomes = {rule_id: outcome_of(rule_id, subject, answers, candidate) for rule_id in group.members}
    outcome, score = _combine(group, outcomes)
    condition = outcome_of(group.when, subject, answers, candidate) if group.when else "fail"
    if condition == "open":
        # Whether the group is asked at all is not known; that matters only when it would not pass.
        outcome = "pass" if outcome == "pass" else "open"
    elif condition != "fail":
        outcome = "notApplicable"
    if outcome not in {"fail", "open"}:
        return GroupResult(group, subject, outcome, ())
    speakers = (*((group.when,) if group.when else ()), *group.members)
    spoken = [finding for rule_id in speakers for finding in _findings(rule_id, subject, answers, candidate)]
    message = group.message or _message(group, outcomes, score, rules)
    if outcome == "open":
        message = f"could not be decided: {message}"
    place = subject.path if candidate is None else candidate
    finding = Finding(
        rule_id=group.id,
        level=group.level,
        kind="fail" if outcome == "fail" else "open",
        message=message,
        location=spoken[0].location if spoken else Location(subject.uri, None, place, format_path(place)),
        subject=subject,
        candidate=place,
        related_locations=_related(spoken),
        fingerprints=_fingerprints(group, spoken, subject, place),
        properties={"group": group.operator, **({"score": score.low} if group.operator == "weights" else {})},
    )
    return GroupResult(group, subject, outcome, (finding,))


def _combine(group: Group, outcomes: Mapping[str, Outcome]) -> tuple[Outcome, Interval]:
    if group.operator == "weights":
        return weighted([(outcome, group.members[id_]) for id_, outcome in outcomes.items()], group.threshold)
    if group.operator == "at-least":
        return at_least(group.threshold, outcomes.values()), Interval(0, 0)
    combine = {"all-of": all_of, "any-of": any_of, "none-of": none_of}[group.operator]
    return combine(outcomes.values()), Interval(0, 0)


def _findings(rule_id: str, subject: SubjectRef, answers: Answers, candidate: Path | None) -> list[Finding]:
    found = answers.findings.get((subject, rule_id), ())
    return [finding for finding in found if candidate is None or _is_related(finding.candidate, candidate)]


def _is_inside(inner: Path, outer: Path) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _is_related(one: Path, other: Path) -> bool:
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]


def _related(findings: list[Finding]) -> tuple[RelatedLocation, ...]:
    return tuple(
        dict.fromkeys(
            RelatedLocation(finding.location, f"{finding.rule_id}: {finding.message}") for finding in findings
        )
    )


def _fingerprints(group: Group, spoken: list[Finding], subject: SubjectRef, place: Path) -> dict[str, str]:
    """Derive a group's fingerprints from those of the finding that it stands at, so that they are as stable."""
    anchor = spoken[0].fingerprints if spoken else {}
    stem = anchor.get(POLICY_PATH) or "\0".join((subject.uri, str(subject.document_index), format_path(place)))
    from hashlib import sha256  # few rulesets have groups, and fewer speak

    own = sha256(f"{group.id}\0{stem}".encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
    line = {LINE_HASH: anchor[LINE_HASH]} if LINE_HASH in anchor else {}
    return {**line, POLICY_PATH: own}


def _message(group: Group, outcomes: Mapping[str, Outcome], score: Interval, rules: Mapping[str, Rule]) -> str:
    holding = [rule_id for rule_id, outcome in outcomes.items() if outcome == "pass"]
    failing = [rule_id for rule_id, outcome in outcomes.items() if outcome == "fail"]
    undecided = [rule_id for rule_id, outcome in outcomes.items() if outcome == "open"]
    if group.operator == "weights":
        parts = " + ".join(f"{rule_id} {group.members[rule_id]:g}" for rule_id in failing)
        most = f" to {score.high:g}" if score.high > score.low else ""
        return f"score {score.low:g}{most} reaches {group.threshold:g}: {parts or ', '.join(undecided)}"
    members = ", ".join(group.members)
    text = {
        "all-of": f"all of {members} must hold; {_listed(failing or undecided)} {_does(failing or undecided)} not",
        "any-of": f"one of {members} must hold; none does",
        "none-of": f"none of {members} may hold; {_listed(holding or undecided)} {_does(holding or undecided)}",
        "at-least": f"at least {group.threshold:g} of {members} must hold; {len(holding) or 'none'} {_does(holding)}",
    }[group.operator]
    when = rules.get(group.when)
    return f"{text} (asked because: {when.title[:1].lower()}{when.title[1:]})" if when else text


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "none"


def _does(names: list[str]) -> str:
    return "does" if len(names) <= 1 else "do"
