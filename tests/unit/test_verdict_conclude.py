"""Waivers, supersedes, strategies and gates, from a ruleset's text to its conclusion."""

import datetime as dt
from collections.abc import Iterable
from functools import partial
from typing import Any

import pytest

from lictor.model import (
    Answer,
    Asked,
    Combiner,
    CommentWaiver,
    Decision,
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
from lictor.report import KnownFinding, apply_baseline
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


class TestWaivers:
    def test_a_waiver_marks_the_finding_and_says_who_answers_for_it(self) -> None:
        waiver = "{rules: [CKV_1, trust-*], reason: vendor, owner: alice, ticket: SEC-1, expires: 2027-03-31}"
        ruleset = ruleset_of(ALL_ON + f"waivers: [{waiver.replace('CKV_1', 'grant-star-old')}]")
        conclusion = say(ruleset, [finding("trust-open"), finding("grant-star"), finding("grant-admin")])
        waived = [each for each in conclusion.findings if each.suppression]
        assert ids(waived) == ["trust-open", "grant-star"]
        suppression = waived[0].suppression
        assert suppression is not None
        assert (suppression.kind, suppression.justification, suppression.location) == (
            "external", "vendor", ruleset.waivers[0].location,
        )  # fmt: skip
        assert suppression.properties == {"owner": "alice", "ticket": "SEC-1", "expires": "2027-03-31"}
        assert conclusion.problems == ()

    @pytest.mark.parametrize(
        ("where", "is_waived"),
        [
            ("{files: [roles/a.json]}", True),
            ("{files: ['roles/*'], path: 'Statement[0]'}", True),
            ("{files: ['sandbox/**']}", False),
            ("{path: 'Statement[1]'}", False),
            ("{kinds: [pol*]}", True),
        ],
    )
    def test_a_waiver_holds_only_where_it_says(self, where: str, is_waived: bool) -> None:
        ruleset = ruleset_of(ALL_ON + f"waivers: [{{rules: [trust-open], where: {where}, reason: x}}]")
        conclusion = say(ruleset, [finding("trust-open", path=("Statement", 0, "Action"))])
        assert (conclusion.findings[0].suppression is not None) == is_waived
        assert bool(conclusion.broken_gates) != is_waived

    def test_a_waiver_holds_on_its_last_day_and_not_on_the_next(self) -> None:
        ruleset = ruleset_of(ALL_ON + "waivers: [{rules: [trust-open], reason: x, expires: 2027-01-01}]")
        assert say(ruleset, [finding("trust-open")]).findings[0].suppression is not None
        late = say(ruleset, [finding("trust-open")], today=dt.date(2027, 1, 2))
        assert late.findings[0].suppression is None
        assert codes(late.problems) == [("expired-waiver", "warning")]

    def test_a_waiver_that_breaks_the_policy_does_not_hold(self) -> None:
        policy = "waiver-policy: {max-days: 90, require: [owner]}\n"
        for waiver, count in (
            ("{rules: [trust-open], expires: 2027-02-01}", 1),
            ("{rules: [trust-open], owner: a, expires: 2027-04-02}", 1),
            ("{rules: [trust-open], owner: a}", 1),
            ("{rules: [trust-open]}", 2),
            ("{rules: [trust-open], owner: a, expires: 2027-04-01}", 0),
        ):
            conclusion = say(ruleset_of(ALL_ON + policy + f"waivers: [{waiver}]"), [finding("trust-open")])
            assert codes(conclusion.problems) == [("waiver-policy", "error")] * count
            assert (conclusion.findings[0].suppression is None) == bool(count)

    def test_a_waiver_that_matches_nothing_is_a_warning_unless_its_files_were_not_looked_at(self) -> None:
        ruleset = ruleset_of(
            ALL_ON + "waivers:\n"
            "  - {rules: [trust-open], where: {files: [roles/a.json]}, reason: x}\n"
            "  - {rules: [trust-open], where: {files: [roles/z.json]}, reason: x}\n"
        )
        assert codes(say(ruleset, []).problems) == [("unused-waiver", "warning")] * 2
        partial = say(ruleset, [], is_partial=True)
        assert [problem.location for problem in partial.problems] == [ruleset.waivers[0].location]

    def test_a_locked_rule_is_not_waived_by_a_glob_and_that_is_an_error(self) -> None:
        text = ALL_ON + "locks: [{rules: [trust-open], floor: error}]\nwaivers: [{rules: ['trust-*'], reason: x}]"
        conclusion = say(ruleset_of(text), [finding("trust-open"), finding("trust-weak")])
        assert [bool(each.suppression) for each in conclusion.findings] == [False, True]
        assert codes(conclusion.problems) == [("locked", "error")]
        assert "'trust-open', which ruleset 'lictor' locks" in conclusion.broken_gates[0]

    def test_a_waived_finding_that_could_not_be_decided_no_longer_makes_the_verdict_open(self) -> None:
        undecided = finding("trust-open", kind="open")
        assert say(ruleset_of(ALL_ON), [undecided]).verdict.outcome == "open"
        waived = say(ruleset_of(ALL_ON + "waivers: [{rules: [trust-open], reason: x}]"), [undecided])
        assert waived.verdict.outcome == "pass"


class TestComments:
    def _comment(self, *rules: str, line: int = 3, reason: str = "fine") -> CommentWaiver:
        return CommentWaiver(rules, reason, A.uri, line, Location(A.uri, Region(2, 1, 2, 9)))

    def test_a_comment_waives_the_rules_it_names_on_its_line(self) -> None:
        found = [finding("trust-open"), finding("trust-open", line=4), finding("grant-star")]
        conclusion = say(ruleset_of(ALL_ON), found, comments=[self._comment("trust-*", "grant-admin")])
        assert [bool(each.suppression) for each in conclusion.findings] == [True, False, False]
        suppression = conclusion.findings[0].suppression
        assert suppression is not None
        assert (suppression.kind, suppression.justification) == ("inSource", "fine")
        assert conclusion.used_comments == {suppression.location}

    def test_an_old_id_of_a_rule_does_as_well(self) -> None:
        conclusion = say(ruleset_of(ALL_ON), [finding("trust-open")], comments=[self._comment("trust-open-old")])
        assert conclusion.findings[0].suppression is not None

    def test_a_policy_may_forbid_comments_or_ask_for_a_reason(self) -> None:
        for policy, reason in (("in-source: forbid", "fine"), ("require: [reason]", "")):
            ruleset = ruleset_of(ALL_ON + f"waiver-policy: {{{policy}}}")
            conclusion = say(ruleset, [finding("trust-open")], comments=[self._comment("*", reason=reason)])
            assert conclusion.findings[0].suppression is None
            assert codes(conclusion.problems) == [("waiver-policy", "error")]

    def test_a_comment_can_not_waive_a_locked_rule(self) -> None:
        ruleset = ruleset_of(ALL_ON + "locks: [{rules: [trust-open], floor: error}]")
        conclusion = say(ruleset, [finding("trust-open")], comments=iter([self._comment("trust-open")]))
        assert conclusion.findings[0].suppression is None
        assert codes(conclusion.problems) == [("locked", "error")]


class TestSupersedes:
    TEXT = ALL_ON + "combine: {supersedes: {grant-admin: ['grant-*'], grant-star: trust-weak}}"

    def test_it_hides_nothing_more_severe_than_itself(self) -> None:
        found = [finding("grant-admin", level="warning"), finding("grant-star", level="error")]
        conclusion = say(ruleset_of(self.TEXT), found)
        assert ids(conclusion.findings) == ["grant-admin", "grant-star"]
        assert conclusion.broken_gates

    def test_one_finding_stands_for_those_it_implies_and_names_them(self) -> None:
        found = [finding("grant-star"), finding("grant-admin"), finding("trust-weak"), finding("trust-open")]
        conclusion = say(ruleset_of(self.TEXT), found)
        assert ids(conclusion.findings) == ["grant-admin", "trust-open"]
        assert conclusion.findings[0].properties["supersedes"] == ("grant-star", "trust-weak")

    def test_it_hides_only_at_the_same_place_or_inside_it(self) -> None:
        inner, other = (
            finding("grant-star", path=("Statement", 0, "Action")),
            finding("grant-star", path=("Statement", 1)),
        )
        elsewhere = finding("grant-star", B)
        conclusion = say(ruleset_of(self.TEXT), [finding("grant-admin"), inner, other, elsewhere], subjects=[A, B])
        assert [each.location.path for each in conclusion.findings if each.rule_id == "grant-star"] == [
            ("Statement", 1), ("Statement", 0),
        ]  # fmt: skip

    def test_what_could_not_be_decided_hides_nothing(self) -> None:
        conclusion = say(ruleset_of(self.TEXT), [finding("grant-admin", kind="open"), finding("grant-star")])
        assert ids(conclusion.findings) == ["grant-admin", "grant-star"]

    def test_a_locked_finding_is_hidden_only_by_one_that_is_locked_as_high(self) -> None:
        both = [finding("grant-admin"), finding("grant-star")]
        one = ruleset_of(f"{self.TEXT}\nlocks: [{{rules: [grant-star], floor: error}}]")
        two = ruleset_of(f"{self.TEXT}\nlocks: [{{rules: ['grant-*'], floor: error}}]")
        assert ids(say(one, both).findings) == ["grant-admin", "grant-star"]
        assert ids(say(two, both).findings) == ["grant-admin"]

    def test_what_a_waived_finding_stands_for_is_waived_with_it(self) -> None:
        ruleset = ruleset_of(f"{self.TEXT}\nwaivers: [{{rules: [grant-admin], reason: break glass}}]")
        conclusion = say(ruleset, [finding("grant-admin"), finding("grant-star")])
        assert [(each.rule_id, bool(each.suppression)) for each in conclusion.findings] == [("grant-admin", True)]
        assert (conclusion.verdict.outcome, conclusion.broken_gates) == ("pass", ())


class TestGates:
    def _broken(self, gates: str, found: Iterable[Finding], **options: Any) -> tuple[str, ...]:
        return say(ruleset_of(ALL_ON + gates), found, subjects=[A, B], **options).broken_gates

    def test_without_a_gate_an_error_breaks_and_a_warning_does_not(self) -> None:
        assert self._broken("", [finding("trust-open", level="warning")]) == ()
        assert self._broken("", [finding("trust-open")]) == ("1 finding of level error, where none is allowed",)

    def test_fail_on_takes_its_level_and_all_above(self) -> None:
        found = [finding("trust-open", level="warning"), finding("trust-weak")]
        assert self._broken("gates: [{fail-on: warning}]", found) == (
            "2 findings of level warning or above, where none is allowed",
        )

    def test_open_and_waived_findings_break_no_gate(self) -> None:
        text = "gates: [{fail-on: note}]\nwaivers: [{rules: [trust-weak], reason: x}]"
        assert self._broken(text, [finding("trust-open", kind="open"), finding("trust-weak")]) == ()

    @pytest.mark.parametrize(
        ("per", "broken"),
        [("run", 1), ("file", 1), ("directory", 1), ("rule", 1)],
    )
    def test_a_budget_is_for_the_run_or_for_each_part_of_it(self, per: str, broken: int) -> None:
        found = [finding(id_, level="warning") for id_ in ("trust-open", "trust-open", "trust-weak")]
        spread = [finding("trust-open", level="warning"), finding("trust-weak", B, level="warning")]
        gate = f"gates: [{{budget: {{warning: 1}}, per: {per}}}]"
        assert len(self._broken(gate, found)) == broken
        assert len(self._broken(gate, spread)) == (1 if per == "run" else 0)

    def test_a_budget_says_where_it_is_exceeded(self) -> None:
        found = [finding("trust-open", B, level="note"), finding("trust-weak", B, level="note")]
        assert self._broken("gates: [{budget: {note: 1}, per: directory}]", found) == (
            "2 findings of level note in directory 'sandbox', where 1 is allowed",
        )

    def test_new_only_lets_what_the_baseline_knows_pass(self) -> None:
        old, new = finding("trust-open"), finding("trust-weak")
        settle = partial(apply_baseline, baseline={old.fingerprints["policyPath/v1"]: KnownFinding("")})
        gate = "gates: [{new-only: true, baseline: b.json}]"
        assert self._broken(gate, [old], settle=settle) == ()
        assert self._broken(gate, [old, new], settle=settle) == ("1 new finding, where none is allowed",)
        assert self._broken(gate, [old]) == ("1 new finding, where none is allowed",)
        mild = finding("trust-weak", level="note")
        assert self._broken("gates: [{new-only: true, fail-on: error}]", [old, mild], settle=settle) == ()

    def test_whoever_asks_for_new_findings_only_gets_gates_that_look_at_no_others(self) -> None:
        old, new = finding("trust-open"), finding("trust-weak")
        settle = partial(apply_baseline, baseline={old.fingerprints["policyPath/v1"]: KnownFinding("")})
        gate = "gates: [{fail-on: error}]"
        assert self._broken(gate, [old], settle=settle, is_new_only=True) == ()
        assert self._broken(gate, [old, new], settle=settle, is_new_only=True) == (
            "1 finding of level error, where none is allowed",
        )
        locked = f"{gate}\nlocks: [{{rules: [trust-open], floor: error}}]"
        assert len(self._broken(locked, [old], settle=settle, is_new_only=True)) == 1

    def test_a_locked_finding_breaks_a_gate_whatever_the_gates_say(self) -> None:
        text = "gates: [{budget: {error: 99}}]\nlocks: [{rules: [trust-open], floor: error}]"
        assert self._broken(text, [finding("trust-weak")]) == ()
        assert self._broken(text, [finding("trust-open")]) == (
            "1 finding of 'trust-open', which ruleset 'lictor' locks",
        )

    def test_another_strategy_without_gates_breaks_when_its_verdict_fails(self) -> None:
        text = "combine: {strategy: permit-overrides}"
        assert self._broken(text, [finding("trust-open")]) == ()
        every = [finding(id_) for id_ in RULES]
        (sentence,) = self._broken(text, every)
        assert sentence.startswith(
            "the verdict by 'permit-overrides' is fail: 1 of 2 subjects, first roles/a.json (A): "
        )
        assert sentence.endswith("fail by trust-open and 6 more")


class TestStrategies:
    def test_the_worst_subject_decides_and_the_reason_names_it(self) -> None:
        conclusion = say(ruleset_of(ALL_ON), [finding("trust-open", B)], subjects=[A, B])
        assert (conclusion.verdict.outcome, conclusion.verdict.reason) == (
            "fail", "1 of 2 subjects, first sandbox/b.json (B): fail by trust-open",
        )  # fmt: skip
        assert say(ruleset_of(ALL_ON), []).verdict.outcome == "pass"
        assert say(ruleset_of(ALL_ON), [], asked=[]).verdict.outcome == "notApplicable"

    def test_a_finding_below_the_level_that_fails_is_advice(self) -> None:
        mild = finding("trust-open", level="warning")
        assert say(ruleset_of(ALL_ON), [mild]).verdict.outcome == "pass"
        assert say(ruleset_of(ALL_ON + "gates: [{fail-on: warning}]"), [mild]).verdict.outcome == "fail"

    def test_first_applicable_follows_the_order_of_the_ruleset(self) -> None:
        text = "rules: {trust-weak: on, trust-open: on}\ncombine: {strategy: first-applicable}"
        found = [finding("trust-open")]
        assert say(ruleset_of(text), found, asked=["trust-open", "trust-weak"]).verdict.outcome == "pass"
        assert say(ruleset_of(text), found, asked=["trust-open"]).verdict.outcome == "fail"

    def test_score_adds_up_what_fails_and_is_open_when_it_may_reach_the_limit(self) -> None:
        text = ALL_ON + "combine: {strategy: score, fail-at: 16}"
        verdict = say(ruleset_of(text), [finding("trust-open"), finding("trust-weak")]).verdict
        assert (verdict.outcome, verdict.score) == ("fail", 16.0)
        verdict = say(ruleset_of(text), [finding("trust-open"), finding("trust-weak", kind="open")]).verdict
        assert (verdict.outcome, verdict.score) == ("open", 8.0)

    def test_a_strategy_of_a_plugin_that_raises_or_talks_nonsense_is_a_problem_and_an_error(self) -> None:
        def raises(_answers: object, _fail_at: float | None) -> Decision:
            raise ValueError("oh")

        def nonsense(_answers: object, _fail_at: float | None) -> Decision:
            return Decision("fine", "")  # type: ignore[arg-type] - the point

        for combine in (raises, nonsense):
            conclusion = say(ruleset_of(ALL_ON), [], combiners={"deny-overrides": Combiner("x", combine)})
            assert conclusion.verdict.outcome == "error"
            assert codes(conclusion.problems) == [("plugin-error", "error")]

    def test_a_strategy_gets_each_subject_s_answers_with_level_and_score(self) -> None:
        seen: list[tuple[Answer, ...]] = []

        def look(answers: Any, _fail_at: float | None) -> Decision:
            seen.append(answers)
            return Decision("pass", "looked")

        found = [finding("trust-open"), finding("trust-weak", level="note")]
        say(
            ruleset_of(ALL_ON),
            found,
            asked=["trust-open", "trust-weak"],
            combiners={"deny-overrides": Combiner("x", look)},
        )
        assert seen == [(Answer("trust-open", "fail", "error", 8.0), Answer("trust-weak", "pass", "note", 2.0))]


def test_an_override_that_matches_nothing_is_a_warning_unless_its_files_were_not_looked_at() -> None:
    ruleset = ruleset_of(ALL_ON + "overrides: [{match: {files: ['old/**']}, rules: {trust-open: off}}]")
    assert codes(say(ruleset, []).problems) == [("unused-override", "warning")]
    assert say(ruleset, [], is_partial=True).problems == ()
