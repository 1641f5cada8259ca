"""Verdicts: what a ruleset makes of the findings of its rules."""

from lictor.verdict.algebra import ORDER, Interval, all_of, any_of, at_least, negated, none_of, weighted, worst
from lictor.verdict.comments import comment_problems, waivers_in_comments
from lictor.verdict.conclusion import Conclusion, Judge, Part, Total, conclude
from lictor.verdict.counts import FindingCounts, place_of_budgets

__all__ = [
    "ORDER",
    "Conclusion",
    "FindingCounts",
    "Interval",
    "Judge",
    "Part",
    "Total",
    "all_of",
    "any_of",
    "at_least",
    "comment_problems",
    "conclude",
    "negated",
    "none_of",
    "place_of_budgets",
    "waivers_in_comments",
    "weighted",
    "worst",
]
