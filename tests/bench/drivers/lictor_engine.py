"""lictor's engine alone on JSON files: `python lictor_engine.py RULESET DIRECTORY`.

It prints as JSON the seconds of CPU from the texts in memory to findings with their places, and how many there were.
Documents are read before and reports not written, as for the engines of `engines.py`.
"""

import gc
import json
import sys
import time
from pathlib import Path

from lictor.api.preparation import prepare
from lictor.api.requests import PluginChoice, PolicyChoice
from lictor.documents.read import read_bytes
from lictor.evaluate import compile_plan
from lictor.evaluate.isolation import Deadline, captured_output
from lictor.evaluate.run import run_document
from lictor.evaluate.tally import Tally
from lictor.model import Budgets


def check_texts(ruleset: str, directory: Path) -> tuple[float, int, int]:
    """Return the seconds of CPU, the documents and the findings of the files below the directory."""
    prepared = prepare(PolicyChoice(rulesets=(ruleset,)), PluginChoice(), directory)
    if prepared.problems:
        raise SystemExit("\n".join(problem.message for problem in prepared.problems))
    plan = compile_plan(prepared.plan, prepared.registry, {"**": "aws.iam.trust-policy"})
    loaders = prepared.registry.loaders
    files = [(file.name, file.read_bytes()) for file in sorted(directory.rglob("*.json"))]
    tally = Tally([each.id for each in prepared.plan.rulesets])
    gc.freeze()
    start = time.process_time()
    with Deadline().watching() as deadline, captured_output() as printed:
        for name, content in files:
            for document in read_bytes(name, content, loaders, Budgets()).documents:
                run_document(document, plan, deadline, printed, tally)
    seconds = time.process_time() - start
    gc.unfreeze()
    return seconds, len(files), sum(map(len, tally.findings.values()))


def main() -> None:
    """Ask about every file below the directory."""
    ruleset, directory = sys.argv[1:]
    seconds, documents, findings = check_texts(ruleset, Path(directory))
    print(json.dumps({"engine": seconds, "documents": documents, "findings": findings}))


if __name__ == "__main__":
    main()
