"""`lictor check`: the main job."""

from typing import Any

import click

from lictor.cli.option_tables import CHECK_OPTIONS
from lictor.cli.options import add_options


@click.command("check")
@click.argument("names", nargs=-1, metavar="[FILE|DIR|GLOB|-]...")
@add_options(CHECK_OPTIONS)
def command(**options: Any) -> int:
    """Check policy documents against rulesets.

    Without names, the current directory. Without a ruleset, the nearest lictor.yaml; without one, the built-in
    rulesets that fit what is found.

    Exit codes: 0 all was checked and every gate holds; 1 findings break a gate; 2 the input is wrong; 3 something could
    not be read, evaluated or decided, or nothing was checked; 4 a bug of lictor.
    """
    from lictor.cli.run_check import run_check

    return run_check(**options)
