"""`lictor check` without click, when its command line is plain."""

import os
import sys
from collections.abc import Sequence


def run_plain_check(arguments: Sequence[str]) -> int | None:
    """Check and return the exit code; None when click should read the command line and say what is wrong with it."""
    from lictor.cli.option_tables import CHECK_OPTIONS, read_plainly

    given = read_plainly(arguments, CHECK_OPTIONS)
    if given is None:
        return None
    try:
        from lictor.cli.run_check import run_check

        names, options = given
        return run_check(names=names, **options)
    except BrokenPipeError:
        # who read our output went away; Python would complain once more when it closes the standard output
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
        from lictor.cli.group import EXIT_INTERRUPTED

        return EXIT_INTERRUPTED
    except BaseException as error:  # noqa: BLE001 - told by whoever tells them for all commands
        from lictor.cli.group import is_misuse, tell_error

        # click shows the command's usage with it; nothing was done yet, for what is wrong is seen before
        return None if is_misuse(error) else tell_error(error, ["check", *arguments])
