"""Globs over file names, places in documents, and names. Matching takes time linear in the text for each star.

`*` stands for any characters and `?` for one; neither crosses a border (a `/` in a file name, a `.` or `[` in a
place). `**` as a whole part stands for any number of parts. Nothing else is special: `[0]` means itself.
"""

import json
from collections.abc import Callable, Iterable, Sequence

from lictor.patterns import lazy_pattern

_PLACE_PART = lazy_pattern(r'"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^.\[\]"]+')


def matches_name(pattern: str, name: str) -> bool:
    """Tell whether a glob matches a whole name (a rule's id, a kind); `*` crosses everything.

    >>> matches_name("aws.iam.*", "aws.iam.trust-policy"), matches_name("trust-*", "grant-admin")
    (True, False)
    """
    if "?" not in pattern:
        head, star, tail = pattern.partition("*")
        if not star:
            return pattern == name
        if "*" not in tail:
            return len(name) >= len(head) + len(tail) and name.startswith(head) and name.endswith(tail)
    return _matches(pattern, name, "*", _is_same_character)


def matches_glob(pattern: str, uri: str) -> bool:
    """Tell whether a glob matches a file's name from the root.

    >>> matches_glob("roles/*.json", "roles/a.json"), matches_glob("roles/*.json", "roles/old/a.json")
    (True, False)
    >>> matches_glob("**/*.json", "a.json"), matches_glob("sandbox/**", "sandbox/x/y.yaml")
    (True, True)
    """
    parts = pattern.removeprefix("./").removeprefix("/").split("/")
    return _matches(parts, uri.removeprefix("./").split("/"), "**", matches_name)


def matches_place(pattern: str, place: str) -> bool:
    """Tell whether a place (as `format_path` writes it) is what a glob names, or stands inside it.

    >>> matches_place("Resources.Legacy*", 'Resources."Legacy-Role".Properties')
    True
    >>> matches_place("Statement[1]", "Statement[10]"), matches_place("Statement[*].Action", "Statement[1].Action[0]")
    (False, True)
    """
    return _matches([*_place_parts(pattern), "**"], _place_parts(place), "**", matches_name)


def is_glob(pattern: str) -> bool:
    """Tell whether a pattern can match more than itself."""
    return "*" in pattern or "?" in pattern


def any_match(matches: Callable[[str, str], bool], patterns: Iterable[str], text: str) -> bool:
    """Tell whether one of some globs matches."""
    return any(matches(pattern, text) for pattern in patterns)


def _place_parts(place: str) -> list[str]:
    return [_unquoted(part) for part in _PLACE_PART.findall(place)]


def _unquoted(part: str) -> str:
    if not part.startswith('"'):
        return part
    try:
        return str(json.loads(part))
    except ValueError:
        return part


def _is_same_character(pattern: str, character: str) -> bool:
    return pattern in {"?", character}


def _matches(pattern: Sequence[str], parts: Sequence[str], star: str, is_same: Callable[[str, str], bool]) -> bool:
    # The last star seen takes one more part whenever what follows it does not fit; earlier stars never need more.
    here = there = 0
    last_star, taken = -1, 0
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
