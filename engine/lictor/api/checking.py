"""Run a check: names of files in, a Report out."""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from lictor.api.concluding import conclusions_of, known_before, with_absent
from lictor.api.finishing import finished
from lictor.api.inputs import PARALLEL_FROM, Listing
from lictor.api.kept_plans import KeptPlan, kept_for
from lictor.api.kept_results import ResultsPlace, results_place
from lictor.api.prepared import Prepared
from lictor.api.requests import CheckRequest
from lictor.api.spreading import Progress, Work, counted, spread
from lictor.documents.read import around, read_bytes
from lictor.errors import did_you_mean
from lictor.evaluate import SCREEN_EARLY, CompiledPlan, compile_plan, evaluate_files, evaluate_loaded, merge
from lictor.evaluate.inputs import Input
from lictor.model import (
    NEW_ACCESS_RULE,
    Evaluation,
    Loaded,
    Problem,
    Report,
)
from lictor.registry import Registry

if TYPE_CHECKING:
    from lictor.evaluate.concluding import Clerk


def check(request: CheckRequest, kept: KeptPlan | None = None) -> Report:
    """Check documents against rulesets. Whatever is wrong with the input is in the report, never raised.

    `kept` is the plan that was kept for the request, where the caller looked already.
    """
    kept = kept or kept_for(request)
    prepared = kept.prepared or _prepare(request)
    problems = [*prepared.problems, *_wrong_options(request, prepared.registry)]
    if any(problem.level == "error" and problem.phase in ("usage", "ruleset") for problem in problems):
        # rules that were chosen by mistake say nothing worth reading
        return finished(request, prepared, Evaluation((), (), 0, {}), (), problems)
    plan = compile_plan(prepared.plan, prepared.registry, request.kinds, prepared.codes)
    evaluation, clerk = _evaluate(request, kept, prepared, plan, problems)
    evaluation = _with_new_access(request, prepared, plan, evaluation, problems)
    known = known_before(request, prepared, plan, evaluation, problems)
    conclusions = tuple(conclusions_of(request, prepared, evaluation, clerk, known, problems))
    kept.keep(prepared)
    report = finished(request, prepared, evaluation, conclusions, problems, clerk.asked if clerk else ())
    return with_absent(report, request, prepared, known) if known and not request.since else report


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
    elif request.executor and registry.executors[request.executor].connect and not request.scheduler:
        hint = "say where it is: --scheduler tcp://HOST:PORT"
        yield Problem("executor-error", f"the executor '{request.executor}' needs a scheduler", "usage", hint=hint)
    elif request.scheduler and not (request.executor and registry.executors[request.executor].connect):
        able = ", ".join(sorted(name for name, each in registry.executors.items() if each.connect))
        hint = f"name one that has a scheduler with --executor: {able}"
        yield Problem("executor-error", "--scheduler is for an executor that has one", "usage", hint=hint)


def _evaluate(
    request: CheckRequest, kept_plan: KeptPlan, prepared: Prepared, plan: CompiledPlan, problems: list[Problem]
) -> "tuple[Evaluation, Clerk | None]":
    registry = prepared.registry
    clerk = _clerk(request, prepared)
    has_input = request.standard_input is not None
    standard = [(request.standard_input_name, _standard_input(request, registry))] if has_input else []
    parts = [evaluate_loaded(name, loaded, plan, is_alone=False) for name, loaded in standard]
    listing = Listing(request, registry)
    head = listing.head
    progress = Progress(request, len(head) if listing.is_whole else 0)
    kept: dict[str, Loaded] = {}
    plan = plan._replace(screen_after=SCREEN_EARLY) if len(head) >= PARALLEL_FROM else plan
    jobs = _jobs(request, len(head))
    place = results_place(request, kept_plan, prepared, listing.files, is_concluded=clerk is not None)
    is_spread = bool(request.executor) or jobs > 1
    work = Work(listing.inputs(), jobs, progress.advance, clerk)
    elsewhere = spread(request, prepared, place, work, problems) if is_spread else None
    if elsewhere is None and is_spread:
        # the executor, which may be a plugin's, does not work: everything once more, here
        listing, clerk = Listing(request, registry), _clerk(request, prepared)
    here = counted(listing.inputs(), progress.advance)
    parts.append(elsewhere or _evaluate_here(here, plan, request, place, clerk, kept))
    progress.finish()
    problems.extend(listing.problems())
    ids = [ruleset.id for ruleset in prepared.plan.rulesets]
    found = merge(parts, ids)
    if not found.parts:
        return found, clerk
    from lictor.evaluate.related import evaluate_related  # few rules look at several documents

    again = [
        *((name, _again(loaded)) for name, loaded in (*standard, *kept.items())),
        *listing.again(found.parts, kept),
    ]
    return merge([found, evaluate_related(again, found.parts, plan)], ids), clerk


def _clerk(request: CheckRequest, prepared: Prepared) -> "Clerk | None":
    """Return who concludes each file at once; None where a run is compared with another state of the files.

    That is done finding by finding and subject by subject, so all of them have to be there. And what is read from the
    standard input may be called like a file, so that two documents hold one subject.
    """
    if request.since or NEW_ACCESS_RULE in prepared.plan.rules or request.standard_input is not None:
        return None
    from lictor.evaluate.concluding import Clerk

    return Clerk(prepared.plan, prepared.registry.combiners, request.today)


def _evaluate_here(
    inputs: Iterable[Input],
    plan: CompiledPlan,
    request: CheckRequest,
    place: ResultsPlace | None,
    clerk: "Clerk | None",
    kept: dict[str, Loaded],
) -> Evaluation:
    if place is None:
        return evaluate_files(inputs, plan, request.budgets, clerk, kept)
    results = place.open()
    try:
        return evaluate_files(inputs, plan._replace(results=results), request.budgets, clerk, kept)
    finally:
        results.close()


def _again(loaded: Loaded) -> Callable[[], Loaded]:
    return lambda: loaded


def _standard_input(request: CheckRequest, registry: Registry) -> Loaded:
    name = request.standard_input_name
    look_around = around(request.root.resolve() / name, name, request.budgets)
    return read_bytes(name, request.standard_input or b"", registry.loaders, request.budgets, look_around, streams=True)


def _jobs(request: CheckRequest, files: int) -> int:
    if request.jobs:
        return request.jobs
    return (os.cpu_count() or 1) if files >= PARALLEL_FROM else 1


def _with_new_access(
    request: CheckRequest, prepared: Prepared, plan: CompiledPlan, evaluation: Evaluation, problems: list[Problem]
) -> Evaluation:
    """Add what the change newly allows, for the rulesets that want to know."""
    if NEW_ACCESS_RULE not in prepared.plan.rules:
        return evaluation
    from lictor.api.changed_access import evaluate_changes  # not needed by most runs

    return evaluate_changes(request, plan, evaluation, problems)
