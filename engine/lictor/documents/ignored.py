"""What a repository says to leave out: `.gitignore` files, each for its folder and below, the deepest first."""

import os
from pathlib import Path

from lictor.documents.gitignore import Pattern, read_patterns
from lictor.documents.read import bytes_of_file
from lictor.model import Budgets

NEVER_ENTERED = frozenset(
    {".git", ".hg", ".svn", ".terraform", ".terragrunt-cache", ".venv", "node_modules", "__pycache__"}
)
"""Folders of tools, never a repository's own documents. They are entered only when named."""

_MOST_BYTES = 100_000
"""Of a larger file of patterns none holds, and more is checked: a long one is there to make the run slow."""


class Ignored:
    """The `.gitignore` rules that hold in one folder; `below` adds those of a folder in it."""

    __slots__ = ("_specs",)

    def __init__(self, specs: tuple[tuple[str, tuple[Pattern, ...]], ...] = ()) -> None:
        """Keep the patterns of each file with its folder, the deepest first."""
        self._specs = specs

    def below(self, folder: str) -> "Ignored":
        """Return the rules that hold in a folder."""
        path = Path(folder) / ".gitignore"
        if not path.is_file():
            return self
        raw = bytes_of_file(path, ".gitignore", Budgets(file_bytes=_MOST_BYTES))
        if not isinstance(raw, bytes):
            return self
        return Ignored(((folder, read_patterns(raw.decode("utf-8", "surrogateescape"))), *self._specs))

    def holds(self, path: str, is_folder: bool) -> bool:
        """Say whether a path is to be left out."""
        for folder, patterns in self._specs:
            names = Path(os.path.relpath(path, folder)).parts
            for pattern in reversed(patterns):
                if pattern.matches(names, is_folder):
                    return not pattern.is_negated
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
