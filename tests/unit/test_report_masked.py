"""A report without its secrets: covered wherever they show, and nothing else is changed."""

import datetime as dt
import json
from pathlib import Path

from lictor.api import CheckRequest, PluginChoice, check, plugins_for
from lictor.model import (
    Context,
    Finding,
    Fix,
    Location,
    Problem,
    Region,
    RelatedLocation,
    Replacement,
    Report,
    ReportOptions,
    SubjectRef,
    Verdict,
)
from lictor.report import finish_report, mask_report

KEY = "AKIAIOSFODNN7EXAMPLE"
LINES = ('"sts:ExternalId":', '  "partner-one", "Id": "AKIAIOSFODNN7EXAMPLE"')
PLACE = Location("a.json", Region(2, 3, 2, 16), ("a", 0), "a[0]", Context(1, "\n".join(LINES)))
ELSEWHERE = Location(f"{KEY}.json", Region(9, 1, 9, 5), (KEY, "partner-one"), KEY, Context(9, "- partner-one"))


def report() -> Report:
    subject = SubjectRef("a.json", 0, (), "document", KEY)
    fix = Fix(f"take {KEY}", (Replacement(Region(1, 1, 1, 1), "partner-one"),))
    fingerprints = {"policyPath/v1": KEY}
    finding = Finding("rule", "error", "fail", "found 'partner-one'", PLACE, subject, fingerprints=fingerprints)
    related = RelatedLocation(ELSEWHERE, "partner-one")
    return finish_report(
        findings=[finding._replace(fixes=(fix,), related_locations=(related,))],
        verdicts=[Verdict("rules", "fail", f"first {KEY}")],
        problems=[Problem("bad-document", f"found '{KEY}'", "document", hint="partner-one", location=ELSEWHERE)],
        rules=(),
        documents=1,
        subjects=1,
        version="1.0.0",
    )


def test_a_secret_is_covered_wherever_it_shows() -> None:
    masked = mask_report(report())
    (finding,) = masked.findings
    assert finding.message == "found '***********'"
    assert finding.location.context == Context(1, f'"sts:ExternalId":\n  "***********", "Id": "AKIA{"*" * 16}"')
    assert finding.subject.name == f"AKIA{'*' * 16}"
    assert finding.fixes[0].replacements[0].text == "***********"
    assert finding.related_locations[0].message == "***********"
    assert finding.related_locations[0].location.context == Context(9, "- ***********")
    assert masked.verdicts[0].reason == f"first AKIA{'*' * 16}"
    assert [problem.hint for problem in masked.problems if problem.code == "bad-document"] == ["***********"]


def test_what_names_a_thing_is_kept() -> None:
    masked = mask_report(report())
    assert masked.findings[0].fingerprints == {"policyPath/v1": KEY}
    assert masked.findings[0].related_locations[0].location.uri == f"{KEY}.json"
    assert masked.findings[0].location._replace(context=None) == PLACE._replace(context=None)
    assert (masked.receipt, masked.exit_code, masked.rules) == (report().receipt, report().exit_code, report().rules)


def test_a_report_without_secrets_stays_as_it_is() -> None:
    plain = report()._replace(findings=(), problems=(), verdicts=())
    assert mask_report(plain) == plain


def test_masking_twice_changes_nothing() -> None:
    assert mask_report(mask_report(report())) == mask_report(report())


def test_no_output_shows_a_secret_of_a_document(tmp_path: Path) -> None:
    condition = {"StringEqualz": {"sts:ExternalId": ["partner-one", KEY]}}
    statement = {"Effect": "Allow", "Principal": {KEY: "partner-one"}, "Action": "partner-one", "Condition": condition}
    policy = {"Version": "2012-10-17", "Statement": [{**statement, KEY: 1, "partner-one": 2}]}
    (tmp_path / "a.json").write_text(json.dumps(policy, indent=1))
    (tmp_path / "b.json").write_text(json.dumps(policy))
    (tmp_path / "c.json").write_text(f'{{"a": {KEY}')
    made = check(CheckRequest((".",), tmp_path, dt.date(2026, 1, 1)))
    masked = mask_report(made)
    for name, reporter in plugins_for(PluginChoice()).registry.reporters.items():
        assert KEY in reporter.render(made, ReportOptions()), name
        text = reporter.render(masked, ReportOptions())
        assert KEY not in text, name
        assert "partner-one" not in text, name
