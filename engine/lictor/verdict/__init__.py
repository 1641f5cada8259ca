"""Verdicts: what a ruleset makes of the findings of its rules."""

from lictor.verdict.algebra import ORDER, Interval, all_of, any_of, at_least, negated, none_of, weighted, worst
from lictor.verdict.comments import comment_problems, waivers_in_comments
from lictor.verdict.conclusion import Conclusion, conclude

__all__ = [
    "ORDER",
    "Conclusion",
    "Interval",
    "all_of",
    "any_of",
    "at_least",
    "comment_problems",
    "conclude",
    "negated",
    "none_of",
    "waivers_in_comments",
    "weighted",
    "worst",
]
