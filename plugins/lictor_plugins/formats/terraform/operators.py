"""Terraform's operators on known values; None where the outcome is not known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lictor_plugins.formats.terraform.values import Fields, Items, Scalar, Value, as_text, is_null, is_whole, plain

_NUMERIC: Mapping[str, Callable[[float, float], float | bool]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "%": lambda left, right: left % right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def operate(operator: str, operands: Sequence[Value]) -> Value | None:
    """Return what an operator makes of its operands."""
    operands = [Scalar() if is_null(operand) else operand for operand in operands]
    is_assumed = any(operand.is_assumed for operand in operands)
    found = _operate(operator, operands)
    return replace(found, is_assumed=is_assumed) if found is not None and is_assumed else found


def _operate(operator: str, operands: Sequence[Value]) -> Value | None:  # noqa: PLR0911 - one return for each sort
    if operator in {"&&", "||"}:
        return _logic(operator, operands)
    if operator == "!":
        meant = truth(operands[0])
        return None if meant is None else Scalar(value=not meant)
    if operator in {"==", "!="}:
        same = _same(operands[0], operands[1])
        return None if same is None else Scalar(value=same is (operator == "=="))
    numbers = [number(operand) for operand in operands]
    known = [each for each in numbers if each is not None]
    if len(known) < len(numbers):
        return None
    if len(known) == 1:
        return Scalar(value=-known[0])
    try:
        return Scalar(value=_NUMERIC[operator](known[0], known[1]))
    except (KeyError, ArithmeticError):
        return None


def _logic(operator: str, operands: Sequence[Value]) -> Value | None:
    meant = [truth(operand) for operand in operands]
    deciding = operator == "||"
    # What a default says may be overridden, so it decides nothing against an operand that is not known.
    if any(
        each is deciding and (None not in meant or not value.is_assumed)
        for each, value in zip(meant, operands, strict=True)
    ):
        return Scalar(value=deciding)
    return None if None in meant else Scalar(value=not deciding)


def _same(left: Value, right: Value) -> bool | None:
    if not is_whole(left) or not is_whole(right):
        return None
    one, other = as_text(left), as_text(right)
    if one is not None and other is not None:
        return one == other
    if isinstance(left, Items | Fields) and isinstance(right, Items | Fields):
        return bool(plain(left) == plain(right))
    return one is None and other is None and isinstance(left, Scalar) and isinstance(right, Scalar)


def truth(value: Value) -> bool | None:
    """Return a truth value; None when it is not known.

    >>> truth(Scalar(value=True)), truth(Value())
    (True, None)
    """
    return {"true": True, "false": False}.get(as_text(value) or "")


def number(value: Value) -> float | None:
    """Return a number, or a text that spells one."""
    text = as_text(value)
    try:
        found = None if text is None or len(text) > 300 else float(text)  # noqa: PLR2004 - more digits than any id has
    except ValueError:
        return None
    if found is None or found - found != 0:
        return None
    return int(found) if found.is_integer() else found
