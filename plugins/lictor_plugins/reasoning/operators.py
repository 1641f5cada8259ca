"""One condition on one concrete request: what each operator says of a key that is there, and of one that is not.

IAM user guide, "Condition operators" and "Single-valued vs. multivalued context keys", read 2026-11:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import functools
from collections.abc import Iterable, Mapping

from lictor_plugins.reasoning.compare import Test, comparison_with
from lictor_plugins.reasoning.model import Condition, ContextValue

Truth = bool | str
"""True, False, or why neither can be said."""

NEGATED: Mapping[str, str] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
"""Each operator with a `Not`, and the one that it negates."""

TAKES_VARIABLES = ("String", "Arn", "Bool")
"""How the operators begin whose values may hold policy variables; the guide's pages differ about `Bool`."""


def is_negated(operator: str) -> bool:
    """Tell whether an operator is one of the `Not` operators.

    >>> is_negated("NotIpAddress"), is_negated("Null")
    (True, False)
    """
    return operator in NEGATED


def any_of(truths: Iterable[Truth]) -> Truth:
    """Tell whether one of several claims is true; a doubt counts only if none is.

    >>> any_of([False, "who knows", True]), any_of([False, "who knows"]), any_of([])
    (True, 'who knows', False)
    """
    doubt = ""
    for truth in truths:
        if truth is True:
            return True
        if truth is not False and not doubt:
            doubt = truth
    return doubt or False


def all_of(truths: Iterable[Truth]) -> Truth:
    """Tell whether all of several claims are true; a doubt counts only if none is false.

    >>> all_of([True, "who knows", False]), all_of([True, "who knows"]), all_of([])
    (False, 'who knows', True)
    """
    return negate(any_of(map(negate, truths)))


def negate(truth: Truth) -> Truth:
    """Return the opposite; of a doubt, the doubt."""
    return (not truth) if isinstance(truth, bool) else truth


def holds(condition: Condition, context: Mapping[str, ContextValue], *, has_variables: bool) -> Truth:
    """Tell whether a condition holds in a request's context, or say why that can't be known.

    `context` has keys in lower case; a key that is not there is absent.

    >>> absent = Condition("StringNotEquals", "aws:principalorgid", ("o-1",))
    >>> holds(absent, {}, has_variables=True)
    True
    """
    if condition.doubt:
        return condition.doubt
    if not condition.values:
        return f"what {condition.operator} without a value means is not documented"
    value = context.get(condition.key, ())
    request = (value,) if isinstance(value, str) else tuple(value)
    if condition.operator == "Null":
        return _is_absent(condition, request)
    if not request:
        return _without_key(condition)
    positive = NEGATED.get(condition.operator, condition.operator)
    compare = comparison_with(condition.operator, positive, condition.values, context, has_variables=has_variables)
    if compare is None:
        return f"'{condition.operator}' is no operator that is known"
    return _with_key(condition, request, compare)


def truths_of(
    condition: Condition,
    values: tuple[ContextValue | None, ...],
    context: Mapping[str, ContextValue],
    *,
    has_variables: bool,
) -> tuple[Truth, ...]:
    """Tell of each of some values of its key, None for its absence, whether a condition holds."""
    if any("${" in value for value in condition.values):
        return _truths_of(condition, values, context, has_variables)
    return _plain_truths(condition, values)


@functools.lru_cache(maxsize=5_000)
def _plain_truths(condition: Condition, values: tuple[ContextValue | None, ...]) -> tuple[Truth, ...]:
    return _truths_of(condition, values, {}, has_variables=True)


def _truths_of(
    condition: Condition,
    values: tuple[ContextValue | None, ...],
    context: Mapping[str, ContextValue],
    has_variables: bool,
) -> tuple[Truth, ...]:
    without = {key: value for key, value in context.items() if key != condition.key}
    contexts = [without if value is None else {**without, condition.key: value} for value in values]
    return tuple([holds(condition, each, has_variables=has_variables) for each in contexts])


def _is_absent(condition: Condition, request: tuple[str, ...]) -> Truth:
    if condition.set_operator or condition.if_exists:
        return "what Null means with a prefix or with IfExists is not documented"
    wanted = {value.lower() for value in condition.values}
    if not wanted <= {"true", "false"}:
        return "Null takes 'true' or 'false'"
    if request and not any(request):
        return f"whether Null takes the empty text of '{condition.key}' for absent is not documented"
    return ("false" if request else "true") in wanted


def _without_key(condition: Condition) -> Truth:
    if condition.if_exists and condition.set_operator == "ForAnyValue":
        # IfExists says true, ForAnyValue says false, and no page says which one counts.
        return f"what ForAnyValue with IfExists means without '{condition.key}' is not documented"
    if condition.if_exists:
        return True
    if condition.set_operator:
        return condition.set_operator == "ForAllValues"
    return is_negated(condition.operator)


def _with_key(condition: Condition, request: tuple[str, ...], compare: Test) -> Truth:
    test = _negation(compare) if is_negated(condition.operator) else compare
    if len(request) == 1 and not condition.set_operator:
        return test(request[0])
    some, every = any_of(map(test, request)), all_of(map(test, request))
    if condition.set_operator and not any(request):
        # "an empty data set, for example an empty string": then ForAllValues holds and ForAnyValue doesn't.
        empty = condition.set_operator == "ForAllValues"
        return empty if some == every == empty else f"whether '{condition.key}' counts as empty is not documented"
    if condition.set_operator:
        return some if condition.set_operator == "ForAnyValue" else every
    if some != every:
        return f"'{condition.key}' has several values, and {condition.operator} has no ForAnyValue or ForAllValues"
    return some


def _negation(compare: Test) -> Test:
    return lambda text: negate(compare(text))
