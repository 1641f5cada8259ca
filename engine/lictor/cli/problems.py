"""Show problems on the standard error, in the one form that all problems have."""

from collections.abc import Iterable
from pathlib import Path

from lictor.cli.output import tell
from lictor.documents import quote_sources
from lictor.model import Problem
from lictor.report import describe_problem

EXIT_INPUT = 2


def show_problems(problems: Iterable[Problem], root: Path | None = None) -> int:
    """Print problems; return the exit code they call for. `root` is what uris count from, else where we are."""
    status = 0
    for problem in quote_sources(problems, root or Path.cwd()):
        tell(describe_problem(problem))
        if problem.level == "error":
            status = EXIT_INPUT
    return status
