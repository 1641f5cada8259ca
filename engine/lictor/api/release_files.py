"""Whether an installed lictor's rules and rulesets are still those that its wheel brought.

What was made of them when the wheel was built is worth nothing once somebody changed one, as people do to try things.
Code is not looked at: it is Python that runs it as it is. Nor are pages, of which nothing is asked.
"""

import os
from collections.abc import Iterable, Iterator

from lictor import __version__
from lictor.values import NamedTuple

PACKAGES = ("lictor_rules", "lictor_rulesets")

_SUFFIX = ".yaml"
_MADE = "__pycache__"


class ReleasedFiles(NamedTuple):
    """Files with their sizes in bytes, and folders with the names that are in them.

    Paths are from where packages are installed, with `/`. Folders are those that hold others, where one may be added.
    """

    files: tuple[tuple[str, int], ...]
    folders: tuple[tuple[str, tuple[str, ...]], ...]


def files_in(packages: Iterable[tuple[str, str]]) -> ReleasedFiles:
    """Return the files of packages, each given by its name and where it is."""
    files: list[tuple[str, int]] = []
    folders: list[tuple[str, tuple[str, ...]]] = []
    from lictor.rules.folders import CASES_FILE  # no plan rests on it; only needed where a wheel is built

    for name, place in packages:
        for folder, below, names in os.walk(place):
            below[:] = sorted(each for each in below if each != _MADE)
            path = "/".join((name, *os.path.relpath(folder, place).split(os.sep))).removesuffix("/.")
            kept = sorted(each for each in names if each.endswith(_SUFFIX) and each != CASES_FILE)
            files += [(f"{path}/{each}", os.path.getsize(os.path.join(folder, each))) for each in kept]
            if folder == place or below:
                folders.append((path, _telling((*below, *names))))
    return ReleasedFiles(tuple(files), tuple(folders))


def installed_at() -> str:
    """Return the folder that holds lictor's packages."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def record_of(site: str) -> str:
    """Return the list of files that an installer writes last (PyPA: Recording installed projects)."""
    return os.path.join(site, f"lictor-{__version__}.dist-info", "RECORD")


def is_as_installed(files: ReleasedFiles, site: str) -> bool:
    """Tell whether no file was changed, added or removed since lictor was installed."""
    return next(_changes(files, site), None) is None


def _changes(files: ReleasedFiles, site: str) -> Iterator[str]:
    try:
        installed_ns = os.stat(record_of(site)).st_mtime_ns
        for path, size in files.files:
            status = os.stat(f"{site}/{path}")
            if status.st_size != size or status.st_mtime_ns > installed_ns:
                yield path
        for path, names in files.folders:
            # bytecode that was written since changes a folder's time, too
            is_newer = os.stat(f"{site}/{path}").st_mtime_ns > installed_ns
            if is_newer and _telling(os.listdir(f"{site}/{path}")) != names:
                yield path
    except OSError as error:
        yield str(error.filename)


def _telling(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of folders and of files that are looked at."""
    return tuple(sorted(name for name in names if name != _MADE and ("." not in name or name.endswith(_SUFFIX))))
