"""Apply the fixes that findings carry, each proved before it counts: the finding goes, none comes, no access widens."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lictor.api.checking import check
from lictor.api.requests import CheckRequest
from lictor.documents import apply_replacements, decode, read_text
from lictor.documents.decoding import encode_as
from lictor.documents.read import bytes_of_file
from lictor.errors import LictorError, describe_exception
from lictor.evaluate import CompiledPlan, compile_plan, evaluate_loaded
from lictor.fingerprints import baseline_key
from lictor.model import Document, Evaluation, Finding, Problem, Replacement, Report, Subject
from lictor.report import is_counted
from lictor.subjects import find_subjects
from lictor.values import NamedTuple
from lictor.verdict import conclude

_ROUNDS = 10
"""Fixes that overlap are applied one after the other; each round applies at least one, and no text needs this many."""


class FixedFile(NamedTuple):
    """A file whose text the fixes change. `raw` is what to write, in the encoding that it has."""

    uri: str
    before: str
    after: str
    raw: bytes


class RefusedFix(NamedTuple):
    """A fix that was not applied, and why not."""

    finding: Finding
    description: str
    reason: str


class Fixes(NamedTuple):
    """What fixing comes to. Nothing is written yet."""

    files: tuple[FixedFile, ...]
    applied: tuple[Finding, ...]
    refused: tuple[RefusedFix, ...]
    report: Report


def propose_fixes(request: CheckRequest) -> Fixes:
    """Check, and work out the text of each file with its fixes applied.

    A fix is refused when its finding would stay, another would come, the file could not be read any more, or a policy
    would allow what it did not. Waived findings are left alone.
    """
    from lictor.api.preparation import prepare

    report = check(request)
    by_file = _by_file(report.findings)
    if not by_file:
        return Fixes((), (), (), report)
    prepared = prepare(request.policy, request.plugins, request.root)
    plan = compile_plan(prepared.plan, prepared.registry, request.kinds)
    files: list[FixedFile] = []
    applied: list[Finding] = []
    refused: list[RefusedFix] = []
    for uri, findings in by_file.items():
        raw = bytes_of_file(request.root / uri, uri, request.budgets)
        text = raw if isinstance(raw, Problem) else decode(raw, uri)
        if isinstance(raw, Problem) or isinstance(text, Problem):
            continue  # it was read a moment ago, and the report says what it held then
        bench = _Bench(uri, text, plan, request)
        bench.mend(findings)
        applied += bench.applied
        refused += bench.refused
        if bench.text != text:
            files.append(FixedFile(uri, text, bench.text, encode_as(raw, bench.text)))
    return Fixes(tuple(files), tuple(applied), tuple(refused), report)


def _by_file(findings: Iterable[Finding]) -> Mapping[str, list[Finding]]:
    by_file: dict[str, list[Finding]] = {}
    for finding in filter(_is_mendable, findings):
        by_file.setdefault(finding.location.uri, []).append(finding)
    return by_file


def _is_mendable(finding: Finding) -> bool:
    return bool(finding.fixes) and is_counted(finding)


class _State(NamedTuple):
    """What a text holds and what rules say of it; `mendable` are the findings that are not waived and have a fix."""

    findings: tuple[Finding, ...]
    mendable: tuple[Finding, ...]
    problems: frozenset[str]
    subjects: Mapping[tuple[str, str, int], Subject]


class _Bench:
    """One file under repair. Its text changes only when a change is proved good."""

    def __init__(self, uri: str, text: str, plan: CompiledPlan, request: CheckRequest) -> None:
        self.text = text
        self.applied: list[Finding] = []
        self.refused: list[RefusedFix] = []
        self._uri = uri
        self._plan = plan
        self._request = request
        self._state = self._examine(text)

    def mend(self, findings: Sequence[Finding]) -> None:
        """Apply what can be applied together; where that is refused, one fix after the other."""
        hopeless: set[str] = set()
        pending = list(findings)
        is_together = True
        for _ in range(len(pending) + _ROUNDS):
            if not pending:
                return
            chosen = _apart(pending) if is_together else pending[:1]
            reason = self._try(chosen)
            if reason and len(chosen) == 1:
                hopeless.add(baseline_key(chosen[0]))
                self.refused.append(RefusedFix(chosen[0], chosen[0].fixes[0].description, reason))
            is_together = is_together and not reason
            # a text that changed has its findings at other places
            left = pending if reason else self._state.mendable
            pending = [each for each in left if baseline_key(each) not in hopeless]

    def _try(self, findings: Sequence[Finding]) -> str:
        """Apply the fixes of some findings, or say why not."""
        try:
            text = apply_replacements(self.text, (each for one in findings for each in one.fixes[0].replacements))
        except LictorError as error:
            return "; ".join(problem.message for problem in error.problems)
        state = self._examine(text)
        reason = _loss(self._state, state, findings) or self._widening(state)
        if not reason:
            self.text, self._state = text, state
            self.applied += findings
        return reason

    def _examine(self, text: str) -> _State:
        loaded = read_text(self._uri, text, self._plan.registry.loaders, self._request.budgets)
        said = evaluate_loaded(self._uri, loaded, self._plan)
        findings = {(each.rule_id, each.location, each.message): each for one in said.rulesets for each in one.findings}
        problems = (*loaded.problems, *said.problems)
        subjects: dict[tuple[str, str, int], Subject] = {}
        namesakes: Counter[tuple[str, str]] = Counter()
        for document in loaded.documents:
            for subject in self._comparable(document):
                named = (subject.kind, subject.name)
                subjects[*named, namesakes[named]] = subject
                namesakes[named] += 1
        return _State(
            tuple(findings.values()),
            tuple(self._mendable(said)),
            frozenset(f"{each.code}: {each.message}" for each in problems),
            subjects,
        )

    def _mendable(self, said: Evaluation) -> Iterator[Finding]:
        evaluations = {each.ruleset_id: each for each in said.rulesets}
        for ruleset in self._plan.plan.rulesets:
            conclusion = conclude(
                self._plan.plan,
                ruleset,
                evaluations[ruleset.id],
                today=self._request.today,
                combiners=self._plan.registry.combiners,
                comments=said.comments,
                is_partial=True,
            )
            yield from filter(_is_mendable, conclusion.findings)

    def _comparable(self, document: Document) -> Iterable[Subject]:
        kinds = self._plan.kinds
        comparable = frozenset(name for name, kind in kinds.items() if kind.newly_allows is not None)
        return find_subjects(document, kinds, comparable, self._plan.assumed_kind(self._uri))[0]

    def _widening(self, state: _State) -> str:
        """Say what a text newly allows; a policy that comes or goes is more than a fix may do."""
        if state.subjects.keys() != self._state.subjects.keys():
            return "it would change which policies the file holds"
        for place, subject in state.subjects.items():
            compare = self._plan.kinds[subject.kind].newly_allows
            try:
                found = compare(self._state.subjects[place], subject) if compare else None
            except Exception as error:  # noqa: BLE001 - a plugin's; what it can't compare is not applied
                return f"the access could not be compared: {describe_exception(error)}"
            if found is not None:
                return f"it {'would' if found.is_certain else 'might'} widen access: {found.message}"
        return ""


def _apart(findings: Iterable[Finding]) -> list[Finding]:
    """Return as many findings as have fixes that don't touch each other."""
    chosen: list[Finding] = []
    taken: list[Replacement] = []
    for finding in findings:
        wanted = finding.fixes[0].replacements
        if not any(_touch(one, other) for one in wanted for other in taken):
            chosen.append(finding)
            taken += wanted
    return chosen


def _touch(one: Replacement, other: Replacement) -> bool:
    first, second = sorted((one.region, other.region))
    return second[:2] <= first[2:]


def _loss(before: _State, after: _State, mended: Iterable[Finding]) -> str:
    """Say what is worse than before, or not better."""
    if after.problems - before.problems:
        return f"the file could not be checked any more: {min(after.problems - before.problems)}"
    counts = Counter(each.rule_id for each in before.findings)
    expected = counts - Counter(each.rule_id for each in mended)
    for rule_id, count in sorted(Counter(each.rule_id for each in after.findings).items()):
        if count > counts[rule_id]:
            return f"it would bring a finding of '{rule_id}'"
        if count > expected[rule_id]:
            return f"the finding of '{rule_id}' would stay"
    return ""
