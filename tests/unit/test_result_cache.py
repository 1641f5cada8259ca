"""Results that are kept between runs save time and never change what a run says."""

import datetime as dt
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from lictor.api import CheckRequest, PolicyChoice, check
from lictor.evaluate import few_results, results
from lictor.evaluate.run import run_document
from lictor.model import EMPTY, Report
from lictor.ownership import is_private

OPEN = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}'
CLOSED = OPEN.replace('"*"', '{"Service": "ec2.amazonaws.com"}')
FILES = 25
FEW = 3


def policies(directory: Path, names: Iterable[str]) -> Path:
    directory.mkdir()
    for number, name in enumerate(names):
        (directory / f"{name}.json").write_text(CLOSED if number % 2 else OPEN)
    return directory


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return policies(tmp_path / "work", [f"{number:02}" for number in range(FILES)])


@pytest.fixture
def few(tmp_path: Path) -> Path:
    return policies(tmp_path / "few", map(str, range(FEW)))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that rules were asked about."""
    uris: list[str] = []

    def noting(document: object, *rest: object) -> None:
        uris.append(document.uri)  # type: ignore[attr-defined]  # a Document
        run_document(document, *rest)  # type: ignore[arg-type]  # as it was given

    monkeypatch.setattr("lictor.evaluate.files.run_document", noting)
    return uris


def run(work: Path, cache: Path | None, jobs: int = 1, **policy: object) -> Report:
    choice = PolicyChoice(("aws-trust",), **policy)  # type: ignore[arg-type]  # written out in each test
    return check(CheckRequest((".",), work, dt.date(2026, 1, 1), choice, cache=cache, jobs=jobs))


def said(report: Report) -> Report:
    """Return all that a report says; where a rule's queries stand in its file is not part of it."""
    asked, unasked = (
        tuple(rule._replace(places=EMPTY) for rule in rules) for rules in (report.rules, report.unasked_rules)
    )
    return report._replace(rules=asked, unasked_rules=unasked)


def logs(cache: Path) -> list[Path]:
    return sorted((cache / "results").glob("*"))


def test_a_second_run_asks_no_rule_and_says_the_same(work: Path, cache: Path, evaluated: list[str]) -> None:
    first = run(work, cache)
    assert len(evaluated) == FILES
    evaluated.clear()
    assert said(run(work, cache)) == said(first)
    assert evaluated == []
    assert said(run(work, None)) == said(first)


def test_only_files_that_changed_are_asked_about_again(work: Path, cache: Path, evaluated: list[str]) -> None:
    run(work, cache)
    evaluated.clear()
    (work / "01.json").write_text(OPEN)
    (work / "new.json").write_text(OPEN)
    changed = run(work, cache)
    assert evaluated == ["01.json", "new.json"]
    assert said(changed) == said(run(work, None))


def test_a_file_that_was_renamed_is_told_under_its_new_name(work: Path, cache: Path) -> None:
    run(work, cache)
    (work / "00.json").rename(work / "other.json")
    uris = {finding.location.uri for finding in run(work, cache).findings}
    assert "other.json" in uris
    assert "00.json" not in uris


def test_other_parameters_rules_and_kinds_have_results_of_their_own(
    work: Path, cache: Path, evaluated: list[str]
) -> None:
    run(work, cache)
    evaluated.clear()
    assert {finding.rule_id for finding in run(work, cache, only=("trust-wildcard-principal",)).findings} == {
        "trust-wildcard-principal"
    }
    assert len(evaluated) == FILES


def test_a_rule_that_changed_is_asked_again(work: Path, cache: Path, tmp_path: Path, evaluated: list[str]) -> None:
    folder = tmp_path / "rules" / "some_rule"
    folder.mkdir(parents=True)
    rule = (
        "id: some-rule\ntitle: A statement\nmessage: MESSAGE\napplies-to: [aws.iam.trust-policy]\nlevel: error\n"
        "for-each: statements\ndeny: effect\n"
    )
    (folder / "rule.yaml").write_text(rule.replace("MESSAGE", "one"))
    run(work, cache, rule_directories=(tmp_path / "rules",))
    evaluated.clear()
    (folder / "rule.yaml").write_text(rule.replace("MESSAGE", "another"))
    report = run(work, cache, rule_directories=(tmp_path / "rules",))
    assert {finding.message for finding in report.findings if finding.rule_id == "some-rule"} == {"another"}


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "foreign"])
def test_a_log_that_was_spoilt_is_passed_over(work: Path, cache: Path, harm: str, evaluated: list[str]) -> None:
    first = run(work, cache)
    evaluated.clear()
    (log,) = logs(cache)
    raw = bytearray(log.read_bytes())
    raw[len(raw) // 2] ^= 1
    spoilt = {"flip": bytes(raw), "cut": bytes(raw[: len(raw) // 2]), "empty": b"", "foreign": b"x" * len(raw)}
    log.write_bytes(spoilt[harm])
    assert said(run(work, cache)) == said(first)
    assert len(evaluated) == FILES


@pytest.mark.parametrize("others", [0o777, 0o770])
def test_what_others_can_write_is_not_trusted(work: Path, cache: Path, others: int, evaluated: list[str]) -> None:
    run(work, cache)
    evaluated.clear()
    (cache / "results").chmod(others)
    run(work, cache)
    assert len(evaluated) == FILES
    (cache / "results").chmod(0o700)
    logs(cache)[0].chmod(0o666)
    evaluated.clear()
    run(work, cache)
    assert len(evaluated) == FILES


def test_a_log_that_is_a_link_is_not_trusted(cache: Path) -> None:
    cache.mkdir(mode=0o700)
    (cache / "real").write_bytes(b"")
    (cache / "real").chmod(0o600)
    (cache / "link").symlink_to(cache / "real")
    assert is_private(cache / "real")
    assert not is_private(cache / "link")


def test_what_went_wrong_is_tried_again(work: Path, cache: Path, evaluated: list[str]) -> None:
    (work / "broken.json").write_text('{"Version": ')
    first = run(work, cache)
    assert {problem.code for problem in first.problems} == {"bad-document"}
    evaluated.clear()
    assert said(run(work, cache)) == said(first)
    assert evaluated == []


def test_no_cache_keeps_nothing(work: Path, few: Path, cache: Path) -> None:
    run(work, None)
    run(few, None)
    assert not cache.exists()


def test_of_few_files_a_second_run_asks_no_rule_and_says_the_same(few: Path, cache: Path, evaluated: list[str]) -> None:
    first = run(few, cache)
    assert len(logs(cache)) == len(evaluated) == FEW
    evaluated.clear()
    assert said(run(few, cache)) == said(first) == said(run(few, None))
    assert len(evaluated) == FEW  # of the run that keeps nothing
    evaluated.clear()
    (few / "1.json").write_text(OPEN)
    assert said(run(few, cache)) == said(run(few, None))
    assert evaluated == ["1.json", "0.json", "1.json", "2.json"]


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "foreign"])
def test_of_few_files_what_was_spoilt_is_passed_over(few: Path, cache: Path, harm: str, evaluated: list[str]) -> None:
    first = run(few, cache)
    for result in logs(cache):
        raw = bytearray(result.read_bytes())
        raw[len(raw) // 2] ^= 1
        spoilt = {"flip": bytes(raw), "cut": bytes(raw[: len(raw) // 2]), "empty": b"", "foreign": b"x" * len(raw)}
        result.write_bytes(spoilt[harm])
    evaluated.clear()
    assert said(run(few, cache)) == said(first)
    assert len(evaluated) == FEW
    evaluated.clear()
    assert said(run(few, cache)) == said(first)
    assert evaluated == []  # it was mended


@pytest.mark.parametrize("others", [0o777, 0o770])
def test_of_few_files_what_others_can_write_is_not_trusted(
    few: Path, cache: Path, others: int, evaluated: list[str]
) -> None:
    run(few, cache)
    assert (cache / "results").stat().st_mode & 0o777 == 0o700
    assert {result.stat().st_mode & 0o777 for result in logs(cache)} == {0o600}
    (cache / "results").chmod(others)
    evaluated.clear()
    run(few, cache)
    assert len(evaluated) == FEW
    (cache / "results").chmod(0o700)
    logs(cache)[0].chmod(0o666)
    evaluated.clear()
    run(few, cache)
    assert len(evaluated) == 1


def test_of_few_files_results_stay_within_bounds(few: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few_results, "MAX_RESULTS", 4)
    run(few, cache)
    first = logs(cache)
    for age, result in enumerate(first):
        os.utime(result, (age, age))
    run(few, cache, only=("trust-wildcard-principal",))
    assert len(logs(cache)) == 2
    assert not set(first) & set(logs(cache))


def test_results_of_few_and_of_many_files_are_side_by_side(
    work: Path, few: Path, cache: Path, evaluated: list[str]
) -> None:
    run(work, cache)
    run(few, cache)
    evaluated.clear()
    run(work, cache)
    run(few, cache)
    assert evaluated == []


def test_workers_keep_and_find_results_as_one_process_does(work: Path, cache: Path, evaluated: list[str]) -> None:
    first = run(work, cache, jobs=2)
    assert evaluated == []  # workers were at it
    assert said(run(work, cache)) == said(first)
    assert evaluated == []
    assert said(run(work, cache, jobs=2)) == said(first)


def test_logs_stay_within_bounds_and_the_oldest_go(work: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(work, cache)
    (first,) = logs(cache)
    monkeypatch.setattr(results, "MAX_BYTES", first.stat().st_size + 10)
    run(work, cache, parameters={})
    run(work, cache, only=("trust-wildcard-principal",))
    assert first not in logs(cache)
    assert sum(log.stat().st_size for log in logs(cache)) <= results.MAX_BYTES


def test_of_more_files_than_fit_the_first_ones_are_kept(
    work: Path, cache: Path, evaluated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "MAX_LOG_BYTES", 0)
    monkeypatch.setattr(results, "_BLOCK", 10)
    first = run(work, cache)
    evaluated.clear()
    assert said(run(work, cache)) == said(first)
    assert len(evaluated) == FILES - 10


def test_nothing_but_the_users_can_read_results(work: Path, cache: Path) -> None:
    run(work, cache)
    assert (cache / "results").stat().st_mode & 0o777 == 0o700
    assert [log.stat().st_mode & 0o777 for log in logs(cache)] == [0o600]


def test_the_inputs_of_all_scenarios_come_out_the_same(
    tmp_path: Path, cache: Path, evaluated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / "scenarios"
    scenarios = Path(__file__).parents[1] / "scenarios"
    shutil.copytree(scenarios, work, ignore=shutil.ignore_patterns("written", "__pycache__", "*.py"))
    monkeypatch.setattr(results, "_BLOCK", 7)  # as many as that are never in one block
    request = CheckRequest((".",), work, dt.date(2026, 1, 1), PolicyChoice(("aws-iam",)), jobs=1)
    plain = check(request)
    count = len(evaluated)
    assert len(plain.findings) > 100
    for _ in range(2):
        evaluated.clear()
        assert said(check(request._replace(cache=cache))) == said(plain)
    assert len(evaluated) < count / 3
