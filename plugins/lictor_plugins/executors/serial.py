"""An executor that runs each call at once, in this process."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class SerialExecutor(Executor):
    """The `concurrent.futures` interface without any concurrency."""

    def __init__(self, initializer: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        """Call the initializer as a worker would at its start."""
        initializer(*arguments)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run a call and return its finished future."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as every executor: the caller sees it in result()
            future.set_exception(error)
        return future
