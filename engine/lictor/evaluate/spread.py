"""Spread documents over an executor's workers, in chunks. What a worker dies of costs nothing but itself."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lictor.evaluate.compiled_plan import CompiledPlan
from lictor.evaluate.concluding import Clerk, Concluded
from lictor.evaluate.files import evaluate_files
from lictor.evaluate.inputs import Input
from lictor.evaluate.isolation import DEADLINE, WHOLE_FILE, Watchdog
from lictor.evaluate.tally import Tally
from lictor.model import EMPTY, Budgets, Evaluation, Location, Problem
from lictor.values import NamedTuple

CHUNK_FILES = 250

HANGS = (WHOLE_FILE + 1) * DEADLINE
"""Seconds without a rule or a file begun after which a worker ends itself: the longest deadline, and one to spare."""

_AHEAD = 64
"""Chunks that are submitted before the first one is asked for; with many workers, four for each of them."""

OpenExecutor = Callable[[int], Executor]
"""Open an executor with so many workers, each of which has called `start_worker`."""

Prepare = Callable[[Any], tuple[CompiledPlan, Budgets]]
Chunk = Sequence[Input]


class Checked(NamedTuple):
    """What so many documents came to: what rules said, and what rulesets made of it already."""

    number: int
    evaluation: Evaluation
    concluded: Mapping[str, Concluded] = EMPTY


class _Worker(NamedTuple):
    plan: CompiledPlan
    budgets: Budgets
    watchdog: Watchdog | None
    clerk: Clerk | None


_worker: list[_Worker] = []


def start_worker(prepare: Prepare, request: Any, home: int, hangs: float) -> None:  # noqa: ANN401 - whatever prepare takes
    """Build the plan once in a worker: compiled queries can't travel between processes.

    `home` is the process that asked. Where work runs in that one, nothing may end it; any other is better dead than
    hanging for so many seconds.
    """
    plan, budgets = prepare(request)
    watchdog = None if os.getpid() == home else Watchdog(hangs)
    clerk = Clerk(plan.plan, plan.registry.combiners, plan.today) if plan.today else None
    _worker[:] = [_Worker(plan, budgets, watchdog, clerk)]


def spread_files(
    files: Iterable[Input],
    ids: Sequence[str],
    jobs: int,
    open_executor: OpenExecutor,
    advance: Callable[[int], None],
    clerk: Clerk | None = None,
) -> Evaluation:
    """Evaluate documents on an executor. A worker that dies or hangs costs nothing but the document it died of.

    `advance` is told of each chunk how many documents it was, when its result is there. What workers concluded is given
    to `clerk`.
    """
    total = Tally(ids)
    for checked in _in_order(_chunks(files), jobs, open_executor):
        total.add(checked.evaluation)
        if clerk is not None:
            clerk.extend(checked.concluded)
        advance(checked.number)
    return total.freeze()


@dataclass(slots=True)
class _Task:
    chunk: Chunk
    future: Future[Checked] | None = None
    is_suspect: bool = False


def _chunks(files: Iterable[Input]) -> Iterator[Chunk]:
    rest = iter(files)
    while chunk := tuple(islice(rest, CHUNK_FILES)):
        yield chunk


def _in_order(chunks: Iterator[Chunk], jobs: int, open_executor: OpenExecutor) -> Iterator[Checked]:
    """Yield what is found in each chunk. What workers were at when they died is looked at document by document."""
    waiting: deque[_Task] = deque()
    while True:
        with open_executor(jobs) as executor:
            try:
                yield from _run(executor, chunks, waiting, max(_AHEAD, 4 * jobs))
            except BrokenExecutor:
                pass
            except BaseException:
                executor.shutdown(wait=False, cancel_futures=True)
                raise
            else:
                return
        _suspect(waiting, max(jobs, 1))
        while waiting and (waiting[0].is_suspect or waiting[0].future is not None):
            task = waiting.popleft()
            if task.future is None:
                yield from _one_by_one(task.chunk, open_executor)
            else:
                yield task.future.result()


def _run(executor: Executor, chunks: Iterator[Chunk], waiting: deque[_Task], ahead: int) -> Iterator[Checked]:
    """Submit chunks, some ahead, and yield their results; what is not finished stays in `waiting`."""
    for task in waiting:
        if task.future is None:
            task.future = executor.submit(_evaluate_chunk, task.chunk)
    while True:
        for chunk in islice(chunks, ahead - len(waiting)):
            waiting.append(_Task(chunk))
            waiting[-1].future = executor.submit(_evaluate_chunk, chunk)
        if not waiting:
            return
        if waiting[0].future is not None:
            yield waiting[0].future.result()
        waiting.popleft()


def _suspect(waiting: Iterable[_Task], workers: int) -> None:
    """Mark what the workers were at when they died: they take chunks in order, so these are the first unfinished."""
    unfinished = []
    for task in waiting:
        future = task.future
        if future is None or not future.done() or future.cancelled():
            task.future = None
        elif isinstance(future.exception(), BrokenExecutor):
            task.future = None
            unfinished.append(task)
    for task in unfinished[:workers] or list(islice(waiting, 1)):
        task.is_suspect = task.future is None


def _one_by_one(chunk: Chunk, open_executor: OpenExecutor) -> Iterator[Checked]:
    """Find the documents that kill workers. One is guilty when it is the first that a fresh worker looks at."""
    rest = list(chunk)
    while rest:
        done = 0
        try:
            with open_executor(1) as executor:
                for future in [executor.submit(_evaluate_chunk, (each,)) for each in rest]:
                    yield future.result()
                    done += 1
        except BrokenExecutor:
            if done == 0:
                yield _died(rest[0].uri)
                done = 1
        rest = rest[done:]


def _died(uri: str) -> Checked:
    hint = "the document was not checked; a plugin or a library crashed or hung on it"
    problem = Problem("worker-died", "the worker process died", "evaluation", "error", hint, Location(uri))
    return Checked(1, Evaluation((), (problem,), 0, {}))


def _evaluate_chunk(files: Chunk) -> Checked:
    plan, budgets, watchdog, clerk = _worker[0]
    evaluation = evaluate_files(files, plan, budgets, clerk, watchdog=watchdog)
    return Checked(len(files), evaluation, EMPTY if clerk is None else clerk.handed_over())
