"""Time commands in turn, and show what came of it: medians, ratios and their range, as rows of Markdown."""

import os
import statistics
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from corpus import trust_policies, write_corpus
from peers import Peer, Rules, lictor
from stopwatch import Timing, timed


class Run(NamedTuple):
    """What all measurements share: where things are, how long to measure, in which environment."""

    work: Path
    python: Path
    peers: tuple[Peer, ...]
    missing: tuple[str, ...]
    seed: int
    files: int
    slow_files: int
    largest: int
    rounds: int

    def corpus(self, count: int, *formats: str, is_clean: bool = False) -> Path:
        """Return a directory with so many trust policies, made once."""
        directory = self.work / f"{'-'.join(formats)}-{count}-{self.seed}{'-clean' if is_clean else ''}"
        if not directory.exists():
            policies = trust_policies(count, self.seed, formats=formats, is_clean=is_clean)
            write_corpus(directory, policies)
        return directory

    def lictor(self, *options: str, output: str = "sarif") -> Peer:
        """Return lictor as it is measured."""
        return lictor(self.python, version_of(self.python), *options, output=output)

    def time(self, peer: Peer, directory: Path, rules: Rules) -> Timing:
        """Time one run of a tool."""
        return self.time_command(peer.command(directory, self.work / "out", rules))

    def time_command(self, command: Sequence[str | Path]) -> Timing:
        """Time a command with a cache directory of its own, so that nothing of the user's is read or written."""
        timing = timed(command, os.environ | {"XDG_CACHE_HOME": str(self.work / "cache")})
        if "lictor.cli" in command and timing.exit_code not in (0, 1):
            raise SystemExit(f"lictor did not check everything: exit code {timing.exit_code} of {command}")
        return timing


class Compared(NamedTuple):
    """Two things that were timed in turn: their medians, and the first's time divided by the second's."""

    first: Timing
    second: Timing
    wall: tuple[float, float, float]
    cpu: float


def in_turn(first: Callable[[], Timing], second: Callable[[], Timing], rounds: int) -> Compared:
    """Time two things in turn, after one run of each that does not count when there is time for more than one."""
    if rounds > 1:
        first()
        second()
    pairs = [(first(), second()) for _ in range(rounds)]
    walls = sorted(one.wall / other.wall for one, other in pairs)
    cpu = statistics.median(one.cpu / other.cpu for one, other in pairs)
    return Compared(
        median(one for one, _ in pairs),
        median(other for _, other in pairs),
        (walls[0], statistics.median(walls), walls[-1]),
        cpu,
    )


def median(timings: Iterable[Timing]) -> Timing:
    """Return the median of each figure."""
    taken = list(timings)
    wall, cpu, peak = (statistics.median(column) for column in list(zip(*taken, strict=True))[:3])
    return Timing(wall, cpu, peak, taken[0].exit_code)


def version_of(python: Path) -> str:
    """Return the version of the lictor that is measured."""
    code = "import lictor; print(lictor.__version__)"
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def compared(got: Compared) -> list[str]:
    """Return what was compared as columns: seconds, the ratio and its range, that of CPU, memory."""
    low, middle, high = got.wall
    return [
        f"{got.first.wall:.2f}",
        f"{got.second.wall:.2f}",
        f"**{middle:.1f}**",
        f"{low:.1f}-{high:.1f}",
        f"{got.cpu:.1f}",
        f"{got.first.peak:.0f}",
        f"{got.second.peak:.0f}",
    ]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a Markdown table."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
