"""Patterns of texts as sets of positions that step from character to character.

A state is the set of positions that a pattern may have reached, held as the bits of one int; stepping it is a handful
of integer operations. Stars and question marks may be barred from colons (the parts of an ARN) or held to digits.
"""

import functools
from collections.abc import Iterable
from typing import Literal

from lictor import NamedTuple
from lictor_plugins.reasoning import globs

Charset = Literal["any", "no-colon", "digit"]

DIGITS = frozenset("0123456789")
_ARN_PARTS = 6
_KEPT = 1_000
"""Patterns that are kept: each grows with what it was asked, to some ten kilobytes."""


class Token(NamedTuple):
    """One piece of a pattern: which characters it takes (`chars`, else a charset), once or any number of times."""

    chars: str = ""
    charset: Charset = "any"
    is_star: bool = False


letter = functools.lru_cache(maxsize=2_000)(Token)
"""A token for one character, the same one each time."""

STAR = Token(is_star=True)
DIGIT = Token(charset="digit")


class Pattern:
    """A compiled sequence of tokens. `literal` is the one text it matches, None when it matches several.

    `known_steps` are the steps that were taken: a state and a character lead to a state.
    """

    __slots__ = (
        "_accept",
        "_any",
        "_chars",
        "_digit",
        "_drop",
        "_hash",
        "_literals",
        "_live",
        "_no_colon",
        "_star_any",
        "_star_digit",
        "_star_no_colon",
        "_stars",
        "_start",
        "charsets",
        "known_steps",
        "literal",
        "prefix",
        "tokens",
    )

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        """Compile the tokens; runs of the same star are one star."""
        kept = [
            token for index, token in enumerate(tokens) if not (token.is_star and tokens[index - 1 : index] == (token,))
        ]
        self.tokens = tuple(kept)
        self.charsets = frozenset(token.charset for token in kept if not token.chars)
        is_plain = [len(token.chars) == 1 for token in kept]
        self.literal = "".join(token.chars for token in kept) if all(is_plain) else None
        until = is_plain.index(False) if False in is_plain else len(kept)
        self.prefix = "".join(token.chars for token in kept[:until])
        self._start: int | None = None
        self._accept = 1 << len(kept)
        self.known_steps: dict[tuple[int, str], int] = {}
        self._hash = hash(self.tokens)

    @property
    def start(self) -> int:
        """The state before the first character. Asking for it compiles the rest: most plain texts are never stepped."""
        if self._start is None:
            self._compile()
            self._start = self._settle(1)
        return self._start

    def _compile(self) -> None:
        self._literals: dict[str, int] = {}
        self._chars = tuple([token.chars for token in self.tokens])
        once = {"any": 0, "no-colon": 0, "digit": 0}
        stars = dict(once)
        for index, token in enumerate(self.tokens):
            bit = 1 << index
            for char in token.chars:
                self._literals[char] = self._literals.get(char, 0) | bit
            if not token.chars:
                kinds = stars if token.is_star else once
                kinds[token.charset] |= bit
        self._any, self._no_colon, self._digit = once.values()
        self._star_any, self._star_no_colon, self._star_digit = stars.values()
        self._stars = self._star_any | self._star_no_colon | self._star_digit
        self._drop = _dominated(self.tokens)
        self._live: dict[int, frozenset[str]] = {}

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Pattern) and self._hash == other._hash and self.tokens == other.tokens
        )

    def _settle(self, state: int) -> int:
        """Go on past stars that may take nothing, and forget positions that a later star makes needless."""
        fresh = state & self._stars
        while fresh:
            added = (fresh << 1) & ~state
            state |= added
            fresh = added & self._stars
        at_stars = state & self._stars
        return state & ~self._drop[at_stars.bit_length() - 1] if at_stars else state

    def step(self, state: int, char: str) -> int:
        """Return the state after one more character; 0 when nothing can match any more."""
        key = (state, char)
        known = self.known_steps.get(key)
        if known is not None:
            return known
        once, stays = self._literals.get(char, 0) | self._any, self._star_any
        if char != ":":
            once |= self._no_colon
            stays |= self._star_no_colon
        if char in DIGITS:
            once |= self._digit
            stays |= self._star_digit
        result = self._settle(((state & once) << 1) | (state & stays))
        self.known_steps[key] = result
        return result

    def reached(self, text: str) -> int:
        """Return the state that a text leads to; 0 when nothing that begins with it can match."""
        # Up to its first wildcard a pattern is one text, of which a state says how many characters are there.
        first = min(len(text), len(self.prefix))
        if text[:first] != self.prefix[:first]:
            return 0
        state = self.start
        if first:
            state = self._settle(1 << first)
        for char in text[first:]:
            known = self.known_steps.get((state, char))
            state = self.step(state, char) if known is None else known
            if not state:
                break
        return state

    def live(self, state: int) -> frozenset[str]:
        """Return the characters that this state tells apart from others."""
        known = self._live.get(state)
        if known is None:
            chars: set[str] = set()
            rest = state & ~self._accept
            while rest:
                low = rest & -rest
                chars.update(self._chars[low.bit_length() - 1])
                rest ^= low
            known = self._live[state] = frozenset(chars)
        return known

    def takes_all(self, state: int) -> bool:
        """Whether every text that goes on from this state matches: a star that takes anything comes last."""
        last = len(self.tokens) - 1
        return last >= 0 and bool(state >> last & 1) and self.tokens[last] == STAR

    def accepts(self, state: int) -> bool:
        """Whether a text that leads to this state matches."""
        return bool(state & self._accept)

    def shortest(self) -> str:
        """Return one of the shortest texts that match.

        >>> glob("a?b*").shortest(), exact("a*").shortest()
        ('axb', 'a*')
        """
        plain = {"any": "x", "no-colon": "x", "digit": "7"}
        return "".join([each.chars[:1] or plain[each.charset] for each in self.tokens if not each.is_star])

    def after(self, text: str) -> "list[Pattern]":
        """Return patterns of what may follow a text that a match begins with.

        >>> [each.literal for each in glob("ab?d").after("abc")]
        ['d']
        """
        state = self.reached(text)
        return [compiled(self.tokens[index:]) for index in range(len(self.tokens)) if state >> index & 1]

    def matches(self, text: str) -> bool:
        """Whether a text matches.

        >>> arn("arn:aws:iam::*:role/*").matches("arn:aws:iam::111122223333:role/a:b")
        True
        >>> arn("arn:aws:iam::*:role/*").matches("arn:aws:iam:::x:role/a")
        False
        """
        if self.literal is not None:
            return text == self.literal
        if not text.startswith(self.prefix):
            return False
        return self.accepts(self.reached(text))


def _dominated(tokens: tuple[Token, ...]) -> tuple[int, ...]:
    """For each star, the earlier positions that can reach nothing it can't reach by itself.

    A text accepted from an earlier position comes past the star; the star can take what leads there, unless that
    holds a character it is barred from.
    """
    result: list[int] = []
    for index, token in enumerate(tokens):
        dropped = 0
        if token.is_star:
            for before in range(index - 1, -1, -1):
                if not _takes(token.charset, tokens[before]):
                    break
                dropped |= 1 << before
        result.append(dropped)
    return tuple(result)


def _takes(charset: Charset, token: Token) -> bool:
    if charset == "any":
        return True
    if token.chars:
        return ":" not in token.chars if charset == "no-colon" else DIGITS.issuperset(token.chars)
    return token.charset == charset or (charset, token.charset) == ("no-colon", "digit")


@functools.lru_cache(maxsize=_KEPT)
def compiled(tokens: tuple[Token, ...]) -> Pattern:
    """Compile tokens, the same ones once."""
    return Pattern(tokens)


@functools.lru_cache(maxsize=_KEPT)
def glob(text: str, *, has_escapes: bool = False) -> Pattern:
    """Compile a pattern whose stars take anything.

    >>> glob("repo:*/app").matches("repo:org/app")
    True
    """
    return _from_tokens(globs.tokens(text, has_escapes=has_escapes), False)


def arn(text: str) -> Pattern:
    """Compile an ARN pattern, whose stars don't leave their part."""
    return _from_tokens(globs.tokens(text), True)


@functools.lru_cache(maxsize=_KEPT)
def exact(text: str) -> Pattern:
    """Compile a text that stands for itself, stars and all."""
    return Pattern(tuple([letter(char) for char in text]))


@functools.lru_cache(maxsize=2_000)
def folded(text: str) -> Pattern:
    """Compile a text that matches in any case.

    >>> folded("Team").matches("tEAM")
    True
    """
    return Pattern(
        tuple(
            Token("".join(sorted(each for each in {char, char.lower(), char.upper()} if len(each) == 1)))
            for char in text
        )
    )


def from_tokens(tokens: Iterable[str], *, is_by_part: bool = False) -> Pattern:
    """Compile what `globs.tokens` cut; `is_by_part`: as an ARN, whose stars don't leave their part."""
    return _from_tokens(tuple(tokens), is_by_part)


@functools.lru_cache(maxsize=_KEPT)
def _from_tokens(tokens: tuple[str, ...], is_by_part: bool) -> Pattern:
    parts = 0
    result: list[Token] = []
    for text in tokens:
        charset: Charset = "no-colon" if is_by_part and parts < _ARN_PARTS - 1 else "any"
        if text in (globs.STAR, globs.ONE):
            result.append(Token(charset=charset, is_star=text == globs.STAR))
        else:
            parts += text == ":"
            result.append(letter(text))
    return Pattern(tuple(result))


@functools.lru_cache(maxsize=_KEPT)
def reading_of_resources(tokens: tuple[str, ...]) -> Pattern:
    """Compile a pattern of a Resource: a star that ends a part of the ARN goes on beyond it, others keep to their part.

    IAM user guide, "Resource: Using wildcards in resource ARNs", read 2026-11:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html

    >>> reading_of_resources(globs.tokens("arn:aws:sqs:us-*:q")).matches("arn:aws:sqs:us-east-1:111122223333:q")
    True
    >>> reading_of_resources(globs.tokens("arn:aws:sqs:*-1:q")).matches("arn:aws:sqs:us-east-1:11112222333-1:q")
    False
    """
    parts = 0
    result: list[Token] = []
    for text, following in zip(tokens, (*tokens[1:], ":"), strict=True):
        ends_part = text == globs.STAR and following == ":"
        charset: Charset = "no-colon" if parts < _ARN_PARTS - 1 and not ends_part else "any"
        if text in (globs.STAR, globs.ONE):
            result.append(Token(charset=charset, is_star=text == globs.STAR))
        else:
            parts += text == ":"
            result.append(Token(text))
    return Pattern(tuple(result))


ANYTHING = Pattern((STAR,))
ANY_TEXT = Pattern((Token(), STAR))
ACCOUNT = Pattern((DIGIT,) * 12)
