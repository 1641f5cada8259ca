"""`file` and `templatefile`: texts of files in the same directory tree."""

import posixpath
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lictor_plugins.formats.terraform.parse import parse_template
from lictor_plugins.formats.terraform.values import Fields, Origin, Piece, Text, Value, as_text

if TYPE_CHECKING:
    from lictor_plugins.formats.terraform.evaluate import Evaluator, Scope

_LONGEST = 200_000
"""Characters of a file that is read for an expression: no policy is longer than 20,480."""


def read_file(values: Sequence[Value], _evaluator: "Evaluator", scope: "Scope") -> Value | None:
    """Return a file's text, which stands where it does in that file."""
    found = _find(values, scope)
    if found is None:
        return None
    uri, text = found
    origin = Origin(uri, 0, len(text))
    return Text((origin,), pieces=(Piece(text, origin),))


def read_template(values: Sequence[Value], evaluator: "Evaluator", scope: "Scope") -> Value | None:
    """Return a template's text with its variables put in."""
    from lictor_plugins.formats.terraform.evaluate import Scope

    found = _find(values, scope)
    if found is None or len(values) < 2 or not isinstance(values[1], Fields):  # noqa: PLR2004 - path, variables
        return None
    uri, text = found
    template = parse_template(text)
    if template is None:
        return None
    return evaluator.evaluate(template, Scope(uri, text, scope.resolver, dict(values[1].fields)))


def _find(values: Sequence[Value], scope: "Scope") -> tuple[str, str] | None:
    path = as_text(values[0]) if values else None
    if not path or path.startswith("/") or "\0" in path:
        return None
    resolver = scope.resolver
    folder = resolver.directory
    name = posixpath.normpath(path)
    inside = posixpath.normpath(posixpath.join(folder, path))
    # `path.module` gives the module's own folder; what is written without it counts from where Terraform runs.
    names = (name, inside) if folder and (name == folder or name.startswith(f"{folder}/")) else (inside, name)
    for uri in dict.fromkeys(names):
        text = None if uri.startswith("../") and not folder.startswith("../") else resolver.read(uri)
        if text is not None and len(text) <= _LONGEST:
            return uri, text
    return None
