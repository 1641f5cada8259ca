"""What a start costs: whole processes, each beside `python -c pass` in turn, as ratios of processor time and of time.

`python tests/bench/start_up.py` prints a table. The README's and docs' figures on start-up come from it. Measure a
lictor that is installed from its wheel: a working tree has no release, and more is checked anew. With files, those are
checked. Every command runs three times before it is measured, so that what can be kept is kept; for a file that is new,
all but what files came to.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROUNDS = 30
POLICY = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
  ]
}
"""
OPEN = POLICY.replace('{"Service": "ec2.amazonaws.com"}', '"*"')
ELEVEN = Path(__file__).parent / "rules" / "lictor" / "bench.yaml"
BASE = ("-c", "pass")


class Cost(NamedTuple):
    """Seconds of processor time and of time, and the largest memory in MiB, of one process."""

    cpu: float
    wall: float
    peak: float


def measure(arguments: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """Return what a Python process takes from start to end."""
    nothing = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_RDWR, 0) for descriptor in (1, 2)]
    words = [sys.executable, *arguments]
    before = time.perf_counter()
    _, _, usage = os.wait4(os.posix_spawn(sys.executable, words, environment, file_actions=nothing), 0)
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - before, usage.ru_maxrss / 1024)


def compare(name: str, command: Sequence[str], environment: Mapping[str, str], before: Callable[[], None]) -> None:
    """Time a command beside the base, pair by pair, and print the medians."""
    pairs = []
    for number in range(ROUNDS + 3):
        before()
        pair = measure(command, environment), measure(BASE, environment)
        if number > 2:
            pairs.append(pair)

    def median(figure: Callable[[Cost, Cost], float]) -> float:
        return statistics.median(figure(own, base) for own, base in pairs)

    print(
        f"{name:<44} {median(lambda own, _: own.cpu) * 1000:>5.0f} {median(lambda own, base: own.cpu / base.cpu):>6.1f}"
        f" {median(lambda own, base: own.wall / base.wall):>6.1f} {median(lambda own, _: own.peak):>5.0f}",
        flush=True,
    )


def main() -> None:
    """Print a line for each command."""
    with tempfile.TemporaryDirectory() as directory:
        sound, defective = Path(directory) / "sound.json", Path(directory) / "defective.json"
        sound.write_text(POLICY)
        defective.write_text(OPEN)
        files = {"a sound file": [str(sound)], "a defective file": [str(defective)]}
        files = {"these files": sys.argv[1:]} if sys.argv[1:] else files
        # bytecode is written, as it is where lictor is used, and plans are kept where nobody else's are
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        cache = Path(directory) / "cache"
        environment["XDG_CACHE_HOME"] = str(cache)
        check = ("-m", "lictor.cli", "check", "--root", directory)
        own = ("--ruleset", str(ELEVEN))

        def forget() -> None:
            shutil.rmtree(cache, ignore_errors=True)

        def forget_results() -> None:
            shutil.rmtree(cache / "lictor" / "results", ignore_errors=True)

        def keep() -> None:
            pass

        print(f"{'command':<44} {'ms':>5} {'CPU':>6} {'time':>6} {'MiB':>5}   as ratios to python -c pass")
        compare("lictor --version", ("-m", "lictor.cli", "--version"), environment, keep)
        for what, names in files.items():
            for rules, options in (("built-in rules", ()), ("eleven rules", own)):
                compare(f"{what}, {rules}, warm", (*check, *options, *names), environment, keep)
                compare(f"{what}, {rules}, warm but new", (*check, *options, *names), environment, forget_results)
                compare(f"{what}, {rules}, --no-cache", (*check, "--no-cache", *options, *names), environment, keep)
                compare(f"{what}, {rules}, empty cache", (*check, *options, *names), environment, forget)
            compare(f"{what}, built-in rules, SARIF, warm", (*check, "-o", "sarif", *names), environment, keep)
        compare("lictor explain", ("-m", "lictor.cli", "explain", "trust-wildcard-principal"), environment, keep)
        compare("lictor rules", ("-m", "lictor.cli", "rules"), environment, keep)


if __name__ == "__main__":
    main()
