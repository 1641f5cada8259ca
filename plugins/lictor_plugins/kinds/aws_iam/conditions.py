"""Condition operators: the base operator of a name with its prefix and suffix, and the provider of a key."""

import functools
import re
from collections.abc import Mapping
from typing import Any

from lictor import NamedTuple, lazy_pattern
from lictor_plugins.kinds.aws_iam.elements import nearest

# IAM user guide, "Condition operators", read 2026-11.
OPERATORS = (
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnNotEquals",
    "ArnLike",
    "ArnNotLike",
    "Null",
)
SET_OPERATORS = ("ForAllValues", "ForAnyValue")

_BY_FOLD = {operator.casefold(): operator for operator in OPERATORS}
_SETS_BY_FOLD = {operator.casefold(): operator for operator in SET_OPERATORS}
_NAME = lazy_pattern(r"(?:(?P<set>[^:]*):)?(?P<base>.*?)(?P<exists>ifexists)?", re.IGNORECASE | re.DOTALL)


class Operator(NamedTuple):
    """A condition operator taken apart. `base` is spelt as in the documentation when it is known."""

    base: str
    set_operator: str | None
    if_exists: bool
    is_negated: bool
    is_known: bool


@functools.lru_cache(maxsize=1_000)
def read_operator(name: str) -> Operator:
    """Take an operator's name apart, in any case.

    >>> read_operator("ForAllValues:StringNotLikeIfExists")
    Operator(base='StringNotLike', set_operator='ForAllValues', if_exists=True, is_negated=True, is_known=True)
    """
    match = _NAME.fullmatch(name)
    prefix, written, exists = (match["set"], match["base"], match["exists"]) if match else (None, name, None)
    base = _BY_FOLD.get(written.casefold())
    set_operator = _SETS_BY_FOLD.get(prefix.casefold()) if prefix is not None else None
    is_known = base is not None and (prefix is None or set_operator is not None) and not (base == "Null" and exists)
    return Operator(
        base=base or written,
        set_operator=set_operator,
        if_exists=exists is not None,
        is_negated="Not" in (base or ""),
        is_known=is_known,
    )


@functools.lru_cache(maxsize=1_000)
def nearest_operator(operator: Operator) -> str | None:
    """Return the known operator that an unknown one resembles, without prefix and suffix.

    >>> nearest_operator(read_operator("ForAnyValue:StringLikes"))
    'StringLike'
    """
    return None if operator.is_known else nearest(operator.base, OPERATORS) or None


@functools.lru_cache(maxsize=1_000)
def key_facts(key: str) -> Mapping[str, Any]:
    """Return a condition key's lower-case form, and the identity provider and claim of a key such as `host/path:sub`.

    >>> key_facts("token.actions.githubusercontent.com:sub")["provider"]
    'token.actions.githubusercontent.com'
    >>> key_facts("aws:PrincipalOrgID")["provider"] is None
    True
    """
    prefix, _, claim = key.rpartition(":")
    is_provider = "." in prefix.split("/", 1)[0] or prefix.startswith("${")
    return {
        "key": key.lower(),
        "key_raw": key,
        "provider": prefix.lower() if is_provider else None,
        "claim": claim.lower() if is_provider else None,
    }


@functools.lru_cache(maxsize=2_000)
def condition_facts(operator_name: str, key: str) -> Mapping[str, Any]:
    """Return what is known of a condition before its values are: of its operator as it is written, and of its key.

    >>> condition_facts("StringLikeIfExists", "aws:PrincipalArn")["if_exists"]
    True
    """
    operator = read_operator(operator_name)
    return {
        "operator": operator.base,
        "operator_raw": operator_name,
        "set_operator": operator.set_operator,
        "if_exists": operator.if_exists,
        "negated": operator.is_negated,
        "is_known": operator.is_known,
        **key_facts(key),
    }


@functools.lru_cache(maxsize=1_000)
def operator_facts(name: str) -> Mapping[str, Any]:
    """Return an operator as it is written, whether it is known, and which it resembles if it is not."""
    operator = read_operator(name)
    return {"name": name, "is_known": operator.is_known, "nearest": nearest_operator(operator)}
