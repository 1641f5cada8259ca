"""The rules and rulesets that ship: every case holds, every rule is in a ruleset, every fix mends."""

import fnmatch
from pathlib import Path

import pytest
import yaml

import lictor_rules
import lictor_rulesets
from lictor.api.cases import CaseOutcome, RuleTest, try_rules
from lictor.api.requests import PluginChoice

RULES = Path(lictor_rules.__file__).parent


@pytest.fixture(scope="module")
def tested() -> list[tuple[RuleTest, tuple[CaseOutcome, ...]]]:
    return list(try_rules(RULES, PluginChoice()))


Tested = list[tuple[RuleTest, tuple[CaseOutcome, ...]]]


def test_every_case_of_every_rule_holds(tested: Tested) -> None:
    assert [problem for test, _ in tested for problem in test.problems] == []
    failed = [(outcome.case.rule, outcome.case.name, outcome.differences) for _, all_ in tested for outcome in all_]
    assert [entry for entry in failed if entry[2]] == []


def test_every_rule_has_a_find_a_near_miss_and_a_page(tested: Tested) -> None:
    for test, outcomes in tested:
        assert any(outcome.case.expected for outcome in outcomes), test.folder
        assert any(not outcome.case.expected for outcome in outcomes), test.folder
        assert len(outcomes) >= 5, test.folder


def test_a_rule_lives_in_the_folder_of_its_name(tested: Tested) -> None:
    for test, _ in tested:
        assert test.rule is not None
        area, _, name = test.rule.id.partition("-")
        assert test.folder.relative_to(RULES) == Path(area, name.replace("-", "_"))


def test_every_rule_is_in_a_ruleset_and_every_ruleset_names_known_rules(tested: Tested) -> None:
    known = {test.rule.id for test, _ in tested if test.rule}
    named: set[str] = set()
    for source in lictor_rulesets.register_rulesets():
        ruleset = yaml.safe_load(source.text)
        assert ruleset["id"] == source.id
        named |= set(ruleset["rules"])
        for rule_id, hidden in ruleset.get("combine", {}).get("supersedes", {}).items():
            assert all(fnmatch.filter(known, name) for name in (rule_id, *hidden))
    assert named == known
