"""Find installed plugins by reading `entry_points.txt` beside installed packages.

`importlib.metadata` answers the same question, but importing it costs more than the rest of a run's start
(measured: it is as dear as pluggy, PyYAML and jmespath together), and it reads every distribution's metadata.
"""

import os
import sys
from collections.abc import Iterable, Iterator

from lictor.values import NamedTuple

GROUP = "lictor"


class EntryPoint(NamedTuple):
    """A plugin as its distribution declares it: `module` is what to import."""

    name: str
    module: str
    distribution: str
    version: str


def find_entry_points(search_path: Iterable[str] = (), group: str = GROUP) -> tuple[EntryPoint, ...]:
    """Return the entry points of a group, ordered by distribution and name.

    A distribution that stands on the path twice counts once, as for Python's own import: the first wins.
    """
    found: dict[tuple[str, str], EntryPoint] = {}
    seen: set[str] = set()
    for directory in search_path or sys.path:
        for distribution in _distributions(directory or "."):
            if distribution.name not in seen:
                seen.add(distribution.name)
                for point in _read(distribution, group):
                    found.setdefault((point.distribution, point.name), point)
    return tuple(found[key] for key in sorted(found))


def installed_versions() -> tuple[str, ...]:
    """Return what is installed, as `name version`: plugins may rest on any of it."""
    found: dict[str, str] = {}
    for directory in sys.path:
        for distribution in _distributions(directory or "."):
            found.setdefault(distribution.name, distribution.version)
    return tuple(f"{name} {version}" for name, version in sorted(found.items()))


class _Distribution(NamedTuple):
    name: str
    version: str
    path: str


def _distributions(directory: str) -> Iterator[_Distribution]:
    try:
        names = sorted(os.listdir(directory))
    except OSError:
        return
    for name in names:
        if not name.endswith((".dist-info", ".egg-info")):
            continue
        distribution, _, rest = name.rpartition(".")[0].partition("-")
        version = rest.partition("-")[0]
        if distribution and version:
            yield _Distribution(distribution.replace("_", "-").lower(), version, os.path.join(directory, name))


def _read(distribution: _Distribution, group: str) -> Iterator[EntryPoint]:
    try:
        with open(os.path.join(distribution.path, "entry_points.txt"), encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError):
        return
    section = ""
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("["):
            section = stripped.strip("[]").strip()
        elif section == group and "=" in stripped and not stripped.startswith(("#", ";")):
            name, _, module = stripped.partition("=")
            yield EntryPoint(name.strip(), module.partition("[")[0].strip(), distribution.name, distribution.version)
