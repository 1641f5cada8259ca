"""Values of a condition key that stand for all others: one for each way in which conditions can tell values apart."""

import ipaddress
import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from lictor_plugins.reasoning.dates import seconds_of
from lictor_plugins.reasoning.keys import KeyType
from lictor_plugins.reasoning.model import Condition, ContextValue
from lictor_plugins.reasoning.operators import NEGATED, holds
from lictor_plugins.reasoning.partition import TooManyClassesError, representatives
from lictor_plugins.reasoning.patterns import ACCOUNT, ANY_TEXT, Pattern, Token, exact, folded, from_tokens
from lictor_plugins.reasoning.variables import fill

_ORGANIZATION = Pattern((*map(Token, "o-"), Token(), Token(is_star=True)))
_PATH = Pattern((*map(Token, "o-"), Token(), Token(is_star=True), Token("/"), Token(is_star=True)))
_BASES: Mapping[str, Pattern] = {
    "aws:principalorgid": _ORGANIZATION,
    "aws:sourceorgid": _ORGANIZATION,
    "aws:principalorgpaths": _PATH,
    "aws:sourceorgpaths": _PATH,
    "aws:principalaccount": ACCOUNT,
    "aws:sourceaccount": ACCOUNT,
}
"""What the values of some keys always look like."""

_SAMPLES: Mapping[str, str] = {"numeric": "1", "date": "2026-01-01T00:00:00Z", "ip": "203.0.113.7"}

_SETS_CAP = 400
"""Sets of values of one multi-valued key; beyond it the key counts as not told apart."""

_PLAIN_ADDRESSES = ("203.0.113.7", "198.51.100.7", "2001:db8::7")


class Domain(NamedTuple):
    """Values of a key, None for its absence. `doubt` says why they may not stand for all values, "" if they do."""

    values: tuple[ContextValue | None, ...]
    doubt: str = ""


def family(condition: Condition) -> str:
    """Return what an operator compares: `text`, `number`, `date`, `address` or nothing at all (`Null`).

    >>> family(Condition("NotIpAddress", "aws:sourceip", ("10.0.0.0/8",)))
    'address'
    """
    operator = NEGATED.get(condition.operator, condition.operator)
    if operator.startswith("Numeric"):
        return "number"
    if operator.startswith("Date"):
        return "date"
    if operator == "IpAddress":
        return "address"
    return "" if operator == "Null" else "text"


def patterns_of(condition: Condition, context: Mapping[str, ContextValue], *, has_variables: bool) -> list[Pattern]:
    """Return the patterns that a condition on text compares with; variables are filled in from `context`."""
    operator = NEGATED.get(condition.operator, condition.operator)
    result: list[Pattern] = []
    for value in condition.values:
        filled = fill(value, context, has_variables=has_variables)
        if filled.tokens is None:
            continue
        if operator in ("StringLike", "ArnLike", "ArnEquals") or filled.doubt:
            is_by_part = operator.startswith("Arn") and not filled.doubt
            result.append(from_tokens(filled.tokens, is_by_part=is_by_part))
        elif operator == "StringEqualsIgnoreCase":
            result.append(folded("".join(token[0] for token in filled.tokens)))
        else:
            result.append(exact("".join(token[0] for token in filled.tokens)))
    return result


def values_of(
    conditions: Sequence[Condition],
    *,
    key: str,
    facts: KeyType,
    extra: Sequence[Pattern] = (),
    context: Mapping[str, ContextValue],
    has_variables: bool,
) -> Domain:
    """Return single values of a key that stand for all of its values under these conditions, absence aside.

    `facts` is the type of the key, `extra` are patterns that others need told apart.
    """
    families = {family(condition) for condition in conditions} - {""}
    result: dict[str, None] = {}
    doubt = ""
    if facts == "bool":
        result.update({"true": None, "false": None})
    elif facts in _SAMPLES and not families:
        result[_SAMPLES[facts]] = None
    elif "text" in families or extra or not families:
        texts = [condition for condition in conditions if family(condition) == "text"]
        try:
            result.update(dict.fromkeys(_texts(key, texts, extra, context, has_variables)))
        except TooManyClassesError:
            doubt = f"the patterns on '{key}' are too entangled"
    for name, values in (("number", _numbers), ("date", _dates), ("address", _addresses)):
        if name in families:
            chosen = [condition for condition in conditions if family(condition) == name]
            result.update(dict.fromkeys(values(chosen)))
    if len(families) > 1:
        doubt = doubt or f"conditions compare '{conditions[0].key}' as {' and as '.join(sorted(families))}"
    return Domain(tuple(result), doubt)


def _texts(
    key: str,
    conditions: Sequence[Condition],
    extra: Sequence[Pattern],
    context: Mapping[str, ContextValue],
    has_variables: bool,
) -> list[str]:
    if any(condition.operator == "Bool" for condition in conditions):
        return ["true", "false"]
    patterns = [*extra]
    for condition in conditions:
        patterns.extend(patterns_of(condition, context, has_variables=has_variables))
    result = list(representatives(_BASES.get(key, ANY_TEXT), patterns))
    return [*result, ""] if any("" in condition.values for condition in conditions) else result


def domain_of(
    conditions: Sequence[Condition],
    single: Domain,
    *,
    extra: Sequence[Pattern] = (),
    is_multivalued: bool,
    context: Mapping[str, ContextValue],
    has_variables: bool,
) -> Domain:
    """Return the values of a key with its absence and, for a multi-valued key, sets of values."""
    if not is_multivalued:
        return Domain((None, *single.values), single.doubt)
    marks: dict[tuple[object, ...], str] = {}
    for text in single.values:
        mark = (
            *(
                holds(condition, {**context, condition.key: (text,)}, has_variables=has_variables)
                for condition in conditions
            ),
            *(pattern.matches(text) for pattern in extra),
        )
        marks.setdefault(mark, text)
    sets: dict[tuple[frozenset[object], ...], tuple[str, ...]] = {}
    new = [((mark,), (text,)) for mark, text in marks.items()]
    while new:
        found: list[tuple[tuple[tuple[object, ...], ...], tuple[str, ...]]] = []
        for elements, texts in new:
            # What set operators see of a set: which answers occur among its values.
            view = tuple(frozenset(column) for column in zip(*elements, strict=True))
            if view in sets:
                continue
            sets[view] = texts
            found.extend(((*elements, mark), (*texts, text)) for mark, text in marks.items() if text not in texts)
            if len(sets) > _SETS_CAP:
                doubt = f"the conditions on the set '{conditions[0].key}' are too many"
                return Domain((None, *sets.values()), doubt)
        new = found
    return Domain((None, *sets.values()), single.doubt)


def _numbers(conditions: Iterable[Condition]) -> list[str]:
    limits: set[Decimal] = set()
    for value in itertools.chain.from_iterable(condition.values for condition in conditions):
        try:
            limits.add(Decimal(value))
        except InvalidOperation:
            continue
    return [_plain(number) for number in _around([limit for limit in limits if limit.is_finite()])]


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _around(limits: Iterable[Decimal]) -> list[Decimal]:
    """Return the limits, something between each two, below and above."""
    ordered = sorted(limits)
    if not ordered:
        return [Decimal(1)]
    between = [_between(low, high) for low, high in itertools.pairwise(ordered)]
    return [ordered[0] - 1, *ordered, *between, ordered[-1] + 1]


def _between(low: Decimal, high: Decimal) -> Decimal:
    middle = (low + high) / 2
    return middle.to_integral_value() if low < middle.to_integral_value() < high else middle


def _dates(conditions: Iterable[Condition]) -> list[str]:
    values = itertools.chain.from_iterable(condition.values for condition in conditions)
    limits = [seconds for seconds in map(seconds_of, values) if seconds is not None]
    return list(map(_iso, _around(limits)))


def _iso(seconds: Decimal) -> str:
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(seconds))
    except OverflowError:
        return str(seconds)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    fraction = seconds % 1
    return f"{text}{_plain(abs(fraction))[1:] if fraction else ''}Z"


def _addresses(conditions: Iterable[Condition]) -> list[str]:
    """Return the first address of every stretch that the ranges cut the addresses into, in nicer terms if possible."""
    cuts: dict[int, set[int]] = {4: {0}, 6: {0}}
    for value in itertools.chain.from_iterable(condition.values for condition in conditions):
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
