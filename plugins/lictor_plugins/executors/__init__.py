"""Where work can run: in this process, in processes of this machine, or on a Dask cluster."""

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from lictor import ExecutorFactory, hookimpl

if TYPE_CHECKING:
    from concurrent.futures import Executor


@hookimpl
def register_executors() -> Iterable[ExecutorFactory]:
    """Return lictor's own executors."""
    return (
        ExecutorFactory("serial", _open_serial),
        ExecutorFactory("processes", _open_processes),
        ExecutorFactory("dask", _open_nowhere, _open_cluster),
    )


def _open_serial(_jobs: int, initializer: Callable[..., None], arguments: tuple[Any, ...]) -> "Executor":
    from lictor_plugins.executors.serial import SerialExecutor

    return SerialExecutor(initializer, arguments)


def _open_processes(jobs: int, initializer: Callable[..., None], arguments: tuple[Any, ...]) -> "Executor":
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(jobs, get_context("fork" if _is_alone() else "spawn"), initializer, arguments)


def _is_alone() -> bool:
    """Tell whether this process has but one thread, on Linux.

    Then a copy of it is as good as it is, and there at once, with all that is imported. A copy of one that has others
    may find a lock held by none: a new process works everywhere and inherits nothing, and takes some 0.2 s.
    """
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - no Path for what few systems have
    except OSError:
        return False


def _open_nowhere(_jobs: int, _initializer: Callable[..., None], _arguments: tuple[Any, ...]) -> "Executor":
    from lictor import LictorError, Problem

    hint = "say where it is: --scheduler tcp://HOST:PORT"
    raise LictorError([Problem("executor-error", "the executor 'dask' needs a scheduler", "usage", hint=hint)])


def _open_cluster(address: str, jobs: int, initializer: Callable[..., None], arguments: tuple[Any, ...]) -> "Executor":
    from lictor_plugins.executors.cluster import open_cluster

    return open_cluster(address, jobs, initializer, arguments)
