"""Locks: nothing below, beside, or on the command line weakens a locked rule."""

import json
from collections.abc import Mapping

import pytest

from lictor.model import Combiner, Decision, EffectiveRuleset, Kind, Location, Problem, Region, Rule, RulesetSource
from lictor.registry import Registry
from lictor.rulesets import make_plan, read_ruleset, setting_for

LIST = {"type": "array", "default": []}


def _rule(id_: str, *parameters: str) -> Rule:
    place = Location(f"{id_}/rule.yaml", Region(1, 1, 1, 2))
    return Rule(id_, id_, "m", ("policy",), location=place, parameters=dict.fromkeys(parameters, LIST))


REGISTRY = Registry(
    kinds={"policy": Kind("policy", "policy", lambda _document, _wanted: ())},
    combiners={"deny-overrides": Combiner("deny-overrides", lambda _answers, _fail_at: Decision("pass", ""))},
    rules={id_: _rule(id_, "accounts", "partners") for id_ in ("trust-open", "trust-weak", "grant-star")},
)

CORP = """
id: corp
rules: {trust-open: error, grant-star: on}
parameters: {accounts: ['corp']}
locks:
  - {rules: [trust-open], floor: error, free-parameters: [partners]}
"""


def read(main: str, files: Mapping[str, str]) -> tuple[EffectiveRuleset, tuple[Problem, ...]]:
    def find(target: str, _from_uri: str) -> RulesetSource | Problem:
        return RulesetSource(target, target, files[target])

    ruleset, _, problems = read_ruleset(main, "lictor.yaml", find=find, registry=REGISTRY)
    assert ruleset is not None, problems
    return ruleset, problems


@pytest.mark.parametrize(
    ("attempt", "line"),
    [
        ("rules:\n  trust-open: off\n", 3),
        ("rules:\n  trust-open: warning\n", 3),
        ("rules:\n  'trust-*': off\n", 3),
        ("rules:\n  trust-open: {parameters: {accounts: [me]}}\n", 3),
        (
            "rules:\n  trust-open:\n    {replace: true, title: T, applies-to: [policy], deny: a, message: m}\n",
            4,
        ),
        ("overrides:\n  - match: {files: ['**']}\n    rules: {trust-open: off}\n", 4),
        ("overrides:\n  - match: {files: ['**']}\n    rules: {trust-open: note}\n", 4),
        ("overrides:\n  - match: {files: ['**']}\n    rules: {trust-open: {parameters: {accounts: [me]}}}\n", 4),
        ("waivers:\n  - {rules: [trust-open], reason: please}\n", 3),
    ],
)
def test_an_attempt_on_a_lock_has_no_effect_and_is_an_error_that_names_the_lock(attempt: str, line: int) -> None:
    ruleset, problems = read(f"extends: corp.yaml\n{attempt}", {"corp.yaml": CORP})
    setting = setting_for(ruleset, "trust-open", "a.json", "policy", "")
    assert setting is not None
    assert (setting.level, setting.is_on, setting.parameters["accounts"]) == ("error", True, ["corp"])
    assert ruleset.rules == {}
    assert ruleset.waivers == ()
    found = {
        (problem.code, problem.level, problem.location.region.start_line)
        for problem in problems
        if problem.location and problem.location.region
    }
    assert ("locked", "error", line) in found
    assert "corp.yaml:6" in problems[0].message


def test_a_lock_binds_a_ruleset_that_extends_names_before_it() -> None:
    files = {
        "base.yaml": "rules: {trust-open: on}",
        "mine.yaml": "extends: base.yaml\nparameters: {accounts: [me]}\nrules: {trust-open: off}\n",
        "corp.yaml": "extends: base.yaml\nlocks: [{rules: ['trust-*'], floor: error}]\n",
    }
    for order in ("[mine.yaml, corp.yaml]", "[corp.yaml, mine.yaml]"):
        ruleset, problems = read(f"extends: {order}", files)
        setting = ruleset.settings["trust-open"]
        assert (setting.level, setting.is_on, setting.parameters["accounts"]) == ("error", True, [])
        assert {(problem.code, problem.location.uri) for problem in problems if problem.location} == {
            ("locked", "mine.yaml")
        }


def test_parameters_for_all_rules_do_not_reach_a_locked_one_and_that_is_a_warning() -> None:
    ruleset, problems = read("extends: corp.yaml\nparameters: {accounts: [me], partners: [you]}", {"corp.yaml": CORP})
    assert ruleset.settings["trust-open"].parameters == {"accounts": ["corp"], "partners": ["you"]}
    assert ruleset.settings["grant-star"].parameters["accounts"] == ["me"]
    assert [(problem.code, problem.level) for problem in problems] == [("locked", "warning")]


def test_a_locked_rule_may_be_made_stricter() -> None:
    corp = "rules: {trust-open: warning}\nlocks: [{rules: [trust-open], floor: note}]"
    ruleset, problems = read("extends: corp.yaml\nrules: {trust-open: error}", {"corp.yaml": corp})
    assert problems == ()
    assert ruleset.settings["trust-open"].level == "error"


def test_a_lock_that_names_a_rule_turns_it_on_at_its_floor() -> None:
    ruleset, problems = read("locks: [{rules: [trust-open], floor: error}]", {})
    assert problems == ()
    setting = ruleset.settings["trust-open"]
    assert (setting.level, setting.is_on) == ("error", True)
    assert setting.origins["level"].path == ("locks", 0)


def test_a_lock_by_glob_turns_nothing_on() -> None:
    ruleset, _ = read("rules: {trust-open: on}\nlocks: [{rules: ['trust-*'], floor: error}]", {})
    assert set(ruleset.settings) == {"trust-open"}


def test_the_highest_of_several_floors_counts() -> None:
    corp = "locks: [{rules: [trust-open], floor: warning}, {rules: ['trust-*'], floor: error}]"
    ruleset, _ = read("extends: corp.yaml", {"corp.yaml": corp})
    assert ruleset.settings["trust-open"].level == "error"


def test_a_new_rule_below_a_lock_by_glob_is_no_attempt() -> None:
    corp = "locks: [{rules: ['trust-*'], floor: error}]"
    text = "extends: corp.yaml\nrules: {trust-mine: {title: T, applies-to: [policy], deny: a, message: m, level: note}}"
    ruleset, problems = read(text, {"corp.yaml": corp})
    assert problems == ()
    assert ruleset.settings["trust-mine"].level == "note"


GROUPED = """
id: corp
combine: {groups: [{id: some-guard, any-of: [trust-weak, grant-star], level: error}]}
locks: [{rules: [some-guard], floor: error}]
"""


def test_a_locked_group_can_not_be_replaced_nor_starved_of_its_members() -> None:
    text = """
extends: corp.yaml
rules: {grant-star: {parameters: {accounts: [me]}}}
overrides: [{match: {files: ['**']}, rules: {trust-weak: off}}]
waivers: [{rules: [some-guard, trust-weak], reason: x}]
combine: {groups: [{id: some-guard, any-of: [trust-open], level: note}]}
"""
    ruleset, problems = read(text, {"corp.yaml": GROUPED})
    assert [(group.level, list(group.members)) for group in ruleset.groups] == [("error", ["trust-weak", "grant-star"])]
    assert ruleset.settings["grant-star"].parameters["accounts"] == []
    assert setting_for(ruleset, "trust-weak", "a", "policy", "") is not None
    assert ruleset.waivers == ()
    assert len([problem for problem in problems if problem.code == "locked"]) == 5


def test_flags_do_not_weaken_a_locked_rule() -> None:
    ruleset, _ = read("extends: corp.yaml", {"corp.yaml": CORP})
    plan, problems = make_plan(
        [ruleset],
        {},
        registry=REGISTRY,
        only=["grant-star"],
        parameters={"accounts": ["me"], "trust-open.accounts": []},
    )
    assert set(plan.rules) == {"trust-open", "grant-star"}
    settings = plan.rulesets[0].settings
    assert settings["trust-open"].parameters["accounts"] == ["corp"]
    assert settings["grant-star"].parameters["accounts"] == ["me"]
    assert [(problem.code, problem.level) for problem in problems] == [
        ("locked", "note"), ("locked", "warning"), ("locked", "error"),
    ]  # fmt: skip
    assert json.dumps([problem.phase for problem in problems]) == '["usage", "usage", "usage"]'
