"""Questions about policies by lictor: `python lictor_policies.py`, in an environment that has it.

It reads one question a line as JSON and answers each with a line: `yes`, `no` or `unknown`, and the seconds of CPU that
it took.
"""

import gc
import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from lictor_plugins.kinds.aws_iam.normalise import normalise
from lictor_plugins.kinds.aws_iam.template import Template
from lictor_plugins.reasoning.model import Answer, Policy, PolicyKind, Principal, Trusted
from lictor_plugins.reasoning.questions import allows, new_access, outside_access
from lictor_plugins.reasoning.reading import policy_from


def answer(question: Mapping[str, Any]) -> Answer:
    """Answer one question."""
    kind = question["kind"]
    (own,) = question["own"]
    new = _read(question["new"], kind, own)
    if question["question"] == "outside":
        trusted = Trusted(frozenset({own}), organizations=frozenset(question["organizations"]))
        return outside_access(new, trusted, ways={"aws"})
    if question["question"] == "new":
        return new_access(_read(question["old"], kind, own), new)
    caller = Principal("AWS", question["caller"])
    return allows(new, principal=caller, action=question["action"], resource=question["resource"])


def _read(document: Mapping[str, Any], kind: PolicyKind, own: str) -> Policy:
    return policy_from(normalise(document, Template()), kind, account=own)


def main() -> None:
    """Answer the questions on standard input."""
    gc.set_threshold(100_000, 20, 20)  # as the command line does
    for line in sys.stdin:
        question = json.loads(line)
        start = time.process_time()
        said = answer(question).verdict
        print(json.dumps({"answer": said, "seconds": time.process_time() - start}), flush=True)


if __name__ == "__main__":
    main()
