"""What the policies of a run newly allow, compared with what they were at a commit."""

import json
from collections.abc import Hashable, Iterable, Iterator
from fnmatch import fnmatch

from lictor.api.findings import Found, finding_of
from lictor.api.new_access import NEW_ACCESS
from lictor.api.pairing import PlacedSubject, pair_subjects
from lictor.api.requests import CheckRequest
from lictor.api.revisions import Revisions, read_changes
from lictor.documents.git import fork_of
from lictor.errors import LictorError, describe_exception
from lictor.evaluate import CompiledPlan, merge
from lictor.evaluate.locate import reference_to
from lictor.model import (
    Asked,
    Document,
    EffectiveRuleset,
    Evaluation,
    Finding,
    FindingKind,
    Kind,
    Level,
    Location,
    NewAccess,
    Problem,
    RulesetEvaluation,
    Subject,
    format_path,
)
from lictor.rulesets import setting_for
from lictor.subjects import find_subjects
from lictor.values import NamedTuple


class _Change(NamedTuple):
    """A policy that newly allows something, or may; one that is gone no longer limits it."""

    subject: Subject
    access: NewAccess
    is_gone: bool = False


def evaluate_changes(
    request: CheckRequest, plan: CompiledPlan, evaluation: Evaluation, problems: list[Problem]
) -> Evaluation:
    """Add what changed policies newly allow, for the rulesets that have the gate `no-new-access`, or the rule on."""
    parts = [evaluation]
    known: dict[str, tuple[tuple[_Change, ...], tuple[Subject, ...]]] = {}
    for ruleset in plan.plan.rulesets:
        since, gate_location = _since(ruleset, request)
        if not since:
            if gate_location is not None:
                problems.append(_no_commit(gate_location))
            continue
        if since not in known:
            known[since] = _changes(since, request, plan, evaluation, problems)
        changes, compared = known[since]
        said = RulesetEvaluation(
            ruleset.id,
            tuple(_findings(changes, ruleset)),
            tuple(Asked((NEW_ACCESS.id,), reference_to(subject), ((),)) for subject in compared),
        )
        parts.append(Evaluation((said,), (), 0, {}))
    return merge(parts, [ruleset.id for ruleset in plan.plan.rulesets])


def _since(ruleset: EffectiveRuleset, request: CheckRequest) -> tuple[str, Location | None]:
    """Return what a ruleset wants to compare with, and the gate that wants it; "" for nothing."""
    gate = next((gate for gate in ruleset.gates if gate.no_new_access), None)
    if gate is not None:
        return request.since or gate.since, gate.location
    setting = ruleset.settings.get(NEW_ACCESS.id)
    return (request.since if setting is not None and setting.is_on else ""), None


def _no_commit(location: Location) -> Problem:
    message = "the gate 'no-new-access' does not say what to compare with"
    hint = "name a branch with 'since:' beside it, or with --since REF"
    return Problem("unknown-commit", message, "ruleset", hint=hint, location=location)


def _changes(
    since: str, request: CheckRequest, plan: CompiledPlan, evaluation: Evaluation, problems: list[Problem]
) -> tuple[tuple[_Change, ...], tuple[Subject, ...]]:
    """Return what newly allows something, and all that was compared."""
    root = request.root.resolve()
    checked = {each.uri for ruleset in evaluation.rulesets for each in ruleset.subjects}
    try:
        files, _ = read_changes(Revisions(fork_of(root, since)), root)
    except LictorError as error:
        problems.extend(error.problems)
        return (), ()
    before: list[PlacedSubject] = []
    after: list[PlacedSubject] = []
    for number, file in enumerate(files):
        before += (PlacedSubject(str(number), each) for each in _comparable(file.before, plan))
        after += (
            PlacedSubject(str(number), each) for each in _comparable(file.after, plan) if each.document.uri in checked
        )
    changes, compared = [], []
    for pair in pair_subjects(before, after, _meaning):
        subject = pair.after or pair.before
        if subject is None or (pair.after is None and not _is_named(subject.document.uri, request)):
            continue
        access = _ask(plan.kinds[subject.kind], pair.before, pair.after)
        if access is not None:
            changes.append(_Change(subject, access, is_gone=pair.after is None))
        if access is not None or pair.after is not None:
            compared.append(subject)
    return tuple(changes), tuple(compared)


def _is_named(uri: str, request: CheckRequest) -> bool:
    """Tell whether a file that may be gone is one of those that the run is about."""
    root = request.root.resolve()
    path = root / uri
    return any(
        path == named or named in path.parents or fnmatch(str(path), str(named))
        for named in ((root / name).resolve() for name in request.names)
    )


def _comparable(documents: Iterable[Document], plan: CompiledPlan) -> Iterator[Subject]:

    kinds = frozenset(name for name, kind in plan.kinds.items() if kind.newly_allows is not None)
    for document in documents:
        # what is wrong with a document was told when it was checked
        yield from find_subjects(document, plan.kinds, kinds, plan.assumed_kind(document.uri))[0]


def _meaning(subject: Subject) -> Hashable:
    return json.dumps(subject.value, sort_keys=True, default=str)


def _ask(kind: Kind, before: Subject | None, after: Subject | None) -> NewAccess | None:
    if before is not None and after is not None and before.value == after.value:
        return None
    try:
        return kind.newly_allows(before, after) if kind.newly_allows else None
    except Exception as error:  # noqa: BLE001 - a plugin's; what it can't compare is not known
        return NewAccess(f"comparing it raised {describe_exception(error)}", is_certain=False)


def _findings(changes: Iterable[_Change], ruleset: EffectiveRuleset) -> Iterator[Finding]:

    for subject, access, is_gone in changes:
        level = _level(subject, access, ruleset)
        if level is None:
            continue
        doubt = "" if access.is_certain else "it is not known whether "
        change = "removal" if is_gone else "change"
        message = f"{doubt}the {change} of '{subject.name}' newly allows {_what(access)}"
        kind: FindingKind = "fail" if access.is_certain else "open"
        yield finding_of(Found(NEW_ACCESS, subject, access.path, message, level, kind))


def _what(access: NewAccess) -> str:
    return f"that {access.message}" if access.is_certain else f"anything: {access.message}"


def _level(subject: Subject, access: NewAccess, ruleset: EffectiveRuleset) -> Level | None:
    """Return the level of a finding: the ruleset's where it says one; None where it has the rule off."""
    document, path = subject.document, format_path(subject.path)
    setting = setting_for(ruleset, NEW_ACCESS.id, document.uri, subject.kind, path)
    if setting is None or not setting.is_on:
        return None
    return setting.level if "level" in setting.origins else access.level
