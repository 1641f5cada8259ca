"""The command line. Nothing is imported that the command at hand does not use."""

import sys


def main() -> None:
    """Run `lictor`; the process ends with the command's exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from lictor import __version__

        sys.stdout.write(f"lictor {__version__}\n")
        return
    from lictor.cli.group import run

    sys.exit(run(sys.argv[1:]))
