"""List what addresses stand for (`aws://`, `s3://bucket/`), through the sources that plugins register."""

from collections.abc import Iterable, Iterator

from lictor.api.requests import CheckRequest
from lictor.documents import is_address, without_secrets
from lictor.documents.globs import is_glob
from lictor.evaluate.inputs import RemoteFile, attempt, no_source, source_for
from lictor.model import Listed, Loaded, Problem, Source
from lictor.registry import Registry
from lictor.rulesets import matches_glob


def list_addresses(request: CheckRequest, registry: Registry, problems: list[Problem]) -> Iterator[RemoteFile]:
    """Yield every document that the request's addresses stand for, as their sources list them.

    What can't be listed is added to `problems`, and costs no other address.
    """
    extensions = tuple(extension for loader in registry.loaders.values() for extension in loader.extensions)
    for url in filter(is_address, dict.fromkeys(request.names)):
        shown = without_secrets(url)
        found = attempt("", shown, lambda url=url: source_for(url, registry.sources))  # type: ignore[misc]  # bound now
        if isinstance(found, Loaded):
            problems.extend(found.problems)
        elif found is None:
            problems.append(no_source(url, registry.sources))
        else:
            ends = ("",) if is_glob(url) and not is_glob(_extension(url)) else extensions
            for listed in _list(found, url, shown, problems):
                name = listed.name or without_secrets(listed.address)
                if listed.is_named or (name.lower().endswith(ends) and not _is_excluded(name, request.exclude)):
                    yield RemoteFile(listed.address, name, listed.size)


def _list(source: Source, url: str, shown: str, problems: list[Problem]) -> Iterator[Listed]:
    names = attempt(source.name, shown, lambda: iter(source.list(url)))
    while not isinstance(names, Loaded):
        each = attempt(source.name, shown, lambda: next(names, None))
        if isinstance(each, Loaded):
            problems.extend(each.problems)
        if each is None or isinstance(each, Loaded):
            return
        yield each if isinstance(each, Listed) else Listed(each)
    problems.extend(names.problems)


def _extension(url: str) -> str:
    """Return the last part's extension, or the whole part: what a pattern leaves open is narrowed to known formats."""
    return url.rpartition("/")[2].rpartition(".")[2]


def _is_excluded(uri: str, exclude: Iterable[str]) -> bool:
    last = uri.rpartition("/")[2]
    return any(matches_glob(pattern.rstrip("/"), uri if "/" in pattern.rstrip("/") else last) for pattern in exclude)
