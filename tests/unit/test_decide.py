"""`lictor decide` as scripts use it: which policies a file gives, exit codes, and errors that say what to do."""

import json
from pathlib import Path
from typing import Any

import pytest

from lictor.cli.group import run

USER = "arn:aws:iam::111122223333:user/LiJuan"
ROLE = "arn:aws:iam::111122223333:role/Deploy"
REQUEST = {"principal": {"AWS": USER}, "action": "sts:AssumeRole", "resource": ROLE}


def statement(principal: Any = None, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    who = {"Principal": principal} if principal else {"Resource": "*"}
    return {"Effect": effect, "Action": "sts:AssumeRole", **who, **more}


def policy(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "request.json").write_text(json.dumps(REQUEST), encoding="utf-8")
    return tmp_path


def given(here: Path, name: str, data: Any) -> str:
    (here / name).write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return name


def decide(*arguments: str) -> int:
    return run(["decide", "request.json", *arguments])


def decided(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    decide(*arguments, "-o", "json")
    return json.loads(capsys.readouterr().out)


def test_the_exit_code_tells_the_decision(here: Path) -> None:
    assert decide("--policy", given(here, "yes.json", policy(statement({"AWS": USER})))) == 0
    assert decide("--policy", given(here, "no.json", policy(statement({"AWS": USER}, "Deny")))) == 1
    assert decide("--policy", given(here, "other.json", policy(statement({"AWS": "444455556666"})))) == 1
    unsure = policy(statement({"AWS": USER}, Condition={"StringEquals": {"aws:username": []}}))
    assert decide("--policy", given(here, "unsure.json", unsure)) == 3


def test_the_answer_names_each_statement_with_its_place(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = json.dumps(statement({"AWS": USER}, Sid="One"))
    two = json.dumps(statement({"AWS": USER}, Condition={"Bool": {"aws:SecureTransport": "true"}}))
    text = f'{{"Version": "2012-10-17", "Statement": [\n  {one},\n  {two}\n]}}'
    answer = decided(capsys, "--policy", given(here, "trust.json", text))
    assert answer["decision"] == "allow"
    assert answer["statements"] == [
        {
            "policy": "trust",
            "kind": "trust",
            "index": 0,
            "sid": "One",
            "effect": "Allow",
            "uri": "trust.json",
            "line": 2,
            "column": 3,
            "failed": None,
        },
        {
            "policy": "trust",
            "kind": "trust",
            "index": 1,
            "sid": None,
            "effect": "Allow",
            "uri": "trust.json",
            "line": 3,
            "column": 3,
            "failed": "unknown: the request does not say 'aws:securetransport', which is always there",
        },
    ]


def test_the_kind_of_a_policy_alone_is_told_from_its_content(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = decided(capsys, "--policy", given(here, "mine.json", policy(statement())))
    assert (answer["decision"], answer["statements"][0]["kind"]) == ("allow", "identity")


@pytest.mark.parametrize("option", ["--identity", "--boundary", "--session", "--scp"])
def test_a_policy_is_taken_for_what_the_user_says(here: Path, capsys: pytest.CaptureFixture[str], option: str) -> None:
    trust = given(here, "trust.json", policy(statement({"AWS": "111122223333"})))
    mine = given(here, "mine.json", policy(statement()))
    deny = given(here, "deny.json", policy(statement(effect="Deny")))
    assert decide("--trust", trust, "--identity", mine, option, mine) == 0
    answer = decided(capsys, "--trust", trust, "--identity", mine, option, deny)
    assert answer["decision"] == "explicit_deny"
    assert answer["statements"][-1]["kind"] == option.removeprefix("--")


def test_a_resource_control_policy_denies(here: Path) -> None:
    trust = given(here, "trust.json", policy(statement({"AWS": USER})))
    rcp = given(here, "rcp.json", policy({**statement(effect="Deny"), "Principal": "*"}))
    assert decide("--trust", trust) == 0
    assert decide("--trust", trust, "--rcp", rcp) == 1


def test_options_may_be_repeated(here: Path) -> None:
    trust = given(here, "trust.json", policy(statement({"AWS": "111122223333"})))
    other = given(here, "other.json", policy({**statement(), "Action": "s3:*"}))
    mine = given(here, "mine.json", policy(statement()))
    assert decide("--trust", trust, "--identity", other) == 1
    assert decide("--trust", trust, "--identity", other, "--identity", mine) == 0


def test_without_its_account_a_role_may_be_of_another(here: Path) -> None:
    given(here, "request.json", {key: value for key, value in REQUEST.items() if key != "resource"})
    trust = given(here, "trust.json", policy(statement({"AWS": USER})))
    assert decide("--trust", trust) == 3
    assert decide("--trust", trust, "--account", "111122223333") == 0
    assert decide("--trust", trust, "--account", "444455556666") == 1
    assert decide("--trust", trust, "--account", "mine") == 2


DUMP = {
    "RoleDetailList": [
        {
            "RoleName": name,
            "Arn": f"arn:aws:iam::111122223333:role/{name}",
            "AssumeRolePolicyDocument": policy(statement({"AWS": USER if name == "Deploy" else ROLE})),
            "RolePolicyList": [{"PolicyName": "all", "PolicyDocument": policy(statement())}],
        }
        for name in ("Deploy", "Audit")
    ]
}


def test_one_of_several_policies_is_chosen_by_its_role(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given(here, "dump.json", DUMP)
    assert decide("--trust", "dump.json#Deploy") == 0
    assert decide("--trust", "dump.json#Audit") == 1
    for option in ("--policy", "--trust", "--identity"):
        assert decide(option, "dump.json") == 2
        assert "dump.json#Audit" in capsys.readouterr().err
    assert decide("--trust", "dump.json#Deploi") == 2
    assert "did you mean 'Deploy'?" in capsys.readouterr().err


def test_a_file_may_have_the_sign_of_names_in_its_own(here: Path) -> None:
    given(here, "a#b.json", policy(statement({"AWS": USER})))
    assert decide("--policy", "a#b.json") == 0


def test_what_is_wrong_with_a_request_is_said_at_its_place(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given(here, "request.json", '{\n  "principal": {"AWS": "*"},\n  "action": "sts:AssumeRole"\n}')
    assert decide("--policy", given(here, "trust.json", policy(statement({"AWS": USER})))) == 2
    assert "request.json:2:24: error[bad-request]: '*' is no AWS principal that can call" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--policy", "a.json", "--scp", "b.json"], ["--policy", "nothing.json"]])
def test_wrong_options_and_names_are_the_users(here: Path, arguments: list[str]) -> None:
    assert here.is_dir()
    assert decide(*arguments) == 2


@pytest.mark.parametrize("text", ['{"Statement": [', '{"Statement": [], "Statement": []}'])
def test_a_file_that_cannot_be_read_decides_nothing(here: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert decide("--policy", given(here, "broken.json", text)) == 3
    assert "broken.json:1:" in capsys.readouterr().err


def test_a_file_without_policies_and_one_with_several_requests_are_refused(here: Path) -> None:
    assert decide("--policy", given(here, "pod.yaml", "kind: Pod")) == 2
    many = given(here, "many.yaml", "\n---\n".join([json.dumps(REQUEST)] * 2))
    trust = given(here, "trust.json", policy(statement({"AWS": USER})))
    assert run(["decide", many, "--policy", trust]) == 2
