"""What is to be read: files, and documents of other stores, which are read ahead, several at once."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from lictor.documents import SourceFile, read_bytes, read_file, scheme_of
from lictor.documents.read import Shared, too_large
from lictor.errors import LictorError, describe_exception, did_you_mean
from lictor.evaluate.kept_files import KeptFile
from lictor.model import Budgets, Loaded, Location, Problem, Source
from lictor.registry import Registry
from lictor.values import NamedTuple

if TYPE_CHECKING:
    from concurrent.futures import Future

    from lictor.evaluate.few_results import FewResults
    from lictor.evaluate.results import Results

T = TypeVar("T")

_AT_ONCE = 16
"""Documents of other stores that are on their way at a time: waiting for an answer is most of the time of each."""

_AHEAD = 64
"""Documents that may be there before their turn comes."""

_AHEAD_BYTES = 64_000_000
"""What these may hold together, where their store tells sizes; one is always read."""


class RemoteFile(NamedTuple):
    """A document of another store: what to open, how it is named in reports, and its size, -1 if that is not known."""

    address: str
    uri: str
    size: int = -1


Input = SourceFile | RemoteFile
Reading = tuple[str, Callable[[], Loaded]]
"""The uri of what is to be read, and how to read it."""


def readings(
    inputs: Iterable[Input],
    registry: Registry,
    budgets: Budgets,
    wait: Callable[[], None],
    results: "Results | FewResults | None" = None,
) -> Iterator[Reading]:
    """Yield how to read each input, in order. `wait` is called before the time that another store takes to answer.

    With `results`, files are read in a way that first looks for what was kept of them.
    """
    shared = Shared()
    for is_remote, group in groupby(inputs, _is_remote):
        if is_remote:
            yield from _read_ahead((each for each in group if isinstance(each, RemoteFile)), registry, budgets, wait)
        elif results is not None:
            files = (each for each in group if isinstance(each, SourceFile))
            yield from ((each.uri, KeptFile(each, registry, budgets, shared, results)) for each in files)
        else:
            yield from ((each.uri, reader(each, registry, budgets, shared)) for each in group)


def reader(each: Input, registry: Registry, budgets: Budgets, shared: Shared | None = None) -> Callable[[], Loaded]:
    """Return how to read one input."""
    if isinstance(each, RemoteFile):
        return lambda: _loaded(each.uri, _fetch(each, registry.sources, budgets), registry, budgets)
    return partial(read_file, each.path, each.uri, registry.loaders, budgets, shared, streams=True)


def source_for(url: str, sources: Mapping[str, Source]) -> Source | None:
    """Return the source that reads an address: the one of its scheme, else the first that claims the scheme."""
    scheme = scheme_of(url)
    named = sources.get(scheme)
    if named is not None:
        return named
    return next((source for source in sources.values() if source.claims is not None and source.claims(scheme)), None)


def attempt(name: str, uri: str, call: Callable[[], T]) -> T | Loaded:
    """Call a source, by its name; what it raises is a Problem at `uri`."""
    try:
        return call()
    except KeyboardInterrupt:
        raise
    except LictorError as error:
        return Loaded(problems=error.problems)
    except BaseException as error:  # noqa: BLE001 - a source may be a plugin's, which may raise anything
        message = f"the source '{name}' raised {describe_exception(error)}"
        hint = "this is a bug in the plugin that registered it"
        return Loaded(problems=(Problem("source-error", message, "document", hint=hint, location=Location(uri)),))


def no_source(url: str, sources: Mapping[str, Source]) -> Problem:
    """Say that nothing reads an address."""
    scheme = scheme_of(url)
    known = ", ".join(f"{name}://" for name in sorted(sources)) or "none"
    hint = did_you_mean(scheme, sources) or f"addresses that can be read start with: {known}"
    return Problem("unsupported-format", f"nothing reads '{scheme}://' addresses", "usage", hint=hint)


def _is_remote(each: Input) -> bool:
    return isinstance(each, RemoteFile)


def _read_ahead(
    remotes: Iterable[RemoteFile], registry: Registry, budgets: Budgets, wait: Callable[[], None]
) -> Iterator[Reading]:
    from concurrent.futures import ThreadPoolExecutor  # files of this machine need none

    pool = ThreadPoolExecutor(_AT_ONCE, "lictor-read")
    ahead: deque[tuple[RemoteFile, Future[bytes | Loaded]]] = deque()
    held = 0
    try:
        for remote in remotes:
            while ahead and (len(ahead) >= _AHEAD or held + max(remote.size, 0) > _AHEAD_BYTES):
                held -= max(ahead[0][0].size, 0)
                yield _reading(*ahead.popleft(), registry, budgets, wait)
            held += max(remote.size, 0)
            ahead.append((remote, pool.submit(_fetch, remote, registry.sources, budgets)))
        while ahead:
            yield _reading(*ahead.popleft(), registry, budgets, wait)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _reading(
    remote: RemoteFile, future: "Future[bytes | Loaded]", registry: Registry, budgets: Budgets, wait: Callable[[], None]
) -> Reading:
    if not future.done():
        wait()
    raw = future.result()  # here, and not when it is read: no rule's deadline runs while a store answers
    return remote.uri, lambda: _loaded(remote.uri, raw, registry, budgets)


def _loaded(uri: str, raw: bytes | Loaded, registry: Registry, budgets: Budgets) -> Loaded:
    return raw if isinstance(raw, Loaded) else read_bytes(uri, raw, registry.loaders, budgets, streams=True)


def _fetch(remote: RemoteFile, sources: Mapping[str, Source], budgets: Budgets) -> bytes | Loaded:
    if remote.size > budgets.file_bytes:
        return Loaded(problems=(too_large(remote.uri, budgets),))
    source = source_for(remote.address, sources)
    if source is None:
        return Loaded(problems=(no_source(remote.address, sources),))
    if source.open_up_to is not None:
        # one byte more than the budget tells that there is more
        return attempt(source.name, remote.uri, partial(source.open_up_to, remote.address, budgets.file_bytes + 1))
    return attempt(source.name, remote.uri, partial(source.open, remote.address))
