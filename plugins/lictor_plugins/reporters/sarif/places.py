"""Locations in SARIF: regions in UTF-16 code units, with the source text they cover and what stands around it."""

from collections.abc import Sequence
from typing import Any

from lictor import Context, Location, Path, Region, mask_secrets
from lictor_plugins.reporters.sarif.artifacts import Artifacts

_MAX_SNIPPET = 1_000
"""Characters. Minified JSON is one line of megabytes, and every finding would carry it."""

_AROUND = 200
"""Characters to each side of a region that are shown of such a line."""


def physical_location(location: Location, artifacts: Artifacts, *, is_masked: bool = False) -> dict[str, Any]:
    """Return the `physicalLocation` (3.29). Without a region it is the file's first line, as GitHub needs a line."""
    if location.region is None:
        return {"artifactLocation": artifacts.reference(location.uri), "region": {"startLine": 1}}
    context = _masked(location.context, location.region) if is_masked else location.context
    region = sarif_region(location.region, context)
    physical: dict[str, Any] = {"artifactLocation": artifacts.reference(location.uri), "region": region}
    if context is not None and _is_covered(location.region, context):
        snippet = snippet_of(location.region, context)
        if len(snippet) <= _MAX_SNIPPET:
            region["snippet"] = {"text": snippet}
        around = context_region(location.region, context)
        if around is not None:
            physical["contextRegion"] = around
    return physical


def is_short(context: Context) -> bool:
    """Tell whether all of a context is shown, and columns in it are UTF-16 code units as they are."""
    return len(context.text) <= _MAX_SNIPPET and context.text.isascii()


def sarif_region(region: Region, context: Context | None) -> dict[str, Any]:
    """Return the `region` (3.30): ours counts code points, SARIF readers want UTF-16 code units."""
    return {
        "startLine": region.start_line,
        "startColumn": _utf16_column(region.start_line, region.start_column, context),
        "endLine": region.end_line,
        "endColumn": _utf16_column(region.end_line, region.end_column, context),
    }


def pointer(path: Path, document_index: int = 0) -> str:
    """Return a JSON pointer; in a later document of a file it starts with the document's number.

    >>> pointer(("a/b", 0), 2)
    '#2/a~1b/0'
    """
    start = f"#{document_index}" if document_index else ""
    return start + "".join("/" + str(element).replace("~", "~0").replace("/", "~1") for element in path)


def _utf16_column(line: int, column: int, context: Context | None) -> int:
    place = line - context.start_line if context else -1
    if context is None or place < 0 or context.text.isascii():
        return column
    lines = context.lines
    if place >= len(lines):
        return column
    text = lines[place]
    return column + sum(character > "\uffff" for character in text[: column - 1])


def _is_covered(region: Region, context: Context) -> bool:
    return context.start_line <= region.start_line and region.end_line <= context.start_line + context.text.count("\n")


def snippet_of(region: Region, context: Context) -> str:
    """Return the text of a region whose lines are all in the context."""
    return snippet_in(context.lines, region, context.start_line)


def snippet_in(every: Sequence[str], region: Region, first: int) -> str:
    """Return the text of a region in some lines, which have its own; the first of them has a number."""
    if region.start_line == region.end_line:
        return every[region.start_line - first][region.start_column - 1 : region.end_column - 1]
    lines = every[region.start_line - first : region.end_line - first + 1]
    return "\n".join((lines[0][region.start_column - 1 :], *lines[1:-1], lines[-1][: region.end_column - 1]))


def context_region(region: Region, context: Context) -> dict[str, Any] | None:
    """Return the `contextRegion` (3.29.5); None where too much would be shown."""
    text = context.text
    if len(text) <= _MAX_SNIPPET:
        end = context.start_line + text.count("\n")
        whole = Region(context.start_line, 1, end, len(text) - text.rfind("\n"))
        return {**sarif_region(whole, context), "snippet": {"text": text}}
    if region.start_line != region.end_line or region.end_column - region.start_column > _MAX_SNIPPET:
        return None
    line = context.lines[region.start_line - context.start_line]
    part = Region(
        region.start_line,
        max(1, region.start_column - _AROUND),
        region.end_line,
        min(len(line) + 1, region.end_column + _AROUND),
    )
    return {**sarif_region(part, context), "snippet": {"text": snippet_of(part, context)}}


def _masked(context: Context | None, region: Region) -> Context | None:
    if context is None:
        return None
    if len(context.text) <= 4 * _MAX_SNIPPET:
        return Context(context.start_line, mask_secrets(context.text))
    return Context(context.start_line, "\n".join(_mask_around(line, region) for line in context.lines))


def _mask_around(line: str, region: Region) -> str:
    first = max(0, region.start_column - 4 * _MAX_SNIPPET)
    last = region.start_column + 4 * _MAX_SNIPPET
    return line[:first] + mask_secrets(line[first:last]) + line[last:]
