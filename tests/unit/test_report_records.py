"""Findings in a file of their own: nothing is lost on the way there, and every output is the same as without."""

import json
import random
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.model import (
    Context,
    Finding,
    Fix,
    FlowStep,
    Location,
    Region,
    RelatedLocation,
    Replacement,
    Report,
    ReportOptions,
    SubjectRef,
    Suppression,
)
from lictor.report import KeptFindings, count_findings, finish_report, mask_report, settle_findings
from lictor.report.packed import pack_findings, unpack_findings
from lictor.report.records import Record, Records, merged, record_of, together, uris_beside
from lictor.report.spill import Spill
from lictor.verdict import FindingCounts
from lictor_plugins.reporters import register_reporters, sarif

URIS = ("a.json", "a/b.json", "a-b.json", "é/\ud800.json", "z.json")


def finding(uri: str, rule_id: str = "some-rule", line: int = 1, **changes: Any) -> Finding:
    location = Location(uri, Region(line, 1, line, 4), ("Statement", line), f"Statement[{line}]", Context(line, "text"))
    values = {
        "rule_id": rule_id,
        "level": "error",
        "kind": "fail",
        "message": f"found in '{uri}'",
        "location": location,
        "subject": SubjectRef(uri, 0, ("Statement",), "policy", "A"),
        "candidate": ("Statement", line),
        "fingerprints": {"policyPath/v1": f"{rule_id}{uri}{line}", "primaryLocationLineHash": f"{line}:1"},
    }
    return Finding(**(values | changes))


FULL = finding(
    "a.json",
    level="note",
    kind="open",
    related_locations=(RelatedLocation(Location("other.json", None), "there"),),
    suppression=Suppression("external", "why", Location("lictor.yaml", Region(1, 1, 1, 2)), {"owner": "me"}),
    baseline_state="updated",
    fixes=(Fix("mend it", (Replacement(Region(1, 1, 1, 2), "x"),)),),
    properties={"supersedes": ("one", "two")},
    code_flows=((FlowStep(Location("step.json"), "first"),),),
)
BARE = Finding("r", "none", "fail", "", Location("b.json"), SubjectRef("b.json", 1, (), "k", ""))

findings = st.lists(
    st.builds(
        finding,
        st.sampled_from(URIS),
        st.sampled_from(("rule-a", "rule-b")),
        st.integers(1, 3),
        level=st.sampled_from(("error", "note")),
        message=st.sampled_from(("one", "two")),
        fingerprints=st.fixed_dictionaries(
            {
                "policyPath/v1": st.sampled_from(("p", "q", "r")),
                "primaryLocationLineHash": st.sampled_from(("1:1", "2:1")),
            }
        ),
    ),
    max_size=12,
)


def by_file(found: Iterable[Finding]) -> dict[str, list[Finding]]:
    files: dict[str, list[Finding]] = {}
    for each in found:
        # fingerprints hold the file, so no two files share one
        own = {name: f"{each.location.uri}{value}" for name, value in each.fingerprints.items()}
        files.setdefault(each.location.uri, []).append(each._replace(fingerprints=own))
    return files


def kept(found: Sequence[Finding], in_memory: int = 0) -> KeptFindings:
    records, counts, uris = Records(in_memory), FindingCounts(), set[str]()
    files: dict[str, list[Finding]] = {}
    for each in found:
        files.setdefault(each.location.uri, []).append(each)
    for uri in sorted(files, key=hash):
        record, settled = record_of(uri, files[uri])
        records.add(record)
        counts.add(settled)
        uris |= uris_beside(settled)
    return KeptFindings(records, counts, frozenset(uris))


def test_a_packed_finding_is_what_it_was() -> None:
    given_ = (finding("a.json"), FULL, BARE, finding("é/\ud800.json", message="\ud800"))
    assert tuple(unpack_findings(pack_findings(given_))) == given_


def test_what_a_plugin_puts_into_a_finding_is_packed_too() -> None:
    odd = finding("a.json", message=_Text("x"))
    assert tuple(unpack_findings(pack_findings((odd,)))) == (odd,)


class _Text(str):
    __slots__ = ()


@pytest.mark.parametrize("in_memory", [0, 100, 1_000_000])
def test_a_spill_gives_back_what_was_written(in_memory: int) -> None:
    spill, chance = Spill(in_memory), random.Random(1)  # noqa: S311 - bytes to write
    content = b""
    for _ in range(50):
        piece = chance.randbytes(chance.randrange(10_000))
        spill.write(piece)
        content += piece
        start = chance.randrange(len(content) + 1)
        assert spill.read(start, 77) == content[start : start + 77]
    assert b"".join(spill.pieces()) == content
    assert b"\n".join([*spill.lines(), b""]) == content[: content.rfind(b"\n") + 1]


@given(found=findings, seed=st.randoms(), in_memory=st.sampled_from((0, 10_000)))
@settings(max_examples=60, deadline=None)
def test_records_come_in_the_order_of_their_files_however_they_were_written(
    found: list[Finding], seed: random.Random, in_memory: int
) -> None:
    files = by_file(found)
    order = list(files)
    seed.shuffle(order)
    whole, half = Records(in_memory), Records()
    for place, uri in enumerate(order):
        (half if place % 2 else whole).add(record_of(uri, files[uri])[0])
    whole.extend(half.written())
    expected = settle_findings(each for own in files.values() for each in own)
    result = KeptFindings(whole, FindingCounts(), frozenset())
    assert tuple(result) == tuple(result) == expected
    assert len(result) == len(expected)
    assert [result[place] for place in range(len(expected))] == list(expected)
    assert result[1:3] == expected[1:3]
    assert result[::-1] == expected[::-1]
    assert not whole.has_repeats()


@given(found=findings, late=findings)
@settings(max_examples=60, deadline=None)
def test_what_comes_late_is_settled_with_what_was_there(found: list[Finding], late: list[Finding]) -> None:
    files, more = by_file(found), [each for own in by_file(late).values() for each in own]
    records = Records()
    for uri, own in files.items():
        records.add(record_of(uri, own)[0])
    after, counts, _ = merged([records], more, "", lambda each: each)
    expected = settle_findings([*(each for own in files.values() for each in own), *more])
    assert tuple(KeptFindings(after, counts, frozenset())) == expected
    assert dict(counts) == dict(FindingCounts().add(expected))


def test_two_records_of_one_file_are_noticed_and_settled_together() -> None:
    records = Records()
    for each in (finding("b.json"), finding("a.json"), finding("b.json")):
        records.add(record_of(each.location.uri, (each,))[0])
    assert records.has_repeats()
    assert len(merged([records], (), "", lambda each: each)[0].written().runs) == 1
    assert merged([records], (), "", lambda each: each)[0].number == 2


def test_findings_of_several_rulesets_are_settled_together_wherever_they_are() -> None:
    one, two = [finding("a.json"), finding("b.json")], [finding("b.json"), finding("c.json")]
    expected = settle_findings([*one, *two])
    for several in ([kept(one), kept(two)], [kept(one), tuple(two)], [tuple(one), tuple(two)]):
        both, counts = together(several)
        assert tuple(both) == expected
        assert sum(number for _, number in counts) == 3


def test_a_file_that_was_cut_short_is_an_error_and_no_end() -> None:
    records = Records()
    records.add(Record("a.json", pack_findings((finding("a.json"),)), b"", 1))
    records._runs[0] = records._runs[0]._replace(end=records._runs[0].end + 40)  # noqa: SLF001 - what a full disk does
    with pytest.raises(EOFError):
        list(records)


@pytest.fixture
def report() -> Report:
    found = [finding(uri, rule, line) for uri in URIS for rule in ("rule-a", "rule-b") for line in (1, 2)]
    secret = Context(1, '"sts:ExternalId": "partner-one"')
    shown = finding("s.json", message="the external id 'partner-one' is short")
    found += [FULL, BARE, shown._replace(location=shown.location._replace(context=secret))]
    return finish_report(
        findings=found, verdicts=(), problems=(), rules=(), documents=9, subjects=9, version="1", is_empty_allowed=True
    )


@pytest.mark.parametrize("name", [reporter.name for reporter in register_reporters() if "sarif" not in reporter.name])
@pytest.mark.parametrize("is_masked", [False, True])
def test_an_output_of_findings_in_a_file_is_the_same(report: Report, name: str, *, is_masked: bool) -> None:
    (reporter,) = (each for each in register_reporters() if each.name == name)
    large = report._replace(findings=kept(report.findings))
    if is_masked:
        report, large = mask_report(report), mask_report(large)
        assert "partner-one" not in reporter.render(large, ReportOptions())
    assert reporter.render(large, ReportOptions()) == reporter.render(report, ReportOptions())


@pytest.mark.parametrize("most", [0, 1_000])
def test_sarif_says_the_same_of_findings_in_a_file(report: Report, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = _without_indices(sarif.render(report, ReportOptions()))
    monkeypatch.setattr(sarif, "_MANY", most)
    for findings_ in (report.findings, kept(report.findings)):
        assert _without_indices(sarif.render(report._replace(findings=findings_), ReportOptions())) == expected


def _without_indices(text: str) -> Any:
    """Return a log whose artifacts are named instead of numbered, after a look whether each number is right."""
    log = json.loads(text)
    (run,) = log["runs"]
    artifacts = [artifact["location"] for artifact in run["artifacts"]]

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "index" in value and "uri" in value:
                assert artifacts[value["index"]]["uri"] == value["uri"]
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(run)
    assert len({location["uri"] for location in artifacts}) == len(artifacts)
    text = json.dumps({**run, "artifacts": sorted(run["artifacts"], key=lambda each: each["location"]["uri"])})
    return json.loads(text, object_hook=_unnumbered)


def _unnumbered(value: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in value.items() if name != "index" or "uri" not in value}


def test_counts_of_findings_in_a_file_are_known(report: Report) -> None:
    assert dict(count_findings(kept(report.findings))) == dict(count_findings(report.findings))
