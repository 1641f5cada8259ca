"""A Dask cluster behind the interface of `concurrent.futures`."""

import logging
import pickle
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from lictor import LictorError, Problem

if TYPE_CHECKING:
    from distributed import Client

P = ParamSpec("P")
T = TypeVar("T")

_ANSWER = 30
"""Seconds in which the scheduler has to answer, and a first worker to be there."""

_one_at_a_time = threading.Lock()
_started = [""]


def open_cluster(address: str, _jobs: int, initializer: Callable[..., None], arguments: tuple[Any, ...]) -> Executor:
    """Connect to a running cluster. Raises LictorError when it does not answer or has no workers."""
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise _error("the executor 'dask' needs the package 'distributed'", "pip install 'lictor[dask]'") from None
    # that Dask does a call again whose worker died is no news to the user; what it gives up is told in the report
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=_ANSWER, set_as_default=False)
    except (OSError, TimeoutError, ValueError):
        hint = "look at the address, which 'dask scheduler' prints when it starts, and at the network"
        raise _error(f"no Dask scheduler answers at '{address}'", hint) from None
    try:
        client.wait_for_workers(1, timeout=_ANSWER)
    except TimeoutError:
        client.close()
        raise _error(f"the cluster at '{address}' has no workers", f"start some: dask worker {address}") from None
    return ClusterExecutor(client, initializer, arguments)


class ClusterExecutor(Executor):
    """Sends calls to a cluster's workers; each of them calls the initializer once before its first."""

    def __init__(self, client: "Client", initializer: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        """Send the initializer, once: workers fetch it from each other, and Dask makes it anew when they are gone."""
        pickled = pickle.dumps((initializer, arguments), pickle.HIGHEST_PROTOCOL)
        self._client = client
        self._key = sha256(pickled).hexdigest()
        self._start = client.submit(bytes, pickled, key=f"lictor-start-{self._key}-{id(self)}", pure=False)
        self._is_closed = False
        self._held: dict[Future[Any], Any] = {}  # Dask forgets a call when nobody holds its future

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Send a call."""
        outer: Future[T] = Future()
        inner = self._client.submit(run_in_worker, self._key, self._start, partial(fn, *args, **kwargs), pure=False)
        self._held[outer] = inner
        inner.add_done_callback(partial(self._settle, outer))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster as it was. What is not finished is not waited for unless `wait` says so."""
        if self._is_closed:
            return
        self._is_closed = True
        if wait and not cancel_futures:
            from concurrent.futures import wait as wait_for

            wait_for(list(self._held))
        self._client.close()

    def _settle(self, outer: Future[Any], inner: Any) -> None:  # noqa: ANN401 - distributed has no types
        from distributed import KilledWorker

        try:
            result = inner.result()
        except KilledWorker as error:
            outer.set_exception(BrokenExecutor(str(error)))
        except ModuleNotFoundError as error:
            outer.set_exception(_missing(error))
        except BaseException as error:  # noqa: BLE001 - as every executor: the caller sees it in result()
            is_lost = type(error).__name__ in {"CancelledError", "FutureCancelledError", "CommClosedError"}
            outer.set_exception(BrokenExecutor("the scheduler is gone") if is_lost else error)
        else:
            outer.set_result(result)
        self._held.pop(outer, None)


def run_in_worker(key: str, start: bytes, call: Callable[[], T]) -> T:
    """Run a call in a worker, started for it first unless it is already. Calls of one process take turns.

    They would share what the initializer sets up, and the standard output, which is caught while rules run.
    """
    with _one_at_a_time:
        if _started[0] != key:
            initializer, arguments = pickle.loads(start)  # noqa: S301 - a cluster runs any code that its clients send
            _started[0] = ""
            initializer(*arguments)
            _started[0] = key
        return call()


def _missing(error: ModuleNotFoundError) -> LictorError:
    message = f"a worker can't import '{error.name}'"
    return _error(message, "install the same versions of lictor and its plugins on every worker", "worker-differs")


def _error(message: str, hint: str, code: str = "executor-error") -> LictorError:
    return LictorError([Problem(code, message, "usage", hint=hint)])
