"""The literal text of strings and heredocs: escapes, indentation, strip markers."""

import re
from collections.abc import Iterable, Iterator

from lictor_plugins.formats.terraform.syntax import Chunk, Expression, Span

# HCL native syntax specification, "Quoted Templates" and "Template Literals".
_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\.|\$\$\{|%%\{", re.DOTALL)
_HEREDOC_ESCAPE = re.compile(r"\$\$\{|%%\{")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)

Part = Chunk | Expression


def literal(text: str, span: Span, *, is_quoted: bool) -> Iterator[Chunk]:
    r"""Yield what a stretch of source spells, escapes undone.

    >>> [chunk.text for chunk in literal(r"a\n$${b}", Span(0, 8), is_quoted=True)]
    ['a', '\n', '${', 'b}']
    """
    at = span.start
    for found in (_ESCAPE if is_quoted else _HEREDOC_ESCAPE).finditer(text, *span):
        if found.start() > at:
            yield Chunk(text[at : found.start()], Span(at, found.start()))
        yield Chunk(_meant(found[0]), Span(found.start(), found.end()))
        at = found.end()
    if span.end > at:
        yield Chunk(text[at : span.end], Span(at, span.end))


def _meant(escape: str) -> str:
    if escape[0] in "$%":
        return escape[1:]
    if escape[1] in "uU":
        number = int(f"0x{escape[2:]}", 0)
        return chr(number) if number < 0x110000 else "\ufffd"  # noqa: PLR2004 - past the last code point
    return _ESCAPES.get(escape[1], escape[1])


def without_indentation(text: str, span: Span, parts: Iterable[Part]) -> tuple[Part, ...]:
    """Take the indentation that all lines of a `<<-` heredoc share from each of them."""
    widths = [
        len(line) - len(line.lstrip(" \t")) for line in text[span.start : span.end].split("\n") if line.strip(" \t\r")
    ]
    shared = min(widths, default=0)
    if not shared:
        return tuple(parts)
    stripped: list[Part] = []
    for part in parts:
        if not isinstance(part, Chunk):
            stripped.append(part)
            continue
        at = part.span.start
        for line in part.text.splitlines(keepends=True) if len(part.text) == len(range(*part.span)) else [part.text]:
            is_start = at == span.start or text[at - 1] == "\n"
            cut = min(shared, len(line) - len(line.lstrip(" \t"))) if is_start else 0
            if len(line) > cut:
                stripped.append(Chunk(line[cut:], Span(at + cut, at + len(line))))
            at += len(line)
    return tuple(stripped)


def trimmed(chunk: Chunk, *, is_left: bool) -> Chunk:
    """Take the white space beside a strip marker (`~`) from literal text."""
    text = chunk.text.lstrip() if is_left else chunk.text.rstrip()
    cut = len(chunk.text) - len(text)
    start, end = chunk.span
    return Chunk(text, Span(start + cut, end) if is_left else Span(start, end - cut))
