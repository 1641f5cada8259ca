"""The command line. Nothing is imported that the command at hand does not use."""

import gc
import os
import sys

_YOUNG = 100_000
"""Objects made until the collector looks for garbage: at Python's 700 it looks at every import, for nothing."""


def main() -> None:
    """Run `lictor`; the process ends with the command's exit code."""
    gc.set_threshold(_YOUNG, 20, 20)
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        from lictor import __version__

        sys.stdout.write(f"lictor {__version__}\n")
        return
    code = None
    if arguments[:1] == ["check"] and "_LICTOR_COMPLETE" not in os.environ:
        from lictor.cli.plain_check import run_plain_check

        code = run_plain_check(arguments[1:])
    if code is None:
        from lictor.cli.group import run

        code = run(arguments)
    gc.freeze()  # nor does Python look through all that a run made when it ends, to set free what ends with it
    sys.exit(code)
