"""JSON that is held in a string: reading it, and finding its places in the text around it."""

from typing import Any
from urllib.parse import unquote

from lictor.documents.json_places import JsonLocator
from lictor.documents.lines import lines_of
from lictor.documents.places import Offsets, Place, Places, Span
from lictor.errors import LictorError
from lictor.model import EMBEDDED, Budgets, Document, Location, Path, Problem


def embedded_json(text: str, budgets: Budgets = Budgets()) -> Any:  # noqa: ANN401, B008 - any JSON value; frozen
    """Return the value of JSON text held in a string, URL-encoded or not.

    Raises LictorError when it is not JSON or when anything in it is in doubt (a duplicate key, a number that is not
    finite); the places in its problems count inside the string, `embedded_problems` moves them.

    >>> embedded_json('{"a": [1]}'), embedded_json("%7B%7D")
    ({'a': [1]}, {})
    """
    from lictor.documents.json_text import parse_json

    loaded = parse_json("", unquote(text, errors="surrogateescape") if is_url_encoded(text) else text, budgets)
    if loaded.problems:
        raise LictorError(loaded.problems)
    return loaded.documents[0].data


def embedded_problems(document: Document, path: Path, error: LictorError) -> tuple[Problem, ...]:
    """Move what `embedded_json` said of the string at `path` to that string's place in its document."""
    read_string = getattr(document.locate, "string_at", None)
    string = read_string(path) if read_string else None
    if string and is_url_encoded(string.text):
        from lictor.documents.string_offsets import percent_decoded

        string = percent_decoded(string)
    inner = lines_of(string.text) if string else None
    outer = lines_of(document.text)

    def moved(location: Location | None) -> Location:
        if not string or not inner or not location or not location.region:
            return Location(document.uri, document.region_of(path), path)
        return Location(document.uri, outer.region(*string.source(Span(*inner.span(location.region)))), path)

    return tuple(
        problem._replace(
            message=f"in the JSON that this string holds: {problem.message}",
            hint=problem.hint if string and "opened at" not in problem.hint else "",
            location=moved(problem.location),
            related_locations=tuple(moved(related) for related in problem.related_locations),
        )
        for problem in error.problems
    )


def is_url_encoded(text: str) -> bool:
    """Say whether a string starts as URL-encoded JSON does.

    >>> is_url_encoded("%7B%22a"), is_url_encoded('{"a": "%7B"}')
    (True, False)
    """
    return text.lstrip()[:3].upper() in {"%7B", "%5B"}


def find_through_strings(places: Places, path: Path) -> Place:
    """Follow a path as far as it leads, entering strings that hold JSON where it says so (`EMBEDDED`)."""
    outer: list[Offsets] = []
    before = 0
    while True:
        place = places.place(path[before:])
        done = before + place.resolved
        opened = None
        if done < len(path) and path[done] == EMBEDDED:
            opened = _opened(places, path[before:done])
        if not opened:
            break
        places, offsets = opened
        outer.append(offsets)
        before = done + 1
    value, key = place.value, place.key
    for offsets in reversed(outer):
        value = offsets.source(value)
        key = offsets.source(key) if key else None
    return Place(value, key, done)


def _opened(places: Places, path: Path) -> tuple[Places, Offsets] | None:
    if path not in places.opened:
        string = places.string_at(path)
        places.opened[path] = open_string(string) if string else None
    return places.opened[path]


def open_string(string: Offsets) -> tuple[JsonLocator, Offsets] | None:
    """Return the places in the JSON that a string holds, and the offsets of its text; None when it holds none."""
    from lictor.documents.json_limits import too_deep_at
    from lictor.documents.json_text import read_json
    from lictor.documents.string_offsets import percent_decoded

    offsets = percent_decoded(string) if is_url_encoded(string.text) else string
    if too_deep_at(offsets.text, Budgets().depth) is not None:
        return None
    reading = read_json(offsets.text)
    return None if isinstance(reading, ValueError) else (JsonLocator(offsets.text, reading[1]), offsets)
