"""Checking documents doesn't get slower beside `json.loads` of the same bytes, measured in the same process.

Ceilings are some 1.6 times what one machine showed on 2026-11-24. As ratios within one process they depend little on
the machine, and the least of several runs little on what else it does. Lower them when lictor gets faster.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_FUSED = {"12 rules: fused / json.loads": 1.0, "60 rules: fused / json.loads": 3.0}
_WHOLE = 200.0
"""Sixty rules with everything around them: kinds, normal form, places, fingerprints."""


@pytest.fixture(autouse=True)
def _scripts_are_importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(_HERE), str(_HERE / "drivers"), *sys.path])


def _least(seconds: Callable[[], float], runs: int = 7) -> float:
    tracer = sys.gettrace()
    sys.settrace(None)  # measuring coverage would make Python slower and parsing not
    try:
        return min(seconds() for _ in range(runs))
    finally:
        sys.settrace(tracer)


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


@pytest.mark.parametrize("name", _FUSED)
def test_rules_that_are_asked_at_once_cost_no_more_beside_parsing_than_they_did(name: str) -> None:
    import queries

    texts = list(queries.policies(400, 1))
    documents = [json.loads(text) for text in texts]
    pair = next(pair for pair in queries.rule_pairs(documents, texts) if pair.name == name)
    pair.first()
    ratio = _least(lambda: _seconds(pair.first)) / _least(lambda: _seconds(pair.second))
    assert ratio < _FUSED[name], f"{name} is {ratio:.1f}"


def test_checking_a_document_costs_no_more_beside_parsing_than_it_did(tmp_path: Path) -> None:
    from corpus import trust_policies, write_corpus
    from lictor_engine import check_texts
    from many_rules import write_rules

    ruleset = write_rules(60, tmp_path / "rules").lictor
    write_corpus(tmp_path / "files", trust_policies(600, 1, formats=("json",)))
    texts = [file.read_bytes() for file in (tmp_path / "files").rglob("*.json")]
    own = _least(lambda: check_texts(str(ruleset), tmp_path / "files")[0], runs=3)
    ratio = own / _least(lambda: _seconds(lambda: [json.loads(text) for text in texts]))
    assert ratio < _WHOLE, f"checking is {ratio:.1f} times parsing"
