"""Take modules from one file, which holds the bytecode of those that such a run imports.

Finding a module, and opening and reading its bytecode, takes longer than running it, a hundred and fifty times over.
As with Python's own files of bytecode, each is good for the time and size that its source had (PEP 3147), and the
file is read only where nobody but the user can write. A first run keeps nothing: in a build it is often the last, too.
"""

import marshal
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType, ModuleType

from lictor.ownership import is_private
from lictor.values import NamedTuple

_LENGTH = 8
"""Bytes at the start of the file that tell the length of the table after them."""

_HEADER = 16
"""Bytes before the code in a file of Python's: magic, flags, time and size of the source (PEP 552)."""

_MOST = 1_000
"""Modules from which on those that this run did not import are forgotten."""


class _Kept(NamedTuple):
    """A module's source as it was, and where after the table its bytecode stands."""

    origin: str
    modified_ns: int
    size: int
    is_package: bool
    start: int
    length: int


class _KeptLoader(SourceFileLoader):
    """Loads a module as Python does, with bytecode that is there already."""

    def __init__(self, name: str, path: str, code: bytes) -> None:
        """Take the bytecode."""
        super().__init__(name, path)
        self._code = code

    def get_code(self, name: str) -> CodeType | None:
        """Return the module's code."""
        try:
            code = marshal.loads(self._code)  # noqa: S302 - only the user can write there
        except (ValueError, EOFError, TypeError):
            code = None
        return code if isinstance(code, CodeType) else super().get_code(name)


class KeptModules:
    """Finds modules for Python, and keeps those that were imported for the next run.

    Only modules in packages: where a package is, is for Python to find, and what is in it stands beside.
    """

    def __init__(self, directory: str) -> None:
        """Look at what was kept in a directory."""
        self._directory = directory
        self._path = os.path.join(directory, f"{sys.implementation.cache_tag}.modules")
        self._kept: dict[str, tuple[str, int, int, bool, int, int]] = {}
        self._code_at = 0
        self._descriptor = -1
        if not is_private(directory):
            return
        try:
            self._descriptor = os.open(self._path, os.O_RDONLY)
            length = int.from_bytes(os.read(self._descriptor, _LENGTH), "little")
            if length > os.fstat(self._descriptor).st_size:
                return
            python, kept = marshal.loads(os.read(self._descriptor, length))  # noqa: S302 - only the user can write there
        except (OSError, ValueError, EOFError, TypeError):
            return
        if python == _python() and isinstance(kept, dict):
            self._kept, self._code_at = kept, _LENGTH + length

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module is, if it was kept and its source is as it was."""
        kept = self._kept.get(name)
        if kept is None or path is None:
            return None
        origin, modified_ns, size, is_package, start, length = kept
        folder = os.path.dirname(origin)
        try:
            status = os.stat(origin)
            code = os.pread(self._descriptor, length, self._code_at + start)
        except OSError:
            return None
        is_there = (os.path.dirname(folder) if is_package else folder) in path
        if not is_there or (status.st_mtime_ns, status.st_size) != (modified_ns, size) or len(code) != length:
            return None
        spec = ModuleSpec(name, _KeptLoader(name, origin, code), origin=origin, is_package=is_package)
        spec.has_location = True
        if is_package and spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(folder)
        return spec

    def keep(self) -> None:
        """Keep the modules that were imported, if there are new ones. What can't be written is not kept."""
        if sys.dont_write_bytecode:
            return
        try:
            if not os.path.lexists(self._path):
                os.makedirs(self._directory, mode=0o700, exist_ok=True)
                os.close(os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600))
            elif is_private(self._directory):
                self._keep_new()
        except OSError:
            return

    def _keep_new(self) -> None:
        imported = {
            name: module.__dict__.get("__spec__")
            for name, module in tuple(sys.modules.items())
            if "." in name and isinstance(module, ModuleType)  # anything may be there
        }
        new = {
            name: spec
            for name, spec in imported.items()
            if spec is not None and spec.loader.__class__ is SourceFileLoader and spec.origin and spec.cached
        }
        entries = {name: entry for name, spec in new.items() if (entry := _read(spec))}
        # some are imported before anything is taken from here
        if all(name in self._kept and self._kept[name][:3] == kept[:3] for name, (kept, _) in entries.items()):
            return
        old = [name for name in self._kept if name not in entries and (name in imported or len(self._kept) < _MOST)]
        for name in old:
            origin, modified_ns, size, is_package, start, length = self._kept[name]
            code = os.pread(self._descriptor, length, self._code_at + start)
            entries[name] = (_Kept(origin, modified_ns, size, is_package, 0, length), code)
        self._write(entries)

    def _write(self, entries: dict[str, tuple[_Kept, bytes]]) -> None:
        import tempfile

        start = 0
        table: dict[str, tuple[str | int, ...]] = {}
        for name, (kept, code) in entries.items():
            table[name] = tuple(kept._replace(start=start, length=len(code)))
            start += len(code)
        head = marshal.dumps((_python(), table))
        descriptor, draft = tempfile.mkstemp(dir=self._directory)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(len(head).to_bytes(_LENGTH, "little"))
            stream.write(head)
            stream.writelines(code for _, code in entries.values())
        os.replace(draft, self._path)


def _read(spec: ModuleSpec) -> tuple[_Kept, bytes] | None:
    """Return a module's bytecode as Python keeps it, if it is what its source now comes to."""
    origin, cached = spec.origin or "", spec.cached or ""
    try:
        status = os.stat(origin)
        with open(cached, "rb") as stream:
            content = stream.read()
    except OSError:
        return None
    expected = b"\0\0\0\0" + int(status.st_mtime).to_bytes(4, "little") + status.st_size.to_bytes(4, "little")
    if content[4:_HEADER] != expected:
        return None
    is_package = spec.submodule_search_locations is not None
    return _Kept(origin, status.st_mtime_ns, status.st_size, is_package, 0, 0), content[_HEADER:]


def _python() -> tuple[str | int, ...]:
    """Return what bytecode depends on, beside its source."""
    return sys.version, sys.prefix, sys.flags.optimize
