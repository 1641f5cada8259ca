"""What documents held before a change and hold after it, for the commands of plugins that compare."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from lictor.api.plugins import plugins_for
from lictor.api.requests import PluginChoice
from lictor.documents import quote_sources, read_bytes, read_file
from lictor.documents.git import FileChange, bytes_at, changes_between, commit_of, files_at, fork_of
from lictor.documents.ignored import NEVER_ENTERED
from lictor.errors import LictorError
from lictor.model import Budgets, Document, Loaded, Problem
from lictor.registry import Registry
from lictor.values import NamedTuple


class Revisions(NamedTuple):
    """Two states of a repository; `new` is "" for the work tree."""

    old: str
    new: str = ""


class ChangedFile(NamedTuple):
    """What a file holds in either state; () where it is not there, or can't be read."""

    before: tuple[Document, ...]
    after: tuple[Document, ...]


def revisions_of(text: str, root: Path) -> Revisions:
    """Read `A..B`, `A...B` (from where they went apart) or `A` (against the work tree), as git does.

    Raises LictorError when git knows no such commit.
    """
    for dots in ("...", ".."):
        old, found, new = text.partition(dots)
        if found:
            old, new = old or "HEAD", new or "HEAD"
            start = fork_of(root, old, new) if dots == "..." else commit_of(root, old)
            return Revisions(start, commit_of(root, new))
    return Revisions(commit_of(root, text))


def read_changes(
    revisions: Revisions, root: Path, paths: Sequence[str] = ()
) -> tuple[tuple[ChangedFile, ...], tuple[Problem, ...]]:
    """Read both states of the files below `root` that differ and that some loader reads.

    `paths` are files and folders, relative to the root, to which this is limited. Raises LictorError when git can't
    answer, and for a path that is in neither state; what is wrong with a file is a Problem.
    """
    registry = plugins_for(PluginChoice()).registry
    extensions = tuple(extension for loader in registry.loaders.values() for extension in loader.extensions)
    _check_paths(paths, revisions, root)
    limits = tuple(Path(path).parts for path in paths)
    wanted = [
        change
        for change in changes_between(root, revisions.old, revisions.new)
        if any(_is_wanted(name, extensions, limits) for name in change)
    ]
    if not wanted:
        return (), ()
    before = _Reader(root, revisions.old, registry)
    after = _Reader(root, revisions.new, registry)
    files, problems = [], list[Problem]()
    for change in wanted:
        pair = _read_pair(change, before, after)
        files.append(ChangedFile(pair[0].documents, pair[1].documents))
        problems += [*quote_sources(pair[0].problems, root), *quote_sources(pair[1].problems, root)]
    return tuple(files), tuple(problems)


def _check_paths(paths: Iterable[str], revisions: Revisions, root: Path) -> None:
    """Raise LictorError when a path is in neither state: a misspelt one would always compare nothing."""
    states = [files_at(root, commit) for commit in revisions if commit and paths]
    for path in paths:
        parts = Path(path).parts
        is_in_commit = any(Path(name).parts[: len(parts)] == parts for names in states for name in names)
        if not is_in_commit and (revisions.new or not (root / path).exists()):
            message = f"there is no file or folder '{path}', before or after"
            raise LictorError([Problem("file-not-found", message, "usage")])


def _is_wanted(name: str, extensions: tuple[str, ...], limits: tuple[tuple[str, ...], ...]) -> bool:
    parts = Path(name).parts
    if not name.lower().endswith(extensions) or NEVER_ENTERED.intersection(parts):
        return False
    return not limits or any(parts[: len(limit)] == limit for limit in limits)


class _Reader:
    """Reads files of one state."""

    def __init__(self, root: Path, commit: str, registry: Registry) -> None:
        self._root = root
        self._commit = commit
        self._loaders = registry.loaders
        self._regular = frozenset(files_at(root, commit)) if commit else frozenset[str]()

    def read(self, name: str) -> Loaded:
        """Read a file; nothing where there is none. Links and submodules hold nothing of their own."""
        if not name or (self._commit and name not in self._regular):
            return Loaded()
        if not self._commit:
            path = self._root / name
            return Loaded() if path.is_symlink() else read_file(path, name, self._loaders, Budgets())
        try:
            raw = bytes_at(self._root, self._commit, name)
        except LictorError as error:
            return Loaded(problems=error.problems)
        return read_bytes(name, raw, self._loaders, Budgets())


def _read_pair(change: FileChange, before: _Reader, after: _Reader) -> tuple[Loaded, Loaded]:
    return before.read(change.before), after.read(change.after)
