"""`lictor sarif check`: each known fault is named in a log that is right but for it, and right logs are left alone."""

import base64
import copy
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lictor import parse_json
from lictor.cli.group import run as run_lictor
from lictor_plugins.sarif_logs import SARIF_LOG, find_logs, is_log
from lictor_plugins.sarif_logs.command import sarif

GOLDEN = Path(__file__).parents[1] / "golden"
Log = dict[str, Any]


def good() -> Log:
    rule = {
        "id": "TOOL1",
        "name": "NoEval",
        "shortDescription": {"text": "No eval."},
        "fullDescription": {"text": "Text from outside is run as code."},
        "messageStrings": {"default": {"text": "Call of '{0}'."}},
        "help": {"text": "Parse the text instead."},
        "helpUri": "https://example.org/TOOL1",
        "properties": {"tags": ["security"], "precision": "high", "security-severity": "8.0"},
    }
    place = {"artifactLocation": {"uri": "src/a.py", "uriBaseId": "ROOT"}, "region": {"startLine": 3, "startColumn": 5}}
    result = {
        "ruleId": "TOOL1",
        "ruleIndex": 0,
        "level": "error",
        "message": {"id": "default", "arguments": ["eval"], "text": "Call of 'eval', see [the source](1)."},
        "locations": [{"physicalLocation": place}],
        "relatedLocations": [{"id": 1, "message": {"text": "Here."}, "physicalLocation": copy.deepcopy(place)}],
        "codeFlows": [{"threadFlows": [{"locations": [{"location": {"physicalLocation": copy.deepcopy(place)}}]}]}],
        "partialFingerprints": {"primaryLocationLineHash": "ab12:1"},
        "suppressions": [],
    }
    other = copy.deepcopy(result)
    other["partialFingerprints"]["primaryLocationLineHash"] = "ab12:2"
    a_run = {
        "tool": {"driver": {"name": "Tool", "rules": [rule]}},
        "invocations": [{"executionSuccessful": True}],
        "originalUriBaseIds": {"ROOT": {"uri": "file:///home/runner/"}},
        "automationDetails": {"id": "tool/1"},
        "artifacts": [{"location": {"uri": "src/a.py"}}],
        "results": [result, other],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return {"$schema": schema, "version": "2.1.0", "runs": [a_run]}


def changed(path: str, value: Any = None) -> Callable[[Log], None]:
    """Set what is at a path of `good()`, counted from its run or, from '/', its root; without a value, remove it."""
    names = [int(name) if name.isdigit() else name for name in path.strip("/").split("/")]

    def change(log: Log) -> None:
        owner: Any = log if path.startswith("/") else log["runs"][0]
        for name in names[:-1]:
            owner = owner[name]
        if value is None:
            del owner[names[-1]]
        else:
            owner[names[-1]] = value

    return change


def many(path: str, number: int) -> Callable[[Log], None]:
    def change(log: Log) -> None:
        owner = log["runs"][0] if not path.startswith("/") else log
        *outer, last = path.strip("/").split("/")
        for name in outer:
            owner = owner[int(name) if name.isdigit() else name]
        owner[last] = [copy.deepcopy(owner[last][0]) for _ in range(number)]

    return change


LOCATION = "results/0/locations/0/physicalLocation"
URI = f"{LOCATION}/artifactLocation/uri"
PROPERTIES = "tool/driver/rules/0/properties"
FAULTS: dict[str, tuple[Callable[[Log], None], str, str]] = {
    "no locations": (changed("results/0/locations"), "dropped", "sarif-no-location"),
    "empty locations": (changed("results/0/locations", []), "dropped", "sarif-no-location"),
    "no physical location": (changed(LOCATION), "rejected", "sarif-no-artifact"),
    "no artifact location": (changed(f"{LOCATION}/artifactLocation"), "rejected", "sarif-no-artifact"),
    "empty uri": (changed(URI, ""), "rejected", "sarif-no-artifact"),
    "no region": (changed(f"{LOCATION}/region"), "wrong", "sarif-no-region"),
    "offset only": (changed(f"{LOCATION}/region", {"charOffset": 3}), "wrong", "sarif-no-region"),
    "line 0": (changed(f"{LOCATION}/region/startLine", 0), "rejected", "sarif-schema"),
    "line -1": (changed(f"{LOCATION}/region/startLine", -1), "rejected", "sarif-schema"),
    "column 0": (changed(f"{LOCATION}/region/startColumn", 0), "rejected", "sarif-schema"),
    "line as text": (changed(f"{LOCATION}/region/startLine", "3"), "rejected", "sarif-schema"),
    "end before start": (changed(f"{LOCATION}/region/endColumn", 2), "wrong", "sarif-region-order"),
    "end line before start": (changed(f"{LOCATION}/region/endLine", 2), "wrong", "sarif-region-order"),
    "file uri": (changed(URI, "file:///home/me/a.py"), "wrong", "sarif-uri-absolute"),
    "leading slash": (changed(URI, "/src/a.py"), "wrong", "sarif-uri-absolute"),
    "drive": (changed(URI, "C:/src/a.py"), "wrong", "sarif-uri-absolute"),
    "backslash": (changed(URI, "src\\a.py"), "wrong", "sarif-uri-characters"),
    "space": (changed(URI, "src/a b.py"), "wrong", "sarif-uri-characters"),
    "letter outside of ASCII": (changed(URI, "src/é.py"), "wrong", "sarif-uri-characters"),
    "bare percent": (changed(URI, "src/100%.py"), "wrong", "sarif-uri-characters"),
    "parent": (changed(URI, "../a.py"), "dropped", "sarif-uri-parent"),
    "https": (changed(URI, "https://example.org/a.py"), "rejected", "sarif-uri-scheme"),
    "git": (changed(URI, "git::https://example.org/a"), "rejected", "sarif-uri-scheme"),
    "undeclared base": (changed("originalUriBaseIds"), "note", "sarif-base-undeclared"),
    "base without slash": (changed("originalUriBaseIds/ROOT/uri", "file:///home"), "wrong", "sarif-base-uri"),
    "rule index out of range": (changed("results/0/ruleIndex", 7), "wrong", "sarif-rule-mismatch"),
    "rule index of another": (changed("results/0/ruleId", "TOOL2"), "wrong", "sarif-rule-mismatch"),
    "no message": (changed("results/0/message"), "rejected", "sarif-no-message"),
    "no message text": (changed("results/0/message/text"), "rejected", "sarif-no-message"),
    "message with too few arguments": (changed("results/0/message/arguments"), "wrong", "sarif-message-arguments"),
    "message without full stop": (changed("results/0/message/text", "[a](1)"), "note", "sarif-message-style"),
    "value without quotes": (
        changed("tool/driver/rules/0/messageStrings/default/text", "Call of {0}."),
        "note",
        "sarif-message-style",
    ),
    "link to nowhere": (changed("results/0/relatedLocations"), "wrong", "sarif-link"),
    "related location without file": (
        changed("results/0/relatedLocations/0/physicalLocation"),
        "wrong",
        "sarif-related-location",
    ),
    "step without place": (
        changed("results/0/codeFlows/0/threadFlows/0/locations/0", {"index": 0}),
        "dropped",
        "sarif-code-flow",
    ),
    "no description": (changed("tool/driver/rules/0/fullDescription"), "wrong", "sarif-rule-text"),
    "no descriptions and help": (
        changed("tool/driver/rules/0", {"id": "TOOL1", "messageStrings": {"default": {"text": "Call of '{0}'."}}}),
        "wrong",
        "sarif-rule-text",
    ),
    "no help": (changed("tool/driver/rules/0/help"), "wrong", "sarif-rule-text"),
    "long description": (
        changed("tool/driver/rules/0/fullDescription/text", "a" * 1_025),
        "wrong",
        "sarif-text-length",
    ),
    "no rules": (changed("tool/driver/rules"), "wrong", "sarif-no-rules"),
    "rule twice": (many("tool/driver/rules", 2), "rejected", "sarif-schema"),
    "severity as number": (changed(f"{PROPERTIES}/security-severity", 9.3), "rejected", "sarif-severity"),
    "severity as word": (changed(f"{PROPERTIES}/security-severity", "HIGH"), "rejected", "sarif-severity"),
    "severity out of range": (changed(f"{PROPERTIES}/security-severity", "11"), "wrong", "sarif-severity-range"),
    "precision": (changed(f"{PROPERTIES}/precision", "certain"), "wrong", "sarif-rule-property"),
    "level": (changed("results/0/level", "critical"), "rejected", "sarif-schema"),
    "no schema": (changed("/$schema"), "wrong", "sarif-schema-uri"),
    "schema of a draft": (
        changed("/$schema", "https://json.schemastore.org/sarif-2.1.0-rtm.5.json"),
        "wrong",
        "sarif-schema-uri",
    ),
    "version": (changed("/version", "2.0.0"), "rejected", "sarif-version"),
    "no version": (changed("/version"), "rejected", "sarif-version"),
    "no runs": (changed("/runs", []), "rejected", "sarif-no-runs"),
    "id without a category": (changed("automationDetails/id", "nightly"), "wrong", "sarif-no-category"),
    "same category": (many("/runs", 2), "rejected", "sarif-duplicate-category"),
    "many runs": (many("/runs", 21), "rejected", "sarif-over-limit"),
    "no results": (changed("results"), "rejected", "sarif-no-results"),
    "unknown property": (changed("results/0/severity", "high"), "rejected", "sarif-schema"),
    "no fingerprint": (changed("results/0/partialFingerprints"), "wrong", "sarif-no-fingerprint"),
    "fingerprint of another kind": (
        changed("results/0/partialFingerprints", {"mine/v1": "a"}),
        "wrong",
        "sarif-no-fingerprint",
    ),
    "fingerprint twice": (
        changed("results/1/partialFingerprints/primaryLocationLineHash", "ab12:1"),
        "wrong",
        "sarif-shared-fingerprint",
    ),
    "tags": (changed(f"{PROPERTIES}/tags", [f"t{n}" for n in range(25)]), "rejected", "sarif-over-limit"),
    "many tags": (changed(f"{PROPERTIES}/tags", [f"t{n}" for n in range(15)]), "dropped", "sarif-cut-by-limit"),
    "many locations": (many("results/0/locations", 1_001), "rejected", "sarif-over-limit"),
    "many steps": (many("results/0/codeFlows/0/threadFlows/0/locations", 10_001), "rejected", "sarif-over-limit"),
    "no success": (changed("invocations/0", {"exitCode": 0}), "rejected", "sarif-schema"),
    "failure": (changed("invocations/0/executionSuccessful", False), "rejected", "sarif-execution-failed"),
    "pass with a level": (changed("results/0/kind", "pass"), "wrong", "sarif-kind-level"),
    "suppressed": (changed("results/0/suppressions", [{"kind": "external"}]), "note", "sarif-suppressed"),
    "some suppressions": (changed("results/0/suppressions"), "wrong", "sarif-mixed-properties"),
    "artifact out of range": (changed(f"{LOCATION}/artifactLocation/index", 4), "wrong", "sarif-index"),
    "other files": (
        changed("externalPropertyFileReferences", {"results": [{"location": {"uri": "b.json"}}]}),
        "dropped",
        "sarif-external-properties",
    ),
}


NAMED = {
    "no locations": "no locations",
    "empty locations": "empty locations",
    "no region": "no region",
    "startLine 0": "line 0",
    "absolute file: uri": "file uri",
    "leading slash": "leading slash",
    "backslash": "backslash",
    "raw space": "space",
    ".. in a relative uri": "parent",
    "https: uri": "https",
    "ruleIndex out of range": "rule index out of range",
    "ruleId is not that of the rule": "rule index of another",
    "message.text missing": "no message text",
    "rule without descriptions and help": "no descriptions and help",
    "security-severity 9.3": "severity as number",
    "security-severity HIGH": "severity as word",
    "level critical": "level",
    "no $schema": "no schema",
    "draft $schema": "schema of a draft",
    "no partialFingerprints": "no fingerprint",
    "endColumn before startColumn": "end before start",
    "25 tags": "tags",
    "21 runs": "many runs",
    "duplicate category": "same category",
    "no rules": "no rules",
    "no results": "no results",
    "unknown property": "unknown property",
    "duplicate rule objects": "rule twice",
    "message without full stop": "message without full stop",
    "unquoted argument": "value without quotes",
    "invocation without executionSuccessful": "no success",
    "related location without physicalLocation": "related location without file",
    "pass with level error": "pass with a level",
    "runs: []": "no runs",
    "srcroot without trailing slash": "base without slash",
    "suppressions on some results only": "some suppressions",
}
"""Faults by the names that people give them; what is no JSON at all has a test of its own."""

CAUSED: dict[str, set[str]] = {
    "rule index of another": {"sarif-message-arguments"},
    "no message text": {"sarif-message-style"},
    "many runs": {"sarif-duplicate-category"},
    "no rules": {"sarif-rule-mismatch", "sarif-message-arguments"},
    "rule twice": {"sarif-rule-repeated"},
    "pass with a level": {"sarif-not-a-failure"},
}
"""What else is truly wrong in a log with a fault."""

# the same faults where they are easily missed: not in a result's first place, or not in a result at all
RELATED = "results/0/relatedLocations/0/physicalLocation"
STEP = "results/0/codeFlows/0/threadFlows/0/locations/0/location/physicalLocation"
BY_INDEX = {"artifactLocation": {"index": 0}, "region": {"startLine": 3}}
EXTENSION = {"name": "plugin", "rules": [{"id": "P1", "properties": {"security-severity": 7}}]}
HIDDEN: dict[str, tuple[list[Callable[[Log], None]], str]] = {
    "climbing in a related location": (
        [changed(f"{RELATED}/artifactLocation/uri", "a/../../b.py")],
        "sarif-uri-parent",
    ),
    "climbing in percent-encoding": ([changed(URI, "%2e%2E/a.py")], "sarif-uri-parent"),
    "scheme in capitals": ([changed(URI, "HTTPS://example.org/a.py")], "sarif-uri-scheme"),
    "scheme in a step": ([changed(f"{STEP}/artifactLocation/uri", "s3://b/a.py")], "sarif-uri-scheme"),
    "network path": ([changed(URI, "//host/share/a.py")], "sarif-uri-absolute"),
    "file uri in capitals": ([changed(URI, "FILE:///home/a.py")], "sarif-uri-absolute"),
    "drive behind an index": (
        [changed(LOCATION, BY_INDEX), changed("artifacts/0/location/uri", "C:/src/a.py")],
        "sarif-uri-absolute",
    ),
    "space behind an index of a related location": (
        [changed(RELATED, BY_INDEX), changed("artifacts/0/location/uri", "src/a b.py")],
        "sarif-uri-characters",
    ),
    "line 0 in a related location": ([changed(f"{RELATED}/region/startLine", 0)], "sarif-schema"),
    "end before start in a related location": ([changed(f"{RELATED}/region/endLine", 1)], "sarif-region-order"),
    "end before start in a step": ([changed(f"{STEP}/region/endColumn", 1)], "sarif-region-order"),
    "end before a start that is not said": (
        [changed(f"{RELATED}/region", {"startLine": 3, "endLine": 2})],
        "sarif-region-order",
    ),
    "unknown property deep inside": ([changed(f"{STEP}/region/colour", "red")], "sarif-schema"),
    "only blanks for a message": ([changed("results/0/message", {"text": "  "})], "sarif-no-message"),
    "markdown only": ([changed("results/0/message", {"markdown": "**a**"})], "sarif-no-message"),
    "rule of another by reference": (
        [
            changed("results/0/ruleIndex"),
            changed("results/0/ruleId"),
            changed("results/0/rule", {"id": "OTHER", "index": 0}),
        ],
        "sarif-rule-mismatch",
    ),
    "severity of a rule in an extension": ([changed("tool/extensions", [EXTENSION])], "sarif-severity"),
    "severity that is not a number": ([changed(f"{PROPERTIES}/security-severity", "NaN")], "sarif-severity"),
    "level in the rule": (
        [changed("tool/driver/rules/0/defaultConfiguration", {"level": "high"})],
        "sarif-schema",
    ),
    "same category with other ids of the run": (
        [many("/runs", 2), changed("/runs/1/automationDetails", {"id": "tool/2"})],
        "sarif-duplicate-category",
    ),
    "failure in a later invocation": (
        [changed("invocations", [{"executionSuccessful": True}, {"executionSuccessful": False}])],
        "sarif-execution-failed",
    ),
    "empty list of suppressions on some": ([changed("results/1/suppressions")], "sarif-mixed-properties"),
    "baseline state on some": ([changed("results/0/baselineState", "new")], "sarif-mixed-properties"),
    "open result with a level": ([changed("results/0/kind", "open")], "sarif-kind-level"),
    "tags of a second rule": (
        [changed("tool/driver/rules", [*good()["runs"][0]["tool"]["driver"]["rules"], {"id": "T2"}])],
        "sarif-rule-text",
    ),
    "fingerprint of blanks": (
        [changed("results/0/partialFingerprints/primaryLocationLineHash", "")],
        "sarif-no-fingerprint",
    ),
}


def check(*logs: Path | str, **options: Any) -> tuple[int, str]:
    done = CliRunner().invoke(sarif, ["check", *map(str, logs)], standalone_mode=False, **options)
    assert done.exception is None, done.exception
    assert isinstance(done.return_value, int)
    return done.return_value, done.output


def written(log: Any, folder: Path) -> Path:
    file = folder / "log.sarif"
    file.write_text(json.dumps(log, indent=1), encoding="utf-8")
    return file


def test_a_log_that_is_right_is_left_alone(tmp_path: Path) -> None:
    assert check(written(good(), tmp_path)) == (0, "GitHub would take it all and show it rightly\n")


@pytest.mark.parametrize("name", FAULTS)
def test_a_known_fault_is_named_with_its_place_and_remedy(name: str, tmp_path: Path) -> None:
    change, outcome, rule = FAULTS[name]
    log = good()
    change(log)
    code, said = check(written(log, tmp_path))
    assert code == (0 if outcome == "note" else 1)
    (line,) = [line for line in said.splitlines() if f"{outcome}[{rule}]: " in line][:1]
    uri, row, column, _ = line.removeprefix(str(tmp_path)).split(":", 3)
    assert (uri, row.isdigit(), column.isdigit()) == ("/log.sarif", True, True)
    assert "  remedy: " in said


def rules_named(log: Log, folder: Path) -> set[str]:
    return {finding["rule_id"] for finding in json.loads(check(written(log, folder), "-o", "json")[1])["findings"]}


@pytest.mark.parametrize("name", NAMED)
def test_nothing_is_named_but_what_is_wrong(name: str, tmp_path: Path) -> None:
    change, _, rule = FAULTS[NAMED[name]]
    log = good()
    change(log)
    assert rules_named(log, tmp_path) - CAUSED.get(NAMED[name], set()) == {rule}


@pytest.mark.parametrize("name", [name for name in NAMED if name not in {"runs: []", "21 runs", "duplicate category"}])
def test_a_fault_is_named_in_the_second_run_too(name: str, tmp_path: Path) -> None:
    change, _, rule = FAULTS[NAMED[name]]
    log, first = good(), good()["runs"][0]
    change(log)
    log["runs"].insert(0, {**first, "automationDetails": {"id": "first/"}})
    assert rule in rules_named(log, tmp_path)


@pytest.mark.parametrize("name", HIDDEN)
def test_a_fault_is_named_where_it_is_easily_missed(name: str, tmp_path: Path) -> None:
    changes, rule = HIDDEN[name]
    log = good()
    for change in changes:
        change(log)
    assert rule in rules_named(log, tmp_path)


def test_what_is_absent_needs_no_hash_of_a_line_that_is_gone(tmp_path: Path) -> None:
    log = good()
    for result, state in zip(log["runs"][0]["results"], ("absent", "new"), strict=True):
        result["baselineState"] = state
    del log["runs"][0]["results"][0]["partialFingerprints"]
    assert rules_named(log, tmp_path) == {"sarif-suppressed"}


def test_the_place_is_that_of_the_value_in_the_log(tmp_path: Path) -> None:
    log = good()
    changed(URI, "/src/a.py")(log)
    file = written(log, tmp_path)
    said = check(file)[1]
    row, column = map(int, said.removeprefix(f"{file}:").split(":")[:2])
    assert file.read_text("utf-8").splitlines()[row - 1][column - 1 :].startswith('"/src/a.py"')


def test_many_places_of_one_fault_are_counted_and_not_all_shown(tmp_path: Path) -> None:
    log = good()
    log["runs"][0]["results"] = [{**result, "level": "bad"} for result in log["runs"][0]["results"] * 50]
    said = check(written(log, tmp_path))[1]
    assert said.count("rejected[sarif-schema]") == 20
    assert "(so in 80 more places)" in said


def test_more_results_than_github_shows_are_no_fault(tmp_path: Path) -> None:
    log = good()
    (result, _) = log["runs"][0]["results"]
    log["runs"][0]["results"] = [
        {**result, "partialFingerprints": {"primaryLocationLineHash": f"{number:x}:1"}} for number in range(5_001)
    ]
    code, said = check(written(log, tmp_path))
    assert code == 0
    assert "note[sarif-many-results]" in said


@pytest.mark.parametrize("pack", [gzip.compress, lambda raw: base64.b64encode(gzip.compress(raw))])
def test_a_log_may_be_packed_as_it_is_uploaded(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    file = tmp_path / "upload"
    log = good()
    changed("/runs", [])(log)
    file.write_bytes(pack(json.dumps(log).encode()))
    code, said = check(file)
    assert code == 1
    assert "sarif-no-runs" in said


def test_the_standard_input_is_a_log_too() -> None:
    assert check("-", input=json.dumps(good()))[0] == 0


@pytest.mark.parametrize("text", ["not JSON", "", "[]", "{}", '{"a": 1}', '{"version": "2.1.0", "runs": [}', "1"])
def test_what_is_no_log_is_said_to_be_none(text: str, tmp_path: Path) -> None:
    file = tmp_path / "log.sarif"
    file.write_text(text)
    code, said = check(file)
    assert code == 2
    assert said.startswith(f"{file}")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_told_as_github_cannot_read_it(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "log.sarif"
    file.write_text(json.dumps(good()), encoding=encoding)
    code, said = check(file)
    assert code == 2
    assert said.startswith(f"{file}: error[bad-encoding]: expected UTF-8 without a byte order mark")


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gz"
    broken.write_bytes(gzip.compress(b"x" * 100)[:20])
    for name in (tmp_path, broken):
        code, said = check(name)
        assert code == 3
        assert said.startswith(f"{name}: error[unreadable-file]")


def test_a_log_that_is_not_there_is_wrong_input(tmp_path: Path) -> None:
    missing = tmp_path / "missing.sarif"
    assert check(missing) == (2, f"{missing}: error[file-not-found]: there is no such file\n")


def test_one_bad_log_among_good_ones_decides_the_exit_code(tmp_path: Path) -> None:
    assert check(written(good(), tmp_path), tmp_path / "missing.sarif")[0] == 2


def test_the_answer_is_there_for_programs_too(tmp_path: Path) -> None:
    log = good()
    changed("/runs", [])(log)
    code, said = check(written(log, tmp_path), "-o", "json")
    (finding,) = json.loads(said)["findings"]
    assert (code, finding["rule_id"]) == (1, "sarif-no-runs")


def test_the_command_is_one_of_lictors(tmp_path: Path) -> None:
    assert run_lictor(["sarif", "check", str(written(good(), tmp_path))]) == 0
    assert run_lictor(["sarif", "check"]) == 2


@pytest.mark.parametrize(("name", "noted"), [("report.sarif", {"sarif-suppressed"}), ("report.github.sarif", set())])
def test_lictors_own_logs_are_right(name: str, noted: set[str]) -> None:
    code, said = check(GOLDEN / name, "-o", "json")
    assert code == 0
    assert {finding["rule_id"] for finding in json.loads(said)["findings"]} == noted


any_json = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 30) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["runs", "results", "tool", "driver", "rules", "locations", "region", "message", "uri", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(FAULTS)), value=any_json, place=st.integers(0, 200))
def test_whatever_a_log_holds_each_rule_answers(name: str, value: Any, place: int, tmp_path: Path) -> None:
    log = good()
    FAULTS[name][0](log)
    spots: list[tuple[Any, Any]] = []

    def walk(owner: Any) -> None:
        for key in owner if isinstance(owner, dict) else range(len(owner)):
            spots.append((owner, key))
            if isinstance(owner[key], dict | list) and len(spots) < 500:
                walk(owner[key])

    walk(log)
    owner, key = spots[place % len(spots)]
    owner[key] = value
    code, said = check(written(log, tmp_path))
    assert code in {0, 1, 2}, said
    assert "rule-error" not in said


def test_only_a_log_is_taken_for_one() -> None:
    assert is_log({"runs": 1})
    assert is_log({"$schema": "https://example.org/sarif-2.1.0.json"})
    assert not is_log({"version": "2.1.0"})
    assert not is_log([])
    (document,) = parse_json("a.json", "{}").documents
    assert list(find_logs(document, frozenset({SARIF_LOG}))) == []
