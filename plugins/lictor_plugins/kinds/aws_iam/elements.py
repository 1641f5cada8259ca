"""The elements of the IAM policy grammar, and which of them a misspelt name was meant to be."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lictor import NamedTuple

# IAM user guide, "Grammar of the IAM JSON policy language", read 2026-11.
POLICY_ELEMENTS = ("Version", "Id", "Statement")
EFFECTS = ("Allow", "Deny")
STATEMENT_ELEMENTS = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)

_NEAR = 0.8  # a ratio of difflib: one slip in a word of five letters

_EXACT: dict[tuple[str, ...], frozenset[str]] = {
    names: frozenset(names) for names in (POLICY_ELEMENTS, STATEMENT_ELEMENTS)
}


class Elements(NamedTuple):
    """The elements of an object: canonical name to the name it is written with, and the names that are not known."""

    written: Mapping[str, str]
    unknown: tuple[tuple[str, str], ...]


def read_elements(value: Mapping[Any, Any], known: tuple[str, ...]) -> Elements:
    """Find each known element of an object, taking a misspelt name for the element it resembles.

    `unknown` holds each name that is not exactly an element's, with the nearest element or "".

    >>> read_elements({"effect": "Allow", "Resources": "*"}, STATEMENT_ELEMENTS).written
    {'Effect': 'effect', 'Resource': 'Resources'}
    """
    if _EXACT[known].issuperset(value):
        return Elements({name: name for name in value}, ())
    written = {name: name for name in value if name in known}
    unknown: list[tuple[str, str]] = []
    for name in value:
        if name not in written:
            meant = nearest(str(name), known)
            unknown.append((name, meant))
            if meant and meant not in written:
                written[meant] = name
    return Elements(written, tuple(unknown))


@lru_cache(maxsize=2_000)  # templates have the same few names again and again, and telling what is like one is slow
def nearest(name: str, known: tuple[str, ...]) -> str:
    """Return the element that a name was meant to be, or "".

    >>> nearest("Principle", STATEMENT_ELEMENTS), nearest("Description", STATEMENT_ELEMENTS)
    ('Principal', '')
    """
    if name in known:
        return name
    by_fold = {element.casefold(): element for element in known}
    import difflib  # few elements are misspelt

    found = difflib.get_close_matches(name.casefold(), by_fold, n=1, cutoff=_NEAR)
    return by_fold[found[0]] if found else ""
