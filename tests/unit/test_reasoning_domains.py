"""Values that stand for all: every answer that a condition can give is given by one of them."""

import pytest

from lictor_plugins.reasoning.domains import domain_of, values_of
from lictor_plugins.reasoning.model import Condition, ContextValue
from lictor_plugins.reasoning.operators import holds
from lictor_plugins.reasoning.partition import Budget


def values(*conditions: Condition, is_multivalued: bool = False) -> tuple[ContextValue | None, ...]:
    key = conditions[0].key
    single = values_of(conditions, key=key, facts="string", budget=Budget(), context={}, has_variables=True)
    found = domain_of(conditions, single, Budget(), is_multivalued=is_multivalued, context={}, has_variables=True)
    assert not found.doubt
    return found.values


def answers(conditions: tuple[Condition, ...], found: tuple[ContextValue | None, ...]) -> set[tuple[object, ...]]:
    return {
        tuple(
            holds(condition, {} if value is None else {condition.key: value}, has_variables=True)
            for condition in conditions
        )
        for value in found
    }


@pytest.mark.parametrize(
    ("conditions", "samples"),
    [
        (
            (Condition("NumericLessThan", "k", ("5",)), Condition("NumericGreaterThan", "k", ("5", "9"))),
            ("4", "5", "5.5", "9", "10"),
        ),
        (
            (Condition("DateLessThan", "k", ("2026-01-01T00:00:00Z",)), Condition("DateEquals", "k", ("2026-01-01",))),
            ("2025-01-01", "2026-01-01T00:00:00Z", "2026-06-01"),
        ),
        (
            (
                Condition("IpAddress", "k", ("10.0.0.0/8",)),
                Condition("NotIpAddress", "k", ("10.1.0.0/16", "2001:db8::/32")),
            ),
            ("9.255.255.255", "10.0.0.0", "10.1.2.3", "10.255.255.255", "11.0.0.0", "2001:db8::1", "::1"),
        ),
        (
            (Condition("StringEquals", "k", ("a",)), Condition("StringEqualsIgnoreCase", "k", ("A",))),
            ("a", "A", "b"),
        ),
        ((Condition("Bool", "k", ("true",)), Condition("Null", "k", ("true",))), ("true", "false")),
    ],
)
def test_every_answer_that_some_value_gives_is_given(
    conditions: tuple[Condition, ...], samples: tuple[str, ...]
) -> None:
    found = values(*conditions)
    assert None in found
    assert answers(conditions, (None, *samples)) <= answers(conditions, found)


def test_sets_of_values_tell_every_and_any_apart() -> None:
    conditions = (
        Condition("StringLike", "k", ("a*",), "ForAllValues"),
        Condition("StringEquals", "k", ("b",), "ForAnyValue"),
        Condition("StringNotEquals", "k", ("ab",), "ForAnyValue"),
    )
    found = values(*conditions, is_multivalued=True)
    samples: tuple[ContextValue | None, ...] = (
        None,
        ("a",),
        ("b",),
        ("ab",),
        ("a", "b"),
        ("ab", "b"),
        ("c", "ab", "b"),
    )
    assert answers(conditions, samples) <= answers(conditions, found)
