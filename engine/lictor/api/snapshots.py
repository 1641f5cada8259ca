"""Keep what preparing a run came to, so that the next one with the same choices reads no rule and no ruleset.

A snapshot is as good as the files it was made from: it names each with its size and time, and one that changed makes
it worthless. It holds a pickle and compiled queries, so reading one is running code: it is only read from a
directory that belongs to the user alone.
"""

import contextlib
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from lictor import __version__
from lictor.host import Plugins
from lictor.light import unpickled
from lictor.model import Plan
from lictor.ownership import is_private
from lictor.query import Codes
from lictor.values import NamedTuple

_KEPT = 32
"""Snapshots that a cache directory holds at most; the oldest go first."""

_SUFFIXES = (".py", ".yaml", ".md")


class Stamp(NamedTuple):
    """A file or directory as it was: enough to see that it was changed."""

    path: str
    modified_ns: int
    size: int


class Snapshot(NamedTuple):
    """A plan without any problem, with the queries that were compiled for it so far.

    `plugins` are what they registered, where that can be kept. `choices` says what was asked for, in full: the name of
    its file only hints at it.
    """

    choices: str
    plugins: Plugins | None
    plan: Plan
    is_default: bool
    codes: Codes
    stamps: tuple[Stamp, ...]


def describe_choices(*choices: object) -> str:
    """Return a text that differs for different choices, versions of lictor and versions of Python."""
    return repr((__version__, sys.implementation.cache_tag, sys.prefix, *choices))


def read_snapshot(directory: Path, choices: str) -> Snapshot | None:
    """Return the snapshot of some choices; None when there is none, or something it rests on has changed."""
    if not is_private(directory):
        return None
    try:
        snapshot = unpickled(_file_of(directory, choices).read_bytes())  # only the user can write there
    except Exception:  # noqa: BLE001 - whatever is wrong with a cache file, the answer is to do without it
        return None
    if not isinstance(snapshot, Snapshot) or snapshot.choices != choices:
        return None
    return snapshot if all(map(_is_current, snapshot.stamps)) else None


def write_snapshot(directory: Path, snapshot: Snapshot) -> None:
    """Keep a snapshot; where that is not possible, nothing is lost but time."""
    import pickle
    import tempfile

    from lictor.tidying import forget_oldest

    with contextlib.suppress(OSError, pickle.PicklingError, AttributeError, TypeError):
        content = pickle.dumps(snapshot, pickle.HIGHEST_PROTOCOL)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_private(directory):
            return
        descriptor, draft = tempfile.mkstemp(dir=directory)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        Path(draft).replace(_file_of(directory, snapshot.choices))
        forget_oldest(directory.glob("*.plan"), _KEPT)


def stamps_of(paths: Iterable[Path]) -> tuple[Stamp, ...]:
    """Return the stamps of files, and of all code and rules in directories."""
    stamps = [stamp for path in paths for stamp in _stamps(path)]
    return tuple(dict.fromkeys(stamps))


def package_of(module_name: str) -> Path | None:
    """Return the directory or file that holds the top-level package of an imported module."""
    name = module_name.partition(".")[0]
    file = getattr(sys.modules.get(name), "__file__", None)
    if file is None:
        return None
    path = Path(file)
    return path.parent if path.name == "__init__.py" else path


def _stamps(path: Path) -> Iterator[Stamp]:
    if not path.is_dir():
        yield _stamp(str(path))
        return
    from lictor.rules.folders import CASES_FILE  # no plan rests on it; only needed where a new one is kept

    for folder, below, names in os.walk(path):
        below[:] = sorted(name for name in below if name != "__pycache__")
        yield _stamp(folder)
        kept = sorted(name for name in names if name.endswith(_SUFFIXES) and name != CASES_FILE)
        yield from (_stamp(os.path.join(folder, name)) for name in kept)  # noqa: PTH118 - hundreds of files


def _stamp(path: str) -> Stamp:
    try:
        status = os.stat(path)  # noqa: PTH116 - hundreds of files at every start
    except OSError:
        return Stamp(path, -1, -1)
    return Stamp(path, status.st_mtime_ns, status.st_size)


def _is_current(stamp: Stamp) -> bool:
    return _stamp(stamp.path) == stamp


def _file_of(directory: Path, choices: str) -> Path:
    return directory / f"{zlib.crc32(choices.encode()):08x}.plan"
