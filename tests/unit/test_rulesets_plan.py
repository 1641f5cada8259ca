"""What a run does, after the command line had its say; and how a ruleset is shown."""

import json

from lictor.model import Combiner, Decision, EffectiveRuleset, Gate, Kind, Location, Problem, Region, Rule
from lictor.registry import Registry
from lictor.rulesets import make_plan, read_ruleset, render_ruleset, ruleset_as_data, setting_for


def _rule(id_: str, *aliases: str) -> Rule:
    schema = {"accounts": {"type": "array", "default": []}} if id_.startswith("trust") else {}
    place = Location(f"{id_}/rule.yaml", Region(1, 1, 1, 2))
    return Rule(id_, id_, "m", ("policy",), location=place, aliases=aliases, parameters=schema)


REGISTRY = Registry(
    kinds={"policy": Kind("policy", "policy", lambda _document, _wanted: ())},
    combiners={"score": Combiner("score", lambda _answers, _fail_at: Decision("pass", ""))},
    rules={rule.id: rule for rule in (_rule("trust-open", "CKV_1"), _rule("trust-weak"), _rule("grant-star"))},
)


def read(text: str, uri: str = "lictor.yaml") -> EffectiveRuleset:
    ruleset, _, problems = read_ruleset(
        text, uri, find=lambda _target, _uri: Problem("unknown-ruleset", "none", "ruleset"), registry=REGISTRY
    )
    assert problems == ()
    assert ruleset is not None
    return ruleset


def test_a_plan_has_every_rule_that_a_ruleset_may_ask() -> None:
    first = read("rules: {trust-open: on, grant-star: off}", "first.yaml")
    second = read("overrides: [{match: {files: ['a/**']}, rules: {trust-weak: on}}]", "second.yaml")
    plan, problems = make_plan([first, second], {}, registry=REGISTRY)
    assert problems == ()
    assert list(plan.rules) == ["trust-open", "trust-weak"]


def test_only_asks_the_rules_that_are_named_also_those_that_are_off() -> None:
    ruleset = read("rules: {trust-open: {level: error}, grant-star: on}")
    plan, problems = make_plan([ruleset], {}, registry=REGISTRY, only=["CKV_1", "trust-w*"])
    assert problems == ()
    assert {id_: setting.is_on for id_, setting in plan.rulesets[0].settings.items()} == {
        "trust-open": True, "trust-weak": True,
    }  # fmt: skip
    assert plan.rulesets[0].settings["trust-open"].level == "error"


def test_only_asks_every_rule_that_answers_to_an_alias() -> None:
    rules = {"one-rule": _rule("one-rule", "CKV_7"), "two-rule": _rule("two-rule", "CKV_8", "CKV_7")}
    registry = Registry(rules=rules, kinds=REGISTRY.kinds)
    plan, problems = make_plan([read("rules: {}")], {}, registry=registry, only=["CKV_7"])
    assert (set(plan.rules), problems) == (set(rules), ())


def test_only_asks_a_rule_where_it_is_on_and_not_in_every_ruleset() -> None:
    rulesets = [read("rules: {grant-star: on}", "first.yaml"), read("rules: {trust-open: on}", "second.yaml")]
    plan, _ = make_plan(rulesets, {}, registry=REGISTRY, only=["trust-open"])
    assert [list(ruleset.settings) for ruleset in plan.rulesets] == [[], ["trust-open"]]


def test_only_leaves_no_group_to_judge_by_half_of_its_answers() -> None:
    text = "combine: {groups: [{id: a-group, any-of: [trust-open, grant-star]}]}"
    assert make_plan([read(text)], {}, registry=REGISTRY, only=["trust-open"])[0].rulesets[0].groups == ()
    assert make_plan([read(text)], {}, registry=REGISTRY, only=["*"])[0].rulesets[0].groups != ()


def test_an_unknown_rule_in_only_is_a_problem_with_the_nearest_name() -> None:
    _, problems = make_plan([read("rules: {}")], {}, registry=REGISTRY, only=["trust-opne"])
    assert [(problem.code, problem.phase) for problem in problems] == [("unknown-rule", "usage")]
    assert "'trust-open'" in problems[0].hint


def test_parameters_from_the_command_line_win_and_are_checked() -> None:
    ruleset = read("rules: {trust-open: {parameters: {accounts: [a]}}, trust-weak: on}")
    plan, problems = make_plan([ruleset], {}, registry=REGISTRY, parameters={"trust-open.accounts": ["b"]})
    assert problems == ()
    settings = plan.rulesets[0].settings
    assert (settings["trust-open"].parameters, settings["trust-weak"].parameters) == (
        {"accounts": ["b"]}, {"accounts": []},
    )  # fmt: skip
    wrong = {"acounts": [], "trust-opne.accounts": [], "grant-star.accounts": [], "accounts": 1}
    _, problems = make_plan([ruleset], {}, registry=REGISTRY, parameters=wrong)
    assert [problem.code for problem in problems] == [
        "unknown-parameter", "unknown-rule", "unknown-parameter", "bad-parameter", "bad-parameter",
    ]  # fmt: skip
    assert {problem.phase for problem in problems} == {"usage"}


def test_fail_on_takes_the_place_of_the_rulesets_own_and_leaves_the_other_gates() -> None:
    ruleset = read("gates: [{fail-on: error}, {budget: {note: 3}}]")
    gates = make_plan([ruleset], {}, registry=REGISTRY, fail_on="warning")[0].rulesets[0].gates
    assert gates == (Gate(fail_on="warning"), ruleset.gates[1])


def test_two_rulesets_that_mean_different_rules_by_one_id_are_a_problem() -> None:
    whole = "rules: {trust-open: {replace: true, title: T, applies-to: [policy], deny: a, message: m}}"
    rulesets = [read(whole, "a.yaml"), read("rules: {trust-open: on}", "b.yaml")]
    _, problems = make_plan(rulesets, {}, registry=REGISTRY)
    assert [problem.code for problem in problems] == ["rule-exists"]


def test_two_rulesets_of_one_name_are_a_problem() -> None:
    _, problems = make_plan([read("id: a"), read("id: a", "b.yaml")], {}, registry=REGISTRY)
    assert [problem.code for problem in problems] == ["duplicate-name"]


FULL = """\
id: acme
title: What Acme asks
parameters: {accounts: ['1']}
rules:
  trust-open: error
  grant-star: off
overrides:
  - match: {files: ['sandbox/**']}
    rules: {trust-open: note}
locks:
  - {rules: ['trust-*'], floor: note}
waivers:
  - {rules: [grant-star], where: {path: 'Statement[0]'}, reason: agreed, expires: 2027-03-31}
waiver-policy: {max-days: 90, require: [reason]}
combine:
  strategy: score
  fail-at: 9
  groups: [{id: some-guard, weights: {grant-star: 5}, fail-at: 5}]
  supersedes: {trust-open: trust-weak}
gates:
  - {budget: {warning: 20}, per: directory}
"""

SHOWN = """\
id: acme                                                        lictor.yaml:1
title: What Acme asks                                           lictor.yaml:2
parameters:
  accounts: ["1"]                                               lictor.yaml:3
rules:
  trust-open: on                                                lictor.yaml:5
    level: error                                                lictor.yaml:5
    floor: note                                                 lictor.yaml:11
    accounts: ["1"]                                             lictor.yaml:3
  grant-star: asked for a group only                            lictor.yaml:6
    level: warning                                              grant-star/rule.yaml:1
overrides:
  - match: files ["sandbox/**"]                                 lictor.yaml:8
    trust-open: on, level note                                  lictor.yaml:9
locks:
  - note: ["trust-open", "trust-weak"]                          lictor.yaml:11
waivers:
  - grant-star: paths ["Statement[0]"], reason agreed, expires 2027-03-31  lictor.yaml:13
waiver-policy:
  max-days: 90                                                  lictor.yaml:14
  require: reason                                               lictor.yaml:14
strategy: score                                                 lictor.yaml:16
fail-at: 9                                                      lictor.yaml:17
groups:
  some-guard: weights {"grant-star": 5}, at 5, per subject, level warning  lictor.yaml:18
supersedes:
  trust-open: ["trust-weak"]                                    lictor.yaml:19
gates:
  - budget: {"warning": 20}, per directory                      lictor.yaml:21
"""


def test_show_prints_every_value_with_the_line_it_comes_from() -> None:
    shown = render_ruleset(read(FULL))
    assert [" ".join(line.split()) for line in shown.splitlines()] == [
        " ".join(line.split()) for line in SHOWN.splitlines()
    ]
    columns = [line.rindex("  ") for line in shown.splitlines() if "lictor.yaml:" in line]
    assert columns.count(min(columns)) == len(columns) - 2  # two lines are too long for the column of all others


def test_show_says_off_of_a_rule_that_an_override_switches_off() -> None:
    shown = render_ruleset(read("overrides:\n- match: {files: a}\n  rules: {grant-star: off}"))
    assert "    grant-star: off   " in shown


def test_show_can_print_one_rule_alone() -> None:
    assert render_ruleset(read("rules:\n  grant-star: note"), "grant-star") == (
        "grant-star: on  lictor.yaml:2\n  level: note   lictor.yaml:2\n"
    )
    assert render_ruleset(read("rules: {}"), "grant-star") == "grant-star: off  (not in this ruleset)\n"


def test_a_ruleset_as_data_is_json_and_has_the_same_origins() -> None:
    data = json.loads(json.dumps(ruleset_as_data(read(FULL))))
    assert data["rules"]["trust-open"]["origins"]["level"] == "lictor.yaml:5"
    assert data["rules"]["trust-open"]["floor"] == "note"
    assert data["origins"]["waiver-policy.max-days"] == "lictor.yaml:14"
    assert data["waivers"][0]["expires"] == "2027-03-31"
    assert list(ruleset_as_data(read(FULL), "trust-open")["rules"]) == ["trust-open"]


def test_an_override_of_parameters_and_tags_holds_only_there() -> None:
    ruleset = read(
        "rules: {trust-open: on}\noverrides:\n"
        "  - match: {files: [a]}\n    rules: {trust-open: {parameters: {accounts: [x]}, tags: {add: [t]}}}\n"
    )
    here = setting_for(ruleset, "trust-open", "a", "policy", "")
    there = setting_for(ruleset, "trust-open", "b", "policy", "")
    assert here is not None
    assert there is not None
    assert (here.parameters, here.tags, there.parameters) == ({"accounts": ["x"]}, ("t",), {"accounts": []})
