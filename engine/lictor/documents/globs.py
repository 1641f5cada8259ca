"""Globs over file names: `*` and `?` stay inside one name, `**` as a whole part stands for any number of folders."""

import re
from functools import lru_cache

_PART = re.compile(r"\*+|\?|[^*?]+")


def is_glob(name: str) -> bool:
    """Say whether a name is a pattern.

    >>> is_glob("roles/*.json"), is_glob("roles/a.json")
    (True, False)
    """
    return "*" in name or "?" in name


@lru_cache(maxsize=256)
def compile_glob(pattern: str) -> re.Pattern[str]:
    """Turn a glob into a regular expression for a whole uri; stars that touch are one, so that it stays linear.

    >>> [bool(compile_glob("**/*.json").fullmatch(uri)) for uri in ("a.json", "x/y/a.json", "a.yaml")]
    [True, True, False]
    """
    parts = pattern.removeprefix("./").split("/")
    return re.compile("(?s:" + "".join(_part(part, is_last) for part, is_last in _with_last(parts)) + ")")


def _with_last(parts: list[str]) -> list[tuple[str, bool]]:
    kept = [part for at, part in enumerate(parts) if part != "**" or parts[at - 1 : at] != ["**"]]
    return [(part, at == len(kept) - 1) for at, part in enumerate(kept)]


def _part(part: str, is_last: bool) -> str:
    if part == "**":
        return ".*+" if is_last else "(?:[^/]+/)*"
    expression = "".join(_piece(piece) for piece in _PART.findall(part))
    return expression if is_last else expression + "/"


def _piece(piece: str) -> str:
    if piece[0] == "*":
        return "[^/]*"
    return "[^/]" if piece == "?" else re.escape(piece)


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
