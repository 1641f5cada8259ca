"""From an offset in a string to the place in the file where that character is written, whatever its quotes."""

from lictor.model import Context, Document, Location, Path, Region, format_path

_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r",
    "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
"""YAML 1.2, 5.7 Escaped Characters; JSON's are among them."""

_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}
_SPACE = frozenset(" \t\r\n")


def scalar_location(document: Document, path: Path) -> Location:
    """Return the place of a scalar together with its source lines, which `location_at` needs."""
    region = document.region_of(path)
    lines = document.text.split("\n")[region.start_line - 1 : region.end_line]
    context = Context(region.start_line, "\n".join(line.rstrip("\r") for line in lines))
    return Location(document.uri, region, path, format_path(path), context)


def location_at(place: Location, value: str, offset: int | None) -> Location:
    """Narrow the place of a scalar to the character at `offset` of its value; without an offset, to its first line.

    The place's context must hold the lines of its region. A scalar that can't be followed keeps its first line.
    """
    region, context = place.region, place.context
    if region is None or context is None:
        return place
    first = Region(region.start_line, region.start_column, region.start_line, len(context.lines[0]) + 1)
    narrow = first if region.end_line > region.start_line else region
    if offset is not None:
        text = _slice(region, context)
        index = _index_of(text, value, offset)
        if index is not None:
            line = region.start_line + text.count("\n", 0, index)
            column = index - text.rfind("\n", 0, index) + (region.start_column - 1 if line == region.start_line else 0)
            narrow = Region(line, column, line, column + 1)
    return Location(place.uri, narrow, place.path, place.logical)


def _slice(region: Region, context: Context) -> str:
    last = region.end_line - context.start_line
    lines = [
        line[: region.end_column - 1] if number == last else line
        for number, line in enumerate(context.lines[: last + 1])
    ]
    lines[0] = lines[0][region.start_column - 1 :]
    return "\n".join(lines)


def _index_of(source: str, value: str, offset: int) -> int | None:
    """Find where a character of the value is written. A block's text may begin with a quote of its own."""
    quote = source[:1] if source[:1] in {'"', "'"} and source[-1:] == source[:1] else ""
    for style in dict.fromkeys((quote, "")):
        positions = _positions(source, value, style)
        if positions is not None:
            return positions[min(offset, len(value))]
    return None


def _positions(source: str, value: str, style: str) -> list[int] | None:
    """Walk value and source side by side. White space is folded in many ways, so only other characters must match."""
    index = len(style)
    positions: list[int] = []
    for character in value:
        position, index, is_written = _step(source, index, style, character)
        if not is_written:
            return None
        positions.append(position)
    return [*positions, index] if source[index:].strip() == style else None


def _step(source: str, index: int, style: str, character: str) -> tuple[int, int, bool]:
    """Return where `character` is written, where the next one may be, and whether it is there at all."""
    if character in _SPACE:
        if style == '"' and source[index : index + 1] == "\\":
            decoded, length = _escape(source, index)
            return (index, index + length, True) if decoded == character else (index, index, True)
        is_here = source[index : index + 1] == character
        return index, index + is_here, True
    while index < len(source):
        if source[index] in _SPACE:
            index += 1
        elif style == '"' and source[index] == "\\":
            decoded, length = _escape(source, index)
            if decoded == character:
                return index, index + length, True
            if decoded.strip():
                return index, index, False
            index += length
        else:
            length = 2 if style == "'" and source.startswith("''", index) else 1
            return index, index + length, source[index] == character
    return index, index, False


def _escape(source: str, index: int) -> tuple[str, int]:
    """Decode the escape at a backslash: the character, and how long it is written."""
    mark = source[index + 1 : index + 2]
    if mark == "\n":
        return "", 2
    if mark not in _HEX_DIGITS:
        return _ESCAPES.get(mark, ""), 2
    length = 2 + _HEX_DIGITS[mark]
    try:
        return chr(int(source[index + 2 : index + length], 16)), length
    except (ValueError, OverflowError):
        return "", 2
