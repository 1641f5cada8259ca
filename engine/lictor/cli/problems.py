"""Show problems on the standard error, in the one form that all problems have."""

from collections.abc import Iterable

import click

from lictor.model import Problem
from lictor.report import describe_problem

EXIT_INPUT = 2


def show_problems(problems: Iterable[Problem]) -> int:
    """Print problems; return the exit code they call for."""
    status = 0
    for problem in problems:
        click.echo(describe_problem(problem), err=True)
        if problem.level == "error":
            status = EXIT_INPUT
    return status
