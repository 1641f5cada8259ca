"""The files of a commit, for formats in which one file alone does not say what it means."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lictor.documents.decoding import decode
from lictor.documents.git import bytes_at
from lictor.documents.read import Shared
from lictor.errors import LictorError
from lictor.model import Budgets, Problem
from lictor.values import NamedTuple

Folder = tuple[tuple[str, ...], tuple[str, ...]]


class CommitNeighbours(NamedTuple):
    """The files below a folder as a commit has them. `names` gives for each uri the name that the file had then."""

    root: Path
    commit: str
    names: Mapping[str, str]
    folders_below: Mapping[str, Folder]
    budgets: Budgets
    shared: Shared

    @property
    def memo(self) -> dict[str, Any]:
        """Return what loaders remember as long as the comparison lasts."""
        return self.shared.memo

    def files(self, uri: str) -> tuple[str, ...]:
        """Return the uris of the files in a folder, in order."""
        return self.folders_below.get(uri, ((), ()))[0]

    def folders(self, uri: str) -> tuple[str, ...]:
        """Return the uris of the folders in a folder, in order."""
        return self.folders_below.get(uri, ((), ()))[1]

    def read(self, uri: str) -> str | None:
        """Return the text of a file; None when there is none that may be read."""
        if uri not in self.names:
            return None
        try:
            raw = bytes_at(self.root, self.commit, self.names[uri])
        except LictorError:
            return None
        text = decode(raw, uri) if len(raw) <= self.budgets.file_bytes else None
        return None if isinstance(text, Problem) else text


def neighbours_at(root: Path, commit: str, names: Mapping[str, str], budgets: Budgets) -> CommitNeighbours:
    """Return the files of a commit, by the uris that they have now."""
    files: dict[str, list[str]] = {}
    folders: dict[str, set[str]] = {}
    for uri in sorted(names):
        folder = uri.rpartition("/")[0]
        files.setdefault(folder, []).append(uri)
        while folder:
            above = folder.rpartition("/")[0]
            folders.setdefault(above, set()).add(folder)
            folder = above
    below = {
        folder: (tuple(files.get(folder, ())), tuple(sorted(folders.get(folder, ())))) for folder in {*files, *folders}
    }
    return CommitNeighbours(root, commit, names, below, budgets, Shared())
