"""Which templates nest a template as a stack of theirs, and the parameters that they give it.

CloudFormation user guide, "Split a template into reusable pieces using nested stacks", and SAM's
`AWS::Serverless::Application`: a path in the repository stands where `package` will put an address. The CDK says the
path in the metadata.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lictor import Budgets, NamedTuple, Neighbours, lazy_pattern
from lictor_plugins.formats.cloudformation import is_template, load_template

_NESTING = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
_EXTENSIONS = (".yaml", ".yml", ".json", ".template")
_ADDRESS = lazy_pattern(r"[a-z][a-z0-9+.-]*://|arn:", re.IGNORECASE)
_MOST_FILES = 1_000
"""Files of one folder that are looked through for templates that nest others."""
_MOST_LEVELS = 5
_MOST_CALLERS = 12
"""Callers of one template; what they give it seldom differs in more ways."""


class Caller(NamedTuple):
    """A template that nests another: its data, what it gives the nested one, and who nests the template itself."""

    uri: str
    data: Mapping[str, Any]
    parameters: Mapping[str, Any]
    callers: tuple["Caller", ...] = ()


def callers_of(uri: str, neighbours: Neighbours, budgets: Budgets, level: int = 0) -> tuple[Caller, ...]:
    """Return the templates that nest one, of its own folder and of those above it."""
    found: list[Caller] = []
    folder = posixpath.dirname(uri)
    while level < _MOST_LEVELS:
        for called, caller in _nesting_in(folder, neighbours, budgets):
            if called == uri and caller.uri != uri and len(found) < _MOST_CALLERS:
                found.append(caller._replace(callers=callers_of(caller.uri, neighbours, budgets, level + 1)))
        if not folder:
            break
        folder = posixpath.dirname(folder)
    return tuple(found)


def _nesting_in(folder: str, neighbours: Neighbours, budgets: Budgets) -> tuple[tuple[str, Caller], ...]:
    """Return what the templates of a folder nest, by the path of it; read once in a run."""
    key = f"nested-stacks:{folder}"
    known: tuple[tuple[str, Caller], ...] | None = neighbours.memo.get(key)
    if known is None:
        files = [uri for uri in neighbours.files(folder) if uri.lower().endswith(_EXTENSIONS)]
        known = tuple(
            each
            for uri in (files if len(files) <= _MOST_FILES else ())
            for each in _nested_by(uri, folder, neighbours.read(uri) or "", budgets)
        )
        neighbours.memo[key] = known
    return known


def _nested_by(uri: str, folder: str, text: str, budgets: Budgets) -> Iterator[tuple[str, Caller]]:
    if not any(kind in text for kind in _NESTING):
        return
    for document in load_template(uri, text, budgets).documents:
        resources = document.data.get("Resources") if is_template(document.data) else None
        for resource in resources.values() if isinstance(resources, dict) else ():
            path = _path_of(resource)
            if path is not None:
                given = resource["Properties"].get("Parameters")
                called = posixpath.normpath(posixpath.join(folder, path))
                yield called, Caller(uri, document.data, given if isinstance(given, dict) else {})


def _path_of(resource: Any) -> str | None:  # noqa: ANN401 - any JSON value
    """Return the path of the template that a resource nests, None where it is elsewhere or no nested stack."""
    named = _NESTING.get(str(resource.get("Type"))) if isinstance(resource, dict) else None
    properties = resource.get("Properties") if named is not None else None
    if not isinstance(properties, dict):
        return None
    metadata = resource.get("Metadata")
    given = metadata.get("aws:asset:path") if isinstance(metadata, dict) else None
    path = properties.get(named) if given is None else given
    return path if isinstance(path, str) and path and not _ADDRESS.match(path) else None
