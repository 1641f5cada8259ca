"""The page of problem codes."""

from from_code.markdown import table
from lictor.errors import PROBLEM_CODES

_INTRODUCTION = """\
# Problems

A problem is something that is wrong with the input, not a finding in it. Each has a code, a place and a hint. A problem
of level error never lets a run end with 0: a wrong command line, rule or ruleset gives 2, a document that could not be
checked gives 3.
"""


def problems() -> str:
    """Return the page."""
    rows = [(f"`{code}`", meaning) for code, meaning in sorted(PROBLEM_CODES.items())]
    return f"{_INTRODUCTION}\n{table(('code', 'meaning'), rows)}"
