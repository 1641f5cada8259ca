"""Spread a run's documents over workers, and tell how far it got."""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from lictor.api.kept_results import ResultsPlace
from lictor.api.prepared import Prepared
from lictor.api.requests import CheckRequest
from lictor.errors import LictorError, describe_exception
from lictor.evaluate.inputs import Input
from lictor.model import Evaluation, Problem
from lictor.values import NamedTuple

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from lictor.evaluate.concluding import Clerk

_TOLD_EVERY = 100
"""Documents between two reports of progress, where they are checked in this process."""


class Work(NamedTuple):
    """What to spread over how many workers, and whom to tell how far it got."""

    inputs: Iterable[Input]
    jobs: int
    advance: Callable[[int], None]
    clerk: "Clerk | None"


def spread(
    request: CheckRequest,
    prepared: Prepared,
    place: ResultsPlace | None,
    work: Work,
    problems: list[Problem],
) -> Evaluation | None:
    """Evaluate documents on an executor; None when it does not work, which is added to `problems`."""
    from lictor.api.workers import prepare_worker, recipe_of
    from lictor.evaluate.spread import HANGS, spread_files, start_worker

    factory = prepared.registry.executors[request.executor or "processes"]
    today = request.today if work.clerk else None
    place = place if factory.connect is None else None  # on another machine is another cache
    arguments = (prepare_worker, recipe_of(request, prepared, place, today), os.getpid(), HANGS)
    ids = [ruleset.id for ruleset in prepared.plan.rulesets]
    inputs, jobs, advance, clerk = work

    def open_executor(workers: int) -> "Executor":
        if factory.connect is not None:
            return factory.connect(request.scheduler, workers, start_worker, arguments)
        return factory.open(workers, start_worker, arguments)

    try:
        return spread_files(inputs, ids, jobs, open_executor, advance, clerk)
    except KeyboardInterrupt:
        raise
    except LictorError as error:  # it knows what is missing: doing the work elsewhere is not what was asked for
        problems.extend(error.problems)
        return Evaluation((), (), 0, {})
    except BaseException as error:  # noqa: BLE001 - an executor may be a plugin's; the work can be done without it
        message = f"executor '{factory.name}' raised {describe_exception(error)}"
        problems.append(Problem("plugin-error", message, "plugin", hint="the files were checked in this process"))
        return None
    finally:
        if place is not None:
            place.tidy()


class Progress:
    """Counts the documents that were checked, and tells the request of how many: of 0 while nobody knows."""

    def __init__(self, request: CheckRequest, total: int) -> None:
        """Start with none."""
        self._tell = request.progress
        self._total = total
        self._done = 0

    def advance(self, number: int) -> None:
        """Count some more."""
        self._done += number
        if self._tell is not None:
            self._tell(self._done, self._total)

    def finish(self) -> None:
        """Say that these were all."""
        if self._tell is not None:
            done = max(self._done, self._total)
            self._tell(done, done)


def counted(inputs: Iterable[Input], advance: Callable[[int], None]) -> Iterator[Input]:
    """Yield inputs to one who asks for the next when he is done with the one before, and count these."""
    left = _TOLD_EVERY
    for each in inputs:
        yield each
        left -= 1
        if not left:
            advance(_TOLD_EVERY)
            left = _TOLD_EVERY
