"""Reading rulesets: forms of entries, extends, inline rules, names, places."""

from collections.abc import Mapping

from lictor.model import Combiner, Decision, EffectiveRuleset, Kind, Location, Problem, Region, Rule, RulesetSource
from lictor.registry import Registry
from lictor.rulesets import read_ruleset, setting_for

ACCOUNTS = {"type": "array", "items": {"type": "string", "pattern": r"^\d{12}$"}, "default": []}


def _rule(id_: str, **facts: object) -> Rule:
    place = Location(f"{id_}/rule.yaml", Region(1, 1, 1, 2))
    return Rule(id_, f"Title of {id_}", "message", ("policy",), location=place, **facts)  # type: ignore[arg-type] - facts are of Rule


REGISTRY = Registry(
    kinds={name: Kind(name, name, lambda _document, _wanted: ()) for name in ("policy", "aws.iam.role")},
    combiners={"deny-overrides": Combiner("deny-overrides", lambda _answers, _fail_at: Decision("pass", ""))},
    rules={
        rule.id: rule
        for rule in (
            _rule("trust-open", level="error", aliases=("CKV_1",), parameters={"accounts": ACCOUNTS}, tags=("iam",)),
            _rule("trust-weak", parameters={"accounts": ACCOUNTS}),
            _rule("grant-star", level="note"),
            _rule("grant-admin", level="error"),
        )
    },
)


def read(
    main: str, files: Mapping[str, str] | None = None, registry: Registry = REGISTRY
) -> tuple[EffectiveRuleset | None, tuple[Rule, ...], tuple[Problem, ...]]:
    known = files or {}

    def find(target: str, _from_uri: str) -> RulesetSource | Problem:
        if target in known:
            return RulesetSource(target, target, known[target])
        return Problem("unknown-ruleset", f"no ruleset '{target}'", "ruleset")

    return read_ruleset(main, "lictor.yaml", find=find, registry=registry)


def good(main: str, files: Mapping[str, str] | None = None, registry: Registry = REGISTRY) -> EffectiveRuleset:
    ruleset, _, problems = read(main, files, registry)
    assert problems == ()
    assert ruleset is not None
    return ruleset


def said(problems: tuple[Problem, ...]) -> list[tuple[str, str, int]]:
    """Code, file and line of each problem."""
    return [
        (problem.code, problem.location.uri, problem.location.region.start_line)
        if problem.location and problem.location.region
        else (problem.code, "", 0)
        for problem in problems
    ]


def test_a_level_turns_a_rule_on_and_the_others_stay_off() -> None:
    ruleset = good("rules: {trust-open: warning}")
    assert ruleset.settings["trust-open"].level == "warning"
    assert set(ruleset.settings) == {"trust-open"}


def test_on_means_the_level_that_the_rule_itself_has() -> None:
    assert good("rules: {grant-star: on}").settings["grant-star"].level == "note"


def test_a_ruleset_without_an_id_is_called_as_its_file() -> None:
    assert good("rules: {grant-star: on}").id == "lictor"


def test_off_remembers_the_level_and_on_brings_it_back() -> None:
    base = "rules: {grant-star: error}"
    middle = "{extends: base.yaml, rules: {grant-star: off}}"
    off = good("{extends: middle.yaml, rules: {}}", {"base.yaml": base, "middle.yaml": middle})
    on = good("{extends: middle.yaml, rules: {grant-star: on}}", {"base.yaml": base, "middle.yaml": middle})
    assert (off.settings["grant-star"].is_on, off.settings["grant-star"].level) == (False, "error")
    assert (on.settings["grant-star"].is_on, on.settings["grant-star"].level) == (True, "error")


def test_settings_of_an_off_rule_do_not_turn_it_on() -> None:
    files = {"base.yaml": "rules: {trust-open: off}"}
    text = "{extends: base.yaml, rules: {trust-open: {tags: {add: [acme]}}}}"
    assert not good(text, files).settings["trust-open"].is_on


def test_a_rule_s_own_parameters_win_over_those_for_all_rules() -> None:
    ruleset = good(
        """
        parameters: {accounts: ['111111111111']}
        rules:
          trust-open: on
          trust-weak: {parameters: {accounts: ['222222222222']}}
        """
    )
    assert ruleset.settings["trust-open"].parameters == {"accounts": ["111111111111"]}
    assert ruleset.settings["trust-weak"].parameters == {"accounts": ["222222222222"]}


def test_parameters_are_checked_again_after_merging() -> None:
    _, _, problems = read("parameters: {accounts: [here]}\nrules:\n  trust-open: on\n")
    assert said(problems) == [("bad-parameter", "lictor.yaml", 1)]


def test_a_parameter_that_no_rule_has_is_a_problem_with_the_nearest_name() -> None:
    _, _, problems = read("rules: {trust-open: on}\nparameters:\n  acounts: []\n")
    assert said(problems) == [("unknown-parameter", "lictor.yaml", 3)]
    assert "'accounts'" in problems[0].hint


def test_a_misspelt_parameter_of_one_rule_is_a_problem_at_its_line() -> None:
    _, _, problems = read("rules:\n  trust-open:\n    parameters:\n      acounts: []\n")
    assert said(problems) == [("unknown-parameter", "lictor.yaml", 4)]


def test_tags_are_added_and_removed() -> None:
    files = {"base.yaml": "rules: {trust-open: {tags: {add: [acme, slow]}}}"}
    ruleset = good("{extends: base.yaml, rules: {trust-open: {tags: {add: [new], remove: [iam, slow]}}}}", files)
    assert ruleset.settings["trust-open"].tags == ("acme", "new")


def test_an_id_wins_over_a_glob_and_a_later_glob_over_an_earlier_one() -> None:
    ruleset = good("rules: {trust-open: note, '*': error, 'trust-*': warning}")
    levels = {id_: setting.level for id_, setting in ruleset.settings.items()}
    assert levels == {"trust-open": "note", "trust-weak": "warning", "grant-star": "error", "grant-admin": "error"}


def test_an_alias_stands_for_the_rule_that_answers_to_it() -> None:
    assert good("rules: {CKV_1: note}").settings["trust-open"].level == "note"


def test_unknown_names_are_problems_at_their_lines_with_the_nearest_one() -> None:
    _, _, problems = read(
        "rules:\n  trust-opne: on\n  nothing-*: on\n  grant-star: on\n"
        "locks:\n  - {rules: [grant-strar], floor: note}\n"
        "waivers:\n  - {rules: [gran-star], reason: x}\n"
        "combine:\n  strategy: deny-override\n  groups:\n    - {id: a-group, any-of: [grant-admn], when: truts-open}\n"
        "  supersedes: {grant-admin: [gant-*]}\n"
        "overrides:\n  - match: {kinds: [aws.iam.rol]}\n    rules: {tust-weak: off}\n"
    )
    assert sorted(said(problems)) == sorted(
        [("unknown-rule", "lictor.yaml", line) for line in (2, 3, 6, 8, 12, 12, 13, 16)]
        + [("unknown-kind", "lictor.yaml", 15), ("unknown-strategy", "lictor.yaml", 10)]
    )
    hints = {problem.message: problem.hint for problem in problems}
    assert "did you mean 'trust-open'?" in hints["no rule 'trust-opne'"]
    assert "did you mean 'deny-overrides'?" in hints["no strategy 'deny-override'"]


def test_later_rulesets_win_and_one_reached_twice_is_merged_once() -> None:
    files = {
        "base": "{rules: {grant-star: note}, gates: [{fail-on: error}]}",
        "left": "{extends: base, rules: {grant-star: error}}",
        "right": "{extends: [base], rules: {trust-open: on}}",
    }
    ruleset = good("extends: [left, right]", files)
    assert ruleset.settings["grant-star"].level == "error"
    assert ruleset.layers == ("base", "left", "right", "lictor.yaml")
    assert len(ruleset.gates) == 1


def test_a_circle_of_extends_is_a_problem_that_shows_the_way() -> None:
    _, _, problems = read("extends: a", {"a": "id: a\nextends: b", "b": "extends:\n  - a"})
    assert said(problems) == [("extends-cycle", "b", 2)]
    assert "a -> b -> a" in problems[0].message


def test_an_unknown_target_of_extends_is_a_problem_at_its_line() -> None:
    ruleset, _, problems = read("rules: {}\nextends: [nowhere]")
    assert ruleset is None
    assert said(problems) == [("unknown-ruleset", "lictor.yaml", 2)]


def test_title_and_default_for_are_not_inherited() -> None:
    files = {"base": "{title: Base, description: Long, default-for: [policy], rules: {grant-star: on}}"}
    ruleset = good("extends: base", files)
    assert (ruleset.title, ruleset.description, ruleset.default_for) == ("", "", ())


INLINE = """
rules:
  acme-naming:
    title: Role is not named as agreed
    applies-to: [aws.iam.role]
    level: error
    tags: [acme]
    deny: "@"
    message: name it
"""


def test_a_whole_rule_can_be_written_inside_a_ruleset() -> None:
    ruleset, inline, problems = read(INLINE)
    assert problems == ()
    assert ruleset is not None
    assert [rule.id for rule in inline] == ["acme-naming"]
    assert (ruleset.settings["acme-naming"].level, ruleset.settings["acme-naming"].tags) == ("error", ("acme",))
    assert ruleset.rules["acme-naming"].location is not None
    assert ruleset.rules["acme-naming"].location.region is not None
    assert ruleset.rules["acme-naming"].location.region.start_line == 4


def test_an_inline_rule_is_known_to_the_rulesets_that_extend() -> None:
    assert good("{extends: base, rules: {'acme-*': note}}", {"base": INLINE}).settings["acme-naming"].level == "note"


def test_an_inline_rule_whose_id_is_taken_must_say_that_it_replaces() -> None:
    text = INLINE.replace("acme-naming", "trust-open")
    _, _, problems = read(text)
    assert said(problems) == [("rule-exists", "lictor.yaml", 3)]
    replaced = good(text.replace("level: error", "replace: true"))
    assert replaced.rules["trust-open"].title == "Role is not named as agreed"


def test_replace_without_a_rule_to_replace_is_a_problem() -> None:
    _, _, problems = read(INLINE.replace("level: error", "replace: true"))
    assert said(problems) == [("unknown-rule", "lictor.yaml", 3)]


def test_what_is_wrong_inside_an_inline_rule_is_told_at_its_line() -> None:
    _, _, problems = read(INLINE.replace("    deny:", "    denny:"))
    assert ("lictor.yaml", 8) in [each[1:] for each in said(problems)]


def test_all_that_is_wrong_with_a_file_is_told_at_once_in_its_order() -> None:
    _, _, problems = read(
        "id: Bad Id\nrulez: {}\nrules:\n  trust-open: eror\nwaivers:\n  - {reason: x}\n"
        "gates:\n  - {}\ncombine:\n  groups:\n    - {id: a-b}\n"
    )
    assert [line for _, _, line in said(problems)] == [1, 2, 4, 6, 8, 11]
    assert "did you mean 'rules'?" in problems[1].hint
    assert "did you mean 'error'?" in problems[2].hint


def test_a_day_that_is_not_in_the_calendar_is_a_problem() -> None:
    _, _, problems = read("waivers:\n  - {rules: [grant-star], expires: 2026-02-30}\n")
    assert said(problems) == [("bad-ruleset", "lictor.yaml", 2)]


def test_a_group_can_not_ask_for_more_members_than_it_has() -> None:
    _, _, problems = read(
        "combine:\n  groups:\n    - {id: a-b, at-least: 3, of: [grant-star, grant-admin]}\n"
        "    - {id: a-b, any-of: [grant-star]}\n"
    )
    assert said(problems) == [("bad-ruleset", "lictor.yaml", 3), ("bad-ruleset", "lictor.yaml", 4)]


def test_a_circle_of_supersedes_is_a_problem() -> None:
    _, _, problems = read("combine:\n  supersedes:\n    grant-admin: grant-star\n    grant-star: [grant-admin]\n")
    assert {code for code, _, _ in said(problems)} == {"supersedes-cycle"}


def test_a_file_with_two_documents_or_none_is_no_ruleset() -> None:
    for text in ("", "id: a\n---\nid: b\n", "- 1\n"):
        ruleset, _, problems = read(text)
        assert ruleset is None
        assert problems


def test_members_of_a_group_are_asked_though_they_are_off() -> None:
    ruleset = good("combine: {groups: [{id: a-group, any-of: [grant-star], when: trust-open}]}")
    setting = setting_for(ruleset, "grant-star", "a.json", "policy", "")
    assert setting is not None
    assert (setting.is_member, setting.is_on) == (True, False)
    assert "trust-open" in ruleset.settings


def test_the_last_override_that_matches_wins() -> None:
    ruleset = good(
        """
        rules: {grant-star: error}
        overrides:
          - {match: {files: ['sandbox/**']}, rules: {grant-star: note}}
          - {match: {files: 'sandbox/**', kinds: ['aws.*']}, rules: {grant-star: warning}}
          - {match: {path: 'Resources.Legacy*'}, rules: {grant-star: off}}
        """
    )

    def level(uri: str, kind: str, place: str) -> str:
        setting = setting_for(ruleset, "grant-star", uri, kind, place)
        return setting.level if setting else "off"

    assert level("roles/a.json", "policy", "") == "error"
    assert level("sandbox/x/a.json", "policy", "") == "note"
    assert level("sandbox/a.json", "aws.iam.role", "") == "warning"
    assert level("sandbox/a.json", "aws.iam.role", "Resources.LegacyRole.Properties") == "off"


def test_a_level_by_glob_in_an_override_starts_no_rule_but_an_id_or_on_does() -> None:
    ruleset = good(
        """
        rules: {grant-star: on}
        overrides:
          - {match: {files: ['a/**']}, rules: {'*': error, trust-open: note}}
          - {match: {files: ['b/**']}, rules: {'trust-*': on}}
        """
    )
    on = {
        (id_, uri)
        for id_ in REGISTRY.rules
        for uri in ("a/x", "b/x", "c/x")
        if setting_for(ruleset, id_, uri, "policy", "")
    }
    assert on == {
        ("grant-star", "a/x"), ("grant-star", "b/x"), ("grant-star", "c/x"),
        ("trust-open", "a/x"), ("trust-open", "b/x"), ("trust-weak", "b/x"),
    }  # fmt: skip


def test_every_setting_knows_the_line_it_comes_from() -> None:
    files = {"base": "rules:\n  trust-open:\n    level: warning\n    parameters:\n      accounts: []\n"}
    ruleset = good("extends: base\nparameters:\n  accounts: ['111111111111']\nrules:\n  trust-open: note\n", files)
    places = {
        key: (place.uri, place.region.start_line)
        for key, place in ruleset.settings["trust-open"].origins.items()
        if place.region
    }
    assert places["level"] == ("lictor.yaml", 5)
    assert places["parameters.accounts"] == ("base", 5)
    assert ruleset.origins["parameters.accounts"].uri == "lictor.yaml"


def test_waiver_policies_only_get_stricter() -> None:
    files = {"base": "waiver-policy: {max-days: 30, require: [reason], in-source: forbid}"}
    policy = good(
        "{extends: base, waiver-policy: {max-days: 90, require: [owner], in-source: allow}}", files
    ).waiver_policy
    assert (policy.max_days, set(policy.require), policy.in_source) == (30, {"reason", "owner"}, "forbid")


def test_the_key_of_an_inline_rule_is_its_id_and_no_other_may_be_written() -> None:
    assert good(INLINE.replace("    level: error", "    id: acme-naming")).rules["acme-naming"].id == "acme-naming"
    _, _, problems = read(INLINE.replace("    level: error", "    id: other-naming"))
    assert said(problems) == [("bad-ruleset", "lictor.yaml", 6)]


def test_a_group_may_not_have_the_id_of_a_rule() -> None:
    _, _, problems = read("combine:\n  groups:\n    - {id: trust-open, any-of: [grant-star]}\n")
    assert said(problems) == [("duplicate-name", "lictor.yaml", 3)]


def test_what_is_said_of_a_rule_that_is_replaced_below_holds_for_the_new_one() -> None:
    base = "parameters: {accounts: ['111111111111']}\nrules: {trust-open: warning}"
    replacement = INLINE.replace("acme-naming", "trust-open").replace("level: error", "replace: true")
    ruleset = good("extends: base" + replacement, {"base": base})
    assert (ruleset.settings["trust-open"].level, ruleset.settings["trust-open"].parameters) == ("warning", {})
