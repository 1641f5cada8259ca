"""The command line. Nothing is imported that the command at hand does not use."""

import atexit
import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lictor.cli.kept_modules import KeptModules

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
    _leave(run(arguments))


def run(arguments: list[str]) -> int:
    """Run a command line and return its exit code."""
    modules, code = None, None
    if arguments[:1] == ["check"] and "_LICTOR_COMPLETE" not in os.environ:
        modules = _kept_modules() if "--no-cache" not in arguments else None
        from lictor.cli.plain_check import run_plain_check

        code = run_plain_check(arguments[1:])
    if code is None:
        from lictor.cli.group import run as run_group

        code = run_group(arguments)
    if modules is not None:
        modules.keep()
    return code


def _leave(code: int) -> None:
    """End the process without taking apart, module by module, what ends with it."""
    if "threading" in sys.modules or sys.stdout is None or sys.stderr is None:
        gc.freeze()
        sys.exit(code)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.exit(code)  # Python has its own way to say it
    atexit._run_exitfuncs()  # noqa: SLF001 - as `multiprocessing` does in its children
    os._exit(code)


def _kept_modules() -> "KeptModules | None":
    """Let Python take modules from where an earlier run kept them."""
    from lictor.cli.cache import cache_directory

    directory = cache_directory()
    if directory is None:
        return None
    from lictor.cli.kept_modules import KeptModules

    modules = KeptModules(str(directory))
    sys.meta_path.insert(0, modules)
    return modules
