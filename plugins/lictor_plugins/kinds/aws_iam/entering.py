"""Entering what a file wraps a policy in: its text, its encoding, the name of the file."""

from collections.abc import Mapping
from typing import Any

from lictor import Document, Path
from lictor_plugins.kinds.aws_iam.classify import classify
from lictor_plugins.kinds.aws_iam.found import FoundPolicy, unwrap
from lictor_plugins.kinds.aws_iam.intrinsics import Template


def entered(
    raw: Any,  # noqa: ANN401 - any JSON value
    path: Path,
    document: Document,
    name: str,
    kind: str,
    role: Mapping[str, Any] | None = None,
) -> FoundPolicy:
    """Return a policy that stands in a wrapping; without a `kind`, its content tells which it is."""
    value, place, anchor, template = unwrap(raw, path, Template())
    if not kind:
        kind, told_by = classify(value, document.uri)
    else:
        told_by = f"the wrapping '{path[-1]}'"
    return FoundPolicy(value, place, name or stem(document.uri), kind, told_by, template, role, anchor)


def text_or_none(value: Any) -> str | None:  # noqa: ANN401 - any JSON value
    """Return a text as it is; None for anything else."""
    return value if isinstance(value, str) else None


def stem(uri: str) -> str:
    """Name a policy after its file.

    >>> stem("roles/auditor.json")
    'auditor'
    """
    return uri.rsplit("/", 1)[-1].rsplit(".", 1)[0]
