"""Finding files: names, folders and globs in, every file once and in order out, with what could not be found."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lictor.documents.globs import is_glob, literal_folder, matches_glob
from lictor.errors import did_you_mean
from lictor.model import Location, Phase, Problem
from lictor.values import NamedTuple

if TYPE_CHECKING:
    from lictor.documents.ignored import Ignored

_ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".jar", ".whl", ".zst")


class SourceFile(NamedTuple):
    """A file to read: where it is, and how it is named in reports."""

    path: str
    uri: str


_SEPARATOR = os.sep

_Folder = tuple[str, "Ignored", list[str], frozenset[str]]
"""A folder that is being walked: its path, what is ignored in it, the names that are left and which are links."""


class Discovered(NamedTuple):
    """What names on a command line come to."""

    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]


def discover(names: Iterable[str], root: Path, extensions: frozenset[str], exclude: Iterable[str] = ()) -> Discovered:
    """Find the files that names stand for; relative names count from `root`.

    A file that is named is always read. Folders and globs give the files with a known extension that neither a
    `.gitignore` nor `exclude` (globs from the root; without a slash, names at any depth) leaves out. Links to folders
    are not followed, links to files only inside the root. `uri` has forward slashes and counts from the root, with
    `..` for files outside it, never from the file system's root; bytes that are not UTF-8 are percent-encoded. What a
    folder holds comes in the order of the uris.
    """
    problems: list[Problem] = []
    files = tuple(discovered(names, root, extensions, exclude, problems))
    return Discovered(files, tuple(problems))


def discovered(
    names: Iterable[str],
    root: Path,
    extensions: frozenset[str],
    exclude: Iterable[str],
    problems: list[Problem],
) -> Iterator[SourceFile]:
    """Yield what `discover` finds as it is found; what is wrong is added to `problems` by and by."""
    search = _Search(os.path.abspath(root), extensions, tuple(exclude), problems)  # noqa: PTH100 - links must not be resolved
    given = tuple(names)
    found = (file for name in given for file in search.found(name))
    # in one folder nothing is found twice, and of a large one there is no room for all names
    yield from found if len(given) == 1 else _once(found)
    if search.links:
        others = _Search(search.root, extensions, search.exclude, [])
        yield from search.needed_links(file for name in given for file in others.found(name))


def _once(files: Iterable[SourceFile]) -> Iterator[SourceFile]:
    seen: set[str] = set()
    for file in files:
        if file.uri not in seen:
            seen.add(file.uri)
            yield file


class _Search:
    """One discovery: what has to be known of what was found so far."""

    def __init__(
        self, root: str, extensions: frozenset[str], exclude: tuple[str, ...], problems: list[Problem]
    ) -> None:
        self.root = root
        self.below = os.path.join(root, "")  # noqa: PTH118 - it keeps the separator at the end
        self.extensions = tuple(extensions)
        self.exclude = exclude
        self.links: list[SourceFile] = []
        self.named: list[str] = []
        self.problems = problems

    def found(self, name: str) -> Iterator[SourceFile]:
        """Yield the files that a name stands for."""
        path = os.path.normpath(os.path.join(self.root, name))  # noqa: PTH118 - pathlib would keep `..`
        if os.path.isdir(path):  # noqa: PTH112 - plain strings all the way
            yield from self.below_folder(path)
        elif os.path.lexists(path):
            yield from self.found_file(path)
        elif is_glob(name):
            yield from self.found_by_glob(name)
        else:
            self.problems.append(self.missing(name, path))

    def found_file(self, path: str) -> Iterator[SourceFile]:
        uri = self.uri(path)
        archive = next((end for end in _ARCHIVES if uri.lower().endswith(end)), "")
        if archive:
            message = f"'{archive}' files are not opened"
            self.problems.append(self.problem("unsupported-format", message, uri, "unpack it and name the folder"))
        else:
            self.named.append(uri)
            yield SourceFile(path, uri)

    def found_by_glob(self, name: str) -> Iterator[SourceFile]:
        links = len(self.links)
        pattern = self.uri(os.path.normpath(os.path.join(self.root, name)))  # noqa: PTH118 - the same
        folder = os.path.join(self.root, literal_folder(pattern))  # noqa: PTH118 - the same
        is_found = any(matches_glob(pattern, uri) for uri in self.named)
        if os.path.isdir(folder):  # noqa: PTH112 - the same
            for file in self.below_folder(os.path.normpath(folder), pattern):
                is_found = True
                yield file
        if not is_found and len(self.links) == links:
            hint = "quote the pattern if your shell should leave it alone; '**' stands for any number of folders"
            self.problems.append(self.problem("no-files-match", f"no file matches '{_printable(name)}'", "", hint))

    def below_folder(self, folder: str, pattern: str | None = None) -> Iterator[SourceFile]:
        """Yield the files below a folder that was named."""
        from lictor.documents.ignored import ignored_in  # files that are named are read in any case

        return self.walk(folder, ignored_in(folder, self.root), pattern)

    def walk(self, folder: str, ignored: "Ignored", pattern: str | None) -> Iterator[SourceFile]:
        """Yield the files below a folder in the order of their uris, without recursion."""
        seen: set[tuple[int, int]] = set()
        waiting = [self.enter(folder, ignored, seen)]
        while waiting:
            here, ignored, names, links = waiting[-1]
            if not names:
                waiting.pop()
                continue
            name = names.pop()
            path = here + name
            if not name.endswith(_SEPARATOR):
                yield from self.taken(path, name, ignored, pattern, is_link=name in links)
            elif not self.is_left_out(path[:-1], name[:-1], ignored):
                waiting.append(self.enter(path[:-1], ignored, seen))

    def enter(self, folder: str, ignored: "Ignored", seen: set[tuple[int, int]]) -> "_Folder":
        """Return what a folder holds, nothing when it can't be read or was entered before."""
        start = os.path.join(folder, "")  # noqa: PTH118 - the same
        try:
            status = os.stat(folder)  # noqa: PTH116 - the same
            with os.scandir(folder) as entries:
                # the last one first, to be popped; a folder stands where its files do
                found = [(entry.name + _SEPARATOR * _is_folder(entry), entry.is_symlink()) for entry in entries]
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            message = f"the folder can't be read: {reason}"
            self.problems.append(self.problem("unreadable-file", message, self.uri(folder)))
            return start, ignored, [], frozenset()
        if (status.st_dev, status.st_ino) in seen:
            return start, ignored, [], frozenset()
        seen.add((status.st_dev, status.st_ino))
        names = sorted((name for name, _ in found), reverse=True)
        return start, ignored.below(folder), names, frozenset(name for name, is_link in found if is_link)

    def is_left_out(self, path: str, name: str, ignored: "Ignored") -> bool:
        from lictor.documents.ignored import NEVER_ENTERED

        return name in NEVER_ENTERED or self.is_excluded(self.uri(path)) or ignored.holds(path, is_folder=True)

    def taken(
        self, path: str, name: str, ignored: "Ignored", pattern: str | None, *, is_link: bool
    ) -> Iterator[SourceFile]:
        """Yield a file that a folder holds, when it is wanted; links wait for the end."""
        uri = self.uri(path)
        if pattern is not None and not matches_glob(pattern, uri):
            return
        ends = self.extensions if pattern is None or _last_is_open(pattern) else ("",)
        if not name.lower().endswith(ends) or self.is_excluded(uri) or ignored.holds(path, is_folder=False):
            return
        if is_link:
            self.take_link(path, uri)
        else:
            yield SourceFile(path, uri)

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

    def needed_links(self, files: Iterable[SourceFile]) -> Iterator[SourceFile]:
        """Yield the links whose files are not there by their own name; `files` are those that are."""
        targets = {_inode(link.path) for link in self.links}
        known = {inode for file in files if (inode := _inode(file.path)) in targets}
        for link in dict.fromkeys(self.links):
            inode = _inode(link.path)
            if inode is None or inode not in known:  # reading tells of a broken one
                known.add(inode)
                yield link

    def is_excluded(self, uri: str) -> bool:
        if not self.exclude:
            return False
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
    if name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name):
        return name
    return "".join(letter if not "\ud800" <= letter <= "\udfff" else _percent(letter) for letter in name)


def _percent(letter: str) -> str:
    is_byte = "\udc80" <= letter <= "\udcff"  # how Python's file names hold a byte (PEP 383)
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogateescape" if is_byte else "surrogatepass"))
