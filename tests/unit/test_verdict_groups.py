"""Groups: verdicts across rules, from a ruleset's text to its conclusion."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest

from lictor.model import (
    Asked,
    EffectiveRuleset,
    Finding,
    FindingKind,
    Kind,
    Location,
    Path,
    Problem,
    Region,
    Rule,
    RulesetEvaluation,
    SubjectRef,
    format_path,
)
from lictor.registry import Registry
from lictor.rulesets import make_plan, read_ruleset
from lictor.verdict import Conclusion, conclude
from lictor_plugins.combiners import register_combiners

TODAY = dt.date(2027, 1, 1)
COMBINERS = {combiner.name: combiner for combiner in register_combiners()}
RULES = ("trust-open", "trust-weak", "grant-star", "grant-admin", "has-id", "has-org", "is-outside")
REGISTRY = Registry(
    kinds={"policy": Kind("policy", "policy", lambda _document, _wanted: ())},
    combiners=COMBINERS,
    rules={id_: Rule(id_, id_.title(), "m", ("policy",), level="error", aliases=(f"{id_}-old",)) for id_ in RULES},
)
A = SubjectRef("roles/a.json", 0, (), "policy", "A")
B = SubjectRef("sandbox/b.json", 0, (), "policy", "B")


def ruleset_of(text: str, **files: str) -> EffectiveRuleset:
    def find(target: str, _uri: str) -> Any:
        from lictor.model import RulesetSource

        return RulesetSource(target, target, files[target])

    ruleset, _, problems = read_ruleset(text, "lictor.yaml", find=find, registry=REGISTRY)
    assert [problem for problem in problems if problem.level == "error"] == []
    assert ruleset is not None
    return ruleset


def finding(
    rule_id: str,
    subject: SubjectRef = A,
    path: Path = ("Statement", 0),
    *,
    kind: FindingKind = "fail",
    level: str = "error",
    line: int = 3,
) -> Finding:
    place = Location(subject.uri, Region(line, 1, line, 5), path, format_path(path))
    fingerprint = {"policyPath/v1": f"{rule_id}/{subject.uri}/{format_path(path)}"}
    return Finding(rule_id, level, kind, f"{rule_id} speaks", place, subject, path, fingerprints=fingerprint)  # type: ignore[arg-type] - a level


def say(
    ruleset: EffectiveRuleset,
    findings: Iterable[Finding],
    *,
    asked: Iterable[str] = RULES,
    subjects: Iterable[SubjectRef] = (A,),
    candidates: tuple[Path, ...] = (("Statement", 0), ("Statement", 1)),
    **options: Any,
) -> Conclusion:
    plan, _ = make_plan([ruleset], {}, registry=REGISTRY)
    said = tuple(Asked((rule_id,), subject, candidates) for subject in subjects for rule_id in asked)
    evaluation = RulesetEvaluation(ruleset.id, tuple(findings), said)
    return conclude(plan, ruleset, evaluation, **{"today": TODAY, "combiners": COMBINERS, **options})


def ids(findings: Iterable[Finding]) -> list[str]:
    return [each.rule_id for each in findings]


def codes(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    return [(problem.code, problem.level) for problem in problems]


ALL_ON = "rules: {'*': on}\n"


def group(text: str, more: str = "") -> EffectiveRuleset:
    return ruleset_of(f"{more or '{}'}".replace("{}", "") + f"\ncombine:\n  groups:\n    - {text}\n")


class TestGroups:
    GUARDED = "{id: guarded-trust, at-least: 1, of: [has-id, has-org], when: is-outside, level: error}"

    def test_a_group_fails_where_its_condition_speaks_and_too_few_members_hold(self) -> None:
        outside, no_id, no_org = finding("is-outside"), finding("has-id"), finding("has-org")
        conclusion = say(group(self.GUARDED), [outside, no_id, no_org])
        assert ids(conclusion.findings) == ["guarded-trust"]
        own = conclusion.findings[0]
        assert (own.level, own.kind, own.location) == ("error", "fail", outside.location)
        assert own.message == "at least 1 of has-id, has-org must hold; none does (asked because: is-Outside)"
        assert [related.message for related in own.related_locations] == [
            "is-outside: is-outside speaks", "has-id: has-id speaks", "has-org: has-org speaks",
        ]  # fmt: skip
        assert own.fingerprints["policyPath/v1"] not in {"", outside.fingerprints["policyPath/v1"]}
        assert conclusion.verdict.outcome == "fail"

    def test_enough_members_or_a_condition_that_is_silent_leave_nothing_to_say(self) -> None:
        for found in ([finding("is-outside"), finding("has-id")], [finding("has-id"), finding("has-org")], []):
            conclusion = say(group(self.GUARDED), found)
            assert conclusion.findings == ()
            assert conclusion.broken_gates == ()

    def test_what_is_open_leaves_the_group_open_only_when_it_matters(self) -> None:
        outside, maybe = finding("is-outside"), finding("has-id", kind="open")
        open_condition = finding("is-outside", kind="open")
        both = [finding("has-id"), finding("has-org")]
        assert [f.kind for f in say(group(self.GUARDED), [outside, maybe, finding("has-org")]).findings] == ["open"]
        assert say(group(self.GUARDED), [outside, maybe]).findings == ()
        assert [f.kind for f in say(group(self.GUARDED), [open_condition, *both]).findings] == ["open"]
        assert say(group(self.GUARDED), [open_condition]).findings == ()

    def test_per_candidate_judges_each_statement_by_itself(self) -> None:
        text = "{id: some-guard, any-of: [has-id, has-org], per: candidate}"
        first, second = ("Statement", 0), ("Statement", 1)
        split = [finding("has-id", path=first), finding("has-org", path=second)]
        assert say(group(text), split).findings == ()
        conclusion = say(group(text), [*split, finding("has-org", path=first)])
        assert [each.candidate for each in conclusion.findings] == [first]
        assert say(group(text.replace("candidate", "subject")), split).findings != ()

    def test_a_finding_on_the_whole_subject_counts_for_each_of_its_candidates(self) -> None:
        text = "{id: some-guard, all-of: [has-id, has-org], per: candidate}"
        conclusion = say(group(text), [finding("has-id", path=())])
        assert [each.candidate for each in conclusion.findings] == [("Statement", 0), ("Statement", 1)]

    @pytest.mark.parametrize(
        ("operator", "none", "one", "both"),
        [("all-of", False, True, True), ("any-of", False, False, True), ("none-of", True, True, False)],
    )
    def test_each_operator_asks_what_its_name_says(self, operator: str, none: bool, one: bool, both: bool) -> None:
        ruleset = group(f"{{id: some-guard, {operator}: [has-id, has-org]}}")
        found = [finding("has-id"), finding("has-org")]
        assert [bool(say(ruleset, found[:count]).findings) for count in range(3)] == [none, one, both]

    def test_none_of_points_at_the_subject_when_no_member_found_anything(self) -> None:
        conclusion = say(group("{id: some-guard, none-of: [has-id]}"), [])
        assert conclusion.findings[0].location == Location(A.uri, None, (), "")
        assert conclusion.findings[0].message == "none of has-id may hold; has-id does"

    def test_a_group_none_of_whose_members_was_asked_says_nothing(self) -> None:
        conclusion = say(group("{id: some-guard, all-of: [has-id]}"), [], asked=["trust-open"])
        assert conclusion.findings == ()

    def test_weights_count_each_member_once_and_leave_its_findings(self) -> None:
        ruleset = group("{id: risk-score, weights: {grant-star: 5, grant-admin: 8}, fail-at: 10}", ALL_ON)
        star = [finding("grant-star"), finding("grant-star", path=("Statement", 1))]
        assert ids(say(ruleset, star).findings) == ["grant-star", "grant-star"]
        conclusion = say(ruleset, [*star, finding("grant-admin")])
        assert ids(conclusion.findings) == ["grant-star", "grant-star", "grant-admin", "risk-score"]
        assert conclusion.findings[-1].message == "score 13 reaches 10: grant-star 5 + grant-admin 8"
        assert conclusion.findings[-1].properties["score"] == 13

    def test_a_member_of_weights_that_is_off_counts_but_is_not_shown(self) -> None:
        ruleset = group("{id: risk-score, weights: {grant-star: 5}, fail-at: 5}")
        assert ids(say(ruleset, [finding("grant-star")]).findings) == ["risk-score"]

    def test_a_waived_member_counts_as_accepted_and_stays_to_be_seen(self) -> None:
        ruleset = group(self.GUARDED, "waivers: [{rules: [has-id], reason: x}]")
        conclusion = say(ruleset, [finding("is-outside"), finding("has-id"), finding("has-org")])
        assert [(each.rule_id, bool(each.suppression)) for each in conclusion.findings] == [("has-id", True)]

    def test_a_group_s_own_finding_can_be_waived_by_the_group_s_id(self) -> None:
        ruleset = group("{id: some-guard, all-of: [has-id], per: candidate, level: error}",
                        "waivers: [{rules: [some-guard], where: {path: 'Statement[0]'}, reason: x}]")  # fmt: skip
        both = [finding("has-id"), finding("has-id", path=("Statement", 1))]
        first = say(ruleset, both[:1])
        assert first.findings[0].suppression is not None
        assert (first.verdict.outcome, first.broken_gates) == ("pass", ())
        assert say(ruleset, both).verdict.outcome == "fail"

    def test_a_locked_member_keeps_its_own_findings(self) -> None:
        ruleset = group("{id: some-guard, any-of: [has-id, has-org]}", "locks: [{rules: [has-id], floor: error}]")
        conclusion = say(ruleset, [finding("has-id")])
        assert ids(conclusion.findings) == ["has-id"]
        assert conclusion.broken_gates != ()

    def test_waiving_a_member_does_not_help_against_a_locked_group(self) -> None:
        more = "waivers: [{rules: ['has-*'], reason: x}]\nlocks: [{rules: [some-guard], floor: error}]"
        conclusion = say(group("{id: some-guard, all-of: [has-id]}", more), [finding("has-id")])
        assert [(each.rule_id, each.level, each.suppression) for each in conclusion.findings] == [
            ("some-guard", "error", None)
        ]
