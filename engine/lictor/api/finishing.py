"""Make a run's report of what its rulesets concluded: its notes, its problems, and the rules that were not asked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lictor import __version__
from lictor.api.prepared import COMMAND_LINE, Prepared
from lictor.api.requests import CheckRequest
from lictor.documents import quote_sources
from lictor.evaluate import lacking_packages
from lictor.model import Evaluation, Finding, Plan, Problem, Report, Rule
from lictor.report import finish_report
from lictor.subjects import wanted_kinds
from lictor.verdict import Conclusion, FindingCounts


def finished(
    request: CheckRequest,
    prepared: Prepared,
    evaluation: Evaluation,
    conclusions: tuple[Conclusion, ...],
    problems: Iterable[Problem],
    asked_before: Iterable[str] = (),
) -> Report:
    """Return the report of a run; `problems` are those that nothing else tells.

    `asked_before` are the rules that were asked about files which were concluded at once.
    """
    asked_together = {each.rule_ids for ruleset in evaluation.rulesets for each in ruleset.asked}
    asked_together |= {each.rule_ids for ruleset in evaluation.rulesets for each in ruleset.passes}
    asked = frozenset(asked_before).union(*asked_together)
    concluded = {conclusion.verdict.ruleset_id for conclusion in conclusions}
    notes = tuple(
        f"every gate of '{conclusion.verdict.ruleset_id}' holds, so its verdict does not fail the run"
        for conclusion in conclusions
        if conclusion.verdict.outcome == "fail" and not conclusion.broken_gates
    )
    fitting = sorted(concluded - {COMMAND_LINE})
    if prepared.is_default and fitting:
        notes += (f"no ruleset was asked for; of the built-in ones these fit what was found: {', '.join(fitting)}",)
    known = sum(conclusion.known for conclusion in conclusions)
    if known:
        notes += (f"{known} {'finding was' if known == 1 else 'findings were'} there at '{request.since}' already",)
    lacking = lacking_packages(_fitting_rules(prepared.plan, evaluation, concluded))
    notes += tuple(_what_to_install(lacking))
    every = [*problems, *evaluation.problems, *(found for conclusion in conclusions for found in conclusion.problems)]
    findings, counts = _findings(conclusions)
    return finish_report(
        findings=findings,
        counts=counts,
        verdicts=[conclusion.verdict for conclusion in conclusions],
        problems=[*quote_sources(every, request.root), *_idle(prepared.plan, every)],
        rules=[_tagged(rule, prepared.plan) for rule_id, rule in prepared.plan.rules.items() if rule_id in asked],
        documents=evaluation.documents,
        subjects=sum(evaluation.subjects.values()),
        version=__version__,
        broken_gates=_broken_gates(conclusions),
        notes=notes,
        is_empty_allowed=request.is_empty_allowed,
        not_applicable=len(lacking),
    )._replace(unasked_rules=_unasked(prepared.plan, asked, concluded))


def _findings(conclusions: tuple[Conclusion, ...]) -> tuple[Sequence[Finding], FindingCounts]:
    """Return the findings of all rulesets in their final form, and how many of each sort; several share some."""
    said = [conclusion for conclusion in conclusions if conclusion.findings]
    if len(said) == 1:
        return said[0].findings, said[0].counts
    if not said:
        return (), FindingCounts()
    from lictor.report.records import together

    return together([conclusion.findings for conclusion in said])


def _tagged(rule: Rule, plan: Plan) -> Rule:
    """Return a rule with the tags that the rulesets give it."""
    given = [tag for ruleset in plan.rulesets if rule.id in ruleset.settings for tag in ruleset.settings[rule.id].tags]
    tags = tuple(dict.fromkeys(given))
    return rule if tags == rule.tags else rule._replace(tags=tags)


def _unasked(plan: Plan, asked: frozenset[str], ruleset_ids: set[str]) -> tuple[Rule, ...]:
    """Return the rules that are on in some ruleset which applied, and that nothing was there for, by id."""
    rulesets = [ruleset for ruleset in plan.rulesets if ruleset.id in ruleset_ids]
    on = {rule_id for ruleset in rulesets for rule_id, setting in ruleset.settings.items() if setting.is_on}
    return tuple(_tagged(plan.rules[rule_id], plan) for rule_id in sorted(on - asked) if rule_id in plan.rules)


def _fitting_rules(plan: Plan, evaluation: Evaluation, ruleset_ids: set[str]) -> Iterator[Rule]:
    """Yield the rules with needs that some ruleset asks about what was found."""
    rulesets = [ruleset for ruleset in plan.rulesets if ruleset.id in ruleset_ids]
    for rule_id, rule in plan.rules.items():
        settings = [ruleset.settings[rule_id] for ruleset in rulesets if rule_id in ruleset.settings]
        is_on = any(setting.is_on for setting in settings)
        if rule.needs and is_on and wanted_kinds(rule.applies_to, evaluation.subjects):
            yield rule


def _what_to_install(lacking: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for package in sorted({name for names in lacking.values() for name in names}):
        rules = sorted(rule_id for rule_id, names in lacking.items() if package in names)
        subject = f"{len(rules)} rules are" if len(rules) > 1 else "1 rule is"
        named = ", ".join(rules)
        yield f"{subject} not applicable without the package '{package}' (pip install {package}): {named}"


def _broken_gates(conclusions: tuple[Conclusion, ...]) -> Iterator[str]:
    for conclusion in conclusions:
        owner = f" ({conclusion.verdict.ruleset_id})" if len(conclusions) > 1 else ""
        yield from (f"{gate}{owner}" for gate in conclusion.broken_gates)


def _idle(plan: Plan, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Say when there is no rule to ask; that the documents hold nothing for the rules would be half of the truth."""
    if not plan.rules and not any(problem.level == "error" for problem in problems):
        hint = "name a ruleset with --ruleset; 'lictor ruleset show NAME' tells which of its rules are on"
        yield Problem("nothing-checked", "nothing was checked: no rule is on", "evaluation", hint=hint)
