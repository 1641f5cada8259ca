"""The patterns of a `.gitignore` (git's documentation, "gitignore", 2.47), matched in time that no pattern can blow up.

A repository that is checked may come from a stranger, and so may its patterns: translated to regular expressions,
one line with thirty stars and one long name would run for ever.
"""

import re
from collections.abc import Sequence

from lictor.documents.globs import matches_with_stars
from lictor.patterns import lazy_pattern
from lictor.values import NamedTuple

_ANY_FOLDERS = "**"
_STAR, _ANY = "*", "?"
_CLASSES = {
    "alnum": str.isalnum,
    "alpha": str.isalpha,
    "digit": str.isdigit,
    "lower": str.islower,
    "upper": str.isupper,
    "space": str.isspace,
}
_LONGEST = 2 * 255 + 1
"""Tokens of a pattern that can match a name: a name has 255 bytes at most, and a star may stand around each."""

_ANY_FOLDERS_PART = lazy_pattern(r"\*{2,}")
_ESCAPED_SLASH = lazy_pattern(r"(?<!\\)((?:\\\\)*)\\/")
_CLASS = lazy_pattern(r"\[(?P<not>[!^]?+)(?P<inner>\]?+(?:\[:[a-z]+:\]|\\.|[^\]\\])*+)\]")
_CLASS_PART = lazy_pattern(r"\[:(?P<name>[a-z]+):\]|(?P<first>\\.|[^\\])(?:-(?P<last>\\.|[^\\]))?")


class Class(NamedTuple):
    """Which letters `[…]` stands for."""

    ranges: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    is_negated: bool

    def holds(self, letter: str) -> bool:
        """Say whether a letter is one of them."""
        is_in = any(first <= letter <= last for first, last in self.ranges) or any(
            _CLASSES[name](letter) for name in self.names
        )
        return is_in != self.is_negated


Token = str | Class
"""A letter, which stands for itself when it is escaped by a backslash; a star, a question mark, or a class."""


class Name(NamedTuple):
    """The pattern of one name. Most are a plain text, or a star and a text, which is kept as `end`."""

    tokens: tuple[Token, ...]
    end: str | None
    has_star: bool

    def matches(self, name: str) -> bool:
        """Say whether the pattern matches a whole name."""
        if self.end is None:
            return matches_with_stars(self.tokens, name, _STAR, _matches_letter)
        return name.endswith(self.end) if self.has_star else name == self.end


class Pattern(NamedTuple):
    """One line: the names of folders and of the file, or `**` for any number of folders.

    `name` is the only name of a pattern that means it in any folder, as most do.
    """

    parts: tuple[str | Name, ...]
    name: Name | None
    is_negated: bool
    is_for_folders: bool

    def matches(self, names: Sequence[str], is_folder: bool) -> bool:
        """Say whether the pattern means a path, given by its names from the `.gitignore`'s own folder."""
        if self.is_for_folders and not is_folder:
            return False
        if self.name is not None:
            return self.name.matches(names[-1])
        return matches_with_stars(self.parts, names, _ANY_FOLDERS, _matches_name)


def read_patterns(text: str) -> tuple[Pattern, ...]:
    """Return a file's patterns in their order; git leaves out what it can't read, too."""
    found = (_pattern(line) for line in text.replace("\r\n", "\n").split("\n"))
    return tuple(pattern for pattern in found if pattern is not None)


def _pattern(line: str) -> Pattern | None:
    line = _without_spaces_at_its_end(line)
    if not line or line.startswith("#"):
        return None
    is_negated = line.startswith("!")
    line = line[is_negated:]
    if line.startswith("\\/"):
        return None  # no name starts with a slash
    is_for_folders = line.endswith("/")
    line = _ESCAPED_SLASH.sub(r"\1/", line.removesuffix("/"))
    is_anchored = "/" in line
    parts: list[str | Name] = [] if is_anchored else [_ANY_FOLDERS]
    for part in line.removeprefix("/").split("/"):
        name = _ANY_FOLDERS if _ANY_FOLDERS_PART.fullmatch(part) else _name(part)
        if not name:
            return None
        parts.append(name)
    if parts[-1] == _ANY_FOLDERS:
        parts.append(Name((_STAR,), "", has_star=True))  # `a/**` is what is in `a`, and not `a` itself
    first, *rest = parts
    name = rest[0] if first == _ANY_FOLDERS and len(rest) == 1 and isinstance(rest[0], Name) else None
    return Pattern(tuple(parts), name, is_negated, is_for_folders)


def _without_spaces_at_its_end(line: str) -> str:
    rest = line.rstrip(" ")
    is_escaped = (len(rest) - len(rest.rstrip("\\"))) % 2 == 1
    return line[: len(rest) + 1] if is_escaped else rest


def _name(text: str) -> Name | None:
    tokens = _tokens(text)
    if not 0 < len(tokens) <= _LONGEST:
        return None
    has_star = tokens[0] == _STAR
    rest = tokens[has_star:]
    is_plain = all(isinstance(token, str) and token not in {_STAR, _ANY} for token in rest)
    end = "".join(token[-1] for token in rest if isinstance(token, str)) if is_plain else None
    return Name(tokens, end, has_star)


def _tokens(text: str) -> tuple[Token, ...]:
    """Cut a name's pattern into tokens; an empty one matches nothing, as does one that can't be read."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            if at + 1 == len(text):
                return ()
            tokens.append(text[at : at + 2])
            at += 2
        elif letter == "[":
            found = _CLASS.match(text, at)
            made = _class(found) if found else None
            if found is None or made is None:
                return ()
            tokens.append(made)
            at = found.end()
        else:
            if letter != _STAR or tokens[-1:] != [_STAR]:
                tokens.append(letter)
            at += 1
    return tuple(tokens)


def _class(found: re.Match[str]) -> Class | None:
    ranges: list[tuple[str, str]] = []
    names: list[str] = []
    for part in _CLASS_PART.finditer(found["inner"]):
        if part["name"]:
            names.append(part["name"])
        else:
            first = part["first"][-1]
            ranges.append((first, first))  # git takes it even where the range is empty, as in `[b-a]`
            ranges += [(first, part["last"][-1])] if part["last"] else []
    if not set(names) <= set(_CLASSES):
        return None
    return Class(tuple(ranges), tuple(names), bool(found["not"]))


def _matches_name(part: str | Name, name: str) -> bool:
    return isinstance(part, Name) and part.matches(name)


def _matches_letter(token: Token, letter: str) -> bool:
    if isinstance(token, Class):
        return token.holds(letter)
    return token == _ANY or token[-1] == letter
