"""What a run is to check, listed while it is checked: of a million files there is no room for all names."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from lictor.api.prepared import CONFIGURATION
from lictor.api.requests import CheckRequest
from lictor.documents import is_address
from lictor.documents.discovery import SourceFile, discovered
from lictor.documents.read import Shared
from lictor.evaluate.inputs import Input, RemoteFile, reader
from lictor.model import Loaded, Problem
from lictor.registry import Registry
from lictor.rulesets import matches_glob

PARALLEL_FROM = 1_000
"""Files from which more processes pay for their start (measured; below it, starting them costs more than it saves)."""

_HEAD = 20_000
"""Files that are listed before the first one is checked, so that most runs know how many there are."""


class Listing:
    """The files that a request names, and after them what its addresses stand for.

    `head` are the first of them, `files` counts those that are files, and `is_whole` tells that there are no others.
    """

    def __init__(self, request: CheckRequest, registry: Registry) -> None:
        """List the first ones."""
        self._request = request
        self._registry = registry
        self._found: list[Problem] = []
        self._listed: list[Problem] = []
        self._addresses: dict[str, str] = {}
        self._idle = dict.fromkeys(request.kinds)
        self._files = self._discovered(self._found)
        files = tuple(islice(self._files, _HEAD))
        self.files = len(files)
        self._remote = self._remote_files()
        remote = tuple(islice(self._remote, PARALLEL_FROM)) if len(files) < _HEAD else ()
        self.head: tuple[Input, ...] = (*files, *remote)
        self.is_whole = len(files) < _HEAD and len(remote) < PARALLEL_FROM

    def inputs(self) -> Iterator[Input]:
        """Yield everything, which can be done once."""
        for each in chain(self.head, self._files, self._remote):
            if self._idle:
                self._note(each.uri)
            yield each

    def problems(self) -> tuple[Problem, ...]:
        """Return what was wrong with names, once everything was listed."""
        if self._request.standard_input is not None:
            self._note(self._request.standard_input_name)
        return (*self._found, *(_idle_kind(glob, self._request.kinds[glob]) for glob in self._idle), *self._listed)

    def again(self, uris: Iterable[str], but: Collection[str]) -> Iterator[tuple[str, Callable[[], Loaded]]]:
        """Yield how to read some of the documents once more, but for those that were kept."""
        wanted = frozenset(uris)
        budgets, shared = self._request.budgets, Shared()
        stored = (
            RemoteFile(self._addresses.get(uri, uri), uri) for uri in wanted if is_address(uri) and uri not in but
        )
        files = (file for file in self._discovered([]) if file.uri in wanted)
        yield from ((each.uri, reader(each, self._registry, budgets, shared)) for each in chain[Input](files, stored))

    def _discovered(self, problems: list[Problem]) -> Iterator[SourceFile]:
        request = self._request
        loaders = self._registry.loaders.values()
        extensions = frozenset(extension for loader in loaders for extension in loader.extensions)
        names = tuple(name for name in request.names if not is_address(name))
        exclude = (*request.exclude, *_own_files(request))
        return discovered(names, request.root, extensions, exclude, problems)

    def _remote_files(self) -> Iterator[RemoteFile]:
        """Yield what addresses stand for. Where one may not be shown, it is noted by what it is called instead."""
        if any(map(is_address, self._request.names)):
            from lictor.api.sources import list_addresses  # few runs read anything but files

            for remote in list_addresses(self._request, self._registry, self._listed):
                if remote.address != remote.uri:
                    self._addresses[remote.uri] = remote.address
                yield remote

    def _note(self, uri: str) -> None:
        """Note which kinds that the user assumes are there."""
        for glob in [glob for glob in self._idle if matches_glob(glob, uri)]:
            del self._idle[glob]


def _own_files(request: CheckRequest) -> Iterator[str]:
    """Yield globs for what says how to check, which is not itself checked unless it is named."""
    yield CONFIGURATION
    for directory in request.policy.rule_directories:
        name = Path(os.path.relpath(directory.resolve(), request.root.resolve())).as_posix()
        if name != ".":
            yield f"{name}/**"


def _idle_kind(glob: str, kind: str) -> Problem:
    message = f"no file that is checked matches '{glob}', which should be a '{kind}'"
    hint = "'**' crosses directories: **/boundary.json"
    return Problem("no-files-match", message, "usage", hint=hint)
