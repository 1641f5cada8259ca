"""Say where the time of a whole `lictor check` goes: `python tests/bench/phases.py -- check DIR --jobs 1 …`.

It looks at the stack at every millisecond of CPU, so nothing is slowed down as by a profiler that counts calls. Each
sample belongs to the innermost function that is the work of one phase. What is left is what no phase's function calls:
start-up, imports and the run's own bookkeeping.
"""

import signal
import sys
from collections import Counter
from types import FrameType

AGAIN = "normalising again, for places"
PHASES = {
    ("discovery.py", "discover"): "walking",
    ("read.py", "bytes_of_file"): "reading",
    ("read.py", "read_bytes"): "parsing",
    ("read.py", "read_file"): "reading",
    ("subjects.py", "find_subjects"): "finding subjects",
    ("normalise.py", "normalise"): "normalising",
    ("normalise.py", "source_path"): AGAIN,
    ("screens.py", "quiet"): "queries: the screen",
    ("screens.py", "_find"): "queries: making the screen",
    ("run.py", "_ask"): "queries: rules that may speak",
    ("compiled_plan.py", "rule"): "queries: compiling rules",
    ("locate.py", "locate_match"): "locating",
    ("policy_path.py", "fingerprint"): "fingerprints",
    ("line_hash.py", "line_hashes"): "fingerprints",
    ("files.py", "_with_line_hashes"): "fingerprints",
    ("waivers.py", "waivers_in_comments"): "comments",
    ("run.py", "read_comments"): "comments",
    ("tally.py", "merge"): "merging",
    ("run.py", "_record"): "recording",
    ("settle.py", "settle_findings"): "settling",
    ("conclusion.py", "conclude"): "settling",
    ("checking.py", "_finished"): "settling",
    ("checking.py", "_prepare"): "preparing the plan",
    ("check.py", "_rendered"): "reporting",
    ("output.py", "write"): "reporting",
    ("__init__.py", "render"): "reporting",
    ("text.py", "render"): "reporting",
    ("tally.py", "freeze"): "merging",
    ("run.py", "take"): "bookkeeping of subjects",
}


class Samples:
    """What was seen at each tick: phases, and the functions that were running."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.phases: Counter[str] = Counter()
        self.functions: Counter[str] = Counter()

    def take(self, _: int, frame: FrameType | None) -> None:
        """Note where the program is; a signal handler."""
        if frame is not None:
            code = frame.f_code
            self.functions[f"{code.co_filename.rpartition('/')[2]}:{code.co_name}"] += 1
        phase = ""
        while frame is not None:
            code = frame.f_code
            found = PHASES.get((code.co_filename.rpartition("/")[2], code.co_name))
            phase = AGAIN if found == AGAIN else phase or found or ""
            frame = frame.f_back
        self.phases[phase or "the rest"] += 1


def main() -> None:
    """Run lictor with the arguments, and print its phases and busiest functions on standard error."""
    arguments = sys.argv[1:]
    sys.argv = ["lictor", *(arguments[1:] if arguments[:1] == ["--"] else arguments)]
    samples = Samples()
    signal.signal(signal.SIGPROF, samples.take)
    signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
    try:
        from lictor.cli import main as run

        run()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        total = max(1, samples.phases.total())
        for title, counts in (("phase", samples.phases), ("function", samples.functions)):
            print(f"\n{title:<50} share of {total} samples", file=sys.stderr)
            for name, count in counts.most_common(25):
                print(f"{name:<50} {count / total:6.1%}", file=sys.stderr)


if __name__ == "__main__":
    main()
