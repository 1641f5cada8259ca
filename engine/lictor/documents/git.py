"""What git knows of a directory: what changed since a commit, and what files held then.

git itself is asked, for it alone knows every form of a repository. Nothing that a repository's own configuration names
is run: no external diff, no text conversion, no file system monitor, no hook.
"""

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from lictor.errors import LictorError
from lictor.model import Problem
from lictor.values import NamedTuple

_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false")
_HINT = "name a commit, a branch or a tag; in CI, fetch the history too (fetch-depth: 0)"


def ask_git(root: Path, *arguments: str) -> str:
    """Return what git says, or "" where it has no answer."""
    try:
        return _run(root, *arguments).decode("utf-8", "replace").strip()
    except LictorError:
        return ""


def commit_of(root: Path, ref: str) -> str:
    """Return the id of the commit that a name stands for; raises LictorError when there is none."""
    return _ask(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}", about=ref).strip()


def fork_of(root: Path, ref: str, other: str = "HEAD") -> str:
    """Return the commit from which `other` and `ref` went apart; where they share no history, that of `ref`."""
    commit = commit_of(root, ref)
    try:
        return _ask(root, "merge-base", commit, commit_of(root, other), about=ref).strip() or commit
    except LictorError:
        return commit


class FileChange(NamedTuple):
    """A file that differs: its name before and after, relative to the root; "" where it is not there."""

    before: str
    after: str


def changes_since(root: Path, commit: str) -> Mapping[str, str]:
    """Return the files under `root` that differ from a commit, each with its name then; "" for one that is new.

    Files that git doesn't track are new, and a renamed file has its old name. Deleted files are not there.
    """
    return {change.after: change.before for change in changes_between(root, commit) if change.after}


def changes_between(root: Path, old: str, new: str = "") -> tuple[FileChange, ...]:
    """Return the files under `root` that differ between two commits, or between a commit and the work tree.

    In the work tree, files that git doesn't track are new, but for ignored ones.
    """
    commits = (old, new) if new else (old,)
    listed = _ask(
        root, "diff", "--relative", "--name-status", "-M", "-z", "--no-ext-diff", "--no-textconv", *commits, "--"
    )
    changes = list(_name_status(iter(listed.split("\0"))))
    if not new:
        others = _ask(root, "ls-files", "--others", "--exclude-standard", "-z")
        changes += (FileChange("", name) for name in others.split("\0") if name)
    return tuple(changes)


def files_at(root: Path, commit: str) -> tuple[str, ...]:
    """Return the names of the files below `root` in a commit, relative to it. Links and submodules are left out."""
    listed = _ask(root, "ls-tree", "-r", "-z", commit, "--", ".")
    regular = (entry.split("\t", 1) for entry in listed.split("\0") if entry.startswith("100"))
    return tuple(name for _, name in regular)


def bytes_at(root: Path, commit: str, name: str) -> bytes:
    """Return what a file below `root` held in a commit; raises LictorError when it was not there."""
    return _run(root, "cat-file", "blob", f"{commit}:./{name}", about=name)


def _name_status(fields: Iterator[str]) -> Iterator[FileChange]:
    for status in fields:
        if not status:
            return
        name = next(fields)
        if status[0] in "RC":
            renamed = next(fields)
            yield FileChange(name if status[0] == "R" else "", renamed)
        else:
            yield FileChange("" if status[0] == "A" else name, "" if status[0] == "D" else name)


def _ask(root: Path, *arguments: str, about: str = "") -> str:
    return _run(root, *arguments, about=about).decode("utf-8", "surrogateescape")


def _run(root: Path, *arguments: str, about: str = "") -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - git, with arguments that can't be taken for options
            ["git", *_SAFE, *arguments],  # noqa: S607 - the git that the user has
            cwd=root,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise _unknown(f"git can't be run: {error.strerror}", "install git, or do without --since") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = f": {said[0]}" if said else ""
        raise _unknown(f"git knows no '{about}' here{why}" if about else f"git could not answer{why}", _HINT)
    return done.stdout


def _unknown(message: str, hint: str) -> LictorError:
    return LictorError([Problem("unknown-commit", message, "usage", hint=hint)])
