"""What no request can be: a caller with another caller's keys, a path in an organization that is not the caller's."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lictor_plugins.reasoning.keys import Presence
from lictor_plugins.reasoning.model import ContextValue, Principal
from lictor_plugins.reasoning.patterns import Pattern

OWNERS: Mapping[str, str] = {
    "aws:principalorgpaths": "aws:principalorgid",
    "aws:sourceorgpaths": "aws:sourceorgid",
}
"""Keys with the paths of an organization, and the key with its id."""

Values = Sequence[ContextValue | None]


class Exclusion(NamedTuple):
    """Values of a key that the callers of a kind may not have: who has them is no outsider."""

    key: str
    is_excluded: Callable[[Principal, ContextValue], bool]
    patterns: tuple[Pattern, ...] = ()


def forbidden_values(
    values: Values,
    everything: int,
    callers: Iterable[tuple[Principal, ContextValue | None, Presence]],
    exclusions: Sequence[Exclusion],
) -> Iterator[tuple[int, int]]:
    """Yield callers and the values of a key that they never have, both as bits.

    Each caller comes with the value that follows from who calls and with whether the key is there.
    """
    absent = sum(1 << index for index, value in enumerate(values) if value is None)
    forbidden: dict[int, int] = {}
    for number, (caller, derived, presence) in enumerate(callers):
        mask = 0
        if derived is not None:
            mask = everything & ~sum(1 << index for index, value in enumerate(values) if value == derived)
        elif presence == "never":
            mask = everything & ~absent
        elif presence == "always":
            mask = absent
        for index, value in enumerate(values):
            if value is not None and any(each.is_excluded(caller, value) for each in exclusions):
                mask |= 1 << index
        if mask:
            forbidden[mask] = forbidden.get(mask, 0) | (1 << number)
    return ((who, mask) for mask, who in forbidden.items())


def organization_ties(values: Mapping[str, Values]) -> Iterator[dict[str, int]]:
    """Yield what can't come together: an organization's paths begin with its id, and who has the one has the other."""
    for paths, owner in OWNERS.items():
        if owner not in values or paths not in values:
            continue
        for index, organization in enumerate(values[owner]):
            wrong = 0
            for place, value in enumerate(values[paths]):
                texts = (value,) if isinstance(value, str) else value or ()
                fits = organization is not None and all(text.startswith(f"{organization}/") for text in texts)
                if value is not None and not fits:
                    wrong |= 1 << place
            if wrong:
                yield {owner: 1 << index, paths: wrong}
