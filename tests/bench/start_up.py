"""What a start costs: whole processes, timed in turn, as ratios to importing pluggy, yaml and jmespath.

`python tests/bench/start_up.py` prints a table. The README's and docs' figures on start-up come from it.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROUNDS = 15
POLICY = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
  ]
}
"""
BASE = ["-c", "import pluggy, yaml, jmespath"]


def measure(command: Sequence[str]) -> float:
    """Return the seconds that a process takes from start to end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *command], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Time each command beside the base, pair by pair, and print the median ratios."""
    with tempfile.TemporaryDirectory() as directory:
        policy = Path(directory) / "one.json"
        policy.write_text(POLICY)
        commands = {
            "python -c pass": ["-c", "pass"],
            "lictor --version": ["-m", "lictor.cli", "--version"],
            "lictor check one.json": ["-m", "lictor.cli", "check", str(policy)],
        }
        print(f"{'command':<24} {'ms':>6}  ratio to import pluggy, yaml, jmespath (median of {ROUNDS} pairs)")
        for name, command in commands.items():
            measure(command)
            pairs = [(measure(command), measure(BASE)) for _ in range(ROUNDS)]
            ratio = statistics.median(own / base for own, base in pairs)
            print(f"{name:<24} {statistics.median(own for own, _ in pairs) * 1000:>6.0f}  {ratio:.2f}")


if __name__ == "__main__":
    main()
