"""What was there before a change: baselines by command, and --since."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Lictor = Callable[..., Any]

OPEN = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
CLOSED = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sts:AssumeRole"}
ONLY = ("--ruleset", "aws-trust", "--only", "trust-wildcard-principal")


def policy(*statements: dict[str, Any], indent: int | None = 2) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=indent) + "\n"


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(("git", *identity, *arguments), cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles" / "a.json").write_text(policy(OPEN, CLOSED))
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "one")
    return tmp_path


def findings(root: Path, lictor: Lictor, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    done = lictor(root, "check", *ONLY, "-o", "json", *arguments)
    report = json.loads(done.out)
    return done.code, report["findings"]


def test_nothing_is_told_of_what_was_there_before(repository: Path, lictor: Lictor) -> None:
    assert findings(repository, lictor)[0] == 1
    assert findings(repository, lictor, "--since", "HEAD") == (0, [])
    done = lictor(repository, "check", *ONLY, "--since", "HEAD")
    assert "1 finding was there at 'HEAD' already" in done.out


@pytest.mark.parametrize(
    "text",
    [
        policy(OPEN, CLOSED, indent=None),
        policy(OPEN, CLOSED, indent=8),
        policy(CLOSED, OPEN),
        policy(CLOSED, {**CLOSED, "Sid": "More"}, OPEN),
        policy({**OPEN, "Action": ["sts:AssumeRole", "sts:TagSession"]}, CLOSED),
    ],
    ids=["minified", "indented", "reordered", "moved down", "edited beside"],
)
def test_moving_and_formatting_make_nothing_new(repository: Path, lictor: Lictor, text: str) -> None:
    (repository / "roles" / "a.json").write_text(text)
    assert findings(repository, lictor, "--since", "HEAD") == (0, [])


def test_a_renamed_file_brings_nothing_and_a_copy_does(repository: Path, lictor: Lictor) -> None:
    git(repository, "mv", "roles/a.json", "roles/b.json")
    assert findings(repository, lictor, "--since", "HEAD") == (0, [])
    (repository / "roles" / "c.json").write_text(policy(OPEN, CLOSED))
    code, (copy,) = findings(repository, lictor, "--since", "HEAD")
    assert (code, copy["location"]["uri"], copy["baseline_state"]) == (1, "roles/c.json", "new")


def test_a_second_mistake_in_the_same_file_is_new(repository: Path, lictor: Lictor) -> None:
    (repository / "roles" / "a.json").write_text(policy(OPEN, CLOSED, {**OPEN, "Action": "sts:*"}))
    code, (second,) = findings(repository, lictor, "--since", "HEAD")
    assert (code, second["location"]["path"][:2]) == (1, ["Statement", 2])


@pytest.mark.parametrize("as_list", [False, True])
def test_another_account_in_the_place_of_a_known_one_is_new(repository: Path, lictor: Lictor, *, as_list: bool) -> None:
    def trusting(account: str) -> str:
        arn = f"arn:aws:iam::{account}:root"
        return policy({**CLOSED, "Principal": {"AWS": [arn] if as_list else arn}})

    outside = ("--only", "trust-external-account", "--parameter", 'own-accounts=["111122223333"]', "--fail-on", "note")
    (repository / "roles" / "a.json").write_text(trusting("444455556666"))
    git(repository, "commit", "--quiet", "-am", "two")
    assert told_of(repository, lictor, *outside) == []
    (repository / "roles" / "a.json").write_text(trusting("777788889999"))
    (message,) = told_of(repository, lictor, *outside)
    assert "777788889999" in message


def told_of(root: Path, lictor: Lictor, *arguments: str) -> list[str]:
    done = lictor(root, "check", "--ruleset", "aws-trust", *arguments, "--since", "HEAD", "-o", "json")
    return [each["message"] for each in json.loads(done.out)["findings"]]


def test_what_git_ignores_is_new_when_it_is_named(repository: Path, lictor: Lictor) -> None:
    (repository / ".gitignore").write_text("secret.json\n")
    (repository / "secret.json").write_text(policy(OPEN))
    assert findings(repository, lictor, "secret.json", "--since", "HEAD")[0] == 1


def test_a_branch_is_compared_with_where_it_left(repository: Path, lictor: Lictor) -> None:
    git(repository, "checkout", "--quiet", "-b", "change")
    (repository / "roles" / "b.json").write_text(policy(OPEN))
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "two")
    git(repository, "checkout", "--quiet", "main")
    (repository / "roles" / "a.json").write_text(policy(CLOSED))
    git(repository, "commit", "--quiet", "-am", "mended on main")
    git(repository, "checkout", "--quiet", "change")
    code, (brought,) = findings(repository, lictor, "--since", "main")
    assert (code, brought["location"]["uri"]) == (1, "roles/b.json")


def test_an_unknown_commit_is_wrong_input_and_nothing_is_hidden(repository: Path, lictor: Lictor) -> None:
    done = lictor(repository, "check", *ONLY, "--since", "no-such-branch")
    assert done.code == 1
    assert "git knows no 'no-such-branch' here" in done.out
    assert "trust-wildcard-principal" in done.out


def test_a_directory_below_the_repository_is_compared_by_its_own_names(repository: Path, lictor: Lictor) -> None:
    assert findings(repository / "roles", lictor, "--root", ".", "--since", "HEAD") == (0, [])


def test_a_locked_rule_counts_whatever_was_there_before(repository: Path, lictor: Lictor) -> None:
    ruleset = "id: x\nextends: [aws-trust]\nlocks: [{rules: [trust-wildcard-principal], floor: error}]\n"
    (repository / "lictor.yaml").write_text(ruleset)
    assert lictor(repository, "check", "--since", "HEAD").code == 1


def test_a_written_baseline_makes_a_run_pass_until_something_new_comes(repository: Path, lictor: Lictor) -> None:
    done = lictor(repository, "baseline", "write", *ONLY)
    assert (done.code, done.out) == (0, "1 finding written to .lictor-baseline.json\n")
    code, (known,) = findings(repository, lictor, "--baseline", ".lictor-baseline.json")
    assert (code, known["baseline_state"]) == (0, "unchanged")
    (repository / "roles" / "b.json").write_text(policy(OPEN))
    assert findings(repository, lictor, "--baseline", ".lictor-baseline.json")[0] == 1


def test_pruning_takes_out_what_is_gone_and_adds_nothing(repository: Path, lictor: Lictor) -> None:
    (repository / "roles" / "b.json").write_text(policy(OPEN))
    lictor(repository, "baseline", "write", *ONLY)
    (repository / "roles" / "b.json").write_text(policy(CLOSED))
    (repository / "roles" / "c.json").write_text(policy(OPEN))
    done = lictor(repository, "baseline", "prune", *ONLY)
    assert (done.code, done.out) == (0, "1 finding taken out of .lictor-baseline.json\n")
    left = json.loads((repository / ".lictor-baseline.json").read_text())["findings"]
    assert [entry["uri"] for entry in left] == ["roles/a.json"]


@pytest.mark.parametrize("verb", ["write", "prune"])
def test_a_baseline_is_left_alone_when_not_everything_was_checked(repository: Path, lictor: Lictor, verb: str) -> None:
    lictor(repository, "baseline", "write", *ONLY)
    before = (repository / ".lictor-baseline.json").read_text()
    (repository / "roles" / "a.json").write_text('{"Version": ')
    done = lictor(repository, "baseline", verb, *ONLY)
    assert done.code == 3
    assert "the baseline is left as it is" in done.err
    assert (repository / ".lictor-baseline.json").read_text() == before


def test_pruning_what_is_not_there_is_wrong_input(repository: Path, lictor: Lictor) -> None:
    done = lictor(repository, "baseline", "prune", *ONLY)
    assert done.code == 2
    assert "there is no baseline '.lictor-baseline.json'" in done.err


def states(root: Path, form: str, lictor: Lictor, *arguments: str) -> list[tuple[str, str | None]]:
    lictor(root, "check", *ONLY, *arguments, "--baseline", ".lictor-baseline.json", "-o", f"{form}=log.sarif")
    (run,) = json.loads((root / "log.sarif").read_text())["runs"]
    places = [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]]
    return list(zip(places, (each.get("baselineState") for each in run["results"]), strict=True))


@pytest.fixture
def known(repository: Path, lictor: Lictor) -> Path:
    for name in ("b", "c", "d"):
        (repository / "roles" / f"{name}.json").write_text(policy(OPEN))
    lictor(repository, "baseline", "write", *ONLY)
    return repository


def test_the_whole_log_says_what_is_new_unchanged_updated_and_absent_and_githubs_what_is_there(
    known: Path, lictor: Lictor
) -> None:
    (known / "roles" / "b.json").write_text(policy(CLOSED))
    (known / "roles" / "c.json").unlink()
    (known / "roles" / "d.json").write_text(policy({**OPEN, "Action": "sts:*", "Sid": ""}, CLOSED))
    (known / "roles" / "e.json").write_text(policy(OPEN))
    baseline = json.loads((known / ".lictor-baseline.json").read_text())
    baseline["findings"][0]["level"] = "note"  # as it was before a ruleset made it an error
    (known / ".lictor-baseline.json").write_text(json.dumps(baseline))
    found = states(known, "sarif", lictor)
    assert found[:3] == [("roles/a.json", "updated"), ("roles/b.json", "absent"), ("roles/c.json", "absent")]
    assert ("roles/e.json", "new") in found
    assert {uri for uri, _ in states(known, "sarif-github", lictor)} == {"roles/a.json", "roles/d.json", "roles/e.json"}
    assert {state for _, state in states(known, "sarif-github", lictor)} == {None}


def test_what_a_run_did_not_look_at_is_not_absent(known: Path, lictor: Lictor) -> None:
    (known / "roles" / "b.json").write_text('{"Version": ')
    assert states(known, "sarif", lictor, "roles/a.json", "roles/b.json") == [("roles/a.json", "unchanged")]
    other = ("check", "--ruleset", "aws-trust", "--only", "trust-notprincipal-allow", "--allow-empty")
    lictor(known, *other, "--baseline", ".lictor-baseline.json", "-o", "sarif=log.sarif")
    assert json.loads((known / "log.sarif").read_text())["runs"][0]["results"] == []


def test_what_is_absent_is_in_no_count_and_in_no_list_of_what_is_to_be_done(known: Path, lictor: Lictor) -> None:
    (known / "roles" / "b.json").write_text(policy(CLOSED))
    for form in ("text", "compact", "markdown", "github", "gitlab", "azure", "junit", "html"):
        ran = lictor(known, "check", *ONLY, "--baseline", ".lictor-baseline.json", "-o", form)
        assert (ran.code, "roles/b.json" in ran.out) == (0, False), form
    lictor(known, "check", *ONLY, "--baseline", ".lictor-baseline.json", "-o", "baseline=new.json")
    assert {each["uri"] for each in json.loads((known / "new.json").read_text())["findings"]} == {
        f"roles/{name}.json" for name in "acd"
    }
