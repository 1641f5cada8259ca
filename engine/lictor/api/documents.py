"""Documents and subjects for the commands of plugins: what `lictor check` would read and find."""

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from lictor.api.plugins import plugins_for
from lictor.api.requests import CheckRequest, PluginChoice
from lictor.documents import is_address, quote_sources, read_file, read_text
from lictor.documents.discovery import discover
from lictor.model import Budgets, Document, Loaded, Problem, Subject
from lictor.registry import Registry
from lictor.report import describe_problem
from lictor.subjects import find_subjects as find_in
from lictor.subjects import relate_subjects as relate
from lictor.subjects import wanted_kinds


def read_documents(names: Iterable[str], root: Path) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Read files, folders, globs and addresses (`aws://`); relative names count from the current directory.

    The uris of files count from `root`.

    What is wrong with a name or a file is a Problem; the other files are read.
    """
    registry = plugins_for(PluginChoice()).registry
    extensions = frozenset(extension for loader in registry.loaders.values() for extension in loader.extensions)
    names = tuple(names)
    files = [name for name in names if not is_address(name)]
    from_root = [name if Path.cwd() == root else os.path.relpath(name, root) for name in files]
    discovered = discover(from_root, root, extensions)
    documents: list[Document] = []
    problems = list(discovered.problems)
    for file in discovered.files:
        loaded = read_file(file.path, file.uri, registry.loaders, Budgets())
        documents += loaded.documents
        problems += loaded.problems
    for loaded in _at_addresses(tuple(name for name in names if is_address(name)), root, registry, problems):
        documents += loaded.documents
        problems += loaded.problems
    return tuple(documents), tuple(problems)


def _at_addresses(names: tuple[str, ...], root: Path, registry: Registry, problems: list[Problem]) -> Iterator[Loaded]:
    if not names:
        return
    from lictor.api.sources import list_addresses  # files of this machine need none
    from lictor.evaluate.inputs import reader

    request = CheckRequest(names, root, dt.date.min)
    for remote in list_addresses(request, registry, problems):
        yield reader(remote, registry, request.budgets)()


def read_as(uri: str, text: str) -> Loaded:
    """Read text as a file of this name is read; what is wrong with it is a Problem."""
    return read_text(uri, text, plugins_for(PluginChoice()).registry.loaders, Budgets())


def find_subjects(
    document: Document, kinds: Iterable[str], assumed: str = ""
) -> tuple[tuple[Subject, ...], tuple[Problem, ...]]:
    """Find the subjects of some kinds in a document, in its order; `aws.iam.*` names all kinds that begin so.

    With `assumed`, the whole document is a subject of that kind, whatever its content looks like. Of a kind that
    documents make together, these are parts, for `relate_subjects`.
    """
    registry = plugins_for(PluginChoice()).registry
    return find_in(document, registry.kinds, wanted_kinds(kinds, registry.kinds), assumed)


def relate_subjects(subjects: Iterable[Subject]) -> tuple[Subject, ...]:
    """Put the parts that several documents hold together, such as an account; other subjects stay as they are."""
    return relate(subjects, plugins_for(PluginChoice()).registry.kinds)


def describe_problems(problems: Iterable[Problem], root: Path) -> str:
    """Return problems in the form that all commands show them in: place, source line, caret and hint."""
    return "\n".join(map(describe_problem, quote_sources(problems, root)))
