"""Numbers, moments and addresses that stand for all others: limits, what is between them, below and above."""

import decimal
import ipaddress
import itertools
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

from lictor_plugins.reasoning.dates import iso_of, seconds_of
from lictor_plugins.reasoning.model import Condition
from lictor_plugins.reasoning.partition import relation, representatives
from lictor_plugins.reasoning.patterns import DIGIT, Pattern, Token

_PLAIN_ADDRESSES = ("203.0.113.7", "198.51.100.7", "2001:db8::7")
_EXACT = decimal.Context(prec=100)
"""Numbers of conditions have up to forty digits before and after the point."""

_SOME_MOMENT = Decimal(1767225600)
_NUMBER = (DIGIT, Token(charset="digit", is_star=True))
_DOT, _COLON, _ANY = Token("."), Token(":"), Token(is_star=True)
_V4 = Pattern((*_NUMBER, _DOT, *_NUMBER, _DOT, *_NUMBER, _DOT, *_NUMBER))
_NO_COLON = Token(charset="no-colon", is_star=True)
_V6 = Pattern((_NO_COLON, _COLON, _ANY, _COLON, _ANY))
"""More than the addresses of each version; what is none is left out afterwards."""


def numbers(conditions: Iterable[Condition]) -> list[str]:
    """Return numbers that stand for all under conditions on numbers."""
    return [_plain(number) for number in _around(_limits(conditions))]


def _limits(conditions: Iterable[Condition]) -> list[Decimal]:
    limits: set[Decimal] = set()
    for value in itertools.chain.from_iterable(condition.values for condition in conditions):
        try:
            limits.add(Decimal(value))
        except InvalidOperation:
            continue
    return [limit for limit in limits if limit.is_finite()]


def _plain(number: Decimal) -> str:
    return format(number.normalize(_EXACT), "f")


def _around(limits: Iterable[Decimal]) -> list[Decimal]:
    """Return the limits, something between each two, below and above."""
    ordered = sorted(set(limits))
    if not ordered:
        return [Decimal(1)]
    between = [_between(low, high) for low, high in itertools.pairwise(ordered)]
    return [_EXACT.subtract(ordered[0], Decimal(1)), *ordered, *between, _EXACT.add(ordered[-1], Decimal(1))]


def _between(low: Decimal, high: Decimal) -> Decimal:
    middle = _EXACT.divide(_EXACT.add(low, high), Decimal(2))
    whole = middle.to_integral_value(context=_EXACT)
    return whole if low < whole < high else middle


def dates(conditions: Iterable[Condition]) -> list[str]:
    """Return dates that stand for all under conditions on dates."""
    return list(map(iso_of, _around(_moments_of(conditions))))


def _moments_of(conditions: Iterable[Condition]) -> list[Decimal]:
    values = itertools.chain.from_iterable(condition.values for condition in conditions)
    return [seconds for seconds in map(seconds_of, values) if seconds is not None]


def moments(conditions: Sequence[Condition], *, is_epoch: bool) -> list[str]:
    """Return moments that stand for all under conditions on dates and on seconds since 1970."""
    counted = [condition for condition in conditions if condition.operator.startswith("Numeric")]
    dated = [condition for condition in conditions if condition.operator.startswith("Date")]
    limits = [*_limits(counted), *_moments_of(dated)] or [_SOME_MOMENT]
    return list(map(_plain if is_epoch else iso_of, _around(limits)))


def addresses(conditions: Iterable[Condition], taken: Iterable[str] = ()) -> list[str]:
    """Return an address, none of those taken, of every stretch that the ranges cut the addresses into."""
    cuts: dict[int, set[int]] = {4: {0}, 6: {0}}
    values = itertools.chain.from_iterable(condition.values for condition in conditions)
    for value in (*values, *taken):
        try:
            network = ipaddress.ip_network(value, strict=False)
        except ValueError:
            continue
        first, last = int(network[0]), int(network[-1])
        cuts[network.version].add(first)
        if last + 1 < 1 << network.max_prefixlen:
            cuts[network.version].add(last + 1)
    result: list[str] = []
    for version, bits in ((4, 32), (6, 128)):
        ordered = sorted(cuts[version])
        for low, high in itertools.pairwise([*ordered, 1 << bits]):
            result.append(_address_between(low, high, version))
    return result


def _address_between(low: int, high: int, version: int) -> str:
    make = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address  # noqa: PLR2004 - IP versions
    for text in _PLAIN_ADDRESSES:
        address = ipaddress.ip_address(text)
        if address.version == version and low <= int(address) < high:
            return text
    return str(make(min(low + 1, high - 1)))


def address_texts(conditions: Sequence[Condition], patterns: Sequence[Pattern]) -> tuple[tuple[str, ...], str]:
    """Return addresses that stand for all where some conditions compare them as text, and why they may not."""
    ranges = [each for each in conditions if each.operator.removeprefix("Not") == "IpAddress"]
    literals = [pattern.literal for pattern in patterns if pattern.literal is not None]
    result = dict.fromkeys(addresses(ranges, filter(_is_address, literals)))
    result.update(dict.fromkeys(filter(_is_address, literals)))
    globs = [pattern for pattern in patterns if pattern.literal is None]
    result.update(dict.fromkeys(text for text in representatives(_V4, globs) if _is_address(text)))
    # Addresses of version 4 are told apart by text alone; with ranges beside it, and in version 6, they aren't.
    is_open = any(
        (bool(ranges) and relation(_V4, pattern) == "partial")
        or ("." not in pattern.prefix.partition(":")[0] and relation(_V6, pattern) == "partial")
        for pattern in globs
    )
    key = conditions[0].key
    return tuple(result), f"conditions compare '{key}' as address and as text" if is_open else ""


def _is_address(text: str) -> bool:
    try:
        return str(ipaddress.ip_address(text)) == text
    except ValueError:
        return False
