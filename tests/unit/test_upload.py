"""`lictor upload` against a stand-in for GitHub on the loopback interface."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lictor import LictorError
from lictor_plugins.code_scanning.checkout import checkout_at
from lictor_plugins.code_scanning.client import Client
from lictor_plugins.code_scanning.log import pack, read_log, with_category
from lictor_plugins.code_scanning.remedies import remedy_for_error

Lictor = Callable[..., Any]

SHA = "a" * 40
OPEN = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
CLOSED = {**OPEN, "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}}
LOG: dict[str, Any] = {
    "version": "2.1.0",
    "runs": [{"tool": {"driver": {"name": "x"}}, "results": [], "automationDetails": {"id": "lictor/"}}],
}


def result(**changes: Any) -> dict[str, Any]:
    place = {"physicalLocation": {"artifactLocation": {"uri": "a.json"}, "region": {"startLine": 1}}}
    return {
        "ruleId": "r",
        "message": {"text": "m"},
        "locations": [place],
        "partialFingerprints": {"primaryLocationLineHash": "1:1"},
        **changes,
    }


def with_results(*results: dict[str, Any]) -> dict[str, Any]:
    return {**LOG, "runs": [{**LOG["runs"][0], "results": list(results)}]}


def client(service: Any, slept: list[float] | None = None) -> Client:
    waits = slept if slept is not None else []
    return Client(service.url, "acme/policies", service.token, sleep=waits.append)


def body(log: dict[str, Any]) -> dict[str, Any]:
    return {"commit_sha": SHA, "ref": "refs/heads/main", "sarif": pack(log)}


def upload(service: Any, log: dict[str, Any]) -> Any:
    sending = client(service)
    return sending.wait(sending.upload(body(log)), 100)


class TestTheCommand:
    @pytest.fixture
    def work(self, tmp_path: Path) -> Path:
        (tmp_path / "a.json").write_text(policy(OPEN, CLOSED))
        for words in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-q", "-m", "one")):
            commit(tmp_path, *words)
        return tmp_path

    def ran(self, work: Path, lictor: Lictor, service: Any, **environment: str) -> Any:
        log = ("-o", "sarif-github=lictor.sarif")
        lictor(work, "check", "a.json", "--ruleset", "aws-trust", "--only", "trust-wildcard-principal", *log)
        given = {"GITHUB_TOKEN": service.token, "GITHUB_API_URL": service.url, "GITHUB_REPOSITORY": "acme/policies"}
        hidden = dict.fromkeys(("GITHUB_SHA", "GITHUB_REF"), "")
        return lictor(work, "upload", "lictor.sarif", **hidden | given | environment)

    def test_a_log_is_uploaded_for_the_commit_and_branch_that_are_checked_out(
        self, work: Path, lictor: Lictor, service: Any
    ) -> None:
        ran = self.ran(work, lictor, service)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.endswith(f"processed: {service.url}/analyses\n")
        (sent,) = service.uploads.values()
        assert sent["sent"]["ref"] == "refs/heads/main"
        assert sent["log"]["runs"][0]["automationDetails"]["id"] == "lictor/"

    def test_alerts_stay_the_same_when_code_moves_and_close_when_it_is_mended_or_waived(
        self, work: Path, lictor: Lictor, service: Any
    ) -> None:
        self.ran(work, lictor, service)
        before = service.open_alerts()
        assert len(before) == 1
        moved = (work / "a.json").read_text().replace("{", "\n\n{", 1)
        (work / "a.json").write_text(moved.replace("  ", "\t"))
        self.ran(work, lictor, service)
        assert service.open_alerts() == before
        waiver = "id: x\nextends: [aws-trust]\nwaivers: [{rules: [trust-wildcard-principal], reason: agreed}]\n"
        (work / "waived.yaml").write_text(waiver)
        log = ("--ruleset", "waived.yaml", "-o", "sarif-github=lictor.sarif")
        lictor(work, "check", "a.json", "--only", "trust-wildcard-principal", *log)
        given = {"GITHUB_TOKEN": service.token, "GITHUB_API_URL": service.url, "GITHUB_REPOSITORY": "acme/policies"}
        assert lictor(work, "upload", "lictor.sarif", GITHUB_REF="", GITHUB_SHA="", **given).code == 0
        assert service.open_alerts() == set()
        self.ran(work, lictor, service)
        assert service.open_alerts() == before
        (work / "a.json").write_text(policy(CLOSED))
        self.ran(work, lictor, service)
        assert service.open_alerts() == set()

    def test_the_log_of_a_run_that_failed_is_never_uploaded(self, work: Path, lictor: Lictor, service: Any) -> None:
        (work / "a.json").write_text('{"Version": ')
        ran = self.ran(work, lictor, service)
        assert ran.code == 2
        assert "could not check everything" in ran.err
        assert service.requests == []

    def test_the_token_is_in_no_output(self, work: Path, lictor: Lictor, service: Any) -> None:
        service.script = [(403, {}, b'{"message": "Resource not accessible by integration"}')]
        ran = self.ran(work, lictor, service)
        assert ran.code == 3
        assert "security-events: write" in ran.err
        assert service.token not in ran.out + ran.err

    def test_without_a_token_nothing_is_sent(self, work: Path, lictor: Lictor, service: Any) -> None:
        ran = self.ran(work, lictor, service, GITHUB_TOKEN="", GH_TOKEN="")
        assert (ran.code, ran.err, service.requests) == (2, "lictor: no token: set GITHUB_TOKEN\n", [])

    def test_a_merge_queue_is_skipped(self, work: Path, lictor: Lictor, service: Any) -> None:
        ran = self.ran(work, lictor, service, GITHUB_REF="refs/heads/gh-readonly-queue/main/pr-7-abc")
        assert (ran.code, service.requests) == (0, [])
        assert "not uploaded: a merge queue" in ran.err


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)


def commit(root: Path, *words: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(("git", *identity, *words), cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_service_is_asked_again(service: Any, status: int) -> None:
    service.script = [(status, {}, b"{}"), None, (status, {"Retry-After": "7"}, b"")]
    slept: list[float] = []
    assert client(service, slept).upload(body(LOG)) == "id-0"
    assert slept == [1.0, 2.0, 7.0]


def test_a_service_that_stays_away_ends_in_an_error(service: Any) -> None:
    service.script = [None] * 9
    with pytest.raises(LictorError) as raised:
        client(service).upload(body(LOG))
    assert "no answer from '127.0.0.1'" in raised.value.problems[0].message
    assert len(service.requests) == 5


@pytest.mark.parametrize(
    ("status", "hint"), [(400, "commit or ref"), (401, "GITHUB_TOKEN"), (404, "no such repository"), (413, "too large")]
)
def test_a_refusal_says_what_to_do_and_is_not_repeated(service: Any, status: int, hint: str) -> None:
    service.script = [(status, {}, b"")]
    with pytest.raises(LictorError) as raised:
        client(service).upload(body(LOG))
    assert hint in raised.value.problems[0].hint
    assert len(service.requests) == 1


def test_a_redirect_never_gets_the_token(service: Any, code_scanning: Any) -> None:
    with code_scanning.serving() as elsewhere:
        service.script = [(307, {"Location": f"{elsewhere.url}/steal"}, b"")]
        with pytest.raises(LictorError):
            client(service).upload(body(LOG))
        assert elsewhere.requests == []


@pytest.mark.parametrize("url", ["http://api.example.org", "ftp://127.0.0.1", "api.example.org"])
def test_an_address_that_would_show_the_token_is_refused(url: str) -> None:
    with pytest.raises(LictorError):
        Client(url, "acme/policies", "token")


@pytest.mark.parametrize("answer", [b"not json", b"[]", b"{}"])
def test_an_answer_that_makes_no_sense_is_an_error(service: Any, answer: bytes) -> None:
    service.script = [(202, {}, answer)] * 9
    with pytest.raises(LictorError):
        client(service).upload(body(LOG))


def test_processing_is_waited_for_and_not_for_ever(service: Any) -> None:
    service.pending = 3
    assert upload(service, LOG).status == "complete"
    service.pending = 10_000
    slept: list[float] = []
    waiting = client(service, slept)
    assert waiting.wait(waiting.upload(body(LOG)), 30).status == "pending"
    assert sum(slept) == 30


@pytest.mark.parametrize(
    ("log", "hint"),
    [
        (with_results(result(message={})), "every result needs a message with text"),
        (with_results(result(locations=[{}])), "every result needs a physicalLocation with an artifactLocation"),
        ({**LOG, "runs": LOG["runs"] * 2}, "give each run an automationDetails.id of its own, or use --category"),
    ],
)
def test_each_error_of_processing_comes_with_its_remedy(service: Any, log: dict[str, Any], hint: str) -> None:
    with pytest.raises(LictorError) as raised:
        upload(service, log)
    assert [problem.hint for problem in raised.value.problems] == [hint]


def test_a_remedy_is_known_for_every_error_that_the_action_knows() -> None:
    known = [
        "rejecting SARIF, as there are more runs than allowed (21 > 20)",
        "an invalid URI was provided as a SARIF location",
        "could not convert rules: invalid security severity value, is not a number",
        'SARIF URI scheme "git" did not match the checkout URI scheme "file"',
        "CodeQL analyses from advanced configurations cannot be processed when the default setup is enabled",
        "rejecting delivery as the repository has too many logical alerts",
    ]
    assert all(map(remedy_for_error, known))


def test_a_log_that_is_no_regular_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log")
    done = subprocess.run(
        [sys.executable, "-m", "lictor.cli", "upload", "log", "--dry-run"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 2
    assert b"it is no regular file" in done.stderr


class TestTheLog:
    @pytest.mark.parametrize("raw", [b"", b"[]", b'{"runs": []}', b'{"runs": [1]}', b"\xff", b"[" * 100_000])
    def test_what_is_no_log_is_refused(self, raw: bytes) -> None:
        with pytest.raises(LictorError) as raised:
            read_log(raw, "x.sarif")
        assert raised.value.problems[0].code == "bad-sarif"

    def test_runs_get_a_category_each_and_keep_their_own(self) -> None:
        bare = {"tool": {"driver": {"name": "x"}}, "results": []}
        ids = [
            run["automationDetails"]["id"] for run in with_category({"runs": [bare, *LOG["runs"], bare]}, "iam")["runs"]
        ]
        assert ids[1] == "lictor/"
        assert len(set(ids)) == 3

    def test_an_id_without_a_slash_stays_the_id_of_the_run_below_the_category(self) -> None:
        log = {"runs": [{"automationDetails": {"id": "nightly"}, "results": []}]}
        assert with_category(log, "iam")["runs"][0]["automationDetails"] == {"id": "iam/nightly"}

    def test_the_packed_log_is_the_same_every_time(self) -> None:
        assert pack(LOG) == pack(json.loads(json.dumps(LOG)))


class TestTheCheckout:
    @pytest.fixture
    def repository(self, tmp_path: Path) -> tuple[Path, str, str]:
        """A pull request: its head, and the merge with its base that is checked out."""
        commit(tmp_path, "init", "-q", "-b", "main")
        commit(tmp_path, "commit", "-q", "--allow-empty", "-m", "base")
        commit(tmp_path, "checkout", "-q", "-b", "change")
        commit(tmp_path, "commit", "-q", "--allow-empty", "-m", "head")
        head = commit(tmp_path, "rev-parse", "HEAD")
        commit(tmp_path, "checkout", "-q", "main")
        commit(tmp_path, "merge", "-q", "--no-ff", "-m", "merge", "change")
        commit(tmp_path, "remote", "add", "origin", "git@github.com:acme/policies.git")
        return tmp_path, head, commit(tmp_path, "rev-parse", "HEAD")

    def test_the_merge_of_a_pull_request_is_its_merge_ref(self, repository: tuple[Path, str, str]) -> None:
        root, _, merge = repository
        found = checkout_at(root, {"GITHUB_REF": "refs/pull/7/merge", "GITHUB_SHA": merge})
        assert found[:3] == ("acme/policies", merge, "refs/pull/7/merge")

    def test_a_head_that_was_checked_out_is_the_head_ref(self, repository: tuple[Path, str, str]) -> None:
        root, head, merge = repository
        commit(root, "checkout", "-q", "change")
        found = checkout_at(root, {"GITHUB_REF": "refs/pull/7/merge", "GITHUB_SHA": merge})
        assert found[1:3] == (head, "refs/pull/7/head")

    def test_a_merge_that_moved_on_is_known_by_what_was_fetched(self, repository: tuple[Path, str, str]) -> None:
        root, _, merge = repository
        commit(root, "update-ref", "refs/remotes/pull/7/merge", merge)
        found = checkout_at(root, {"GITHUB_REF": "refs/pull/7/merge", "GITHUB_SHA": "b" * 40})
        assert found.ref == "refs/pull/7/merge"

    def test_without_a_workflow_git_says_it_all(self, repository: tuple[Path, str, str]) -> None:
        root, _, merge = repository
        assert checkout_at(root, {}) == ("acme/policies", merge, "refs/heads/main", root)

    def test_flags_win(self, repository: tuple[Path, str, str]) -> None:
        given = {"repository": "a/b", "commit": SHA, "ref": "refs/heads/x"}
        assert checkout_at(repository[0], {"GITHUB_REF": "refs/pull/7/merge"}, **given)[:3] == (
            "a/b",
            SHA,
            "refs/heads/x",
        )

    def test_everything_that_is_missing_is_said_at_once(self, tmp_path: Path) -> None:
        with pytest.raises(LictorError) as raised:
            checkout_at(tmp_path, {"GITHUB_REF": "main"})
        assert [problem.message.partition(":")[0] for problem in raised.value.problems] == [
            "repository",
            "commit",
            "ref",
        ]
