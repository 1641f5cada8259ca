"""A statement's conditions in words."""

from collections.abc import Iterable, Mapping

from lictor_plugins.reasoning.model import Condition

# IAM user guide, "Condition operators", read 2026-11.
_WORDS: Mapping[str, str] = {
    "StringEquals": "is",
    "StringNotEquals": "is not",
    "StringEqualsIgnoreCase": "is (in any case)",
    "StringNotEqualsIgnoreCase": "is not (in any case)",
    "StringLike": "is like",
    "StringNotLike": "is not like",
    "ArnEquals": "is like",
    "ArnLike": "is like",
    "ArnNotEquals": "is not like",
    "ArnNotLike": "is not like",
    "NumericEquals": "is",
    "NumericNotEquals": "is not",
    "NumericLessThan": "is below",
    "NumericLessThanEquals": "is at most",
    "NumericGreaterThan": "is above",
    "NumericGreaterThanEquals": "is at least",
    "DateEquals": "is",
    "DateNotEquals": "is not",
    "DateLessThan": "is before",
    "DateLessThanEquals": "is no later than",
    "DateGreaterThan": "is after",
    "DateGreaterThanEquals": "is no earlier than",
    "Bool": "is",
    "BinaryEquals": "is",
    "IpAddress": "is in",
    "NotIpAddress": "is not in",
}
_MANY = 4
"""Values that are told; of more, the rest is a number."""


def conditions_text(conditions: Iterable[Condition]) -> str:
    """Say when a statement applies; "" when it always does.

    >>> conditions_text([Condition("StringEquals", "sts:externalid", ("a", "b"))])
    "sts:externalid is 'a' or 'b'"
    """
    return " and ".join(map(_text, conditions))


def _text(condition: Condition) -> str:
    key = condition.key
    if condition.operator == "Null":
        return f"{key} is {'absent' if condition.values[:1] == ('true',) else 'present'}"
    words = _WORDS.get(condition.operator, condition.operator)
    joined = " nor " if words.startswith("is not") else " or "
    told = [f"'{value}'" for value in condition.values[:_MANY]]
    if len(condition.values) > _MANY:
        told.append(f"{len(condition.values) - _MANY} more")
    text = f"{words} {joined.join(told) or 'nothing'}"
    if condition.set_operator == "ForAnyValue":
        return f"some value of {key} {text}"
    if condition.set_operator == "ForAllValues":
        return f"every value of {key} {text} (or there is none)"
    return f"{key} {text}{' or absent' if condition.if_exists else ''}"
