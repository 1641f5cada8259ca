"""The strategies that ship, and who wins in each."""

import pytest

from lictor.model import Answer, Outcome
from lictor_plugins.combiners import register_combiners

COMBINERS = {combiner.name: combiner.combine for combiner in register_combiners()}


def answers(*outcomes: Outcome) -> list[Answer]:
    return [Answer(f"rule-{index}", outcome, "error", 4.0) for index, outcome in enumerate(outcomes)]


@pytest.mark.parametrize(
    ("strategy", "given", "expected"),
    [
        ("deny-overrides", ("pass", "open", "fail"), "fail"),
        ("deny-overrides", ("pass", "open", "notApplicable"), "open"),
        ("deny-overrides", ("notApplicable", "pass"), "pass"),
        ("permit-overrides", ("fail", "open", "pass"), "pass"),
        ("permit-overrides", ("fail", "open"), "open"),
        ("permit-overrides", ("fail", "notApplicable"), "fail"),
        ("first-applicable", ("notApplicable", "open", "fail"), "open"),
        ("first-applicable", ("pass", "fail"), "pass"),
        ("score", ("fail", "pass"), "pass"),
        ("score", ("fail", "fail"), "fail"),
        ("score", ("fail", "open"), "open"),
    ],
)
def test_a_strategy_lets_the_outcome_win_that_it_is_named_for(
    strategy: str, given: tuple[Outcome, ...], expected: Outcome
) -> None:
    assert COMBINERS[strategy](answers(*given), None).outcome == expected


@pytest.mark.parametrize("strategy", COMBINERS)
def test_no_strategy_makes_a_pass_of_nothing(strategy: str) -> None:
    assert COMBINERS[strategy](answers("notApplicable"), None).outcome == "notApplicable"
    assert COMBINERS[strategy]([], None).outcome == "notApplicable"


@pytest.mark.parametrize("strategy", ["deny-overrides", "permit-overrides", "score"])
def test_an_error_wins_over_everything(strategy: str) -> None:
    assert COMBINERS[strategy](answers("pass", "error", "fail"), None).outcome == "error"


def test_the_score_is_told_with_its_limit() -> None:
    assert COMBINERS["score"](answers("fail", "open"), 8) == ("open", "score 4 to 8 may reach 8", 4.0)
    assert COMBINERS["score"](answers("fail"), 4) == ("fail", "score 4 reaches 4", 4.0)
