"""What can go wrong with the user's input: every problem's code, and the nearest name to a misspelt one."""

import difflib
from collections.abc import Iterable

from lictor.model import Problem

PROBLEM_CODES: dict[str, str] = {}
"""Every code a Problem may have, with one sentence for people."""


class LictorError(Exception):
    """Input that nothing can be done with. Carries every problem that was found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems; the text is for developers, reports print the problems themselves."""
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "did you mean 'x'?" for the nearest known name, or "" when none is near.

    >>> did_you_mean("statments", ["statements", "version"])
    "did you mean 'statements'?"
    """
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean '{nearest[0]}'?" if nearest else ""
