"""How a value of a request compares with the values of a condition, for each family of operators."""

import binascii
import functools
import ipaddress
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from lictor import lazy_pattern
from lictor_plugins.reasoning.dates import seconds_of
from lictor_plugins.reasoning.globs import ARN_PARTS, ONE, STAR, Tokens, arn_tokens, literal, matches_tokens
from lictor_plugins.reasoning.globs import matches_arn_tokens as matches_parts
from lictor_plugins.reasoning.model import ContextValue
from lictor_plugins.reasoning.variables import Filled, fill, has_variable, placeholder

Truth = bool | str
Test = Callable[[str], Truth]
"""What is said of one value of a request."""

Comparison = Callable[[Sequence[str], Mapping[str, ContextValue], bool], Test]
"""Given a condition's values, the request's context and whether `${…}` is a variable: the test of one request value."""

_ORDERS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}


_NUMBER = lazy_pattern(r"[+-]?\d{1,40}(\.\d{1,40})?", re.ASCII)
_NETMASK = lazy_pattern(r"/.*\D")


def comparison_with(
    name: str, positive: str, values: tuple[str, ...], context: Mapping[str, ContextValue], *, has_variables: bool
) -> Test | None:
    """Return how an operator compares a text with a condition's values; None if there is no such operator.

    `positive` is the operator without its `Not`. Variables in the values are filled in from the request's context.
    """
    if any("${" in value for value in values):
        comparison = _comparison_of(name, positive)
        return None if comparison is None else comparison(values, context, has_variables)
    return _fixed(name, positive, values, has_variables)


@functools.lru_cache(maxsize=20_000)
def _fixed(name: str, positive: str, values: tuple[str, ...], has_variables: bool) -> Test | None:
    comparison = _comparison_of(name, positive)
    return None if comparison is None else comparison(values, {}, has_variables)


def _comparison_of(name: str, positive: str) -> Comparison | None:
    if positive in _TEXTS:
        return _TEXTS[positive]
    for family, number in (("Numeric", _decimal), ("Date", seconds_of)):
        order = _ORDERS.get(positive.removeprefix(family)) if positive.startswith(family) else None
        if order is not None:
            return _ordered(name, order, number)
    return None


def _first_true(truths: Iterable[Truth]) -> Truth:
    doubt: Truth = False
    for truth in truths:
        if truth is True:
            return True
        doubt = doubt or truth
    return doubt


def _tested(
    values: Sequence[str],
    context: Mapping[str, ContextValue],
    has_variables: bool,
    prepare: Callable[[Filled], Test],
) -> Test:
    """Return the test of a request value against values whose variables are filled in."""
    filled = [fill(value, context, has_variables=has_variables) for value in values]
    tests = [(prepare(each), each.doubt) for each in filled if each.tokens is not None]

    def compare(text: str) -> Truth:
        doubt: Truth = False
        for test, unknown in tests:
            truth = test(text)
            # A match of a text that is not wholly known is a doubt; what even too wide a text misses is missed.
            if truth is True and not unknown:
                return True
            doubt = doubt or (unknown if truth is True else truth)
        return doubt

    return compare


def _as_written(filled: Filled) -> Tokens:
    """Take the wildcards of a value for themselves, as the operators do that have none; unknown parts stay open."""
    if filled.doubt:
        return filled.tokens or ()
    return tuple(token[0] for token in filled.tokens or ())


def _equals(values: Sequence[str], context: Mapping[str, ContextValue], has_variables: bool) -> Test:
    return _tested(values, context, has_variables, lambda filled: _matching(_as_written(filled)))


def _matching(tokens: Tokens) -> Test:
    if STAR in tokens or ONE in tokens:
        return functools.partial(matches_tokens, tokens)
    return "".join(tokens).__eq__


def _equals_ignoring_case(values: Sequence[str], context: Mapping[str, ContextValue], has_variables: bool) -> Test:
    def prepare(filled: Filled) -> Test:
        test = _matching(_folded(_as_written(filled)))
        return lambda text: test(text.lower())

    return _tested(values, context, has_variables, prepare)


def _folded(pattern: Tokens) -> Tokens:
    return tuple(letter for token in pattern for letter in ((token,) if token in (STAR, ONE) else token.lower()))


def _like(values: Sequence[str], context: Mapping[str, ContextValue], has_variables: bool) -> Test:
    return _tested(values, context, has_variables, lambda filled: _matching(filled.tokens or ()))


def _arn_like(values: Sequence[str], context: Mapping[str, ContextValue], has_variables: bool) -> Test:
    def prepare(filled: Filled) -> Test:
        parts = arn_tokens(filled.tokens or ())
        if filled.doubt:
            # What is filled in may hold colons, so that the parts are not known.
            return _matching(filled.tokens or ())
        if filled.tokens and all(token == STAR for token in filled.tokens):
            # Rules and people take a star alone for every ARN, as everywhere else in a policy.
            return lambda _: True
        if len(parts) < ARN_PARTS:
            return lambda _: "what the ARN operators make of a pattern without six parts is not documented"
        return functools.partial(matches_parts, parts)

    return _tested(values, context, has_variables, prepare)


def _bool(values: Sequence[str], context: Mapping[str, ContextValue], has_variables: bool) -> Test:
    def prepare(filled: Filled) -> Test:
        written = "".join(_as_written(filled)).lower()

        def test(text: str) -> Truth:
            if filled.doubt:
                return filled.doubt
            if written not in ("true", "false") or text.lower() not in ("true", "false"):
                return "Bool takes 'true' or 'false'"
            return written == text.lower()

        return test

    return _tested(values, context, has_variables, prepare)


def _binary(values: Sequence[str], context: Mapping[str, ContextValue], has_variables: bool) -> Test:
    del context

    def compare(text: str) -> Truth:
        return _first_true(_same_bytes(literal(value, has_escapes=has_variables), text) for value in values)

    return compare


def _same_bytes(value: str, text: str) -> Truth:
    import base64  # few policies compare bytes

    try:
        return base64.b64decode(value, validate=True) == base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return "BinaryEquals takes base64"


def _ip(values: Sequence[str], context: Mapping[str, ContextValue], has_variables: bool) -> Test:
    del context, has_variables

    networks = [(_network(value), value) for value in values]

    def compare(text: str) -> Truth:
        address = _address(text)
        if address is None:
            return f"'{text}' is no IP address"
        doubt: Truth = False
        for network, value in networks:
            if network is None:
                doubt = doubt or f"'{value}' is neither an IP address nor a range of them"
            elif address in network:
                return True
        return doubt

    return compare


@functools.lru_cache(maxsize=5_000)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


@functools.lru_cache(maxsize=5_000)
def _network(value: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return None if _NETMASK.search(value) else ipaddress.ip_network(value, strict=False)
    except ValueError:
        return None


def _ordered(
    name: str, order: Callable[[Decimal, Decimal], bool], number: Callable[[str], Decimal | None]
) -> Comparison:
    def comparison(values: Sequence[str], context: Mapping[str, ContextValue], has_variables: bool) -> Test:
        del context, has_variables

        def one(value: str, text: str) -> Truth:
            limit, given = number(value), number(text)
            if limit is None or given is None:
                return f"{name} can't compare '{text}' with '{value}'"
            return order(given, limit)

        return lambda text: _first_true(one(value, text) for value in values)

    return comparison


@functools.lru_cache(maxsize=5_000)
def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def value_doubt(positive: str, value: str, *, has_variables: bool) -> str:
    """Say why a condition's value can't be judged whatever the request holds, or "".

    >>> value_doubt("StringEquals", "${AWS::AccountId}", has_variables=True)
    "'${AWS::AccountId}' is not known before deployment"
    >>> value_doubt("NumericEquals", "ten", has_variables=True)
    "NumericEquals can't take 'ten'"
    """
    if "${" in value and (hole := placeholder(value)):
        return f"'{hole}' is not known before deployment"
    if positive.startswith("String"):
        return ""
    is_variable = has_variables and has_variable(value)
    known = True
    if positive.startswith("Numeric"):
        known = _decimal(value) is not None
    elif positive.startswith("Date"):
        known = seconds_of(value) is not None
    elif positive == "IpAddress":
        known = _network(value) is not None
    elif positive == "BinaryEquals":
        known = isinstance(_same_bytes(value, ""), bool)
    elif positive in ("Bool", "Null"):
        known = value.lower() in ("true", "false") or (is_variable and positive == "Bool")
    elif positive.startswith("Arn"):
        known = is_variable or len(arn_tokens(tuple(value))) == ARN_PARTS or set(value) == {"*"}
    return "" if known else f"{positive} can't take '{value}'"


_TEXTS: Mapping[str, Comparison] = {
    "StringEquals": _equals,
    "StringEqualsIgnoreCase": _equals_ignoring_case,
    "StringLike": _like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": _bool,
    "BinaryEquals": _binary,
    "IpAddress": _ip,
}
