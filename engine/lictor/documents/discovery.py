"""Finding files: names, folders and globs in, every file once and in order out, with what could not be found."""

import os
from collections.abc import Iterable
from pathlib import Path

from lictor.documents.globs import is_glob, literal_folder, matches_glob
from lictor.documents.ignored import NEVER_ENTERED, Ignored, ignored_in
from lictor.errors import did_you_mean
from lictor.model import Location, Phase, Problem
from lictor.values import NamedTuple

_ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".jar", ".whl", ".zst")


class SourceFile(NamedTuple):
    """A file to read: where it is, and how it is named in reports."""

    path: str
    uri: str


class Discovered(NamedTuple):
    """What names on a command line come to."""

    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]


def discover(names: Iterable[str], root: Path, extensions: frozenset[str], exclude: Iterable[str] = ()) -> Discovered:
    """Find the files that names stand for; relative names count from `root`.

    A file that is named is always read. Folders and globs give the files with a known extension that neither a
    `.gitignore` nor `exclude` (globs from the root; without a slash, names at any depth) leaves out. Links to folders
    are not followed, links to files only inside the root. `uri` has forward slashes and counts from the root, with
    `..` for files outside it, never from the file system's root; bytes that are not UTF-8 are percent-encoded.
    """
    search = _Search(os.path.abspath(root), extensions, tuple(exclude))  # noqa: PTH100 - links must not be resolved
    for name in names:
        search.add(name)
    return search.result()


class _Search:
    """One discovery: what was found so far, and which files were seen."""

    def __init__(self, root: str, extensions: frozenset[str], exclude: tuple[str, ...]) -> None:
        self.root = root
        self.below = os.path.join(root, "")  # noqa: PTH118 - it keeps the separator at the end
        self.extensions = tuple(extensions)
        self.exclude = exclude
        self.files: dict[str, SourceFile] = {}
        self.links: list[SourceFile] = []
        self.problems: list[Problem] = []

    def add(self, name: str) -> None:
        path = os.path.normpath(os.path.join(self.root, name))  # noqa: PTH118 - pathlib would keep `..`
        if os.path.isdir(path):  # noqa: PTH112 - plain strings all the way
            self.walk(path, ignored_in(path, self.root), pattern=None)
        elif os.path.lexists(path):
            self.add_named(path)
        elif is_glob(name):
            self.add_glob(name)
        else:
            self.problems.append(self.missing(name, path))

    def add_named(self, path: str) -> None:
        uri = self.uri(path)
        archive = next((end for end in _ARCHIVES if uri.lower().endswith(end)), "")
        if archive:
            message = f"'{archive}' files are not opened"
            self.problems.append(self.problem("unsupported-format", message, uri, "unpack it and name the folder"))
        else:
            self.keep(path, uri)

    def add_glob(self, name: str) -> None:
        before = len(self.files) + len(self.links)
        known = set(self.files)
        pattern = self.uri(os.path.normpath(os.path.join(self.root, name)))  # noqa: PTH118 - the same
        folder = os.path.join(self.root, literal_folder(pattern))  # noqa: PTH118 - the same
        if os.path.isdir(folder):  # noqa: PTH112 - the same
            self.walk(os.path.normpath(folder), ignored_in(folder, self.root), pattern)
        if len(self.files) + len(self.links) == before and not any(matches_glob(pattern, uri) for uri in known):
            hint = "quote the pattern if your shell should leave it alone; '**' stands for any number of folders"
            self.problems.append(self.problem("no-files-match", f"no file matches '{_printable(name)}'", "", hint))

    def walk(self, folder: str, ignored: Ignored, pattern: str | None) -> None:
        """Take the files below a folder, in order, without recursion."""
        waiting = [(folder, ignored)]
        seen: set[tuple[int, int]] = set()
        while waiting:
            here, ignored = waiting.pop()
            try:
                status = os.stat(here)  # noqa: PTH116 - the same
                with os.scandir(here) as entries:
                    found = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                self.problems.append(
                    self.problem("unreadable-file", f"the folder can't be read: {reason}", self.uri(here))
                )
                continue
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            ignored = ignored.below(here)
            folders: list[os.DirEntry[str]] = []
            for entry in found:
                if _is_folder(entry):
                    folders.append(entry)
                else:
                    self.take(entry, ignored, pattern)
            waiting.extend(
                (entry.path, ignored)
                for entry in reversed(folders)
                if entry.name not in NEVER_ENTERED
                and not self.is_excluded(self.uri(entry.path))
                and not ignored.holds(entry.path, is_folder=True)
            )

    def take(self, entry: "os.DirEntry[str]", ignored: Ignored, pattern: str | None) -> None:
        """Keep a file that a folder holds, when it is wanted."""
        uri = self.uri(entry.path)
        if pattern is not None and not matches_glob(pattern, uri):
            return
        ends = self.extensions if pattern is None or _last_is_open(pattern) else ("",)
        if not entry.name.lower().endswith(ends) or self.is_excluded(uri) or ignored.holds(entry.path, is_folder=False):
            return
        if entry.is_symlink():
            self.take_link(entry.path, uri)
        else:
            self.keep(entry.path, uri)

    def take_link(self, path: str, uri: str) -> None:
        """Keep a link to a file, unless it leads to a folder or out of the root; reading tells of a broken one."""
        if os.path.isdir(path):  # noqa: PTH112 - the same
            return
        target = os.path.realpath(path)
        if os.path.exists(path) and not _is_inside(target, os.path.realpath(self.root)):  # noqa: PTH110 - the same
            message, hint = "the link leads out of the root and is not followed", "name the file itself to check it"
            self.problems.append(self.problem("unreadable-file", message, uri, hint))
            return
        self.links.append(SourceFile(path, uri))

    def keep(self, path: str, uri: str) -> None:
        self.files.setdefault(uri, SourceFile(path, uri))

    def result(self) -> Discovered:
        """Add the links whose files are not there by their own name."""
        known = {_inode(file.path) for file in self.files.values()} if self.links else set()
        for link in self.links:
            inode = _inode(link.path)
            if inode is None or inode not in known:  # reading tells of a broken one
                self.files.setdefault(link.uri, link)
                known.add(inode)
        return Discovered(tuple(self.files.values()), tuple(self.problems))

    def is_excluded(self, uri: str) -> bool:
        names = [uri, uri.rpartition("/")[2]]
        return any(matches_glob(pattern.rstrip("/"), names["/" not in pattern.rstrip("/")]) for pattern in self.exclude)

    def missing(self, name: str, path: str) -> Problem:
        folder, _, last = path.rpartition(os.sep)
        try:
            near = did_you_mean(last, os.listdir(folder or os.sep))  # noqa: PTH208 - the same
        except OSError:
            near = ""
        return self.problem("file-not-found", f"there is no file or folder '{_printable(name)}'", "", near)

    def problem(self, code: str, message: str, uri: str, hint: str = "") -> Problem:
        phase: Phase = "usage" if code in {"file-not-found", "no-files-match", "unsupported-format"} else "document"
        return Problem(code, message, phase, "error", hint, Location(uri) if uri else None)

    def uri(self, path: str) -> str:
        # all but files outside the root are below it, and their paths come from the walk that started there
        below = path.startswith(self.below) and ".." not in path
        name = path[len(self.below) :] if below else os.path.relpath(path, self.root)
        return _printable(name.replace(os.sep, "/"))


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _inode(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - the same
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def _last_is_open(pattern: str) -> bool:
    """Say whether a glob leaves the extension open."""
    return is_glob(pattern.rpartition("/")[2].rpartition(".")[2])


def _is_inside(path: str, folder: str) -> bool:
    return os.path.commonpath([path, folder]) == folder


def _printable(name: str) -> str:
    """Percent-encode what is not UTF-8 in a file's name (RFC 3986, section 2.1), so that it can be written anywhere."""
    if not any("\ud800" <= letter <= "\udfff" for letter in name):
        return name
    return "".join(letter if not "\ud800" <= letter <= "\udfff" else _percent(letter) for letter in name)


def _percent(letter: str) -> str:
    is_byte = "\udc80" <= letter <= "\udcff"  # how Python's file names hold a byte (PEP 383)
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogateescape" if is_byte else "surrogatepass"))
