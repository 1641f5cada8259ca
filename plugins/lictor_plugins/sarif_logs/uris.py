"""Faults of the uris of files. GitHub takes paths from the repository's root, as RFC 3986 writes them."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from lictor import Match, Path
from lictor_plugins.sarif_logs.reading import (
    Object,
    Placed,
    child,
    entries,
    fault,
    index_of,
    objects,
    physical_locations,
    results,
    runs,
    text,
)

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_DRIVE = re.compile(r"[A-Za-z]:([\\/]|$)")
_PARENT = re.compile(r"(^|[/\\])\.\.([/\\]|$)")
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2}).{0,2}")


def uri_scheme(log: Object) -> Iterator[Match]:
    """Yield uris with a scheme that can't be a file of the checkout."""
    for _run, path, uri in _uris(log):
        scheme = _scheme(uri)
        if scheme not in ("", "file"):
            yield fault(path, f"'{scheme}:' is not the scheme of a file in the repository: {uri}")


def uri_absolute(log: Object) -> Iterator[Match]:
    """Yield absolute paths that the run gives no root for."""
    for run, path, uri in _uris(log):
        root = _root(run)
        if root and uri.startswith(root):
            continue
        if _scheme(uri) == "file" or _DRIVE.match(uri) or uri.startswith(("/", "\\")):
            yield fault(path, f"the path is not relative to the root of the repository: {uri}")


def uri_parent(log: Object) -> Iterator[Match]:
    """Yield paths that climb, maybe out of the repository."""
    for _run, path, uri in _uris(log):
        if _PARENT.search(unquote(uri)):
            yield fault(path, f"'..' in a path leads to no file of the repository: {uri}")


def uri_characters(log: Object) -> Iterator[Match]:
    """Yield uris with characters that a uri can't hold."""
    for _run, path, uri in _uris(log):
        wrong = _NOT_ALLOWED.search(uri)
        escape = _BAD_ESCAPE.search(uri)
        if wrong:
            yield fault(path, f"a uri can't hold {_named(wrong[0])}: {uri}")
        elif escape:
            yield fault(path, f"'{escape[0]}' is no percent-encoding: {uri}")


def _uris(log: Object) -> Iterator[tuple[Placed, Path, str]]:
    """Yield the run, path and text of every uri of a result's places, and of the artifacts that they name by index."""
    for run, result in results(log):
        for physical in physical_locations(result):
            location = child(physical, "artifactLocation")
            uri = text(location.value, "uri")
            if uri:
                yield run, (*location.path, "uri"), uri
        for fix in objects(result, "fixes"):
            for change in objects(fix, "artifactChanges"):
                location = child(change, "artifactLocation")
                uri = text(location.value, "uri")
                if uri:
                    yield run, (*location.path, "uri"), uri
    for run in runs(log):
        yield from _uris_by_index(run)


def _uris_by_index(run: Placed) -> Iterator[tuple[Placed, Path, str]]:
    """Yield the uris of the artifacts that stand for a place by their index alone (3.4.5)."""
    named = {
        index_of(location.value, "index")
        for result in objects(run, "results")
        for location in (child(physical, "artifactLocation") for physical in physical_locations(result))
        if "uri" not in location.value
    }
    for number, artifact in enumerate(entries(run.value, "artifacts")):
        uri = text(artifact, "location", "uri") if number in named and isinstance(artifact, dict) else ""
        if uri:
            yield run, (*run.path, "artifacts", number, "location", "uri"), uri


def _scheme(uri: str) -> str:
    found = _SCHEME.match(uri)
    return found[1].lower() if found else ""


def _root(run: Placed) -> str:
    first = next(objects(run, "invocations"), None)
    return text(first.value, "workingDirectory", "uri") if first else ""


def _named(character: str) -> str:
    if character == " ":
        return "a space"
    return f"'{character}'" if character.isprintable() else f"U+{ord(character):04X}"
