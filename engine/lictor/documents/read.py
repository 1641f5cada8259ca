"""Reading one file: only regular files, never blocking, never past the budget, and the loader that fits its text."""

import os
import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lictor.documents.decoding import decode
from lictor.errors import describe_exception
from lictor.model import Budgets, Document, Loaded, Loader, Location, Problem

if TYPE_CHECKING:
    from lictor.documents.neighbours import FileNeighbours
    from lictor.model import Neighbours

    LookAround = Callable[[], Neighbours | None]

_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a character device"),
    (stat.S_ISBLK, "a block device"),
)
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0)
_CHUNK = 1 << 20
_LEAST = 1 << 12


class Shared:
    """What the files of one run share: what loaders remember of other files, and how much of these was read."""

    __slots__ = ("files", "memo", "size")

    def __init__(self) -> None:
        """Start with nothing read."""
        self.memo: dict[str, Any] = {}
        self.files = 0
        self.size = 0


def read_file(
    path: str | Path,
    uri: str,
    loaders: Mapping[str, Loader],
    budgets: Budgets,
    shared: Shared | None = None,
    *,
    streams: bool = False,
) -> Loaded:
    """Read a file into documents. Never raises: whatever is wrong with it is a Problem.

    `shared` is what the files of one run share. With `streams`, a large document may come as one that is read entry by
    entry: its caller must be ready for BrokenStream while it is.
    """
    raw = bytes_of_file(path, uri, budgets)
    text = raw if isinstance(raw, Problem) else decode(raw, uri)
    del raw  # a large file need not be there twice
    if isinstance(text, Problem):
        return Loaded(problems=(text,))
    return read_text(uri, text, loaders, budgets, around(path, uri, budgets, shared), streams=streams)


def around(path: str | Path, uri: str, budgets: Budgets, shared: Shared | None = None) -> "LookAround":
    """Return how a loader looks at the files around one; most don't."""

    def look_around() -> "FileNeighbours | None":
        from lictor.documents.neighbours import neighbours_of  # few formats look at other files

        return neighbours_of(Path(path), uri, budgets, shared or Shared())

    return look_around


def read_bytes(
    uri: str,
    raw: bytes,
    loaders: Mapping[str, Loader],
    budgets: Budgets,
    look_around: "LookAround | None" = None,
    *,
    streams: bool = False,
) -> Loaded:
    """Read what a file or standard input holds. Never raises; `streams` is as in `read_file`."""
    if len(raw) > budgets.file_bytes:
        return Loaded(problems=(too_large(uri, budgets),))
    text = decode(raw, uri)
    if isinstance(text, Problem):
        return Loaded(problems=(text,))
    return read_text(uri, text, loaders, budgets, look_around, streams=streams)


def read_text(
    uri: str,
    text: str,
    loaders: Mapping[str, Loader],
    budgets: Budgets,
    look_around: "LookAround | None" = None,
    *,
    streams: bool = False,
) -> Loaded:
    """Read text with the loader that fits. Never raises; `streams` is as in `read_file`."""
    try:
        loader = loader_for(uri, text, loaders.values())
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin's `claims`, which may raise anything
        return Loaded(problems=(_loader_raised(uri, "a loader", error),))
    if loader is None:
        if not text.strip():
            hint = "a file that holds nothing can't be checked"
            return Loaded(problems=(_problem("empty-document", "the file is empty", uri, hint),))
        known = ", ".join(sorted({extension for loader in loaders.values() for extension in loader.extensions}))
        extension = _extension(uri)
        message = f"no loader reads '{extension}'" if extension else "no loader reads files without an extension"
        return Loaded(problems=(_problem("unsupported-format", message, uri, f"these are read: {known}"),))
    try:
        streamed = loader.stream(uri, text, budgets) if streams and loader.stream is not None else None
        return _checked(Loaded((streamed,)) if streamed else _load(loader, uri, text, budgets, look_around))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin, which may raise anything
        return Loaded(problems=(_loader_raised(uri, f"the loader '{loader.name}'", error),))


def _load(loader: Loader, uri: str, text: str, budgets: Budgets, look_around: "LookAround | None") -> Loaded:
    neighbours = look_around() if look_around is not None and loader.load_among is not None else None
    if loader.load_among is None or neighbours is None:
        return loader.load(uri, text, budgets)
    return loader.load_among(uri, text, budgets, neighbours)


def _checked(loaded: Loaded) -> Loaded:
    """Refuse what is no Loaded, or holds what is no Document or Problem: the plugin that made it is at fault."""
    _expect(Loaded, (loaded,))
    _expect(Document, loaded.documents)
    _expect(Problem, loaded.problems)
    return loaded


def _expect(kind: type, values: Iterable[object]) -> None:
    for value in values:
        if not isinstance(value, kind):
            raise TypeError(f"expected {kind.__name__}, found {type(value).__name__}")


def loader_for(uri: str, text: str, loaders: Iterable[Loader]) -> Loader | None:
    """Return the loader for a file: one that has the extension and claims the text, else one that has the extension.

    A file with an extension that no loader has was named on purpose: it goes to a loader that claims its text, or, if
    it looks like JSON, to one for '.json'.
    """
    known = list(loaders)
    name = uri.lower()
    fitting = [loader for loader in known if name.endswith(loader.extensions)]
    claiming = [loader for loader in fitting or known if loader.claims and loader.claims(text)]
    if claiming:
        return _closest(name, claiming)
    if not fitting and text.lstrip()[:1] in {"{", "["}:
        fitting = [loader for loader in known if ".json" in loader.extensions]
    return _closest(name, [loader for loader in fitting if not loader.claims] or fitting)


def _closest(name: str, loaders: list[Loader]) -> Loader | None:
    """Return the loader with the longest of the extensions that a name has: '.tfplan.json' beats '.json'."""
    if len(loaders) <= 1:
        return loaders[0] if loaders else None
    return max(loaders, key=lambda each: max(map(len, filter(name.endswith, each.extensions)), default=0))


def bytes_of_file(path: str | Path, uri: str, budgets: Budgets) -> bytes | Problem:
    """Return what a regular file holds, or why it can't be had. A FIFO or device is never opened for reading."""
    try:
        odd = _what_it_is(os.lstat(path).st_mode, path)
        if odd:
            return _problem("not-a-regular-file", f"expected a regular file, found {odd}", uri)
        handle = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        return _cannot_read(uri, error)
    try:
        status = os.fstat(handle)  # the path may lead elsewhere than a moment ago
        odd = _kind_of(status.st_mode)
        if odd:
            return _problem("not-a-regular-file", f"expected a regular file, found {odd}", uri)
        return _read_all(handle, status.st_size, uri, budgets)
    except OSError as error:
        return _cannot_read(uri, error)
    finally:
        os.close(handle)


def _read_all(handle: int, size: int, uri: str, budgets: Budgets) -> bytes | Problem:
    chunks: list[bytes] = []
    left = budgets.file_bytes + 1
    while size <= budgets.file_bytes and left > 0:  # it may grow while it is read, and /proc says 0
        # no more room than the file needs: making it takes longer than reading a small file
        chunk = os.read(handle, min(left, _CHUNK if chunks else max(size + 1, _LEAST)))
        if not chunk:
            return b"".join(chunks)
        if len(chunk) == size and not chunks:  # there was room for more
            return chunk
        chunks.append(chunk)
        left -= len(chunk)
    return too_large(uri, budgets)


def too_large(uri: str, budgets: Budgets) -> Problem:
    """Say that a file is past the budget."""
    message = f"the file is larger than {budgets.file_bytes:,} bytes and was not read"
    return _problem("file-too-large", message, uri, "leave the file out, or raise the budget with --max-file-size")


def _what_it_is(mode: int, path: str | Path) -> str:
    return _kind_of(Path(path).stat().st_mode if stat.S_ISLNK(mode) else mode)


def _kind_of(mode: int) -> str:
    if stat.S_ISREG(mode):
        return ""
    return next((name for is_kind, name in _KINDS if is_kind(mode)), "something else")


def _cannot_read(uri: str, error: OSError | ValueError) -> Problem:
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    if isinstance(error, FileNotFoundError):
        return _problem("unreadable-file", "the file is not there: it has vanished, or its link leads nowhere", uri)
    return _problem("unreadable-file", f"the file can't be read: {reason}", uri)


def _extension(uri: str) -> str:
    name = uri.rpartition("/")[2]
    stem, dot, extension = name.rpartition(".")
    return f".{extension.lower()}" if dot and stem else ""


def _loader_raised(uri: str, what: str, error: BaseException) -> Problem:
    message = f"{what} raised {describe_exception(error)}"
    return _problem("loader-error", message, uri, "this is a bug in the plugin that registered it")


def _problem(code: str, message: str, uri: str, hint: str = "") -> Problem:
    return Problem(code, message, "document", "error", hint, Location(uri))
