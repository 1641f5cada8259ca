"""Run a check: names of files in, a Report out."""

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lictor import __version__
from lictor.api.kept_plans import kept_for
from lictor.api.prepared import COMMAND_LINE, CONFIGURATION, Prepared
from lictor.api.requests import CheckRequest
from lictor.documents import quote_sources
from lictor.documents.discovery import SourceFile, discover
from lictor.documents.read import read_bytes
from lictor.errors import describe_exception, did_you_mean
from lictor.evaluate import CompiledPlan, compile_plan, evaluate_files, evaluate_loaded, merge
from lictor.model import EffectiveRuleset, Evaluation, Finding, Loaded, Location, Plan, Problem, Report, Rule
from lictor.registry import Registry
from lictor.report import finish_report, settle_findings
from lictor.rulesets import matches_glob
from lictor.rulesets.floors import lock_of
from lictor.subjects import wanted_kinds
from lictor.verdict import Conclusion, comment_problems, conclude

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from lictor.api.known import Known

PARALLEL_FROM = 2_000
"""Files from which more processes pay for their start (measured; below it, starting them costs more than it saves)."""


def check(request: CheckRequest) -> Report:
    """Check documents against rulesets. Whatever is wrong with the input is in the report, never raised."""
    kept = kept_for(request)
    prepared = kept.prepared or _prepare(request)
    problems = [*prepared.problems, *_wrong_options(request, prepared.registry)]
    if any(problem.level == "error" and problem.phase in ("usage", "ruleset") for problem in problems):
        # rules that were chosen by mistake say nothing worth reading
        return _finished(request, prepared, Evaluation((), (), 0, {}), (), problems)
    plan = compile_plan(prepared.plan, prepared.registry, request.kinds, prepared.codes)
    evaluation = _evaluate(request, prepared, plan, problems)
    conclusions = tuple(_conclude(request, prepared, plan, evaluation, problems))
    kept.keep(prepared)
    return _finished(request, prepared, evaluation, conclusions, problems)


def _prepare(request: CheckRequest) -> Prepared:
    from lictor.api.preparation import prepare  # not needed when a plan was kept

    return prepare(request.policy, request.plugins, request.root)


def _wrong_options(request: CheckRequest, registry: Registry) -> Iterator[Problem]:
    for glob, kind in request.kinds.items():
        if kind not in registry.kinds:
            hint = did_you_mean(kind, registry.kinds) or f"kinds are {', '.join(sorted(registry.kinds))}"
            yield Problem("unknown-kind", f"no kind '{kind}' for '{glob}'", "usage", hint=hint)
        elif registry.kinds[kind].assume is None:
            hint = "lictor finds this kind by itself wherever it is"
            yield Problem("unknown-kind", f"a whole document can't be taken for a '{kind}'", "usage", hint=hint)
    if request.executor and request.executor not in registry.executors:
        hint = did_you_mean(request.executor, registry.executors) or ", ".join(sorted(registry.executors))
        yield Problem("unknown-executor", f"no executor '{request.executor}'", "usage", hint=hint)


def _evaluate(request: CheckRequest, prepared: Prepared, plan: CompiledPlan, problems: list[Problem]) -> Evaluation:
    registry = prepared.registry
    extensions = frozenset(extension for loader in registry.loaders.values() for extension in loader.extensions)
    discovered = discover(request.names, request.root, extensions, (*request.exclude, *_own_files(request)))
    problems.extend(discovered.problems)
    problems.extend(_idle_kinds(request, discovered.files))
    parts = []
    if request.standard_input is not None:
        parts.append(evaluate_loaded(request.standard_input_name, _standard_input(request, registry), plan))
    if request.executor or _jobs(request, len(discovered.files)) > 1:
        parts.append(_spread(request, prepared, discovered.files, plan, problems))
    else:
        parts.append(evaluate_files(discovered.files, plan, request.budgets))
    return merge(parts, [ruleset.id for ruleset in prepared.plan.rulesets])


def _own_files(request: CheckRequest) -> Iterator[str]:
    """Yield globs for what says how to check, which is not itself checked unless it is named."""
    yield CONFIGURATION
    for directory in request.policy.rule_directories:
        name = Path(os.path.relpath(directory.resolve(), request.root.resolve())).as_posix()
        if name != ".":
            yield f"{name}/**"


def _idle_kinds(request: CheckRequest, files: Iterable[SourceFile]) -> Iterator[Problem]:
    uris = [file.uri for file in files]
    if request.standard_input is not None:
        uris.append(request.standard_input_name)
    for glob, kind in request.kinds.items():
        if not any(matches_glob(glob, uri) for uri in uris):
            message = f"no file that is checked matches '{glob}', which should be a '{kind}'"
            yield Problem("no-files-match", message, "usage", hint="'**' crosses directories: **/boundary.json")


def _standard_input(request: CheckRequest, registry: Registry) -> Loaded:
    name = request.standard_input_name
    return read_bytes(name, request.standard_input or b"", registry.loaders, request.budgets)


def _jobs(request: CheckRequest, files: int) -> int:
    if request.jobs:
        return request.jobs
    return (os.cpu_count() or 1) if files >= PARALLEL_FROM else 1


def _spread(
    request: CheckRequest,
    prepared: Prepared,
    files: tuple[SourceFile, ...],
    plan: CompiledPlan,
    problems: list[Problem],
) -> Evaluation:
    from lictor.api.preparation import prepare_worker
    from lictor.evaluate.spread import spread_files, start_worker

    jobs = _jobs(request, len(files))
    factory = prepared.registry.executors[request.executor or "processes"]
    recipe = (request.policy, request.plugins, request.root, request.kinds, request.budgets)

    def open_executor(workers: int) -> "Executor":
        return factory.open(workers, start_worker, (prepare_worker, recipe))

    try:
        return spread_files(files, [ruleset.id for ruleset in prepared.plan.rulesets], jobs, open_executor)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - an executor may be a plugin's; the work can be done without it
        message = f"executor '{factory.name}' raised {describe_exception(error)}"
        problems.append(Problem("plugin-error", message, "plugin", hint="the files were checked in this process"))
        return evaluate_files(files, plan, request.budgets)


def _conclude(
    request: CheckRequest, prepared: Prepared, plan: CompiledPlan, evaluation: Evaluation, problems: list[Problem]
) -> Iterator[Conclusion]:
    """Yield each ruleset's last word; of the rulesets that nobody asked for, only of those that fit what was found."""
    said = {each.ruleset_id: each for each in evaluation.rulesets}
    root = request.root.resolve()
    is_partial = request.standard_input is not None or any((root / name).resolve() != root for name in request.names)
    known = _known(request, prepared, plan, evaluation, problems)
    used: set[Location] = set()
    for ruleset in prepared.plan.rulesets:
        if prepared.is_default and ruleset.default_for and not wanted_kinds(ruleset.default_for, evaluation.subjects):
            continue
        conclusion = conclude(
            prepared.plan,
            ruleset,
            said[ruleset.id],
            today=request.today,
            combiners=prepared.registry.combiners,
            settle=partial(_settle, known.get(ruleset.id)),
            is_new_only=ruleset.id in known and known[ruleset.id].is_new_only,
            comments=evaluation.comments,
            is_partial=is_partial,
        )
        used |= conclusion.used_comments
        yield _without_known(conclusion, ruleset) if request.since else conclusion
    problems.extend(comment_problems(evaluation.comments, used))


def _without_known(conclusion: Conclusion, ruleset: EffectiveRuleset) -> Conclusion:
    """Leave out what the change did not bring, but for the findings of locked rules, which count all the same."""
    told = tuple(
        finding
        for finding in conclusion.findings
        if finding.baseline_state != "unchanged" or lock_of(ruleset.locks, finding.rule_id) is not None
    )
    return conclusion._replace(findings=told, known=len(conclusion.findings) - len(told))


def _known(
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


def _settle(known: "Known | None", findings: Iterable[Finding]) -> tuple[Finding, ...]:
    settled = settle_findings(findings)
    return known.mark(settled) if known else settled


def _tagged(rule: Rule, plan: Plan) -> Rule:
    """Return a rule with the tags that the rulesets give it."""
    tags = [tag for ruleset in plan.rulesets if rule.id in ruleset.settings for tag in ruleset.settings[rule.id].tags]
    return rule._replace(tags=tuple(dict.fromkeys(tags)))


def _finished(
    request: CheckRequest,
    prepared: Prepared,
    evaluation: Evaluation,
    conclusions: tuple[Conclusion, ...],
    problems: Iterable[Problem],
) -> Report:
    asked = {each.rule_id for ruleset in evaluation.rulesets for each in ruleset.asked}
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
    every = [*problems, *evaluation.problems, *(found for conclusion in conclusions for found in conclusion.problems)]
    return finish_report(
        findings=[finding for conclusion in conclusions for finding in conclusion.findings],
        verdicts=[conclusion.verdict for conclusion in conclusions],
        problems=[*quote_sources(every, request.root), *_idle(prepared.plan, every)],
        rules=[_tagged(rule, prepared.plan) for rule_id, rule in prepared.plan.rules.items() if rule_id in asked],
        documents=evaluation.documents,
        subjects=sum(evaluation.subjects.values()),
        version=__version__,
        broken_gates=_broken_gates(conclusions),
        notes=notes,
    )


def _broken_gates(conclusions: tuple[Conclusion, ...]) -> Iterator[str]:
    for conclusion in conclusions:
        owner = f" ({conclusion.verdict.ruleset_id})" if len(conclusions) > 1 else ""
        yield from (f"{gate}{owner}" for gate in conclusion.broken_gates)


def _idle(plan: Plan, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Say when there is no rule to ask; that the documents hold nothing for the rules would be half of the truth."""
    if not plan.rules and not any(problem.level == "error" for problem in problems):
        hint = "name a ruleset with --ruleset; 'lictor ruleset show NAME' tells which of its rules are on"
        yield Problem("nothing-checked", "nothing was checked: no rule is on", "evaluation", hint=hint)
