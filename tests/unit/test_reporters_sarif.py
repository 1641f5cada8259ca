"""SARIF: valid against the official schema, right for GitHub, the same bytes for the same report."""

import hashlib
import json
import os
import random
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.model import (
    EMBEDDED,
    Context,
    Finding,
    Fix,
    FlowStep,
    Location,
    PluginName,
    Problem,
    Region,
    RelatedLocation,
    Replacement,
    Report,
    ReportOptions,
    Revision,
    Rule,
    SubjectRef,
    Suppression,
)
from lictor.report import finish_report
from lictor_plugins.reporters import sarif, sarif_github
from lictor_plugins.reporters.sarif.rules import pascal_case

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
IN_PACKAGE = Path("node_modules/@microsoft/sarif-multitool-linux/sarif-2.1.0.json")
RULE = Rule("trust-wildcard", "Anyone may assume it", "'{subject.name}' trusts {found.value}", ("document",), "error")


def finding(**changes: Any) -> Finding:
    values: dict[str, Any] = {
        "rule_id": "trust-wildcard",
        "level": "error",
        "kind": "fail",
        "message": "'role' trusts *",
        "location": Location("a.json", Region(1, 2, 1, 5), ("a",), "", Context(1, '["*"]')),
        "subject": SubjectRef("a.json", 0, (), "document", "role"),
    }
    return Finding(**(values | changes))


def report(*findings: Finding, rules: tuple[Rule, ...] = (RULE,), **changes: Any) -> Report:
    values: dict[str, Any] = {"problems": (), "verdicts": (), "documents": 1, "subjects": 1, "version": "1.2.3"}
    return finish_report(findings=findings, rules=rules, **(values | changes))


def run_of(made: Report) -> dict[str, Any]:
    log = json.loads(sarif.render(made, ReportOptions()))
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def result_of(one: Finding) -> dict[str, Any]:
    (result,) = run_of(report(one))["results"]
    assert isinstance(result, dict)
    return result


@pytest.fixture(scope="module")
def official_schema() -> jsonschema_rs.Validator:
    """The OASIS schema as the npm package @microsoft/sarif-multitool-linux ships it."""
    named = os.environ.get("LICTOR_SARIF_SCHEMA")
    file = Path(named) if named else ROOT / IN_PACKAGE
    if not file.is_file():
        pytest.skip(f"no SARIF schema: set LICTOR_SARIF_SCHEMA, or 'npm i' so that {IN_PACKAGE} is there")
    return jsonschema_rs.validator_for(json.loads(file.read_text(encoding="utf-8-sig")))


@pytest.mark.parametrize("name", ["report.sarif", "report.github.sarif"])
def test_the_reviewed_logs_satisfy_the_official_schema(name: str, official_schema: jsonschema_rs.Validator) -> None:
    log = json.loads((GOLDEN / name).read_text(encoding="utf-8"))
    assert [error.message for error in official_schema.iter_errors(log)] == []


hostile = st.text(max_size=12) | st.sampled_from(["[x](1)", "</script>", "\ud800", "{0}", "\u202e", ""])
regions = st.none() | st.builds(
    lambda line, column, lines, width: Region(line, column, line + lines, column + width),
    st.integers(1, 5),
    st.integers(1, 9),
    st.integers(0, 2),
    st.integers(0, 5),
)
locations = st.builds(
    Location,
    st.sampled_from(["a.json", "b c.yaml", "../x.json", "/etc/x.json", "C:\\x.json", "a\u202e:b.json"]),
    regions,
    st.lists(hostile | st.integers(0, 3) | st.just(EMBEDDED), max_size=3).map(tuple),
    st.just(""),
    st.none() | st.builds(Context, st.integers(1, 5), st.lists(hostile, min_size=1, max_size=4).map("\n".join)),
)
findings = st.builds(
    finding,
    rule_id=st.sampled_from(["trust-wildcard", "a-group", "9"]),
    level=st.sampled_from(["none", "note", "warning", "error"]),
    kind=st.sampled_from(["fail", "open", "pass", "notApplicable"]),
    message=hostile,
    location=locations,
    related_locations=st.lists(st.builds(partial(RelatedLocation), locations, hostile), max_size=2).map(tuple),
    fingerprints=st.fixed_dictionaries({}, optional={"primaryLocationLineHash": st.just("ab:1")}),
    suppression=st.none()
    | st.builds(partial(Suppression), st.sampled_from(["inSource", "external"]), hostile, locations),
    baseline_state=st.sampled_from(["", "new", "unchanged"]),
    code_flows=st.lists(
        st.lists(st.builds(partial(FlowStep), locations, hostile), max_size=2).map(tuple), max_size=2
    ).map(tuple),
    fixes=st.just(()) | st.just((Fix("mend", (Replacement(Region(1, 1, 1, 2), "x"),)),)),
    properties=st.dictionaries(hostile.filter(lambda name: name != "tags"), hostile, max_size=2),
)
problems = st.builds(
    partial(Problem),
    st.sampled_from(["bad-document", "not-listed"]),
    hostile,
    st.sampled_from(["usage", "document", "internal"]),
    st.sampled_from(["warning", "error"]),
    hostile,
    st.none() | locations,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(findings, max_size=4), st.lists(problems, max_size=3))
def test_any_report_satisfies_the_official_schema(
    official_schema: jsonschema_rs.Validator,
    found: list[Finding],
    went_wrong: list[Problem],
) -> None:
    made = report(*found, problems=went_wrong)
    for render in (sarif.render, sarif_github.render):
        log = json.loads(render(made, ReportOptions()))
        assert [error.message for error in official_schema.iter_errors(log)] == []
        (run,) = log["runs"]
        rules = run["tool"]["driver"]["rules"]
        assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
        assert all(result["kind"] == "fail" or result["level"] == "none" for result in run["results"])
        for name in ("suppressions", "baselineState"):
            assert len({name in result for result in run["results"]}) <= 1
        written = json.dumps(log)
        assert "/etc" not in written
        assert "C:" not in written.replace('C:\\\\x.json", "kind', "")


@settings(max_examples=30, deadline=None)
@given(st.lists(findings, max_size=5), st.randoms())
def test_the_bytes_do_not_depend_on_the_order_of_findings(found: list[Finding], chance: random.Random) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert sarif.render(report(*found), ReportOptions()) == sarif.render(report(*shuffled), ReportOptions())


def test_columns_are_counted_in_utf16_code_units() -> None:
    line = '\U0001f511\U0001f511 "*" \U0001f511'
    place = Location("a.json", Region(1, 4, 1, 9), ("a",), "", Context(1, line))
    region = result_of(finding(location=place))["locations"][0]["physicalLocation"]["region"]
    assert (region["startColumn"], region["endColumn"]) == (6, 12)
    units = line.encode("utf-16-le")
    assert units[2 * 5 : 2 * 11].decode("utf-16-le") == region["snippet"]["text"] == line[3:8]


def test_the_snippet_of_several_lines_is_the_source_between_the_ends() -> None:
    place = Location("a.json", Region(2, 3, 4, 2), ("a",), "", Context(1, "{\n  [1,\n   2\n]\n}"))
    physical = result_of(finding(location=place))["locations"][0]["physicalLocation"]
    assert physical["region"]["snippet"]["text"] == "[1,\n   2\n]"
    assert physical["contextRegion"]["startLine"] == 1
    assert physical["contextRegion"]["snippet"]["text"] == "{\n  [1,\n   2\n]\n}"


def test_a_minified_file_is_not_copied_into_every_result() -> None:
    line = "[" + '"a",' * 100_000 + '"*"]'
    place = Location("a.json", Region(1, 400_002, 1, 400_005), ("a",), "", Context(1, line))
    text = sarif.render(report(finding(location=place)), ReportOptions())
    assert '"text": "\\"*\\""' in text
    assert len(text) < 10_000


def test_a_large_span_has_no_snippet() -> None:
    lines = tuple("x" * 100 for _ in range(50))
    place = Location("a.json", Region(1, 1, 50, 101), ("a",), "", Context(1, "\n".join(lines)))
    physical = result_of(finding(location=place))["locations"][0]["physicalLocation"]
    assert "snippet" not in physical["region"]
    assert "contextRegion" not in physical


def test_a_finding_without_a_region_says_that_its_place_is_the_file() -> None:
    result = result_of(finding(location=Location("a.json")))
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert result["properties"] == {"positionAccuracy": "file"}


def test_an_open_finding_is_there_but_no_error() -> None:
    result = result_of(finding(kind="open"))
    assert (result["kind"], result["level"]) == ("open", "none")


def test_related_places_are_linked_in_the_text_and_nothing_else_is() -> None:
    related = (
        RelatedLocation(Location("a.json", Region(2, 1, 2, 2)), "declared [here]"),
        RelatedLocation(Location("a.json", Region(3, 1, 3, 2))),
    )
    result = result_of(finding(message="see [evil](1)", related_locations=related))
    assert result["message"]["text"] == r"see [evil] (1). See [declared \[here\]](1)."
    assert [place["id"] for place in result["relatedLocations"]] == [1, 2]


@pytest.mark.parametrize(
    ("template", "text", "key", "arguments"),
    [
        ("'{subject.name}' trusts {found.value}", "'role' trusts *", "default", ["role", "*"]),
        ("{a}{b} x {c}", "1 x 2 x 3", "default", ["", "1", "2 x 3"]),
        ("{a} trusts", "role trusts", "default", ["role"]),
        ("'{a}' trusts {b}", "could not be decided", "other", ["could not be decided"]),
        ("{a} b {c}", "b", "other", ["b"]),
        ("no values", "no values", "other", ["no values"]),
        ("{a", "{a", "other", ["{a"]),
        ("", "text", "other", ["text"]),
    ],
)
def test_arguments_fill_the_message_of_the_rule(template: str, text: str, key: str, arguments: list[str]) -> None:
    rule = Rule("trust-wildcard", "Title", template, ("document",))
    run = run_of(report(finding(message=text), rules=(rule,)))
    (result,) = run["results"]
    assert result["message"] == {"id": key, "arguments": arguments, "text": f"{text}."}
    filled = run["tool"]["driver"]["rules"][0]["messageStrings"][key]["text"]
    for number, argument in enumerate(arguments):
        assert f"'{{{number}}}'" in filled
        filled = filled.replace(f"{{{number}}}", argument)
    assert filled.replace("'", "").rstrip(".") == text.replace("'", "")


def test_a_rule_has_all_that_github_shows() -> None:
    rule = Rule(
        "trust-wildcard",
        "Anyone may assume it",
        "",
        ("document",),
        "error",
        security_severity=9.75,
        precision="high",
        tags=("security", "iam", "external/cwe/cwe-0284", *(f"tag-{number:02}" for number in range(20))),
        references=("see the guide", "Guide: <https://example.org/guide> and more"),
        help="# Title\n\n## What it finds\n\nA `principal` that is **too wide**\nby far.\n\n```json\n{}\n```\n",
    )
    driver = run_of(report(rules=(rule,)))["tool"]["driver"]
    (described,) = driver["rules"]
    assert described["name"] == "TrustWildcard"
    assert described["shortDescription"]["text"] == "Anyone may assume it."
    assert described["fullDescription"]["text"] == "A principal that is too wide by far."
    assert described["helpUri"] == "https://example.org/guide"
    assert described["help"]["text"].startswith("Title\n\nWhat it finds")
    assert described["defaultConfiguration"] == {"level": "error", "rank": 97.5}
    properties = described["properties"]
    assert properties["security-severity"] == "9.8"
    assert properties["precision"] == "high"
    assert properties["problem.severity"] == "error"
    assert properties["tags"][:2] == ["security", "external/cwe/cwe-0284"]
    assert len(properties["tags"]) == 10
    assert described["relationships"][0]["target"]["id"] == "284"
    assert driver["supportedTaxonomies"] == [{"name": "CWE", "index": 0}]


def test_a_weakness_without_a_known_name_goes_by_its_number() -> None:
    rule = Rule("trust-wildcard", "Title", "", ("document",), tags=("external/cwe/cwe-99999",))
    (taxon,) = run_of(report(rules=(rule,)))["taxonomies"][0]["taxa"]
    assert (taxon["id"], taxon["name"]) == ("99999", "Cwe99999")


@given(st.text(st.sampled_from("abz09-_A"), max_size=12))
def test_names_are_pascal_case(name: str) -> None:
    found = pascal_case(name)
    assert found.isalnum()
    assert found[0].isupper()
    assert not any(one.isupper() and two.isupper() for one, two in pairwise(found))


def test_a_long_description_ends_within_the_limit() -> None:
    rule = Rule("trust-wildcard", "word " * 400, "", ("document",))
    text = run_of(report(rules=(rule,)))["tool"]["driver"]["rules"][0]["shortDescription"]["text"]
    assert len(text) <= 1024
    assert text.endswith("….")


def test_a_group_that_is_no_rule_has_a_descriptor_too() -> None:
    run = run_of(report(finding(rule_id="acme-guarded-trust")))
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["acme-guarded-trust", "trust-wildcard"]


@pytest.mark.parametrize(("phase", "is_successful"), [("usage", True), ("document", True), ("internal", False)])
def test_only_a_bug_of_ours_makes_the_run_a_failure(phase: Any, is_successful: bool) -> None:
    run = run_of(report(problems=(Problem("bad-document", "what", phase),)))
    assert run["invocations"][0]["executionSuccessful"] is is_successful


def test_problems_are_notifications_of_configuration_or_execution() -> None:
    made = report(problems=(Problem("unknown-rule", "one", "ruleset"), Problem("bad-document", "two", "document")))
    invocation = run_of(made)["invocations"][0]
    assert [each["message"]["text"] for each in invocation["toolConfigurationNotifications"]] == ["one."]
    assert [each["message"]["text"] for each in invocation["toolExecutionNotifications"]] == ["two."]


def test_a_later_document_and_json_in_a_string_show_in_the_pointer() -> None:
    subject = SubjectRef("a.yaml", 2, ("spec",), "document", "")
    place = Location("a.yaml", Region(1, 1, 1, 2), ("spec", "policy", EMBEDDED, "Statement", 0))
    logical = result_of(finding(location=place, subject=subject))["locations"][0]["logicalLocations"]
    assert [each["fullyQualifiedName"] for each in logical] == ["#2/spec/policy/!json/Statement/0", "#2/spec"]
    assert [each["kind"] for each in logical] == ["element", "resource"]


def test_the_github_form_has_only_what_should_be_an_alert() -> None:
    lines = ('["*",', '"a"]')
    wide = finding(
        message="wide", location=Location("a.json", Region(1, 2, 2, 4), ("a",), "", Context(1, "\n".join(lines)))
    )
    made = report(
        wide,
        finding(message="waived", suppression=Suppression("external", "why")),
        finding(message="fine", kind="pass"),
        finding(message="gone", baseline_state="absent"),
        finding(message="undecided", kind="open", baseline_state="unchanged"),
        finding(message="outside", location=Location("../b.json", Region(1, 1, 1, 2))),
        finding(message="blind", location=Location("b.json", Region(3, 7, 5, 2))),
    )
    (run,) = json.loads(sarif_github.render(made, ReportOptions()))["runs"]
    results = {result["message"]["text"]: result for result in run["results"]}
    assert set(results) == {"wide.", "undecided.", "blind."}
    assert not any("suppressions" in result or "baselineState" in result for result in run["results"])
    region = results["wide."]["locations"][0]["physicalLocation"]["region"]
    assert {name: region[name] for name in region if name != "snippet"} == {
        "startLine": 1,
        "startColumn": 2,
        "endLine": 1,
        "endColumn": 6,
    }
    (said,) = run["invocations"][0]["toolExecutionNotifications"]
    assert said["descriptor"]["id"] == "outside-root"
    assert said["message"]["text"].startswith("1 finding in files outside of the root")


def github_run_of(made: Report, options: ReportOptions = ReportOptions()) -> dict[str, Any]:  # noqa: B008 - frozen
    (run,) = json.loads(sarif_github.render(made, options))["runs"]
    assert isinstance(run, dict)
    return run


def test_rules_that_nothing_was_there_for_are_listed_too() -> None:
    made = report(finding())._replace(unasked_rules=(Rule("bucket-open", "Open bucket", "", ("aws.bucket",)),))
    for run in (run_of(made), github_run_of(made)):
        assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["bucket-open", "trust-wildcard"]
        assert [result["ruleIndex"] for result in run["results"]] == [1]


def test_what_is_known_of_the_run_is_said() -> None:
    about = ReportOptions(
        category="team/policies",
        revision=Revision("https://github.com/acme/infra", "ab" * 20, "main"),
        plugins=(PluginName("acme", "acme-rules", "2.0"),),
    )
    (run,) = json.loads(sarif.render(report(), about))["runs"]
    assert run["automationDetails"] == {"id": "team/policies/"}
    assert run["tool"]["extensions"] == [{"name": "acme", "version": "2.0", "organization": "acme-rules"}]
    (revision,) = run["versionControlProvenance"]
    assert revision["revisionId"] == "ab" * 20
    assert revision["mappedTo"] == {"uriBaseId": "%SRCROOT%"}


def test_without_a_category_the_upload_actions_own_is_not_overridden() -> None:
    run = run_of(report())
    assert not {"automationDetails", "versionControlProvenance"} & set(run)
    assert "extensions" not in run["tool"]


def test_a_code_flow_has_each_step_with_its_place() -> None:
    flow = (
        FlowStep(Location("b.json", Region(4, 1, 4, 9)), "the user may assume 'role'"),
        FlowStep(Location("a.json", Region(1, 2, 1, 5)), "which may do all"),
    )
    (made,) = result_of(finding(code_flows=(flow,)))["codeFlows"]
    (thread,) = made["threadFlows"]
    places = [step["location"]["physicalLocation"] for step in thread["locations"]]
    assert [place["artifactLocation"]["uri"] for place in places] == ["b.json", "a.json"]
    assert [step["location"]["message"]["text"] for step in thread["locations"]][1] == "which may do all."


def test_the_github_form_keeps_no_more_steps_than_github_does() -> None:
    step = FlowStep(Location("a.json", Region(1, 2, 1, 5)))
    (result,) = github_run_of(report(finding(code_flows=((step,) * 600, (step,) * 600, (step,) * 300))))["results"]
    assert [len(flow["threadFlows"][0]["locations"]) for flow in result["codeFlows"]] == [600, 300]


def test_the_github_form_has_plain_messages() -> None:
    related = (RelatedLocation(Location("a.json", Region(2, 1, 2, 2)), "declared here"),)
    (result,) = github_run_of(report(finding(related_locations=related)))["results"]
    assert result["message"]["text"] == "'role' trusts *."
    assert result["relatedLocations"][0]["message"]["text"] == "declared here."


def test_what_the_github_form_leaves_out_is_said_to_the_user_beside_the_log(tmp_path: Path, lictor: Any) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "out.json").write_text('{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:*"}}')
    words = ("check", "../out.json", "--root", ".", "--ruleset", "aws-trust", "--only", "trust-wildcard-principal")
    ran = lictor(tmp_path / "work", *words, "-o", "sarif-github=log.sarif", "-o", "compact")
    assert ran.code == 1
    assert "warning[outside-root]: 1 finding in files outside of the root can't be shown by GitHub" in ran.err
    assert "outside-root" not in lictor(tmp_path / "work", *words, "-o", "sarif=log.sarif").err


def test_over_githubs_limit_the_most_severe_findings_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif_github, "_MAX_RESULTS", 2)
    monkeypatch.setattr(sarif_github, "_SHOWN_RESULTS", 1)
    made = report(
        finding(message="weak", level="note"),
        finding(message="strong", rule_id="severe", level="note"),
        finding(message="middle"),
        rules=(RULE, Rule("severe", "Severe", "", ("document",), security_severity=9.0)),
    )
    run = github_run_of(made)
    assert {result["message"]["text"] for result in run["results"]} == {"middle.", "strong."}
    said = [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]
    assert sorted(text.partition(":")[0].partition(";")[0] for text in said) == [
        "1 finding left out, the least severe",
        "GitHub shows the 1 most severe of 3 findings",
    ]


def test_a_log_that_is_too_large_when_compressed_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    made = report(*(finding(message=hashlib.shake_256(bytes([number])).hexdigest(250)) for number in range(40)))
    whole = github_run_of(made)
    monkeypatch.setattr(sarif_github, "_MAX_BYTES", 9_000)
    run = github_run_of(made)
    assert 0 < len(run["results"]) < len(whole["results"])
    assert "left out" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_over_githubs_limit_rules_without_findings_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif_github, "_MAX_RULES", 2)
    rules = (RULE, Rule("a-rule", "A", "", ("document",)), Rule("b-rule", "B", "", ("document",)))
    run = github_run_of(report(finding(), rules=rules))
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["a-rule", "trust-wildcard"]
