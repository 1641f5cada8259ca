"""A plan that is kept between runs saves time and never changes what a run says."""

import datetime as dt
import os
import pickle
from pathlib import Path

import pytest

from lictor.api import CheckRequest, PolicyChoice, check
from lictor.model import EMPTY, Report

OPEN = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}'


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "open.json").write_text(OPEN)
    (tmp_path / "lictor.yaml").write_text("extends: [aws-trust, ./more.yaml]\n")
    (tmp_path / "more.yaml").write_text("rules: {trust-wildcard-principal: error}\n")
    return tmp_path


def run(work: Path, cache: Path | None, **policy: object) -> Report:
    choice = PolicyChoice(**policy)  # type: ignore[arg-type]  # written out in each test
    request = CheckRequest(("open.json",), work, dt.date(2026, 1, 1), choice, cache=cache)
    return check(request)


def said(report: Report) -> Report:
    """Return all that a report says; where a rule's queries stand in its file is not part of it."""
    asked, unasked = (
        tuple(rule._replace(places=EMPTY) for rule in rules) for rules in (report.rules, report.unasked_rules)
    )
    return report._replace(rules=asked, unasked_rules=unasked)


def found(report: Report) -> list[tuple[str, str]]:
    return [(finding.rule_id, finding.level) for finding in report.findings]


def test_a_second_run_says_the_same_and_reads_the_kept_plan(work: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = run(work, cache)
    assert len(list(cache.glob("*.plan"))) == 1
    assert said(run(work, cache)) == said(first) == said(run(work, None))


def test_a_ruleset_that_changed_is_read_again(work: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    run(work, cache)
    (work / "more.yaml").write_text("rules: {trust-wildcard-principal: warning}\n")
    assert ("trust-wildcard-principal", "warning") in found(run(work, cache))


def test_a_ruleset_that_appears_is_seen(work: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    (work / "lictor.yaml").unlink()
    run(work, cache)
    (work / "lictor.yaml").write_text("extends: aws-trust\nrules: {trust-wildcard-principal: note}\n")
    assert ("trust-wildcard-principal", "note") in found(run(work, cache))


def test_a_rule_that_was_added_to_a_directory_is_seen(work: Path, tmp_path: Path) -> None:
    cache, rules = tmp_path / "cache", work / "rules"
    write_rule(rules, "acme-one")
    assert ("acme-one", "warning") in found(run(work, cache, rule_directories=(rules,)))
    write_rule(rules, "acme-two")
    assert ("acme-two", "warning") in found(run(work, cache, rule_directories=(rules,)))


def write_rule(rules: Path, rule_id: str) -> None:
    folder = rules / rule_id
    folder.mkdir(parents=True)
    (folder / "rule.yaml").write_text(
        f"id: {rule_id}\ntitle: T\nmessage: m\napplies-to: [document]\ndeny: Statement.Effect\n"
    )


def test_other_choices_have_another_plan(work: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    run(work, cache)
    assert {rule_id for rule_id, _ in found(run(work, cache, only=("form-version-old",)))} <= {"form-version-old"}


def test_a_plan_with_a_problem_is_not_kept(work: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    (work / "more.yaml").write_text("rules: {trust-wildcard-principle: error}\n")
    assert run(work, cache).exit_code == 2
    assert run(work, cache).exit_code == 2
    assert not cache.exists()


class Trap:
    """What a hostile cache file would hold."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (os.mkdir, ("trapped",))


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no plans are kept where ownership can't be told")
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_directory_that_others_can_write_to_is_never_read(
    work: Path, tmp_path: Path, mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    run(work, cache)
    (file,) = cache.glob("*.plan")
    file.write_bytes(pickle.dumps(Trap()))
    cache.chmod(mode)
    monkeypatch.chdir(tmp_path)
    assert run(work, cache).exit_code == 1
    assert not (tmp_path / "trapped").exists()


@pytest.mark.parametrize("content", [b"", b"not a pickle", pickle.dumps({"plan": 1}), b"\x80\x05."])
def test_a_spoilt_file_costs_nothing(work: Path, tmp_path: Path, content: bytes) -> None:
    cache = tmp_path / "cache"
    first = run(work, cache)
    (file,) = cache.glob("*.plan")
    file.write_bytes(content)
    assert said(run(work, cache)) == said(first)


def test_a_directory_that_can_not_be_made_costs_nothing(work: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert said(run(work, tmp_path / "file" / "cache")) == said(run(work, None))


def test_a_cache_stays_small(work: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    for number in range(60):
        (cache / f"{number:08x}.plan").write_bytes(b"old")
        os.utime(cache / f"{number:08x}.plan", (number, number))
    run(work, cache)
    assert len(list(cache.glob("*.plan"))) == 32
