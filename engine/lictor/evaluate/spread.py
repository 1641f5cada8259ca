"""Spread files over an executor's workers, in chunks."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import dataclass
from typing import Any

from lictor.documents import SourceFile
from lictor.evaluate.compiled_plan import CompiledPlan
from lictor.evaluate.files import evaluate_files
from lictor.evaluate.tally import merge
from lictor.model import Budgets, Evaluation, Location, Problem

CHUNK_FILES = 250

OpenExecutor = Callable[[int], Executor]
"""Open an executor with so many workers, each of which has called `start_worker`."""


@dataclass(slots=True)
class _Worker:
    plan: CompiledPlan
    budgets: Budgets


_worker: list[_Worker] = []


def start_worker(prepare: Callable[[Any], tuple[CompiledPlan, Budgets]], request: Any) -> None:  # noqa: ANN401 - whatever prepare takes
    """Build the plan once in a worker: compiled queries can't travel between processes."""
    _worker[:] = [_Worker(*prepare(request))]


def spread_files(files: Sequence[SourceFile], ids: Sequence[str], jobs: int, open_executor: OpenExecutor) -> Evaluation:
    """Evaluate files on an executor. A worker that dies costs nothing but the file it died of."""
    chunks = [files[start : start + CHUNK_FILES] for start in range(0, len(files), CHUNK_FILES)]
    return merge(_in_order(chunks, jobs, open_executor), ids)


def _in_order(chunks: Sequence[Sequence[SourceFile]], jobs: int, open_executor: OpenExecutor) -> Iterator[Evaluation]:
    with open_executor(jobs) as executor:
        futures = [executor.submit(_evaluate_chunk, chunk) for chunk in chunks]
        for chunk, future in zip(chunks, futures, strict=True):
            try:
                yield future.result()
            except BrokenExecutor:
                yield from _one_by_one(chunk, open_executor)


def _one_by_one(chunk: Iterable[SourceFile], open_executor: OpenExecutor) -> Iterator[Evaluation]:
    """Find the file that kills workers: each gets a worker of its own."""
    for file in chunk:
        try:
            with open_executor(1) as executor:
                yield executor.submit(_evaluate_chunk, [file]).result()
        except BrokenExecutor:
            hint = "the document was not checked; a plugin or a library crashed on it"
            problem = Problem("worker-died", "the worker process died", "evaluation", "error", hint, Location(file.uri))
            yield Evaluation((), (problem,), 0, {})


def _evaluate_chunk(files: Sequence[SourceFile]) -> Evaluation:
    worker = _worker[0]
    return evaluate_files(files, worker.plan, worker.budgets)
