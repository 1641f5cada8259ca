"""Rules on JSON files, by an engine that is a library: `python engines.py ENGINE RULES DIRECTORY [FINDINGS]`.

It runs in the engine's own environment and needs nothing else there. It prints as JSON the seconds of CPU that the
engine alone took; to FINDINGS it writes how often which rule speaks of which file.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

Ask = Callable[[str], "list[tuple[str, int]]"]
"""From a file's text to the rules that find something, and in how many statements."""


def jmespath_engine(rules: Path) -> Ask:
    """Drive jmespath.py in plain Python: each rule is an expression for the statements that are wrong."""
    import jmespath  # type: ignore[import-untyped] # no stubs needed to call one function

    searches = [(rule, jmespath.compile(text).search) for rule, text in json.loads(rules.read_text()).items()]

    def ask(text: str) -> list[tuple[str, int]]:
        document = json.loads(text)
        found = ((rule, search(document)) for rule, search in searches)
        return [(rule, len(result) if isinstance(result, list) else 1) for rule, result in found if result]

    return ask


def opa_engine(rules: Path) -> Ask:
    """Drive OPA in process through its C interface. The text goes in as it is, not decoded and encoded again."""
    from opa_bindings import OpaEngine, engine  # type: ignore[import-not-found] # in OPA's own environment

    engine._encode_input = str.encode  # noqa: SLF001 - else the binding would cost OPA a second JSON
    opa = OpaEngine()
    for file in sorted(rules.glob("*.rego")):
        opa.add_policy(file.name, file.read_text())
    return lambda text: _counted(opa.eval_document("bench.findings", text))


def regorus_engine(rules: Path) -> Ask:
    """Drive regorus: text in, JSON out."""
    from hobofan_regorus import Engine  # type: ignore[import-not-found] # in regorus' own environment

    engine = Engine()
    for file in sorted(rules.glob("*.rego")):
        engine.add_policy(file.name, file.read_text())

    def ask(text: str) -> list[tuple[str, int]]:
        engine.set_input_json(text)
        return _counted(json.loads(engine.eval_rule_as_json("data.bench.findings")))

    return ask


ENGINES = {"jmespath": jmespath_engine, "opa": opa_engine, "regorus": regorus_engine}


def _counted(findings: list[list[Any]]) -> list[tuple[str, int]]:
    return list(Counter(finding[0] for finding in findings).items())


def main() -> None:
    """Ask about every file below the directory."""
    name, rules, directory, *target = sys.argv[1:]
    ask = ENGINES[name](Path(rules))
    found, seconds, documents = {}, 0.0, 0
    for file in sorted(Path(directory).rglob("*.json")):
        text = file.read_text(encoding="utf-8")
        start = time.process_time()
        answer = ask(text)
        seconds += time.process_time() - start
        documents += 1
        if answer:
            found[file.name] = dict(answer)
    if target:
        Path(target[0]).write_text(json.dumps(found))
    findings = sum(sum(rules.values()) for rules in found.values())
    print(json.dumps({"engine": seconds, "documents": documents, "findings": findings}))


if __name__ == "__main__":
    main()
