"""Classes of texts under patterns: each is found once, with a text that is really one of it."""

import itertools
import random

import pytest

from lictor_plugins.reasoning.partition import (
    Budget,
    TooManyClassesError,
    TooManyStepsError,
    relation,
    remembered,
    representatives,
)
from lictor_plugins.reasoning.patterns import ACCOUNT, ANYTHING, Pattern, arn, exact, folded, glob


def marks(patterns: list[Pattern], texts: tuple[str, ...]) -> set[tuple[bool, ...]]:
    return {tuple(pattern.matches(text) for pattern in patterns) for text in texts}


def test_no_short_text_is_of_a_class_that_was_not_found() -> None:
    chance = random.Random(1)  # noqa: S311 - no secrets
    words = ["".join(word) for length in range(5) for word in itertools.product("abc:*", repeat=length)]
    for _ in range(200):
        texts = [
            "".join(chance.choice("ab*?:") for _ in range(chance.randint(0, 4))) for _ in range(chance.randint(1, 4))
        ]
        patterns = [glob(text) if chance.random() < 0.7 else exact(text) for text in texts]
        base = glob(chance.choice(["*", "a*", "*b", "??*"]))
        found = representatives(base, patterns)
        assert all(base.matches(text) for text in found)
        inside = tuple(word for word in words if base.matches(word))
        assert marks(patterns, inside) <= marks(patterns, found), (texts, found)


def test_both_cases_of_a_letter_are_told_apart() -> None:
    found = representatives(ANYTHING, [folded("Red"), exact("Red")])
    assert "Red" in found
    assert any(text != "Red" and text.lower() == "red" for text in found)


def test_accounts_come_from_twelve_digits_under_the_patterns() -> None:
    found = representatives(ACCOUNT, [glob("1111*"), exact("111122223333")])
    assert all(len(text) == 12 and text.isdigit() for text in found)
    assert marks([glob("1111*"), exact("111122223333")], found) == {(False, False), (True, False), (True, True)}


def test_a_star_of_an_arn_stays_within_its_part() -> None:
    pattern = arn("arn:aws:iam::*:role/*")
    assert pattern.matches("arn:aws:iam::111122223333:role/a:b")
    assert not pattern.matches("arn:aws:iam::x:y:role/a")
    assert relation(arn("arn:aws:ec2:eu-*:*:i"), arn("arn:aws:ec2:*:*:i")) == "covers"
    assert relation(arn("arn:aws:ec2:*:*:i"), arn("arn:aws:ec2:eu-*:*:*")) == "partial"
    assert relation(arn("arn:aws:s3:*:*:i"), arn("arn:aws:iam::*:i")) == "disjoint"


def test_texts_that_happen_to_be_literals_are_stepped_around() -> None:
    found = representatives(glob("a*"), [exact("a"), exact("ax"), glob("a*b")])
    assert {"a", "ax"} < set(found)
    assert any(text not in ("a", "ax") and not text.endswith("b") for text in found)


def test_the_cap_and_the_budget_end_a_walk() -> None:
    words = [glob(f"*w{number}{number}x*") for number in range(12)]
    with pytest.raises(TooManyClassesError):
        representatives(ANYTHING, words, cap=500)
    with pytest.raises(TooManyStepsError):
        representatives(ANYTHING, words, budget=Budget(1_000))


def test_what_is_remembered_takes_as_many_steps_of_another_question_as_at_first() -> None:
    first, second = Budget(), Budget()
    patterns = [glob("repo:org/*:ref"), glob("repo:*/app:*")]
    for budget in (first, second):
        representatives(ANYTHING, patterns, budget=budget)
    assert first.taken == second.taken > 1
    representatives(ANYTHING, patterns, budget=first)
    assert first.taken == second.taken + 1


def test_a_remembered_result_is_worked_out_once_and_paid_once_a_question() -> None:
    asked: list[str] = []

    @remembered(maxsize=10)
    def length(budget: Budget, text: str) -> int:
        asked.append(text)
        budget.take(100)
        return len(text)

    first, second = Budget(), Budget()
    assert [length(first, "abc"), length(first, "abc"), length(second, "abc")] == [3, 3, 3]
    assert asked == ["abc"]
    assert (first.taken, second.taken) == (101, 100)
    with pytest.raises(TooManyStepsError):
        length(Budget(50), "abc")


@pytest.mark.parametrize("pattern", [glob("a?b*"), glob("*"), arn("arn:*:iam::*:role/?*"), folded("Red"), ACCOUNT])
def test_the_shortest_text_of_a_pattern_matches_it(pattern: Pattern) -> None:
    assert pattern.matches(pattern.shortest())
    assert len(pattern.shortest()) == sum(not token.is_star for token in pattern.tokens)
