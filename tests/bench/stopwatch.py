"""Time one command: `python stopwatch.py COMMAND…` runs it and prints JSON: wall, CPU, peak memory, exit code.

A process of its own, and a small one, because a child's peak memory starts from that of the process that made it.
`timed` does it from Python. CPU and memory count what the command itself started and waited for; memory is that of the
largest single process.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Timing(NamedTuple):
    """What one run of a command took: seconds, MiB."""

    wall: float
    cpu: float
    peak: float
    exit_code: int


def timed(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Timing:
    """Run a command with its output thrown away, and return what it took."""
    own = [sys.executable, "-S", __file__, *map(str, command)]
    done = subprocess.run(own, check=True, capture_output=True, text=True, env=dict(environment or os.environ))
    return Timing(*json.loads(done.stdout))


def main() -> None:
    """Run the command that the arguments are."""
    command = sys.argv[1:]
    nowhere = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, nowhere, number) for number in range(3)]
    start = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - start
    exit_code = os.waitstatus_to_exitcode(status)
    print(json.dumps([wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, exit_code]))


if __name__ == "__main__":
    main()
