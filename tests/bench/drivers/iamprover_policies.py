"""Questions about policies by iamprover: `python iamprover_policies.py`, in an environment that has it.

It reads one question a line as JSON and answers each with a line: `yes` (it finds a way), `no` (it says that there is
none) or `unsupported`, and the seconds of CPU that it took.
"""

import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from iamprover.engine.solver import check_all  # type: ignore[import-not-found] # in an environment of its own
from iamprover.engine.trust import analyze_trust  # type: ignore[import-not-found]
from iamprover.invariants import Invariant  # type: ignore[import-not-found]
from iamprover.model import Account, Principal  # type: ignore[import-not-found]
from iamprover.parsers.iam import parse_policy_document  # type: ignore[import-not-found]


def answer(question: Mapping[str, Any]) -> str:
    """Answer one question: an invariant that a role must not break, or the check of a trust policy."""
    policy = parse_policy_document("policy", question["new"])
    if question["question"] == "allows":
        role = Principal(question["caller"], [policy])
        forbidden = Invariant("question", "", actions=[question["action"]], resources=[question["resource"]])
        return "no" if check_all(Account([role]), [forbidden])[0].passed else "yes"
    if question["question"] == "outside" and question["kind"] == "trust":
        role = Principal(f"arn:aws:iam::{question['own'][0]}:role/any-role", [], trust_policy=policy)
        return "no" if all(each.guarded for each in analyze_trust(Account([role]))) else "yes"
    return "unsupported"


def main() -> None:
    """Answer the questions on standard input."""
    for line in sys.stdin:
        question = json.loads(line)
        start = time.process_time()
        said = answer(question)
        print(json.dumps({"answer": said, "seconds": time.process_time() - start}), flush=True)


if __name__ == "__main__":
    main()
