"""Find the root of the repository that a run is about."""

import os
from pathlib import Path

from lictor.documents import is_address

_MARKS = ("lictor.yaml", ".git")


def find_root(start: Path) -> Path:
    """Return the nearest directory at or above `start` that is a repository's root, else `start` itself."""
    for directory in (start, *start.parents):
        if any(os.path.lexists(directory / mark) for mark in _MARKS):
            return directory
    return start


def from_root(name: str, root: Path) -> str:
    """Turn a name that counts from the current directory into one that counts from the root."""
    return name if is_address(name) or Path.cwd() == root else os.path.relpath(name, root)
