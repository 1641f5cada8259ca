"""What names and ARNs of callers look like, and what a pattern of them says of an account."""

import functools
from collections.abc import Iterable, Iterator

from lictor_plugins.reasoning.patterns import Pattern, Token, compiled, letter

_NAME = Token(charset="no-colon")
NAMES = (_NAME, Token(charset="no-colon", is_star=True))
_WITH_COLONS = (Token(is_star=True), Token(":"), Token(is_star=True), Token("/"), *NAMES)
"""A name after a path that holds a colon (IAM user guide, "IAM names": a path may hold any character from ! to DEL)."""

_COLONS = 5
"""The colons of an ARN; what comes after the last may hold more."""


def ways_to_name(kind: str, patterns: Iterable[Pattern]) -> Iterator[tuple[Token, ...]]:
    """Yield what names of a kind look like; those with a colon in the path only where a pattern may ask for it."""
    yield NAMES
    if kind in ("role", "user") and any(map(_asks_for_colons, patterns)):
        yield _WITH_COLONS


def _asks_for_colons(pattern: Pattern) -> bool:
    """Tell whether a pattern of ARNs has a colon after a wildcard that takes colons, or more colons than an ARN's."""
    free = next((index for index, each in enumerate(pattern.tokens) if not each.chars and each.charset == "any"), None)
    colons = [index for index, token in enumerate(pattern.tokens) if token.chars == ":"]
    return len(colons) > _COLONS or (free is not None and any(index > free for index in colons))


@functools.lru_cache(maxsize=1_000)
def based(prefix: str, *rest: str | tuple[Token, ...]) -> Pattern:
    """Compile texts that begin so, with what follows: texts, and tokens."""
    tokens = [letter(char) for char in prefix]
    for part in rest:
        tokens.extend(map(letter, part) if isinstance(part, str) else part)
    return compiled(tuple(tokens))


def account_part(pattern: Pattern) -> Pattern | None:
    """Return what a pattern of ARNs says of the account, where its stars keep to the parts of a principal's ARN."""
    colons = [index for index, token in enumerate(pattern.tokens) if token.chars == ":"]
    if len(colons) != _COLONS or _asks_for_colons(pattern):
        return None
    return compiled(pattern.tokens[colons[3] + 1 : colons[4]])


def account_arn(account: Pattern) -> Pattern:
    """Return the pattern of ARNs whose account matches a pattern."""
    star = Token(charset="no-colon", is_star=True)
    colon = Token(":")
    front = (star, colon, star, colon, star, colon, star, colon)
    return compiled((*front, *account.tokens, colon, star))
