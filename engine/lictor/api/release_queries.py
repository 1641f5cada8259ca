"""Queries that were compiled when lictor was built: Python modules, of which a run imports those that it needs.

Python keeps the bytecode of each, so that it is compiled once, when lictor is installed.
"""

import zlib
from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any

from lictor.light import unpickled
from lictor.query.code import Code

Key = tuple[str, bool]
"""A query's text, and whether its code carries places."""

_PACKAGE = "lictor.release"


class ReleasedCodes(MutableMapping[Key, Code]):
    """What queries were compiled to, when lictor was built and since.

    Iterating gives the screens and what was compiled since.
    """

    __slots__ = ("_added", "_found", "_homes", "_screens")

    def __init__(self, homes: Mapping[int, str], screens: tuple[Key, ...], added: Mapping[Key, Code]) -> None:
        """Take the module that may know a query, by the text's checksum, and what other runs compiled."""
        self._homes = homes
        self._screens = screens
        self._added = dict(added)
        self._found: dict[Key, Code] = {}

    def __getitem__(self, key: Key) -> Code:
        code = self._added.get(key) or self._found.get(key)
        if code is None:
            home = import_module(f"{_PACKAGE}.{self._homes[checksum(key)]}")
            make, constants, builds = home.CODES[key]
            code = self._found[key] = Code(make.__code__, unpickled(constants), builds)
        return code

    def __setitem__(self, key: Key, code: Code) -> None:
        self._added[key] = code

    def __delitem__(self, key: Key) -> None:
        del self._added[key]

    def __iter__(self) -> Iterator[Key]:
        return iter((*self._screens, *self._added))

    def __len__(self) -> int:
        return len(self._screens) + len(self._added)

    def __reduce__(self) -> tuple[Any, ...]:
        from lictor.api.release import codes_with  # reads where they are

        return codes_with, (dict(self._added),)


def checksum(key: Key) -> int:
    """Return what a query is looked up by; its home holds the text itself."""
    return zlib.crc32(key[0].encode("utf-8", "surrogatepass"))
