"""Values of a condition key that stand for all others: one for each way in which conditions can tell values apart."""

from collections.abc import Mapping, Sequence

from lictor import NamedTuple
from lictor_plugins.reasoning.globs import STAR
from lictor_plugins.reasoning.keys import TIMES, KeyFacts, KeyType, key_facts
from lictor_plugins.reasoning.measures import address_texts, addresses, dates, moments, numbers
from lictor_plugins.reasoning.model import Condition, ContextValue
from lictor_plugins.reasoning.operators import NEGATED, holds
from lictor_plugins.reasoning.partition import Budget, TooManyClassesError, remembered, representatives
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

_LOWER_CASE = frozenset(key for key, base in _BASES.items() if base in (_ORGANIZATION, _PATH))
"""Keys whose values have no upper-case letters (Organizations API reference, Organization and OrganizationalUnit)."""

_SAMPLES: Mapping[str, str] = {"numeric": "1", "date": "2026-01-01T00:00:00Z", "ip": "203.0.113.7"}

_SETS_CAP = 400
"""Sets of values of one multi-valued key; beyond it the key counts as not told apart."""


_LOOK = 20
"""Steps that one look of a condition at one value is worth."""


def has_shape(key: str) -> bool:
    """Tell whether the values of a key always look alike.

    >>> has_shape("aws:principalorgid"), has_shape("aws:sourceip")
    (True, False)
    """
    return key in _BASES


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
            is_everything = all(token == STAR for token in filled.tokens)
            is_by_part = operator.startswith("Arn") and not filled.doubt and not is_everything
            result.append(from_tokens(filled.tokens, is_by_part=is_by_part))
        elif operator == "StringEqualsIgnoreCase":
            text = "".join(token[0] for token in filled.tokens)
            result.append(exact(text.lower()) if condition.key in _LOWER_CASE else folded(text))
        else:
            result.append(exact("".join(token[0] for token in filled.tokens)))
    return result


def all_values(
    budget: Budget,
    key: str,
    conditions: tuple[Condition, ...],
    extra: tuple[Pattern, ...],
    context: Mapping[str, ContextValue],
    *,
    has_variables: bool,
) -> Domain:
    """Return values of a key, its absence among them, that stand for all of its values under these conditions.

    `extra` are patterns that others need told apart; variables are filled in from `context`.
    """
    if any("${" in value for condition in conditions for value in condition.values):
        return _all_values(budget, key, conditions, extra, context, has_variables)
    return _plain_values(budget, key, conditions, extra)


@remembered(maxsize=2_000)
def _plain_values(budget: Budget, key: str, conditions: tuple[Condition, ...], extra: tuple[Pattern, ...]) -> Domain:
    return _all_values(budget, key, conditions, extra, {}, has_variables=True)


def _all_values(
    budget: Budget,
    key: str,
    conditions: tuple[Condition, ...],
    extra: tuple[Pattern, ...],
    context: Mapping[str, ContextValue],
    has_variables: bool,
) -> Domain:
    facts = key_facts(key)
    single = values_of(
        conditions or [Condition("Null", key, ("false",))],
        facts=facts.type,
        key=key,
        budget=budget,
        extra=extra,
        context=context,
        has_variables=has_variables,
    )
    is_set = facts == KeyFacts() and any(condition.set_operator for condition in conditions)
    return domain_of(
        conditions,
        single,
        budget,
        extra=extra,
        is_multivalued=facts.is_multivalued or is_set,
        context=context,
        has_variables=has_variables,
    )


def values_of(
    conditions: Sequence[Condition],
    *,
    key: str,
    facts: KeyType,
    budget: Budget,
    extra: Sequence[Pattern] = (),
    context: Mapping[str, ContextValue],
    has_variables: bool,
) -> Domain:
    """Return single values of a key that stand for all of its values under these conditions, absence aside.

    `facts` is the type of the key, `extra` are patterns that others need told apart.
    """
    families = {family(condition) for condition in conditions} - {""}
    if key in TIMES and families <= {"date", "number"}:
        return Domain(tuple(moments(conditions, is_epoch=key == TIMES[1])))
    if facts == "ip" and "text" in families:
        texts = [condition for condition in conditions if family(condition) == "text"]
        patterns = [pattern for each in texts for pattern in patterns_of(each, context, has_variables=has_variables)]
        return Domain(*address_texts(conditions, [*extra, *patterns]))
    result: dict[str, None] = {}
    doubt = ""
    if facts == "bool":
        result.update({"true": None, "false": None})
    elif facts in _SAMPLES and not families:
        result[_SAMPLES[facts]] = None
    elif "text" in families or extra or not families:
        texts = [condition for condition in conditions if family(condition) == "text"]
        try:
            result.update(dict.fromkeys(_texts(key, texts, extra, context, has_variables, budget)))
        except TooManyClassesError:
            doubt = f"the patterns on '{key}' are too entangled"
    for name, values in (("number", numbers), ("date", dates), ("address", addresses)):
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
    budget: Budget,
) -> list[str]:
    is_bool = any(condition.operator == "Bool" for condition in conditions)
    conditions = [condition for condition in conditions if condition.operator != "Bool"]
    if is_bool and not conditions:
        return ["true", "false"]
    if conditions and all(condition.operator == "BinaryEquals" for condition in conditions) and not (is_bool or extra):
        return _binaries(conditions, context, has_variables)
    patterns = [*extra, *map(exact, ("true", "false") if is_bool else ())]
    for condition in conditions:
        patterns.extend(patterns_of(condition, context, has_variables=has_variables))
    result = list(representatives(_BASES.get(key, ANY_TEXT), patterns, budget=budget))
    budget.take(_LOOK * len(result) * sum(len(condition.values) for condition in conditions))
    # Only a key whose values always look alike can't be empty; otherwise the empty text may be a class of its own.
    if any("" in condition.values for condition in conditions):
        return [*result, ""]
    # Where it matches no pattern, as the first of the others, it isn't.
    if key in _BASES or not any(pattern.matches(text) for pattern in patterns for text in ("", *result[:1])):
        return result
    views = {_view(text, conditions, context, has_variables) for text in result}
    return result if _view("", conditions, context, has_variables) in views else [*result, ""]


def _binaries(conditions: Sequence[Condition], context: Mapping[str, ContextValue], has_variables: bool) -> list[str]:
    """Return bytes in base64: those that conditions compare with, and some that none does."""
    import base64  # few policies compare bytes

    named = [value for condition in conditions for value in condition.values]
    views: dict[tuple[object, ...], str] = {}
    for text in (*named, *(base64.b64encode(bytes([number])).decode() for number in range(len(named) + 1))):
        views.setdefault(_view(text, conditions, context, has_variables), text)
    return list(views.values())


def _view(
    text: str, conditions: Sequence[Condition], context: Mapping[str, ContextValue], has_variables: bool
) -> tuple[object, ...]:
    """Return which conditions a value meets, set operators aside."""
    filled = {**context, **{each.key: text for each in conditions[:1]}}
    return tuple(
        holds(each._replace(set_operator=None) if each.set_operator else each, filled, has_variables=has_variables)
        for each in conditions
    )


def domain_of(
    conditions: Sequence[Condition],
    single: Domain,
    budget: Budget,
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
    budget.take(_LOOK * len(single.values) * sum(len(condition.values) for condition in conditions))
    for text in (value for value in single.values if isinstance(value, str)):
        mark = (
            *(
                holds(condition, {**context, condition.key: (text,)}, has_variables=has_variables)
                for condition in conditions
            ),
            *(pattern.matches(text) for pattern in extra),
        )
        marks.setdefault(mark, text)
    sets: dict[tuple[frozenset[object], ...], tuple[str, ...]] = {}
    new: list[tuple[tuple[tuple[object, ...], ...], tuple[str, ...]]]
    new = [((mark,), (text,)) for mark, text in marks.items()]
    while new:
        found: list[tuple[tuple[tuple[object, ...], ...], tuple[str, ...]]] = []
        for elements, texts in new:
            budget.take(len(elements) * len(elements[0]) + len(marks))
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
