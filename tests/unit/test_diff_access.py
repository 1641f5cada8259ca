"""`lictor diff` of files and folders: what a change newly allows and forbids, and what is no change."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from lictor.cli.group import run

OWN, FOREIGN = "111122223333", "999988887777"
ROLE = f"arn:aws:iam::{OWN}:role/Build"


def allow(actions: Any = "s3:GetObject", resources: Any = "arn:aws:s3:::b/*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def deny(actions: Any, resources: Any = "*") -> dict[str, Any]:
    return {"Effect": "Deny", "Action": actions, "Resource": resources}


def trust(principal: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}


def policy(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, data: Any, indent: int | None = 2) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data, indent=indent), encoding="utf-8")


def diff(
    here: Path, capsys: pytest.CaptureFixture[str], old: Any, new: Any, *options: str
) -> tuple[int, dict[str, Any]]:
    write(here / "old.json", old)
    write(here / "new.json", new)
    code = run(["diff", "old.json", "new.json", "-o", "json", *options])
    return code, json.loads(capsys.readouterr().out)


def test_an_action_more_is_newly_allowed_at_its_statement(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = policy(allow(), allow("s3:PutObject", Sid="Write"))
    code, answer = diff(here, capsys, policy(allow()), new)
    assert (code, answer["answer"]) == (1, "yes")
    assert answer["witness"]["action"] == "s3:PutObject"
    (change,) = answer["changes"]
    assert (change["direction"], change["kind"], change["policy"]) == ("allows", "identity", "new")
    assert change["statement"] == {
        "uri": "new.json",
        "line": 9,
        "column": 5,
        "index": 1,
        "sid": "Write",
        "side": "new",
    }


def test_an_action_less_is_newly_forbidden_at_its_old_statement(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = diff(here, capsys, policy(allow(["s3:GetObject", "s3:PutObject"])), policy(allow()))
    assert (code, answer["answer"], answer["witness"]) == (0, "no", None)
    (change,) = answer["changes"]
    assert (change["direction"], change["statement"]["side"], change["statement"]["uri"]) == (
        "forbids",
        "old",
        "old.json",
    )


def test_a_deny_more_is_newly_forbidden_at_the_deny(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, answer = diff(here, capsys, policy(allow()), policy(allow(), deny("s3:*")))
    (change,) = answer["changes"]
    assert (change["direction"], change["statement"]["side"], change["statement"]["index"]) == ("forbids", "new", 1)


def test_a_deny_that_goes_is_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = diff(here, capsys, policy(allow(), deny("s3:*")), policy(allow()))
    (change,) = answer["changes"]
    assert (code, change["removed"]["index"], change["removed"]["side"]) == (1, 1, "old")
    assert change["because"] == "statement 2 denied it before"


MANY = policy(
    allow(["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]),
    allow("ec2:*", "*", Condition={"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-west-2"]}}),
    deny("ec2:TerminateInstances"),
)


def rewritten() -> dict[str, Any]:
    """Say the same in another order, with other Sids, one statement taken apart, and a needless one more."""
    first, second, third = copy.deepcopy(MANY["Statement"])
    second["Condition"]["StringEquals"] = {"aws:requestedregion": ["eu-west-2", "eu-west-1"]}
    parts = [allow(action, first["Resource"][::-1]) for action in ("s3:PutObject", "S3:getobject")]
    return policy(third, {**second, "Sid": "Region"}, *parts, allow("s3:GetObject", "arn:aws:s3:::a/x*"))


@pytest.mark.parametrize("new", [MANY, rewritten()])
def test_what_means_the_same_is_no_change(new: Any, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here / "old.json", MANY)
    write(here / "new.json", new, indent=None)
    assert run(["diff", "old.json", "new.json"]) == 0
    assert capsys.readouterr().out == "1 policy compared: nothing newly allowed, nothing newly forbidden\n"


def test_a_change_is_told_once_for_each_statement_that_widens(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, answer = diff(here, capsys, policy(allow()), policy(allow(), allow("ec2:*", "*"), allow("sqs:*", "*")))
    assert [change["statement"]["index"] for change in answer["changes"]] == [1, 2]


def test_letting_a_stranger_in_is_an_error_and_letting_in_ours_a_warning(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = policy(trust({"AWS": ROLE}))
    _, answer = diff(here, capsys, old, policy(trust({"AWS": [ROLE, f"arn:aws:iam::{FOREIGN}:root"]})))
    assert [(each["kind"], each["level"]) for each in answer["changes"]] == [("trust", "error")]
    _, answer = diff(here, capsys, old, policy(trust({"AWS": [ROLE, f"{ROLE}2"]})))
    assert [(each["kind"], each["level"]) for each in answer["changes"]] == [("trust", "warning")]


def test_what_cannot_be_known_is_unknown(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = policy(allow("s3:PutObject", Condition={"StringNearlyEquals": {"aws:username": "x"}}))
    code, answer = diff(here, capsys, policy(allow()), new)
    assert (code, answer["answer"]) == (3, "unknown")
    assert "StringNearlyEquals" in answer["because"]


@pytest.mark.parametrize(
    ("kind", "old", "new", "expected"),
    [
        ("boundary", policy(allow()), policy(allow("s3:*")), "yes"),
        ("scp", policy(allow("*", "*"), deny("s3:*")), policy(allow("*", "*")), "yes"),
        ("scp", policy(allow("*", "*")), policy(allow("*", "*"), deny("s3:*")), "no"),
        ("identity", policy(allow()), policy(allow("s3:*")), "yes"),
    ],
)
def test_what_a_bare_file_holds_can_be_said(
    kind: str, old: Any, new: Any, expected: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, answer = diff(here, capsys, old, new, "--kind", kind)
    assert answer["answer"] == expected
    assert {each["kind"] for each in answer["changes"]} == {kind}


def folders(here: Path, old: dict[str, Any], new: dict[str, Any]) -> None:
    for side, files in (("old", old), ("new", new)):
        (here / side).mkdir()
        for name, data in files.items():
            write(here / side / name, data)


def compared(capsys: pytest.CaptureFixture[str], *options: str) -> list[tuple[str, str]]:
    run(["diff", "old", "new", "-o", "json", *options])
    changes = json.loads(capsys.readouterr().out)["changes"]
    return [(Path(change["uri"]).as_posix(), change["direction"]) for change in changes]


def test_folders_are_compared_file_by_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same = policy(trust({"AWS": ROLE}))
    folders(here, {"a.json": same, "b.json": policy(allow())}, {"a.json": same, "b.json": policy(allow("s3:*"))})
    assert compared(capsys) == [("new/b.json", "allows")]


def test_a_new_policy_allows_and_a_gone_one_forbids(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders(here, {"a.json": policy(trust({"AWS": ROLE}))}, {"b.json": policy(allow("s3:*"))})
    assert compared(capsys) == [("new/b.json", "allows"), ("old/a.json", "forbids")]


def test_a_limit_that_goes_allows_and_a_new_one_forbids(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders(here, {"a.json": policy(allow(), allow("s3:List*", "*"))}, {"x.yaml": "a: 1"})
    assert compared(capsys, "--kind", "boundary") == [("old/a.json", "allows")]


def test_what_a_gone_policy_denied_others_may_allow(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders(here, {"a.json": policy(deny("s3:*", "*")), "b.json": policy(allow())}, {"b.json": policy(allow())})
    assert compared(capsys) == [("old/a.json", "allows")]


def test_a_policy_that_moved_to_another_file_is_the_same(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders(here, {"a.json": policy(allow())}, {"b.json": policy(allow())})
    assert compared(capsys) == []


def test_policies_of_a_template_are_matched_by_their_names(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def template(**actions: str) -> dict[str, Any]:
        roles = {
            name: {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": policy(trust({"AWS": ROLE})),
                    "Policies": [{"PolicyName": "p", "PolicyDocument": policy(allow(action))}],
                },
            }
            for name, action in actions.items()
        }
        return {"Resources": roles}

    old, new = template(A="s3:GetObject", B="s3:PutObject"), template(B="s3:PutObject", A="s3:*")
    _, answer = diff(here, capsys, old, new)
    assert [(each["policy"], each["direction"]) for each in answer["changes"]] == [("A: p", "allows")]


def test_policies_of_one_role_are_matched_by_their_names(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def role(**actions: str) -> dict[str, Any]:
        policies = [{"PolicyName": name, "PolicyDocument": policy(allow(action))} for name, action in actions.items()]
        return {"Resources": {"A": {"Type": "AWS::IAM::Role", "Properties": {"Policies": policies}}}}

    old, new = role(p="s3:GetObject", q="sqs:SendMessage"), role(q="sqs:*", p="s3:PutObject")
    _, answer = diff(here, capsys, old, new)
    assert [(each["policy"], each["direction"], each["witness"]["action"]) for each in answer["changes"]] == [
        ("A: q", "allows", "sqs:AnyAction"),
        ("A: p", "allows", "s3:PutObject"),
        ("A: p", "forbids", "s3:GetObject"),
    ]


def test_findings_reach_every_reporter(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here / "old.json", policy(allow(), deny("sqs:*")))
    write(here / "new.json", policy(allow(["s3:GetObject", "s3:PutObject"])))
    assert run(["diff", "old.json", "new.json", "-o", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)["runs"][0]
    (result,) = log["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], result["level"], result["kind"]) == ("relation-widens", "warning", "fail")
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("new.json", 4)
    assert "s3:PutObject" in result["message"]["text"]
    assert result["properties"]["witness"]["action"] == "s3:PutObject"
    assert log["invocations"][0]["exitCode"] == 1
    assert run(["diff", "old.json", "new.json", "-o", "github"]) == 1
    assert "relation-widens" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["old.json", "none.json"], 2, "'none.json' is not there"),
        (["old.json", "folder"], 2, "a file can't be compared with a folder"),
        (["old.json", "old.json", "old.json"], 2, "one or two commits"),
        (["old.json", "old.json", "-o", "sarfi"], 2, "no output format 'sarfi'"),
        (["old.json", "old.json", "--account", "1"], 2, "twelve digits"),
        (["old.json", "old.json", "--path", "x"], 2, "--path"),
        (["old.json", "broken.json"], 3, "broken.json:1:"),
    ],
)
def test_wrong_input_is_told_with_a_hint(
    arguments: list[str], code: int, text: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here / "old.json", policy(trust({"AWS": ROLE})))
    write(here / "broken.json", '{"Version": ')
    (here / "folder").mkdir()
    assert run(["diff", *arguments]) == code
    assert text in capsys.readouterr().err


@pytest.mark.parametrize(("old", "new"), [("{", policy(allow())), (policy(allow()), "{")], ids=["before", "after"])
def test_what_can_not_be_read_is_neither_new_nor_gone(
    here: Path, capsys: pytest.CaptureFixture[str], old: Any, new: Any
) -> None:
    code, answer = diff(here, capsys, old, new)
    assert (code, answer["answer"], answer["changes"]) == (3, "unknown", [])
    for folder, text in (("a", old), ("b", new)):
        write(here / folder / "one.json", text)
    write(here / "b" / "two.json", policy(allow("s3:PutObject")))
    code = run(["diff", "a", "b", "-o", "json"])
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert (code, [change["uri"] for change in changes]) == (1, ["b/two.json"])


def test_folders_without_documents_are_no_comparison(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a").mkdir()
    (here / "b").mkdir()
    assert run(["diff", "a", "b"]) == 3
    assert "nothing was compared" in capsys.readouterr().err


def test_documents_without_a_policy_are_no_comparison(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders(here, {"a.json": {"Resources": {}}}, {"a.json": {"Resources": {}}})
    assert run(["diff", "old", "new"]) == 3
    assert "nothing was compared: there is no policy" in capsys.readouterr().err


def test_a_control_policy_that_only_denies_is_told_by_what_it_denied(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = policy(deny("iam:*"), deny("s3:*")), policy(deny("iam:*"), deny("s3:Put*"))
    code, answer = diff(here, capsys, old, new, "--kind", "scp")
    assert (code, answer["because"]) == (1, "statement 2 denied it before")
    (change,) = answer["changes"]
    assert (change["statement"], change["removed"]["index"], change["removed"]["side"]) == (None, 1, "old")
    assert change["witness"]["action"].startswith("s3:")
