"""What ships says the same of every case, whether its rules are asked all at once or one by one."""

from dataclasses import replace
from pathlib import Path

import pytest

import lictor_rules
from lictor.api import PluginChoice, PolicyChoice, plugins_for, prepare
from lictor.api.cases import read_rule_test, rule_folders
from lictor.documents import read_text
from lictor.evaluate import CompiledPlan, compile_plan, evaluate_loaded, screen_sources
from lictor.model import Budgets, Evaluation
from lictor.query import Codes
from lictor.rules import Case

CASES = [
    case
    for folder in rule_folders(Path(lictor_rules.__file__).parent)
    for case in read_rule_test(folder, plugins_for(PluginChoice()).registry).cases
]
NEVER = 10**9


@pytest.fixture(scope="module")
def plan() -> CompiledPlan:
    rulesets = tuple(sorted(plugins_for(PluginChoice()).registry.rulesets))
    prepared = prepare(PolicyChoice(rulesets), PluginChoice(), Path.cwd())
    assert prepared.problems == ()
    return compile_plan(prepared.plan, prepared.registry, {})


def _said(evaluation: Evaluation) -> object:
    """Spell out what was asked: rules that pass are asked together."""
    asked = [
        sorted((rule_id, each.subject, each.candidates) for each in ruleset.asked for rule_id in each.rule_ids)
        for ruleset in evaluation.rulesets
    ]
    return evaluation._replace(rulesets=tuple(ruleset._replace(asked=()) for ruleset in evaluation.rulesets)), asked


def _evaluate(case: Case, plan: CompiledPlan) -> object:
    assumed = plan._replace(assumed_kinds={case.uri: case.kind} if case.kind else {})
    loaded = read_text(case.uri, case.text, plan.registry.loaders, Budgets())
    return _said(evaluate_loaded(case.uri, loaded, assumed))


def test_every_case_is_told_the_same(plan: CompiledPlan) -> None:
    apart, together = plan._replace(screen_after=NEVER, screens={}), plan._replace(screen_after=1, screens={})
    assert len(CASES) > 300
    for case in CASES:
        assert _evaluate(case, together) == _evaluate(case, apart), (case.rule, case.name)


def test_overrides_parameters_and_groups_are_told_the_same(tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(
        """
id: team
extends: aws-trust
parameters: {own-accounts: ["111122223333"]}
rules:
  trust-external-account: {level: error, parameters: {trusted-accounts: ["222233334444"]}}
overrides:
  - match: {files: ["odd-*", "**/odd-*"]}
    rules:
      trust-external-account: {level: note, parameters: {own-accounts: []}}
      trust-wildcard-principal: off
combine:
  groups:
    - {id: team-old, any-of: [form-version-old, form-effect], level: note}
    - {id: team-each, any-of: [trust-bare-star, trust-notaction], when: trust-root-own, per: candidate, level: note}
"""
    )
    choice = PolicyChoice((str(tmp_path / "team.yaml"), "aws-trust"))
    prepared = prepare(choice, PluginChoice(), tmp_path)
    assert [problem for problem in prepared.problems if problem.level == "error"] == []
    plan = compile_plan(prepared.plan, prepared.registry, {})
    apart, together = plan._replace(screen_after=NEVER, screens={}), plan._replace(screen_after=1, screens={})
    for case in CASES:
        for uri in (case.uri, "odd-" + case.uri):
            moved = replace(case, uri=uri)
            assert _evaluate(moved, together) == _evaluate(moved, apart), (case.rule, case.name)


def test_the_source_is_shown_for_each_kind_with_its_rules(plan: CompiledPlan) -> None:
    shown = {text.split("\n", 1)[0]: text for text in screen_sources(plan)}
    trust = shown["# aws.iam.trust-policy"]
    assert "trust-wildcard-principal" in trust
    compile(trust, "shown", "exec")


def test_a_screen_is_made_only_when_it_pays_and_kept_with_the_plan(plan: CompiledPlan) -> None:
    codes: Codes = {}
    fresh = plan._replace(screen_after=3, codes=codes, screens={}, compiled={})
    case = next(case for case in CASES if case.rule == "trust-wildcard-principal")
    _evaluate(case, fresh)
    assert not any(text.startswith("\0") for text, _ in codes)
    for _ in range(3):
        _evaluate(case, fresh)
    assert sum(text.startswith("\0") for text, _ in codes) == 1
