"""Where work can run: in this process, or spread over processes of this machine."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from lictor import ExecutorFactory, hookimpl

if TYPE_CHECKING:
    from concurrent.futures import Executor


@hookimpl
def register_executors() -> Iterable[ExecutorFactory]:
    """Return lictor's own executors."""
    return (ExecutorFactory("serial", _open_serial), ExecutorFactory("processes", _open_processes))


def _open_serial(_jobs: int, initializer: Callable[..., None], arguments: tuple[Any, ...]) -> "Executor":
    from lictor_plugins.executors.serial import SerialExecutor

    return SerialExecutor(initializer, arguments)


def _open_processes(jobs: int, initializer: Callable[..., None], arguments: tuple[Any, ...]) -> "Executor":
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # spawn works the same on every system and inherits nothing: no open file, no half-held lock
    return ProcessPoolExecutor(jobs, get_context("spawn"), initializer, arguments)
