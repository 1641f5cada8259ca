"""Other files of the same directory tree, for formats in which one file alone does not say what it means."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lictor.documents.decoding import decode
from lictor.documents.read import Shared, bytes_of_file
from lictor.model import Budgets, Problem
from lictor.values import NamedTuple

_MOST_FILES = 20_000
"""Files that one run reads beside the ones that it checks."""

_MOST_BYTES = 200_000_000
"""What these may hold together."""


class FileNeighbours(NamedTuple):
    """The regular files below a folder; `uri` is what that folder is called, "" for the root.

    Links that lead out of the folder are not followed, and nothing past the budgets is read.
    """

    folder: str
    uri: str
    budgets: Budgets
    shared: Shared

    @property
    def memo(self) -> dict[str, Any]:
        """Return what loaders remember as long as the run lasts."""
        return self.shared.memo

    def files(self, uri: str) -> tuple[str, ...]:
        """Return the uris of the files in a folder, in order."""
        return self._entries(uri, lambda entry: stat.S_ISREG(entry.stat().st_mode))

    def folders(self, uri: str) -> tuple[str, ...]:
        """Return the uris of the folders in a folder, in order; links to folders are not followed."""
        return self._entries(uri, lambda entry: entry.is_dir(follow_symlinks=False))

    def read(self, uri: str) -> str | None:
        """Return the text of a file; None when there is none that may be read."""
        path = self._path(uri)
        shared = self.shared
        if path is None or shared.files >= _MOST_FILES or shared.size >= _MOST_BYTES:
            return None
        raw = bytes_of_file(Path(path), uri, self.budgets)
        text = raw if isinstance(raw, Problem) else decode(raw, uri)
        if isinstance(text, Problem) or isinstance(raw, Problem):
            return None
        shared.files += 1
        shared.size += len(raw)
        return text

    def _entries(self, uri: str, is_wanted: "Callable[[os.DirEntry[str]], bool]") -> tuple[str, ...]:
        path = self._path(uri)
        if path is None:
            return ()
        try:
            with os.scandir(path) as entries:
                names = sorted(entry.name for entry in entries if is_wanted(entry))
        except OSError:
            return ()
        return tuple(f"{uri}/{name}" if uri else name for name in names)

    def _path(self, uri: str) -> str | None:
        """Return where a uri leads, if that is inside the folder."""
        if self.uri and uri != self.uri and not uri.startswith(f"{self.uri}/"):
            return None
        inner = uri[len(self.uri) :].lstrip("/") if self.uri else uri
        path = os.path.realpath(os.path.join(self.folder, inner))  # noqa: PTH118 - plain strings all the way
        top = os.path.realpath(self.folder)
        return path if os.path.commonpath([path, top]) == top else None


def neighbours_of(path: Path, uri: str, budgets: Budgets, shared: Shared) -> FileNeighbours | None:
    """Return what is around a file: the root that its uri counts from; for a file outside of it, its own folder."""
    whole = str(path).replace(os.sep, "/")
    if uri.startswith("../"):
        return FileNeighbours(str(path.parent), uri.rpartition("/")[0], budgets, shared)
    if not whole.endswith(f"/{uri}"):
        return None  # a name whose bytes are no text: the uri spells them in another way
    return FileNeighbours(whole[: -len(uri)], "", budgets, shared)
