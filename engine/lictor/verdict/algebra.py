"""The algebra of outcomes: `pass < notApplicable < open < fail`, and `error` above all of them.

`open` means "could not be decided", so an operator over it is decided only when every way the open answers could turn
out gives the same outcome; otherwise the result is open, never a pass.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from lictor.model import Outcome
from lictor.values import NamedTuple

ORDER: Final[tuple[Outcome, ...]] = ("pass", "notApplicable", "open", "fail", "error")
"""All outcomes, best first."""

_NEGATED: Final[dict[Outcome, Outcome]] = {"pass": "fail", "fail": "pass"}


class Interval(NamedTuple):
    """The least and the most that a count or a sum can be, once open answers are decided."""

    low: float
    high: float


def worst(outcomes: Iterable[Outcome], default: Outcome = "notApplicable") -> Outcome:
    """Return the worst of some outcomes.

    >>> worst(["pass", "open", "notApplicable"])
    'open'
    """
    return max(outcomes, key=ORDER.index, default=default)


def negated(outcome: Outcome) -> Outcome:
    """Swap pass and fail; what is neither stays.

    >>> negated("fail"), negated("open")
    ('pass', 'open')
    """
    return _NEGATED.get(outcome, outcome)


def all_of(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the worst outcome; of nothing, notApplicable."""
    return worst(outcomes)


def any_of(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the best outcome of those that apply; an error is not mended by a pass.

    >>> any_of(["fail", "pass"]), any_of(["fail", "notApplicable"]), any_of(["notApplicable"])
    ('pass', 'fail', 'notApplicable')
    """
    found = tuple(outcomes)
    if "error" in found:
        return "error"
    return min((outcome for outcome in found if outcome != "notApplicable"), key=ORDER.index, default="notApplicable")


def none_of(outcomes: Iterable[Outcome]) -> Outcome:
    """Fail when one of the outcomes is a pass: the negation of any-of."""
    return negated(any_of(outcomes))


def at_least(count: float, outcomes: Iterable[Outcome]) -> Outcome:
    """Pass when so many of the outcomes are a pass; those that do not apply don't count for it.

    >>> at_least(2, ["pass", "open", "fail"]), at_least(1, ["pass", "open"]), at_least(2, ["pass", "fail"])
    ('open', 'pass', 'fail')
    """
    found = tuple(outcomes)
    settled = _settled(found)
    if settled is not None:
        return settled
    passes, opens = found.count("pass"), found.count("open")
    return negated(_reaches(Interval(passes, passes + opens), count))


def weighted(outcomes: Sequence[tuple[Outcome, float]], fail_at: float) -> tuple[Outcome, Interval]:
    """Fail when the weights of what fails reach `fail_at`; also return what the sum is, or may be.

    >>> weighted([("fail", 5), ("open", 8), ("pass", 3)], 10)
    ('open', Interval(low=5, high=13))
    """
    low = sum(weight for outcome, weight in outcomes if outcome == "fail")
    score = Interval(low, low + sum(weight for outcome, weight in outcomes if outcome == "open"))
    settled = _settled([outcome for outcome, _ in outcomes])
    return settled or _reaches(score, fail_at), score


def _settled(outcomes: Sequence[Outcome]) -> Outcome | None:
    """Return the outcome that needs no counting: an error, or that nothing applies."""
    if "error" in outcomes:
        return "error"
    return None if any(outcome != "notApplicable" for outcome in outcomes) else "notApplicable"


def _reaches(value: Interval, limit: float) -> Outcome:
    if value.low >= limit:
        return "fail"
    return "open" if value.high >= limit else "pass"
