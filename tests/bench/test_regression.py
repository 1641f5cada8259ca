"""Checking documents doesn't get slower beside `json.loads` of the same bytes, measured in the same process.

Ceilings are some twice what one machine showed on 2026-11-24. As ratios within one process they depend little on the
machine, and the least of several runs little on what else it does; a machine that is busy for longer gets a second
and a third try. Lower them when lictor gets faster.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_FUSED = {"12 rules: fused / json.loads": 1.6, "60 rules: fused / json.loads": 4.0}
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


def _least_ratio(first: Callable[[], float], second: Callable[[], float], ceiling: float, runs: int = 7) -> float:
    """The least of up to three ratios; the first one below the ceiling will do."""
    ratios: list[float] = []
    while len(ratios) < 3 and (not ratios or ratios[-1] >= ceiling):
        ratios.append(_least(first, runs) / _least(second))
    return min(ratios)


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
    ratio = _least_ratio(lambda: _seconds(pair.first), lambda: _seconds(pair.second), _FUSED[name])
    assert ratio < _FUSED[name], f"{name} is {ratio:.1f}"


def test_checking_a_document_costs_no_more_beside_parsing_than_it_did(tmp_path: Path) -> None:
    from corpus import trust_policies, write_corpus
    from lictor_engine import check_texts
    from many_rules import write_rules

    ruleset = write_rules(60, tmp_path / "rules").lictor
    write_corpus(tmp_path / "files", trust_policies(600, 1, formats=("json",)))
    texts = [file.read_bytes() for file in (tmp_path / "files").rglob("*.json")]
    ratio = _least_ratio(
        lambda: check_texts(str(ruleset), tmp_path / "files")[0],
        lambda: _seconds(lambda: [json.loads(text) for text in texts]),
        _WHOLE,
        runs=3,
    )
    assert ratio < _WHOLE, f"checking is {ratio:.1f} times parsing"
