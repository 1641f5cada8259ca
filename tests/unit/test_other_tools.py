"""The table of other tools' checks: every alias is in it, and every check has an answer."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from lictor.api import PluginChoice, rules_for
from lictor.model import Rule

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs"))

from from_code.other_tools import REASONS, Check, expanded, read_tools  # noqa: E402 - the path comes first


@pytest.fixture(scope="module")
def rules() -> dict[str, Rule]:
    return dict(rules_for(PluginChoice(only=()))[0].rules)


@pytest.fixture(scope="module")
def checks(rules: dict[str, Rule]) -> list[Check]:
    return [check for tool in read_tools(rules.values()) for check in tool.checks]


def test_every_check_has_rules_or_a_reason_and_not_both(checks: list[Check]) -> None:
    assert [check for check in checks if bool(check.rules) == bool(check.why_not)] == []
    assert all(
        check.why_not in REASONS or " " in check.why_not or "`" in check.why_not for check in checks if check.why_not
    )


def test_every_rule_that_is_named_is_there(checks: list[Check], rules: dict[str, Rule]) -> None:
    for check in checks:
        for pattern in (*check.rules, *check.also):
            assert expanded(check._replace(rules=(pattern,), also=()), rules), (check.id, pattern)


def test_a_check_is_there_once_in_its_tool(checks: list[Check]) -> None:
    assert [key for key, times in Counter((check.tool, check.id) for check in checks).items() if times > 1] == []


def test_every_alias_is_a_check_that_is_answered_by_it(checks: list[Check], rules: dict[str, Rule]) -> None:
    answered = {check.id: set(expanded(check, rules)) for check in checks}
    for rule in rules.values():
        for alias in rule.aliases:
            assert rule.id in answered.get(alias, ()), (rule.id, alias)


def test_every_rule_about_policies_answers_to_a_check_or_is_one_of_our_own(
    checks: list[Check], rules: dict[str, Rule]
) -> None:
    answering = {id_ for check in checks for id_ in expanded(check, rules)}
    about_policies = {
        id_ for id_ in rules if id_.partition("-")[0] in {"condition", "form", "grant", "resource", "trust"}
    }
    assert len(answering & about_policies) > len(about_policies) * 2 / 3
