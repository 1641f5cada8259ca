"""Order, repeats and fingerprints of findings."""

import random
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.fingerprints import LINE_HASH, POLICY_PATH
from lictor.model import Finding, Fix, Location, Problem, Region, SubjectRef, Suppression
from lictor.report import settle_findings, settle_problems


def finding(uri: str = "a.json", line: int = 1, **changes: Any) -> Finding:
    values: dict[str, Any] = {
        "rule_id": "rule",
        "level": "error",
        "kind": "fail",
        "message": "message",
        "location": Location(uri, Region(line, 1, line, 2), ("a", line)),
        "subject": SubjectRef(uri, 0, (), "document", ""),
        "fingerprints": {LINE_HASH: "abc:1", POLICY_PATH: f"{uri}{line}"},
    }
    return Finding(**(values | changes))


findings = st.builds(
    finding,
    st.sampled_from(["a.json", "b.json"]),
    st.integers(1, 3),
    rule_id=st.sampled_from(["one", "two"]),
    level=st.sampled_from(["note", "error"]),
    message=st.sampled_from(["x", "y"]),
    fingerprints=st.fixed_dictionaries({LINE_HASH: st.sampled_from(["ab:1", "ab:2"]), POLICY_PATH: st.just("p")}),
    suppression=st.none() | st.builds(partial(Suppression), st.just("external"), st.sampled_from(["why", "so"])),
)


@settings(max_examples=60)
@given(st.lists(findings, max_size=12), st.randoms())
def test_the_result_is_the_same_for_any_order(given_findings: list[Finding], chance: random.Random) -> None:
    shuffled = list(given_findings)
    chance.shuffle(shuffled)
    assert settle_findings(shuffled) == settle_findings(given_findings)


@settings(max_examples=60)
@given(st.lists(findings, max_size=12))
def test_settling_twice_changes_nothing(given_findings: list[Finding]) -> None:
    once = settle_findings(given_findings)
    assert settle_findings(once) == once


@settings(max_examples=60)
@given(st.lists(findings, max_size=12))
def test_no_two_findings_share_a_fingerprint(given_findings: list[Finding]) -> None:
    settled = settle_findings(given_findings)
    lines = [(each.rule_id, each.location.uri, each.fingerprints[LINE_HASH]) for each in settled]
    paths = [each.fingerprints[POLICY_PATH] for each in settled]
    assert len(set(lines)) == len(settled) == len(set(paths))


def test_findings_are_ordered_by_file_line_column_rule_and_path() -> None:
    numbers = [finding(location=Location("a.json", Region(1, 1, 1, 2), ("a", at))) for at in (10, 9)]
    ordered = settle_findings([finding("b.json"), finding(line=2), *numbers, finding(rule_id="another")])
    assert [(each.rule_id, each.location.uri, each.location.path) for each in ordered] == [
        ("another", "a.json", ("a", 1)),
        ("rule", "a.json", ("a", 9)),
        ("rule", "a.json", ("a", 10)),
        ("rule", "a.json", ("a", 2)),
        ("rule", "b.json", ("a", 1)),
    ]


def test_the_same_finding_of_two_rulesets_is_one_with_the_stronger_level() -> None:
    (merged,) = settle_findings([finding(level="note", fixes=(Fix("mend", ()),)), finding(level="error")])
    assert merged.level == "error"
    assert merged.fixes == (Fix("mend", ()),)


def test_a_waiver_of_one_ruleset_does_not_hide_the_finding_of_another() -> None:
    (merged,) = settle_findings([finding(suppression=Suppression("external", "why")), finding(level="note")])
    assert merged.suppression is None


def test_findings_of_one_line_json_get_line_hashes_of_their_own() -> None:
    location = Location("a.json", Region(1, 1, 1, 2))
    three = [finding(location=location._replace(region=Region(1, at, 1, at + 1)), message=str(at)) for at in (1, 5, 9)]
    taken = finding(line=2, fingerprints={LINE_HASH: "abc:2"})
    settled = settle_findings([*three, taken])
    assert [each.fingerprints[LINE_HASH] for each in settled] == ["abc:1", "abc:3", "abc:4", "abc:2"]


def test_findings_with_one_policy_path_are_numbered_in_source_order() -> None:
    settled = settle_findings(finding(line=line, fingerprints={POLICY_PATH: "p"}) for line in (3, 1, 2))
    assert [each.fingerprints for each in settled] == [{POLICY_PATH: p} for p in ("p", "p:2", "p:3")]


def test_problems_are_in_file_order_and_said_once() -> None:
    late = Problem("bad-rule", "late", "rule", location=Location("a.yaml", Region(9, 1, 9, 2)))
    early = Problem("bad-rule", "early", "rule", location=Location("a.yaml", Region(2, 1, 2, 2)))
    nowhere = Problem("bad-usage", "nowhere", "usage")
    assert settle_problems([late, early, nowhere, late]) == (nowhere, early, late)


def test_what_a_file_says_of_itself_gives_way_to_the_document_that_reads_it() -> None:
    def told(subject: str, kind: Any = "fail") -> Finding:
        return finding("p.json", subject=SubjectRef(subject, 0, (), "policy", subject), message=subject, kind=kind)

    def kept(*each: Finding) -> list[str]:
        return [one.message for one in settle_findings(each)]

    assert kept(told("p.json"), told("main.tf")) == ["main.tf"]
    assert kept(told("p.json", "open"), told("main.tf")) == ["main.tf"]
    assert kept(told("p.json"), told("main.tf", "open")) == ["p.json"]
    assert kept(told("main.tf"), told("other.tf")) == ["main.tf", "other.tf"]
    assert kept(told("p.json"), told("main.tf")._replace(rule_id="another")) == ["main.tf", "p.json"]
    assert kept(told("p.json"), told("p.json")._replace(message="a second time")) == ["a second time", "p.json"]
