"""Terraform's `format`: a text with verbs, of which policies use few."""

import re
from collections.abc import Sequence

from lictor_plugins.formats.terraform.values import Piece, Text, Value, as_text, pieces_of

_VERB = re.compile(r"%(?:\[(\d+)\])?([sdvqt%])")


def format_text(values: Sequence[Value]) -> Value | None:
    """Put values where the verbs of a text are; None for a verb that is not of the common ones.

    >>> found = format_text([Text(pieces=(Piece("%s/%s"),)), Text(pieces=(Piece("a"),)), Text(pieces=(Piece("b"),))])
    >>> found.text
    'a/b'
    """
    template = as_text(values[0])
    if template is None:
        return None
    pieces: list[Piece] = []
    at, following = 0, 1
    for found in _VERB.finditer(template):
        literal = template[at : found.start()]
        if "%" in literal:
            return None
        pieces.append(Piece(literal))
        at = found.end()
        if found[2] == "%":
            pieces.append(Piece("%"))
            continue
        index = int(found[1]) if found[1] and len(found[1]) < 4 else following  # noqa: PLR2004 - a position
        following = index + 1
        if index >= len(values):
            return None
        quote = Piece('"') if found[2] == "q" else Piece("")
        pieces += [quote, *pieces_of(values[index]), quote]
    rest = template[at:]
    if "%" in rest:
        return None
    pieces.append(Piece(rest))
    is_assumed = any(value.is_assumed for value in values)
    return Text(is_assumed=is_assumed, pieces=tuple(piece for piece in pieces if piece.text))
