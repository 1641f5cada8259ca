"""`lictor diff` of commits, and the gate `no-new-access`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.unit.test_known_findings import CLOSED, OPEN, git, policy

Lictor = Callable[..., Any]

MORE = {**CLOSED, "Principal": {"AWS": "arn:aws:iam::111122223333:role/more"}}
GATE = "id: team\ngates:\n  - {no-new-access: true, since: main}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Hold one role on `main`, and be on a branch of it."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles" / "a.json").write_text(policy(CLOSED))
    (tmp_path / "lictor.yaml").write_text(GATE)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "one")
    git(tmp_path, "switch", "--quiet", "--create", "work")
    return tmp_path


def commit(root: Path) -> None:
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "more")


def diff(root: Path, lictor: Lictor, *arguments: str) -> tuple[int, list[str]]:
    done = lictor(root, "diff", "-o", "json", *arguments)
    return done.code, [change["uri"] for change in json.loads(done.out)["changes"] if change["direction"] == "allows"]


def test_the_work_tree_is_compared_with_a_commit(repository: Path, lictor: Lictor) -> None:
    assert diff(repository, lictor, "main") == (0, [])
    (repository / "roles" / "a.json").write_text(policy(CLOSED, MORE))
    (repository / "roles" / "b.json").write_text(policy(OPEN))
    assert diff(repository, lictor, "main") == (1, ["roles/a.json", "roles/b.json"])
    assert diff(repository, lictor, "main", "--path", "roles/b.json") == (1, ["roles/b.json"])
    assert diff(repository, lictor, "main..HEAD") == (0, [])


def test_two_commits_are_compared(repository: Path, lictor: Lictor) -> None:
    (repository / "roles" / "a.json").write_text(policy(CLOSED, MORE))
    commit(repository)
    for names in (["main..HEAD"], ["main...HEAD"], ["main..work"], ["main", "work"], ["main.."]):
        assert diff(repository, lictor, *names) == (1, ["roles/a.json"]), names


def test_three_dots_leave_out_what_the_other_branch_did(repository: Path, lictor: Lictor) -> None:
    (repository / "roles" / "b.json").write_text(policy(CLOSED))
    commit(repository)
    git(repository, "switch", "--quiet", "main")
    (repository / "roles" / "a.json").write_text(policy(CLOSED, {**OPEN, "Effect": "Deny"}))
    commit(repository)
    assert diff(repository, lictor, "main..work")[1] == ["roles/a.json", "roles/b.json"]
    assert diff(repository, lictor, "main...work")[1] == ["roles/b.json"]


def test_a_renamed_file_is_no_change(repository: Path, lictor: Lictor) -> None:
    git(repository, "mv", "roles/a.json", "roles/z.json")
    assert diff(repository, lictor, "main") == (0, [])
    git(repository, "commit", "--quiet", "-m", "renamed")
    assert diff(repository, lictor, "main..HEAD") == (0, [])


def test_a_deleted_file_forbids_and_allows_nothing(repository: Path, lictor: Lictor) -> None:
    (repository / "roles" / "a.json").unlink()
    done = lictor(repository, "diff", "main")
    assert done.code == 0
    assert done.out.startswith("roles/a.json:4:5 (in main): the trust policy 'a' no longer allows")


def test_a_commit_that_is_none_is_told(repository: Path, lictor: Lictor) -> None:
    done = lictor(repository, "diff", "nowhere..HEAD")
    assert (done.code, "git knows no 'nowhere'" in done.err) == (2, True)


def test_names_that_are_neither_files_nor_commits_are_told_as_both(repository: Path, lictor: Lictor) -> None:
    done = lictor(repository, "diff", "before.json", "after.json")
    assert (done.code, "there is no such file or folder either" in done.err) == (2, True)


def test_a_path_that_is_nowhere_is_told_and_one_that_did_not_change_is_not(repository: Path, lictor: Lictor) -> None:
    done = lictor(repository, "diff", "main", "--path", "rolls")
    assert (done.code, "there is no file or folder 'rolls', before or after" in done.err) == (2, True)
    assert lictor(repository, "diff", "main", "--path", "roles").code == 0
    assert lictor(repository, "diff", "main..HEAD", "--path", "./roles/a.json").code == 0
    (repository / "new").mkdir()
    assert lictor(repository, "diff", "main", "--path", "new").code == 0


def test_what_was_unreadable_leaves_the_answer_open(repository: Path, lictor: Lictor) -> None:
    (repository / "roles" / "a.json").write_text("{")
    assert diff(repository, lictor, "main")[0] == 3


def check(root: Path, lictor: Lictor, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    done = lictor(root, "check", "-o", "json", *arguments)
    return done.code, json.loads(done.out)["findings"]


def test_the_gate_fails_a_change_that_newly_allows(repository: Path, lictor: Lictor) -> None:
    assert check(repository, lictor) == (0, [])
    (repository / "roles" / "a.json").write_text(policy(CLOSED, OPEN))
    code, (finding,) = check(repository, lictor)
    assert (code, finding["rule_id"], finding["level"]) == (1, "relation-widens", "error")
    assert (finding["location"]["uri"], finding["location"]["path"]) == ("roles/a.json", ["Statement", 1])
    done = lictor(repository, "check")
    assert "gate does not hold: the change newly allows something: 1 finding of 'relation-widens'" in done.out


@pytest.mark.parametrize(
    ("kind", "content", "fails"),
    [
        ("SERVICE_CONTROL_POLICY", {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}, True),
        ("RESOURCE_CONTROL_POLICY", {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}, True),
        ("", {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}, True),
        ("", {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}, False),
    ],
)
def test_the_gate_fails_where_a_limit_goes_with_its_file(
    kind: str, content: Any, fails: bool, repository: Path, lictor: Lictor
) -> None:
    document = {"Version": "2012-10-17", "Statement": [content]}
    properties = {"Type": kind, "Name": "limit", "Content": document} if kind else {"PolicyDocument": document}
    type_ = "AWS::Organizations::Policy" if kind else "AWS::IAM::ManagedPolicy"
    template = {"Resources": {"Limit": {"Type": type_, "Properties": properties}}}
    (repository / "limits.json").write_text(json.dumps(template))
    commit(repository)
    git(repository, "branch", "--force", "main")
    git(repository, "rm", "--quiet", "limits.json")
    code, findings = check(repository, lictor)
    assert (code, [finding["message"][:31] for finding in findings]) == (
        (1, ["the removal of 'Limit' newly al"]) if fails else (0, [])
    )
    assert check(repository, lictor, "roles") == (0, [])


def test_the_gate_lets_a_change_pass_that_means_the_same(repository: Path, lictor: Lictor) -> None:
    (repository / "roles" / "a.json").write_text(policy(CLOSED, {**CLOSED, "Sid": "Same"}))
    git(repository, "mv", "roles/a.json", "roles/b.json")
    assert check(repository, lictor) == (0, [])


def test_the_gate_looks_at_the_commit_that_is_named_on_the_command_line(repository: Path, lictor: Lictor) -> None:
    (repository / "roles" / "a.json").write_text(policy(CLOSED, OPEN))
    commit(repository)
    assert check(repository, lictor, "--since", "HEAD") == (0, [])
    assert check(repository, lictor, "--since", "main")[0] == 1


def test_a_new_policy_is_compared_with_none(repository: Path, lictor: Lictor) -> None:
    (repository / "roles" / "b.json").write_text(policy(CLOSED))
    code, (finding,) = check(repository, lictor)
    assert (code, finding["location"]["uri"]) == (1, "roles/b.json")


def test_only_what_is_checked_is_compared(repository: Path, lictor: Lictor) -> None:
    (repository / "other").mkdir()
    (repository / "other" / "b.json").write_text(policy(OPEN))
    assert check(repository, lictor, "roles") == (0, [])


def test_a_waiver_lets_a_change_pass(repository: Path, lictor: Lictor) -> None:
    waiver = "waivers:\n  - {rules: [relation-widens], where: {files: [roles/*]}, reason: agreed}\n"
    (repository / "lictor.yaml").write_text(GATE + waiver)
    (repository / "roles" / "a.json").write_text(policy(CLOSED, OPEN))
    assert check(repository, lictor)[0] == 0


def test_what_is_not_known_leaves_the_run_open(repository: Path, lictor: Lictor) -> None:
    odd = {**MORE, "Condition": {"StringNearlyEquals": {"aws:username": "x"}}}
    (repository / "roles" / "a.json").write_text(policy(CLOSED, odd))
    code, (finding,) = check(repository, lictor)
    assert (code, finding["kind"]) == (3, "open")


def test_a_gate_without_anything_to_compare_with_is_an_error(repository: Path, lictor: Lictor) -> None:
    (repository / "lictor.yaml").write_text("id: team\ngates:\n  - {no-new-access: true}\n")
    done = lictor(repository, "check")
    assert (done.code, "does not say what to compare with" in done.out + done.err) == (2, True)


def test_the_rule_alone_speaks_with_since(repository: Path, lictor: Lictor) -> None:
    (repository / "lictor.yaml").write_text("id: team\nrules: {relation-widens: error}\n")
    (repository / "roles" / "a.json").write_text(policy(CLOSED, MORE))
    assert check(repository, lictor) == (0, [])
    code, (finding,) = check(repository, lictor, "--since", "main")
    assert (code, finding["level"]) == (1, "error")


def test_a_file_that_could_not_be_read_before_is_not_new(repository: Path, lictor: Lictor) -> None:
    (repository / "roles" / "a.json").write_text("{")
    commit(repository)
    (repository / "roles" / "a.json").write_text(policy(CLOSED))
    done = lictor(repository, "diff", "HEAD", "-o", "json")
    assert (done.code, json.loads(done.out)["changes"]) == (3, [])
