"""Globs over file names: `*` and `?` stay inside one name, `**` as a whole part stands for any number of folders."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def is_glob(name: str) -> bool:
    """Say whether a name is a pattern.

    >>> is_glob("roles/*.json"), is_glob("roles/a.json")
    (True, False)
    """
    return "*" in name or "?" in name


def matches_glob(pattern: str, uri: str) -> bool:
    """Say whether a glob matches a whole uri.

    >>> [matches_glob("**/*.json", uri) for uri in ("a.json", "x/y/a.json", "a.yaml")]
    [True, True, False]
    """
    return matches_with_stars(pattern.removeprefix("./").split("/"), uri.split("/"), "**", _matches_name)


def _matches_name(pattern: str, name: str) -> bool:
    return matches_with_stars(pattern, name, "*", _matches_letter)


def _matches_letter(pattern: str, letter: str) -> bool:
    return pattern in {"?", letter}


def matches_with_stars(
    pattern: Sequence[T], parts: Sequence[str], star: str, is_same: Callable[[T, str], bool]
) -> bool:
    """Say whether a pattern's elements match all parts, where each `star` stands for any number of them."""
    # When what follows the last star does not fit, that star takes one part more; no earlier star ever has to. So the
    # time is bounded by the product of both lengths, whatever a pattern holds.
    here = there = taken = 0
    last_star = -1
    while there < len(parts):
        if here < len(pattern) and pattern[here] == star:
            last_star, taken = here, there
            here += 1
        elif here < len(pattern) and is_same(pattern[here], parts[there]):
            here += 1
            there += 1
        elif last_star >= 0:
            taken += 1
            here, there = last_star + 1, taken
        else:
            return False
    return all(part == star for part in pattern[here:])


def literal_folder(pattern: str) -> str:
    """Return the folders that a glob starts with, as far as they are not patterns themselves.

    >>> literal_folder("roles/prod/**/*.json"), literal_folder("*.json")
    ('roles/prod', '')
    """
    folders: list[str] = []
    for part in pattern.split("/")[:-1]:
        if is_glob(part):
            break
        folders.append(part)
    return "/".join(folders) or ("/" if pattern.startswith("/") else "")
