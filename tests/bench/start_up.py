"""What a start costs: whole processes, each beside `python -c pass` in turn, as ratios of processor time.

`python tests/bench/start_up.py` prints a table. The README's and docs' figures on start-up come from it. Measure a
lictor that is installed from its wheel: of a working tree, more is checked anew. With files, those are checked.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROUNDS = 15
POLICY = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
  ]
}
"""
BASE = ("-c", "pass")


def measure(arguments: Sequence[str], environment: Mapping[str, str]) -> float:
    """Return the seconds of processor time that a Python process takes from start to end."""
    nothing = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_RDWR, 0) for descriptor in (1, 2)]
    words = [sys.executable, *arguments]
    _, _, usage = os.wait4(os.posix_spawn(sys.executable, words, environment, file_actions=nothing), 0)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Time each command beside the base, pair by pair, and print the median ratios."""
    with tempfile.TemporaryDirectory() as directory:
        policy = Path(directory) / "one.json"
        policy.write_text(POLICY)
        # bytecode is written, as it is where lictor is used, and plans are kept where nobody else's are
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["XDG_CACHE_HOME"] = str(Path(directory) / "cache")
        lictor = ("-m", "lictor.cli")
        commands = {
            "lictor --version": (*lictor, "--version"),
            "lictor check, warm": (*lictor, "check", *(sys.argv[1:] or [str(policy)])),
            "lictor check, cold": (*lictor, "check", "--no-cache", *(sys.argv[1:] or [str(policy)])),
            "lictor explain": (*lictor, "explain", "trust-wildcard-principal"),
            "lictor rules": (*lictor, "rules"),
        }
        print(f"{'command':<20} {'ms':>6}  ratio to python -c pass (median of {ROUNDS} pairs)")
        for name, command in commands.items():
            measure(command, environment)
            pairs = [(measure(command, environment), measure(BASE, environment)) for _ in range(ROUNDS)]
            ratio = statistics.median(own / base for own, base in pairs)
            print(f"{name:<20} {statistics.median(own for own, _ in pairs) * 1000:>6.0f}  {ratio:.1f}")


if __name__ == "__main__":
    main()
