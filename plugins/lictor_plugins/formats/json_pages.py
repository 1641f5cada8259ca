"""Several JSON values in one file: the pages of a dump, as a loop over the AWS command line's answers appends them.

They are read as one document, the list of the pages. Of anything else that has several values none is read.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lictor import Budgets, Document, Highlight, Loaded, Location, Path, Problem, Region, lines_of, parse_json

# What an answer of `aws iam get-account-authorization-details`, or one of the `list-…` commands, holds a list of.
_LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies", "Roles", "Users", "Groups")
_NAMES = frozenset({"UserName", "GroupName", "RoleName", "PolicyName"})
_SPACE = re.compile(r"[ \t\r\n]*")


class _Page(NamedTuple):
    """One value: its document, and the line and column (from 1) at which it begins in the file."""

    document: Document
    line: int
    column: int

    def moved(self, region: Region) -> Region:
        """Return a region of the value's own text as one of the file."""
        return Region(*self._at(region[0], region[1]), *self._at(region[2], region[3]))

    def _at(self, line: int, column: int) -> tuple[int, int]:
        return (line + self.line - 1, column + self.column - 1) if line == 1 else (line + self.line - 1, column)


class _Locator:
    """Finds regions in a list of pages; it is a Document's `locate`."""

    def __init__(self, pages: Sequence[_Page], whole: Region) -> None:
        self._pages = pages
        self._whole = whole

    def __call__(self, path: Path, highlight: Highlight) -> Region:
        number = path[0] if path else None
        if not isinstance(number, int) or not 0 <= number < len(self._pages):
            return self._whole
        page = self._pages[number]
        return page.moved(page.document.region_of(path[1:], highlight))


def load_pages(uri: str, text: str, budgets: Budgets, failed: Loaded) -> Loaded:
    """Read a file that is not one JSON value, for the reason that `failed` tells: as pages, if that is what it is."""
    text = text.removeprefix("\ufeff")
    spans = list(_spans(text))
    if len(spans) < 2 or spans[-1][1] != len(text):  # noqa: PLR2004 - one value and something behind it is a mistake
        return failed
    lines = lines_of(text)
    pages: list[_Page] = []
    problems: list[Problem] = []
    for start, end in spans:
        loaded = parse_json(uri, text[start:end], budgets)
        if not loaded.documents:
            return failed
        page = _Page(loaded.documents[0], *lines.at(start))
        pages.append(page)
        problems += (_moved(problem, page) for problem in loaded.problems)
    if not all(_is_page(page.document.data) for page in pages):
        return failed
    locate = _Locator(pages, Region(*lines.region(0, len(text))))
    return Loaded((Document(uri, "json", [page.document.data for page in pages], text, locate),), tuple(problems))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each value begins and ends; the last ends with the file when nothing but values is in it."""
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)
    at = _end_of_space(text, 0)
    while at < len(text):
        try:
            _, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        start, at = at, _end_of_space(text, end)
        yield start, at


def _end_of_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _is_page(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether a value is an answer of the command line, or an entry of one."""
    if not isinstance(value, Mapping):
        return False
    return any(isinstance(value.get(name), list) for name in _LISTS) or ("Arn" in value and bool(_NAMES & value.keys()))


def _moved(problem: Problem, page: _Page) -> Problem:
    def moved(location: Location) -> Location:
        return location if location.region is None else location._replace(region=page.moved(location.region))

    location = None if problem.location is None else moved(problem.location)
    return problem._replace(location=location, related_locations=tuple(map(moved, problem.related_locations)))
