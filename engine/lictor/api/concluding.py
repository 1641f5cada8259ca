"""Say each ruleset's last word about a run, and compare it with what was known before."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from lictor.api.prepared import Prepared
from lictor.api.requests import CheckRequest
from lictor.evaluate import CompiledPlan
from lictor.model import EffectiveRuleset, Evaluation, Finding, Location, Plan, Problem, Report
from lictor.report import settle_findings
from lictor.rulesets.floors import lock_of
from lictor.subjects import wanted_kinds
from lictor.verdict import Conclusion, FindingCounts, Judge, Total, comment_problems, place_of_budgets

if TYPE_CHECKING:
    from lictor.api.known import Known
    from lictor.evaluate.concluding import Clerk, Sum


def conclusions_of(
    request: CheckRequest,
    prepared: Prepared,
    evaluation: Evaluation,
    clerk: "Clerk | None",
    known: "Mapping[str, Known]",
    problems: list[Problem],
) -> Iterator[Conclusion]:
    """Yield each ruleset's last word; of the rulesets that nobody asked for, only of those that fit what was found.

    `evaluation` has what waited for the end of the run, and the clerk the rest.
    """
    said = {each.ruleset_id: each for each in evaluation.rulesets}
    root = request.root.resolve()
    is_partial = request.standard_input is not None or any((root / name).resolve() != root for name in request.names)
    used: set[Location] = set()
    for ruleset in prepared.plan.rulesets:
        combiners = prepared.registry.combiners
        judge = clerk.judges[ruleset.id] if clerk else Judge(prepared.plan, ruleset, request.today, combiners)
        total = Total()
        part = judge.part(said[ruleset.id], evaluation.comments)
        total.add(part)
        before = known.get(ruleset.id)
        if clerk is None:
            findings: Sequence[Finding] = _marked(before, settle_findings(part.findings))
            counts = FindingCounts(place_of_budgets(ruleset)).add(findings)
        else:
            total.merge(clerk.sums[ruleset.id].total)
            findings, counts = _settled(clerk.sums[ruleset.id], part.findings, before)
        # One that found something fits, also where that is in a subject of a general kind.
        is_fitting = bool(findings) or bool(wanted_kinds(ruleset.default_for, evaluation.subjects))
        if prepared.is_default and ruleset.default_for and not is_fitting:
            continue
        is_new_only = before is not None and before.is_new_only
        conclusion = judge.conclusion(total, findings, counts, is_new_only=is_new_only, is_partial=is_partial)
        used |= conclusion.used_comments
        yield _without_known(conclusion, ruleset) if request.since else conclusion
    is_narrowed = bool(request.policy.only)
    problems.extend(comment_problems(evaluation.comments, used, _names(prepared.plan), is_narrowed=is_narrowed))


def _names(plan: Plan) -> Iterator[str]:
    """Yield all names that rules and groups of a run go by."""
    for rule in plan.rules.values():
        yield from (rule.id, *rule.aliases)
    yield from (group.id for ruleset in plan.rulesets for group in ruleset.groups)


def _settled(
    found: "Sum", late: tuple[Finding, ...], before: "Known | None"
) -> tuple[Sequence[Finding], FindingCounts]:
    """Return a ruleset's findings in their final form: of all files, and those that waited for the end of the run."""
    from lictor.report.records import KeptFindings, merged

    counts, uris, records = found.counts, frozenset(found.uris), found.records
    if late or before is not None or records.has_repeats():
        records, counts, uris = merged([records], late, counts.per, partial(_marked, before))
    return KeptFindings(records, counts, uris).if_many(), counts


def _marked(before: "Known | None", findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return findings if before is None else before.mark(findings)


def known_before(
    request: CheckRequest, prepared: Prepared, plan: CompiledPlan, evaluation: Evaluation, problems: list[Problem]
) -> "Mapping[str, Known]":
    """Return by ruleset what was known before this run, where there is anything to compare with."""
    rulesets = prepared.plan.rulesets
    if not (request.since or request.baseline or any(gate.baseline for each in rulesets for gate in each.gates)):
        return {}
    from lictor.api.known import baseline_of, known_since  # not needed by most runs

    if request.since:
        return known_since(request, plan, evaluation, problems)
    found = {ruleset.id: baseline_of(request, ruleset, problems) for ruleset in rulesets}
    return {ruleset_id: known for ruleset_id, known in found.items() if known}


def with_absent(report: Report, request: CheckRequest, prepared: Prepared, known: "Mapping[str, Known]") -> Report:
    """Add what was known and is gone; it counts nowhere, and only what shows the whole report shows it."""
    from lictor.api.known import absent_of

    absent = absent_of(known.values(), report, request, prepared.registry)
    if not absent:
        return report
    from lictor.report.records import together

    return report._replace(findings=together([report.findings, absent])[0])


def _without_known(conclusion: Conclusion, ruleset: EffectiveRuleset) -> Conclusion:
    """Leave out what the change did not bring, but for the findings of locked rules, which count all the same."""
    told = tuple(
        finding
        for finding in conclusion.findings
        if not finding.is_known or lock_of(ruleset.locks, finding.rule_id) is not None
    )
    counts = FindingCounts().add(told)
    return conclusion._replace(findings=told, counts=counts, known=len(conclusion.findings) - len(told))
