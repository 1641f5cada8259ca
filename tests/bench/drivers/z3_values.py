"""Values of a request as variables of an SMT solver, and the tests of condition operators on them."""

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import z3  # type: ignore[import-not-found] # in an environment of its own

SLOTS = 3
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnLike",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}
ORDERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "Equals": lambda a, b: a == b,
    "LessThan": lambda a, b: a < b,
    "LessThanEquals": lambda a, b: a <= b,
    "GreaterThan": lambda a, b: a > b,
    "GreaterThanEquals": lambda a, b: a >= b,
}
TEXT = z3.StringSort()
ANY_CHAR = z3.AllChar(z3.ReSort(TEXT))
ANY = z3.Full(z3.ReSort(TEXT))
NO_COLON = z3.Intersect(ANY_CHAR, z3.Complement(z3.Re(":")))
NO_UPPER = z3.Star(z3.Intersect(ANY_CHAR, z3.Complement(z3.Range("A", "Z"))))
DIGITS = z3.Loop(z3.Range("0", "9"), 12, 12)


class UnsupportedError(Exception):
    """A question holds something that this encoding leaves out."""


def listed(value: Any) -> list[Any]:
    """Return a value that may stand alone as a list."""
    return value if isinstance(value, list) else [value]


def regex(pattern: str, *, is_arn: bool = False, folds: bool = False) -> Any:
    """Return a pattern as a regular expression; of an ARN, the stars stay within their part."""
    if "${" in pattern:
        raise UnsupportedError(pattern)
    if is_arn and pattern.count(":") < 5:
        raise UnsupportedError(pattern)
    pieces: list[Any] = []
    colons = 0
    for char in pattern:
        one = NO_COLON if is_arn and colons < 5 else ANY_CHAR
        if char == "*":
            pieces.append(z3.Star(one) if is_arn and colons < 5 else ANY)
        elif char == "?":
            pieces.append(one)
        elif folds and char.lower() != char.upper():
            pieces.append(z3.Union(z3.Re(char.lower()), z3.Re(char.upper())))
        else:
            pieces.append(z3.Re(char))
        colons += char == ":"
    if not pieces:
        return z3.Re("")
    return pieces[0] if len(pieces) == 1 else z3.Concat(*pieces)


def like(text: Any, pattern: str, *, is_arn: bool = False) -> Any:
    """Tell whether a text matches a pattern."""
    if "*" not in pattern and "?" not in pattern and "${" not in pattern:
        return text == z3.StringVal(pattern)
    return z3.InRe(text, regex(pattern, is_arn=is_arn))


class Key:
    """A condition key of the request: whether it is there, and its value as what conditions compare it as."""

    def __init__(self, name: str, facts: Mapping[str, Any], families: set[str]) -> None:
        """Make the variables; `families` are the sorts of operators on the key."""
        self.name = name
        self.is_set = facts["multi"]
        self.there = z3.Bool(f"{name} is there")
        self.limits: list[Any] = []
        if len(families) > 1 or (self.is_set and families - {"text"}):
            raise UnsupportedError(name)
        self.family = next(iter(families), "text")
        if facts["type"] == "ip" and "text" in families:
            raise UnsupportedError(name)
        if self.family in ("number", "date"):
            self.values = [z3.Real(name)]
        elif self.family == "address":
            self.values = [z3.Int(name)]
            self.is_v6 = z3.Bool(f"{name} v6")
            self.limits = [self.values[0] >= 0, self.values[0] < z3.If(self.is_v6, z3.IntVal(2**128), z3.IntVal(2**32))]
        else:
            self.values = [z3.String(f"{name} {number}") for number in range(SLOTS if self.is_set else 1)]
        self.used = [z3.Bool(f"{name} has {number}") for number in range(SLOTS)] if self.is_set else [self.there]
        if self.is_set:
            some = z3.Or([z3.And(used, each != "") for used, each in zip(self.used, self.values, strict=True)])
            self.limits += [self.there == z3.Or(self.used), self.there == some]
        if facts["type"] == "bool" and self.family == "text":
            self.limits.append(z3.Or(self.values[0] == "true", self.values[0] == "false"))
        if facts.get("shape"):
            shapes = {"organization": "o-?*", "path": "o-?*/*"}
            for value in self.values:
                if facts["shape"] == "account":
                    # Who calls without credentials has this text in place of an account.
                    self.limits.append(z3.Or(value == "anonymous", z3.InRe(value, DIGITS)))
                else:
                    self.limits.append(z3.InRe(value, z3.Intersect(regex(shapes[facts["shape"]]), NO_UPPER)))

    def test(self, operator: str, values: Iterable[str], value: Any) -> Any:
        """Return whether one value of the request meets a positive operator."""
        return z3.Or([self._one(operator, text, value) for text in values])

    def _one(self, operator: str, text: str, value: Any) -> Any:  # noqa: PLR0911 - one return for each family
        if operator.startswith("Numeric"):
            return ORDERS[operator.removeprefix("Numeric")](value, z3.RealVal(text))
        if operator.startswith("Date"):
            return ORDERS[operator.removeprefix("Date")](value, z3.RealVal(moment(text)))
        if operator == "IpAddress":
            network = ipaddress.ip_network(text, strict=False)
            first, last = int(network[0]), int(network[-1])
            return z3.And(self.is_v6 == (network.version == 6), value >= first, value <= last)
        if operator == "StringEquals" and "${" not in text:
            return value == z3.StringVal(text)
        if operator == "StringLike":
            return like(value, text)
        if operator in ("ArnLike", "ArnEquals"):
            return z3.InRe(value, regex(text, is_arn=True))
        if operator in ("StringEqualsIgnoreCase", "Bool") and "${" not in text and not {"*", "?"} & set(text):
            return z3.InRe(value, regex(text, folds=True))
        raise UnsupportedError(operator)


def moment(text: str) -> str:
    """Return a date as seconds since 1970."""
    if text.replace(".", "", 1).isdigit() and len(text) > 8:
        return text
    return repr(datetime.fromisoformat(text).timestamp())


def family(operator: str) -> str:
    """Return what an operator compares."""
    operator = NEGATED.get(operator, operator)
    if operator.startswith("Numeric"):
        return "number"
    return "date" if operator.startswith("Date") else "address" if operator == "IpAddress" else "text"
