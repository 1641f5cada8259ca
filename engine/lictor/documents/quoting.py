"""The source lines of what is wrong, read again from its file: most runs have no problem, so nobody keeps them."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from lictor.documents.decoding import decode
from lictor.documents.read import bytes_of_file
from lictor.model import Budgets, Context, Location, Problem

_LINE_BREAK = re.compile(r"\r\n?|\n")


def quote_sources(problems: Iterable[Problem], root: Path) -> Iterator[Problem]:
    """Yield problems with the lines that they point at, where these can be read. `root` is what uris count from."""
    last: tuple[str, list[str]] = ("", [])
    for problem in problems:
        place = problem.location
        if place is None or place.region is None or place.context is not None:
            yield problem
            continue
        if place.uri != last[0]:
            last = (place.uri, _lines_of(root / place.uri))
        yield problem._replace(location=_quoted(place, last[1]))


def _quoted(place: Location, lines: list[str]) -> Location:
    if place.region is None or not 0 < place.region.start_line <= len(lines):
        return place
    first, last = place.region.start_line, min(place.region.end_line, place.region.start_line + 1)
    return place._replace(context=Context(first, "\n".join(lines[first - 1 : last])))


def _lines_of(path: Path) -> list[str]:
    if not os.path.isfile(path):  # noqa: PTH113 - never raises, whatever the name is
        return []
    raw = bytes_of_file(path, path.name, Budgets())
    text = raw if isinstance(raw, Problem) else decode(raw, path.name)
    return [] if isinstance(text, Problem) else _LINE_BREAK.split(text)
