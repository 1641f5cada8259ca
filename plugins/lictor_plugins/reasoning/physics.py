"""What no request can be: a caller with another caller's keys, a path in an organization that is not the caller's."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from lictor import NamedTuple
from lictor_plugins.reasoning.dates import seconds_of
from lictor_plugins.reasoning.keys import TIMES, Presence, derived_keys, presence
from lictor_plugins.reasoning.model import ContextValue, Principal
from lictor_plugins.reasoning.patterns import Pattern, compiled, glob
from lictor_plugins.reasoning.principals import identify

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


class Sort(NamedTuple):
    """Callers, as bits, for whom the same value of a key follows from who calls, and who have it as seldom."""

    value: ContextValue | None
    presence: Presence
    callers: int


@functools.lru_cache(maxsize=2_000)
def sorts_of(key: str, callers: tuple[Principal, ...], action: str) -> tuple[Sort, ...]:
    """Return callers by what is known of a key in their requests."""
    found: dict[tuple[ContextValue | None, Presence], int] = {}
    for number, caller in enumerate(callers):
        known = derived_keys(caller, action).get(key), presence(key, caller, action)
        found[known] = found.get(known, 0) | 1 << number
    return tuple(Sort(*known, who) for known, who in found.items())


def forbidden_values(
    values: Values,
    everything: int,
    sorts: Iterable[Sort],
    callers: Sequence[Principal],
    exclusions: Sequence[Exclusion],
) -> Iterator[tuple[int, int]]:
    """Yield callers and the values of a key that they never have, both as bits."""
    absent = sum(1 << index for index, value in enumerate(values) if value is None)
    forbidden: dict[int, int] = {}
    for derived, there, who in sorts:
        mask = 0
        if derived is not None:
            mask = everything & ~sum(1 << index for index, value in enumerate(values) if value == derived)
        elif there == "never":
            mask = everything & ~absent
        elif there == "always":
            mask = absent
        forbidden[mask] = forbidden.get(mask, 0) | who
    yield from ((who, mask) for mask, who in forbidden.items() if mask)
    excluded: dict[int, int] = {}
    for number, caller in enumerate(callers) if exclusions else ():
        mask = sum(
            1 << index
            for index, value in enumerate(values)
            if value is not None and any(each.is_excluded(caller, value) for each in exclusions)
        )
        excluded[mask] = excluded.get(mask, 0) | 1 << number
    yield from ((who, mask) for mask, who in excluded.items() if mask)


def owners_told(paths: Iterable[Pattern]) -> Iterator[Pattern]:
    """Yield the patterns by which patterns of paths tell apart the organizations that the paths begin with."""
    for pattern in paths:
        for index, token in enumerate(pattern.tokens):
            if token.chars == "/":
                yield compiled(pattern.tokens[:index])
            elif token.is_star:
                yield compiled(pattern.tokens[: index + 1])


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


def _is_misshapen(caller: Principal, value: ContextValue) -> bool:
    kind = identify(caller).kind
    user_id = value if isinstance(value, str) else ""
    if kind in ("role", "role-session"):
        return not (user_id.startswith("AROA") and ":" in user_id)
    return kind == "user" and (not user_id.startswith("AIDA") or ":" in user_id)


USER_IDS = Exclusion("aws:userid", _is_misshapen, (glob("AROA*:*"), glob("AIDA*"), glob("*:*")))
"""What aws:userid looks like (IAM user guide, "Information available in the request for principals")."""


def time_ties(values: Mapping[str, Values]) -> Iterator[dict[str, int]]:
    """Yield what can't come together: two different moments as the time of one request."""
    now, epoch = TIMES
    if now not in values or epoch not in values:
        return
    moments = [_moment(value, is_epoch=True) for value in values[epoch]]
    for index, value in enumerate(values[now]):
        moment = _moment(value, is_epoch=False)
        wrong = sum(1 << place for place, other in enumerate(moments) if other is None or other != moment)
        if wrong:
            yield {now: 1 << index, epoch: wrong}


def _moment(value: ContextValue | None, *, is_epoch: bool) -> object:
    if not isinstance(value, str):
        return value
    if is_epoch and value.replace(".", "", 1).lstrip("-").isdigit():
        return Decimal(value)
    seconds = seconds_of(value)
    return value if seconds is None else seconds
