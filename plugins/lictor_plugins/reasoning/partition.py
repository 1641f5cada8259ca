"""The classes into which patterns divide the texts of a language, one text for each.

Two texts are of one class when no pattern tells them apart, so one text of each class stands for all of them. Only
patterns that overlap are walked jointly; what covers or misses the language, and plain texts, are taken out first.
"""

import functools
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, TypeVar, TypeVarTuple

from lictor_plugins.reasoning.patterns import DIGITS, Pattern, exact

DEFAULT_CAP = 20_000
"""States that one walk may visit. Real policies stay a hundred times below; ten stars in the midst of words don't."""

DEFAULT_STEPS = 5_000_000
"""Steps that one question may take."""

_ONE_VARIABLE = 3_000_000
"""Steps that telling apart the texts of one variable may take."""

_OTHERS = "xyzwvuqkjhabcdefgilmnoprstABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
_SPARE_DIGITS = "7698543210"

Relation = Literal["disjoint", "covers", "partial"]


class TooManyStepsError(Exception):
    """A question has taken as many steps as it may."""


class TooManyClassesError(Exception):
    """The patterns of one variable are too entangled to be told apart within the cap."""


class Budget:
    """What is left of the steps that a question may take; a step is one look of one pattern at one character."""

    def __init__(self, steps: int = DEFAULT_STEPS) -> None:
        """Start with so many steps, the default being two or three seconds' worth."""
        self.start = steps
        self._left = steps
        self._paid: set[object] = set()

    @property
    def taken(self) -> int:
        """How many steps have been taken."""
        return self.start - self._left

    def take(self, steps: int = 1) -> None:
        """Take steps; raises when there are no more."""
        self._left -= steps
        if self._left < 0:
            raise TooManyStepsError

    def take_once(self, steps: int, what: object) -> None:
        """Take the steps of something that is remembered, which is dear only the first time that it is asked."""
        self.take(1 if what in self._paid else steps)
        self._paid.add(what)


_Arguments = TypeVarTuple("_Arguments")
_Result = TypeVar("_Result")


def remembered(
    maxsize: int,
) -> Callable[[Callable[[Budget, *_Arguments], _Result]], Callable[[Budget, *_Arguments], _Result]]:
    """Keep the last results of a function of a budget and of values that can be hashed.

    A question pays the steps of what it asks for, remembered or not: its answer doesn't hang on what was asked before.
    """

    def decorate(function: Callable[[Budget, *_Arguments], _Result]) -> Callable[[Budget, *_Arguments], _Result]:
        @functools.lru_cache(maxsize=maxsize)
        def kept(steps: int, arguments: tuple[*_Arguments]) -> tuple[_Result, int]:
            budget = Budget(steps)
            return function(budget, *arguments), budget.taken

        def wrapper(budget: Budget, *arguments: *_Arguments) -> _Result:
            result, steps = kept(budget.start, arguments)
            budget.take_once(steps, (function, arguments))
            return result

        return wrapper

    return decorate


def representatives(
    base: Pattern, patterns: Iterable[Pattern], *, cap: int = DEFAULT_CAP, budget: Budget | None = None
) -> tuple[str, ...]:
    """Return texts of `base`, at least one for each combination of patterns that some text of it matches.

    >>> from lictor_plugins.reasoning.patterns import glob
    >>> sorted(representatives(glob("a*"), [glob("ab*"), glob("*c")]))
    ['a', 'ab', 'abc', 'ac']
    """
    told = frozenset(patterns)
    texts, steps = _representatives(base, told, cap, min(_ONE_VARIABLE, budget.start) if budget else _ONE_VARIABLE)
    if budget is not None:
        budget.take_once(steps, (base, told, cap))
    return texts


@functools.lru_cache(maxsize=1_000)
def _representatives(base: Pattern, patterns: frozenset[Pattern], cap: int, steps: int) -> tuple[tuple[str, ...], int]:
    """Return the texts and the steps that they took: what is remembered costs the same as what is not."""
    if base.literal is not None:
        return (base.literal,), 1
    budget = Budget(steps)
    return _told_apart(base, patterns, cap, budget), budget.taken


def _told_apart(base: Pattern, patterns: frozenset[Pattern], cap: int, budget: Budget) -> tuple[str, ...]:
    unique = sorted(patterns, key=lambda pattern: pattern.tokens)
    budget.take(10 * len(unique))
    literals = {pattern.literal for pattern in unique if pattern.literal is not None and base.matches(pattern.literal)}
    partial = [pattern for pattern in unique if pattern.literal is None and relation(base, pattern) == "partial"]
    result: dict[str, None] = {}
    parts = _components(partial, budget)
    outside = _apart(base, partial, literals, cap, budget)
    if outside is not None:
        result[outside] = None
    for part in parts:
        result.update(dict.fromkeys(_classes(base, part, literals, cap, budget)))
    result.update(dict.fromkeys(sorted(literals)))
    return tuple(result)


def _apart(base: Pattern, partial: Sequence[Pattern], literals: set[str], cap: int, budget: Budget) -> str | None:
    """Return a text of the base that no pattern matches, if there is one."""
    # What the plainest text or one of the patterns misses the others often miss too.
    missed = (_sides(base, pattern).get(0) for pattern in partial)
    for text in itertools.chain((base.shortest(),), missed):
        if text is None or text in literals or any(each.matches(text) for each in partial):
            continue
        if base.matches(text):
            return text
    taken: list[str] = []
    while True:
        found = walk(base, [*partial, *map(exact, taken)], lambda seen: 0 in seen, cap=cap, budget=budget)
        text = found.get(0)
        if text is None or text not in literals:
            return text
        taken.append(text)


@functools.lru_cache(maxsize=5_000)
def _sides(base: Pattern, pattern: Pattern) -> Mapping[int, str]:
    """Return a text of the base that a pattern misses, as 0, and one that it matches, as 1; of those that there are."""
    reached = pattern.reached(base.prefix)
    if not reached or pattern.takes_all(reached):
        # Its beginning tells already of the whole base.
        return {int(bool(reached)): base.shortest()}
    shortest = (base.shortest(), pattern.shortest())
    found = {int(pattern.matches(text)): text for text in shortest if base.matches(text)}
    return found if len(found) > 1 else walk(base, [pattern], lambda seen: len(seen) > 1)


def _classes(base: Pattern, part: Sequence[Pattern], literals: set[str], cap: int, budget: Budget) -> list[str]:
    """Return a text that is none of the literals for each combination of patterns, the empty one left out."""
    if len(part) == 1 and (text := _sides(base, part[0])[1]) not in literals:
        return [text]
    taken: set[str] = set()
    everything = (1 << len(part)) - 1
    while True:
        around = sorted(taken)
        found = walk(base, [*part, *map(exact, around)], cap=cap, budget=budget)
        plain = [text for vector, text in found.items() if vector & everything and vector <= everything]
        clashes = literals.intersection(plain)
        if not clashes:
            return plain
        taken |= clashes


def walk(
    base: Pattern,
    patterns: Sequence[Pattern],
    is_enough: Callable[[Mapping[int, str]], bool] = lambda _: False,
    *,
    cap: int = DEFAULT_CAP,
    budget: Budget | None = None,
) -> dict[int, str]:
    """Return the shortest text of `base` for each set of patterns (as bits) that match it together.

    A breadth-first walk over what the patterns have reached. In each state only the characters that some pattern
    waits for are tried, and one of every other sort.
    """
    charsets = base.charsets.union(*(pattern.charsets for pattern in patterns))
    budget = budget or Budget()
    # Where the base knows only one way there is nothing to tell apart.
    start = tuple([pattern.reached(base.prefix) for pattern in (base, *patterns)])
    steps: list[tuple[int, str]] = [(-1, "")]
    budget.take(len(base.prefix) * len(start))
    numbers: dict[tuple[int, ...], int] = {start: 0}
    queue: deque[tuple[int, ...]] = deque([start])
    found: dict[int, str] = {}
    steppers = [(pattern.known_steps, pattern.step) for pattern in patterns]
    while queue:
        state = queue.popleft()
        number = numbers[state]
        if base.accepts(state[0]):
            vector = _vector(patterns, state)
            if vector not in found:
                found[vector] = base.prefix + _spell(steps, number)
                if is_enough(found):
                    return found
        chars = _chars(base, patterns, state, charsets)
        budget.take(len(chars) * len(state))
        for char in chars:
            first = base.step(state[0], char)
            if not first:
                continue
            after = [first]
            for reached, (known, step) in zip(state[1:], steppers, strict=True):
                # The innermost loop of all: most steps have been taken before, and a call costs more than the step.
                again = known.get((reached, char)) if reached else 0
                after.append(step(reached, char) if again is None else again)
            reached_now = tuple(after)
            if reached_now not in numbers:
                if len(numbers) >= cap:
                    raise TooManyClassesError
                numbers[reached_now] = len(steps)
                steps.append((number, char))
                queue.append(reached_now)
    return found


def _vector(patterns: Sequence[Pattern], state: tuple[int, ...]) -> int:
    vector = 0
    for index, pattern in enumerate(patterns):
        if pattern.accepts(state[index + 1]):
            vector |= 1 << index
    return vector


def _spell(steps: Sequence[tuple[int, str]], number: int) -> str:
    chars: list[str] = []
    while number:
        number, char = steps[number]
        chars.append(char)
    return "".join(reversed(chars))


def _chars(base: Pattern, patterns: Sequence[Pattern], state: tuple[int, ...], charsets: frozenset[str]) -> list[str]:
    live = set(base.live(state[0]))
    for pattern, reached in zip(patterns, state[1:], strict=True):
        if reached:
            live |= pattern.live(reached)
    chars = ["x"] if "x" not in live else [next((char for char in _OTHERS if char not in live), "\u00e6")]
    if "digit" in charsets and not live.issuperset(DIGITS):
        chars.append(next(char for char in _SPARE_DIGITS if char not in live))
    if "no-colon" in charsets and ":" not in live:
        chars.append(":")
    chars.extend(sorted(live))
    return chars


@functools.lru_cache(maxsize=5_000)
def relation(base: Pattern, pattern: Pattern) -> Relation:  # noqa: PLR0911 - plain cases first
    """Return whether a pattern matches all of the base (`covers`), none of it (`disjoint`) or a part (`partial`)."""
    if base == pattern:
        return "covers"
    if pattern.literal is not None:
        if not base.matches(pattern.literal):
            return "disjoint"
        return "covers" if base.literal is not None else "partial"
    if base.literal is not None:
        return "covers" if pattern.matches(base.literal) else "disjoint"
    if not (base.prefix.startswith(pattern.prefix) or pattern.prefix.startswith(base.prefix)):
        return "disjoint"
    found = _sides(base, pattern)
    if len(found) > 1:
        return "partial"
    return "covers" if 1 in found else "disjoint"


def _components(patterns: Sequence[Pattern], budget: Budget) -> list[list[Pattern]]:
    """Group patterns so that those of different groups never match the same text."""
    ordered = sorted(patterns, key=lambda pattern: pattern.prefix)
    parents = list(range(len(ordered)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    open_ones: list[int] = []
    for index, pattern in enumerate(ordered):
        # Sorted, a prefix comes before all texts that begin with it, and they stand together.
        open_ones = [other for other in open_ones if pattern.prefix.startswith(ordered[other].prefix)]
        budget.take(20 * len(open_ones))
        for other in open_ones:
            if root(other) != root(index) and relation(ordered[other], pattern) != "disjoint":
                parents[root(other)] = root(index)
        open_ones.append(index)
    groups: dict[int, list[Pattern]] = {}
    for index, pattern in enumerate(ordered):
        groups.setdefault(root(index), []).append(pattern)
    return list(groups.values())
