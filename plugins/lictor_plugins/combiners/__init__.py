"""The strategies that ship: how the answers about one subject become a decision."""

from collections.abc import Iterable, Sequence

from lictor import Answer, Combiner, Decision, Outcome, hookimpl

FAIL_AT = 7.0
"""The score that fails where the ruleset says no other: where CVSS v3.1 begins to say "high"."""


def deny_overrides(answers: Sequence[Answer], _fail_at: float | None) -> Decision:
    """Fail when one answer fails; what could not be decided comes next."""
    return _first_of(("error", "fail", "open", "pass"), answers)


def permit_overrides(answers: Sequence[Answer], _fail_at: float | None) -> Decision:
    """Pass when one answer passes; what could not be decided might have been that one."""
    return _first_of(("error", "pass", "open", "fail"), answers)


def first_applicable(answers: Sequence[Answer], _fail_at: float | None) -> Decision:
    """Take the first answer of a rule that applies, in the ruleset's order."""
    for answer in answers:
        if answer.outcome != "notApplicable":
            return Decision(answer.outcome, f"{answer.rule_id} is the first that applies: {answer.outcome}")
    return Decision("notApplicable", "no rule applies")


def score(answers: Sequence[Answer], fail_at: float | None) -> Decision:
    """Add up the scores of what fails; fail from `fail-at` on. Open answers make the sum a range."""
    limit = FAIL_AT if fail_at is None else fail_at
    low = sum(answer.score for answer in answers if answer.outcome == "fail")
    high = low + sum(answer.score for answer in answers if answer.outcome == "open")
    if any(answer.outcome == "error" for answer in answers):
        return Decision("error", _rules("error", answers), low)
    if all(answer.outcome == "notApplicable" for answer in answers):
        return Decision("notApplicable", "no rule applies", low)
    shown = f"score {low:g}" if low == high else f"score {low:g} to {high:g}"
    if low >= limit:
        return Decision("fail", f"{shown} reaches {limit:g}", low)
    if high >= limit:
        return Decision("open", f"{shown} may reach {limit:g}", low)
    return Decision("pass", f"{shown} is below {limit:g}", low)


@hookimpl
def register_combiners() -> Iterable[Combiner]:
    """Return the strategies for `combine.strategy`."""
    return (
        Combiner("deny-overrides", deny_overrides),
        Combiner("permit-overrides", permit_overrides),
        Combiner("first-applicable", first_applicable),
        Combiner("score", score),
    )


def _first_of(order: Iterable[Outcome], answers: Sequence[Answer]) -> Decision:
    """Return the first of some outcomes that an answer has."""
    found = {answer.outcome for answer in answers}
    for outcome in order:
        if outcome in found:
            return Decision(outcome, _rules(outcome, answers))
    return Decision("notApplicable", "no rule applies")


def _rules(outcome: Outcome, answers: Sequence[Answer]) -> str:
    ids = [answer.rule_id for answer in answers if answer.outcome == outcome]
    rest = f" and {len(ids) - 1} more" if len(ids) > 1 else ""
    return f"{outcome} by {ids[0]}{rest}"
