"""The finite search, against trying everything."""

import itertools
import random

import pytest

from lictor_plugins.reasoning.model import Condition, Principal, Statement
from lictor_plugins.reasoning.partition import Budget, TooManyStepsError
from lictor_plugins.reasoning.proofs import Goal, Scope, answer
from lictor_plugins.reasoning.rules import Rule
from lictor_plugins.reasoning.search import restrict, search

_LATE = Condition("NumericGreaterThan", "aws:multifactorauthage", ("3600",))


def test_the_search_finds_a_choice_exactly_when_there_is_one() -> None:
    chance = random.Random(2)  # noqa: S311 - no secrets
    names = ("a", "b", "c")
    for _ in range(500):
        domains = {name: chance.randint(1, 7) for name in names}
        clauses = [
            {name: chance.randint(1, 7) for name in chance.sample(names, chance.randint(1, 3))}
            for _ in range(chance.randint(0, 8))
        ]
        choices = itertools.product(*([bit for bit in (1, 2, 4) if domains[name] & bit] for name in names))
        is_possible = any(
            not any(
                all(dict(zip(names, choice, strict=True))[name] & mask for name, mask in each.items())
                for each in clauses
            )
            for choice in choices
        )
        found = search(domains, clauses, Budget())
        assert (found is not None) == is_possible
        if found is not None:
            lowest = {name: mask & -mask for name, mask in found.items()}
            assert not any(all(lowest[name] & mask for name, mask in each.items()) for each in clauses)


def test_what_must_match_narrows_the_classes() -> None:
    assert restrict({"a": 0b111}, {"a": 0b110}) == {"a": 0b110}
    assert restrict({"a": 0b001}, {"a": 0b110}) is None


def test_a_search_ends_with_its_budget() -> None:
    with pytest.raises(TooManyStepsError):
        search({"a": 3}, [{"a": 1}, {"a": 2}], Budget(1))


@pytest.mark.parametrize("resource", ["arn:aws:iam::123456789012:role/target", None])
@pytest.mark.parametrize(
    ("deny", "verdict"),
    [
        (Statement(0, "Deny", actions=("*",), resources=("*",)), "no"),
        (Statement(0, "Deny", actions=("*",), resources=("*",), doubt="something is not known"), "unknown"),
        (Statement(0, "Deny", actions=("*",), resources=("*",), conditions=(_LATE,)), "yes"),
    ],
)
def test_where_nothing_must_allow_only_what_denies_decides(deny: Statement, verdict: str, resource: str | None) -> None:
    """A role that trusts another of its account by name asks no policy of that one, which may forbid the call."""
    scope = Scope(
        frozenset({"123456789012"}),
        principal=Principal("AWS", "arn:aws:iam::123456789012:role/deploy"),
        action="sts:AssumeRole",
        resource=resource,
    )
    goal = Goal((), (Rule(deny, has_variables=False, kind="identity"),))
    assert answer([goal], scope, lambda _request: True).verdict == verdict
