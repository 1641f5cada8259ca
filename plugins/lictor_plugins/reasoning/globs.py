"""Patterns as IAM matches them: `*` any text, `?` one character, `${*}` `${?}` `${$}` those characters themselves.

A pattern is cut into tokens first, so that an escaped star, or a star that a policy variable brought in, is never
taken for a wildcard.
"""

import functools
from collections.abc import Iterable, Iterator, Sequence

STAR = "**"
"""The token of a `*`: any text, the empty one too. Tokens of literal characters are one character long."""

ONE = "??"
"""The token of a `?`: any one character."""

_WILDCARDS = {"*": STAR, "?": ONE}
ARN_PARTS = 6

# IAM user guide, "Variables and tags: special characters", read 2026-11.
_ESCAPES = ("${*}", "${?}", "${$}")

Tokens = tuple[str, ...]


@functools.lru_cache(maxsize=20_000)
def tokens(pattern: str, *, has_escapes: bool = True) -> Tokens:
    """Cut a pattern into tokens. `has_escapes`: whether `${*}` stands for a star itself (Version 2012-10-17).

    >>> tokens("a*${*}")
    ('a', '**', '*')
    """
    if has_escapes and "${" in pattern:
        return tuple(_tokens(pattern))
    return tuple([_WILDCARDS.get(character, character) for character in pattern])


def _tokens(pattern: str) -> Iterator[str]:
    position = 0
    while position < len(pattern):
        if pattern.startswith(_ESCAPES, position):
            yield pattern[position + 2]
            position += 4
        else:
            character = pattern[position]
            yield _WILDCARDS.get(character, character)
            position += 1


def literal(text: str, *, has_escapes: bool = True) -> str:
    """Return the text that a value of an operator without wildcards stands for.

    >>> literal("a*${*}${$}{b}")
    'a**${b}'
    """
    if has_escapes and "${" in text:
        for escape in _ESCAPES:
            text = text.replace(escape, f"\0{escape[2]}")
        text = text.replace("\0", "")
    return text


def matches_tokens(pattern: Sequence[str], text: str) -> bool:
    """Tell whether the whole text matches, in time proportional to the two lengths multiplied.

    Two pointers and one remembered star: no backtracking over earlier stars, so a hostile pattern costs nothing.

    >>> matches_tokens(("a", STAR, ONE), "abc")
    True
    """
    if STAR not in pattern and ONE not in pattern:
        return "".join(pattern) == text
    at_pattern = at_text = 0
    star = resume = -1
    while at_text < len(text):
        token = pattern[at_pattern] if at_pattern < len(pattern) else ""
        if token == STAR:
            star, resume = at_pattern, at_text
            at_pattern += 1
        elif token in (ONE, text[at_text]):
            at_pattern += 1
            at_text += 1
        elif star >= 0:
            resume += 1
            at_pattern, at_text = star + 1, resume
        else:
            return False
    return all(token == STAR for token in pattern[at_pattern:])


def matches(pattern: str, text: str, *, has_escapes: bool = True) -> bool:
    """Tell whether a whole text matches a pattern; the star crosses colons and slashes.

    >>> matches("repo:acme/*:ref", "repo:acme/app:pull:ref"), matches("a${*}", "ab")
    (True, False)
    """
    return matches_tokens(tokens(pattern, has_escapes=has_escapes), text)


def matches_action(pattern: str, action: str) -> bool:
    """Tell whether a pattern of an Action element covers an action; case does not count.

    >>> matches_action("STS:Assume*", "sts:AssumeRole")
    True
    """
    pattern, action = pattern.lower(), action.lower()
    if not action.startswith(pattern.partition("*")[0].partition("?")[0]):
        return False
    return pattern == action or matches_tokens(tokens(pattern, has_escapes=False), action)


def arn_tokens(pattern: Iterable[str]) -> tuple[Tokens, ...]:
    """Cut the tokens of a pattern at the first five colons; fewer than six parts when it has fewer colons.

    >>> len(arn_tokens(tokens("arn:aws:iam::*:role/a:b")))
    6
    """
    parts: list[list[str]] = [[]]
    for each in pattern:
        if each == ":" and len(parts) < ARN_PARTS:
            parts.append([])
        else:
            parts[-1].append(each)
    return tuple(map(tuple, parts))


def matches_arn_tokens(pattern: Sequence[Sequence[str]], arn: str) -> bool:
    """Tell whether an ARN matches a pattern that `arn_tokens` cut: part by part."""
    parts = arn.split(":", ARN_PARTS - 1)
    return len(pattern) == len(parts) == ARN_PARTS and all(map(matches_tokens, pattern, parts))


def matches_arn(pattern: str, arn: str, *, has_escapes: bool = True) -> bool:
    """Tell whether an ARN matches as `ArnLike` does it: six parts one by one, a star stays within its part.

    >>> matches_arn("arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:role/a:b")
    True
    >>> matches_arn("arn:aws:*", "arn:aws:iam::111122223333:role/Audit")
    False
    """
    return matches_arn_tokens(arn_tokens(tokens(pattern, has_escapes=has_escapes)), arn)
