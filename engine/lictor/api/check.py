"""Run a check: names of files in, a Report out."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lictor import __version__
from lictor.api.prepare import Prepared, prepare, prepare_worker
from lictor.api.requests import CheckRequest
from lictor.documents import SourceFile, discover, read_bytes
from lictor.errors import did_you_mean
from lictor.evaluate import compile_plan, evaluate_files, evaluate_loaded, merge
from lictor.model import EffectiveRuleset, Evaluation, Location, Problem, Report
from lictor.registry import Registry
from lictor.report import finish_report, read_baseline, settle_findings
from lictor.subjects import wanted_kinds
from lictor.verdict import Conclusion, conclude

if TYPE_CHECKING:
    from concurrent.futures import Executor

PARALLEL_FROM = 2_000
"""Files from which more processes pay for their start (measured; below it, starting them costs more than it saves)."""


def check(request: CheckRequest) -> Report:
    """Check documents against rulesets. Whatever is wrong with the input is in the report, never raised."""
    prepared = prepare(request.policy, request.plugins, request.root)
    problems = [*prepared.problems, *_wrong_options(request, prepared.registry)]
    if any(problem.level == "error" and problem.phase in ("usage", "ruleset") for problem in problems):
        # rules that were chosen by mistake say nothing worth reading
        return _report(prepared, (), Evaluation((), (), 0, {}), problems)
    baselines = _Baselines(request.root, problems)
    evaluation = _evaluate(request, prepared, problems)
    conclusions = tuple(_conclusions(request, prepared, evaluation, baselines))
    problems.extend(prepared.plugins.problems_of_finish if False else ())
    return _report(prepared, conclusions, evaluation, problems)


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


def _evaluate(request: CheckRequest, prepared: Prepared, problems: list[Problem]) -> Evaluation:
    registry = prepared.registry
    extensions = frozenset(extension for loader in registry.loaders.values() for extension in loader.extensions)
    discovered = discover(request.names, request.root, extensions, request.exclude)
    problems.extend(discovered.problems)
    plan = compile_plan(prepared.plan, registry, request.kinds)
    parts = []
    if request.standard_input is not None:
        name = request.standard_input_name
        loaded = read_bytes(name, request.standard_input, registry.loaders, request.budgets)
        parts.append(evaluate_loaded([loaded], plan))
    jobs = _jobs(request, len(discovered.files))
    if jobs > 1 or request.executor:
        parts.append(_spread(request, prepared, discovered.files, jobs))
    else:
        parts.append(evaluate_files(discovered.files, plan, request.budgets))
    return merge(parts, [ruleset.id for ruleset in prepared.plan.rulesets])


def _jobs(request: CheckRequest, files: int) -> int:
    if request.jobs:
        return request.jobs
    return (os.cpu_count() or 1) if files >= PARALLEL_FROM else 1


def _spread(request: CheckRequest, prepared: Prepared, files: tuple[SourceFile, ...], jobs: int) -> Evaluation:
    from lictor.evaluate.spread import spread_files, start_worker

    factory = prepared.registry.executors[request.executor or "processes"]
    recipe = (request.policy, request.plugins, request.root, request.kinds, request.budgets)

    def open_executor(workers: int) -> "Executor":
        return factory.open(workers, start_worker, (prepare_worker, recipe))

    return spread_files(files, [ruleset.id for ruleset in prepared.plan.rulesets], jobs, open_executor)


class _Baselines:
    """Baseline files, each read once."""

    def __init__(self, root: Path, problems: list[Problem]) -> None:
        self._root = root
        self._problems = problems
        self._known: dict[str, frozenset[str] | None] = {}

    def read(self, name: str) -> frozenset[str] | None:
        """Return a baseline's fingerprints; None when the file can't be read, which is a Problem."""
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def _read(self, name: str) -> frozenset[str] | None:
        try:
            text = (self._root / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            hint = f"write it with: lictor check … -o baseline={name}"
            said = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            message = f"can't read the baseline '{name}': {said}"
            self._problems.append(Problem("no-such-file", message, "usage", hint=hint, location=Location(name)))
            return None
        fingerprints, problems = read_baseline(text, name)
        self._problems.extend(problems)
        return None if problems else fingerprints


def _conclusions(
    request: CheckRequest, prepared: Prepared, evaluation: Evaluation, baselines: _Baselines
) -> Iterator[tuple[EffectiveRuleset, Conclusion]]:
    raise NotImplementedError


def _report(
    prepared: Prepared,
    conclusions: Iterable[tuple[EffectiveRuleset, Conclusion]],
    evaluation: Evaluation,
    problems: Iterable[Problem],
) -> Report:
    raise NotImplementedError
