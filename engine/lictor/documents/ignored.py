"""What a repository says to leave out: `.gitignore` files, each for its folder and below, the deepest first."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lictor.documents.read import bytes_of_file
from lictor.model import Budgets

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

NEVER_ENTERED = frozenset({".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__"})
"""Folders of tools, never a repository's own documents. They are entered only when named."""

_MOST_BYTES = 1_000_000


class Ignored:
    """The `.gitignore` rules that hold in one folder; `below` adds those of a folder in it."""

    __slots__ = ("_specs",)

    def __init__(self, specs: "tuple[tuple[str, GitIgnoreSpec], ...]" = ()) -> None:
        """Keep each rules file with its folder, the deepest first."""
        self._specs = specs

    def below(self, folder: str) -> "Ignored":
        """Return the rules that hold in a folder."""
        path = Path(folder) / ".gitignore"
        if not path.is_file():
            return self
        raw = bytes_of_file(path, ".gitignore", Budgets(file_bytes=_MOST_BYTES))
        if not isinstance(raw, bytes):
            return self
        return Ignored(((folder, _spec(raw.decode("utf-8", "replace").splitlines())), *self._specs))

    def holds(self, path: str, is_folder: bool) -> bool:
        """Say whether a path is to be left out."""
        for folder, spec in self._specs:
            name = os.path.relpath(path, folder).replace(os.sep, "/") + ("/" if is_folder else "")
            include = spec.check_file(name).include
            if include is not None:
                return include
        return False


def ignored_in(folder: str, root: str) -> Ignored:
    """Return the rules that hold in a folder that was named: of a folder that is itself ignored, only its own."""
    ignored = Ignored()
    inside = os.path.relpath(folder, root)
    if inside == os.curdir or inside.startswith(os.pardir):
        return ignored
    at = root
    for part in Path(inside).parts:
        ignored = ignored.below(at)
        at = str(Path(at) / part)
        if ignored.holds(at, is_folder=True):
            return Ignored()
    return ignored


def _spec(lines: Iterable[str]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec

    usable: list[str] = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:  # git leaves out what it can't read, too
            continue
        usable.append(line)
    return GitIgnoreSpec.from_lines(usable)
