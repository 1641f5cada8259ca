"""`lictor who`: whom a role lets in, whether outsiders get in, and the change that shuts them out."""

import json
from pathlib import Path
from typing import Any

import pytest

from lictor.cli.group import run

OWN, FOREIGN = "111122223333", "999988887777"
COGNITO = "cognito-identity.amazonaws.com"
GITHUB = "token.actions.githubusercontent.com"
PROVIDER = {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{GITHUB}"}


def root(account: str) -> str:
    return f"arn:aws:iam::{account}:root"


def allow(principal: Any, condition: Any = None, action: str = "sts:AssumeRole", **more: Any) -> dict[str, Any]:
    written = {"Effect": "Allow", "Principal": principal, "Action": action, **more}
    return {**written, "Condition": condition} if condition else written


def token(condition: Any) -> dict[str, Any]:
    return allow(PROVIDER, condition, "sts:AssumeRoleWithWebIdentity")


def policy(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def given(here: Path, *statements: Any) -> None:
    (here / "role.json").write_text(json.dumps(policy(*statements), indent=2), encoding="utf-8")


def who(capsys: pytest.CaptureFixture[str], *options: str, file: str = "role.json") -> tuple[int, dict[str, Any]]:
    code = run(["who", file, *options, "-o", "json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_role_for_everybody_lets_outsiders_in(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given(here, allow({"AWS": "*"}, Sid="Open"))
    code, answer = who(capsys, "--own-account", OWN)
    assert (code, answer["answer"]) == (1, "yes")
    assert list(answer["witness"]) == ["principal", "action", "resource", "context"]
    assert answer["witness"]["action"] == "sts:AssumeRole"
    assert answer["statement"] == {"uri": "role.json", "line": 4, "column": 5, "index": 0, "sid": "Open"}


def test_a_statement_stands_in_the_file_that_terraform_reads(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given(here, allow({"AWS": "*"}, Sid="Open"))
    (here / "iam.tf").write_text("""resource "aws_iam_role" "x" {\n  assume_role_policy = file("role.json")\n}\n""")
    _, answer = who(capsys, "--own-account", OWN, file="iam.tf")
    assert answer["statement"] == {"uri": "role.json", "line": 4, "column": 5, "index": 0, "sid": "Open"}
    assert answer["role"]["uri"] == "iam.tf"


def test_a_role_for_its_own_account_lets_no_outsider_in(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given(here, allow({"AWS": root(OWN)}))
    code, answer = who(capsys, "--own-account", OWN)
    assert (code, answer["answer"], answer["witness"], answer["statement"]) == (0, "no", None, None)


def test_what_is_not_known_is_unknown(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given(here, allow({"AWS": "*"}, {"StringNearlyEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}))
    code, answer = who(capsys)
    assert (code, answer["answer"]) == (3, "unknown")
    assert "StringNearlyEquals" in answer["because"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--own-account", OWN], "yes"),
        (["--own-account", OWN, "--trusted-account", FOREIGN], "no"),
        (["--own-account", FOREIGN], "no"),
    ],
)
def test_a_named_account_is_an_outsider_unless_it_is_trusted(
    options: list[str], expected: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given(here, allow({"AWS": root(FOREIGN)}))
    assert who(capsys, *options)[1]["answer"] == expected


def test_members_of_a_trusted_organization_are_no_outsiders(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given(here, allow({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}))
    assert who(capsys, "--own-account", OWN)[0] == 1
    assert who(capsys, "--own-account", OWN, "--trusted-org", "o-a1b2c3d4e5")[0] == 0


def test_everybody_who_is_named_is_told_with_condition_and_place(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    principal = {
        "AWS": [OWN, f"arn:aws:iam::{OWN}:role/Build", f"arn:aws:iam::{OWN}:user/LiJuan"],
        "Service": "ec2.amazonaws.com",
    }
    given(here, allow(principal, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}), token({}))
    trusted = who(capsys)[1]["trusted"]
    assert [each["kind"] for each in trusted] == ["account", "role", "user", "service", "identity provider"]
    assert trusted[0]["condition"] == "aws:multifactorauthpresent is 'true'"
    assert (trusted[4]["statement"]["index"], trusted[4]["condition"]) == (1, "")


def test_a_principal_that_never_gets_in_is_told_so(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sts:*"}
    given(here, allow({"AWS": root(OWN)}), deny)
    assert [each["gets_in"] for each in who(capsys)[1]["trusted"]] == [False]


def test_of_several_principals_those_are_told_whom_a_deny_shuts_out(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deny = {"Effect": "Deny", "Principal": {"AWS": FOREIGN}, "Action": "sts:*"}
    given(here, allow({"AWS": [OWN, FOREIGN]}), deny)
    assert [each["gets_in"] for each in who(capsys)[1]["trusted"]] == [True, False]


def test_people_are_told_which_keys_a_witness_does_without(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given(here, allow({"AWS": FOREIGN}, {"StringEqualsIfExists": {"sts:ExternalId": "x"}}))
    run(["who", "role.json", "--own-account", OWN])
    assert "any-role calls sts:AssumeRole without sts:externalid\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("statement", "options", "description"),
    [
        (
            allow({"AWS": "*"}, {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
            ["--trusted-org", "o-a1b2c3d4e5"],
            "write StringEquals for StringEqualsIfExists",
        ),
        (
            allow({"AWS": "*"}, {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
            ["--trusted-org", "o-a1b2c3d4e5"],
            "write StringEquals for ForAllValues:StringEquals",
        ),
        (
            allow({"AWS": "*"}, {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
            ["--trusted-org", "o-a1b2c3d4e5"],
            "write StringEquals for StringNotEquals",
        ),
        (allow({"AWS": "*"}), [], f"let in {root(OWN)} alone"),
        (allow("*"), [], f"let in {root(OWN)} alone"),
        (
            allow({"AWS": [root(FOREIGN), root(OWN)]}),
            [],
            f"remove the principal '{root(FOREIGN)}'",
        ),
        (
            allow({"AWS": root(FOREIGN), "Service": "ec2.amazonaws.com"}),
            [],
            f"remove the principal '{root(FOREIGN)}'",
        ),
        (token({"StringLike": {f"{GITHUB}:sub": "repo:org*"}}), [], "write 'repo:org/*' for 'repo:org*'"),
        (
            allow({"AWS": "*"}, {"StringLike": {"aws:PrincipalOrgID": "o-a1b2c3d4e5*"}}),
            ["--trusted-org", "o-a1b2c3d4e5"],
            "write 'o-a1b2c3d4e5' for 'o-a1b2c3d4e5*'",
        ),
        (
            allow({"AWS": "*"}, {"StringEquals": {"aws:PrincipalAccount": [OWN, FOREIGN]}}),
            [],
            f"remove the value '{FOREIGN}' of aws:PrincipalAccount",
        ),
        (
            allow(
                {"Federated": COGNITO},
                {
                    "StringEquals": {f"{COGNITO}:aud": "us-east-1:12345678-1234-1234-1234-123456789012"},
                    "ForAnyValue:StringEquals": {f"{COGNITO}:amr": "unauthenticated"},
                },
                "sts:AssumeRoleWithWebIdentity",
            ),
            [],
            "let in who has signed in, and no guests",
        ),
        (
            token({"StringLike": {f"{GITHUB}:sub": ["repo:org/app:*", "*"]}}),
            [],
            f"remove the value '*' of {GITHUB}:sub",
        ),
        (
            token({"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}),
            [],
            f"let in only when {GITHUB}:sub is 'repo:your-org/your-repo:ref:refs/heads/main'",
        ),
    ],
)
def test_the_smallest_change_that_shuts_outsiders_out_is_proposed_and_holds(
    statement: Any, options: list[str], description: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given(here, statement)
    before = (here / "role.json").read_text(encoding="utf-8")
    change = who(capsys, "--own-account", OWN, *options)[1]["change"]
    assert [edit["description"] for edit in change["edits"]] == [description]
    assert not change["leaves_nobody"]
    (here / "role.json").write_text(patched(before, change["diff"]), encoding="utf-8")
    assert who(capsys, "--own-account", OWN, *options)[0] == 0


def patched(text: str, diff: str) -> str:
    """Apply a diff of one hunk by its lines."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++", "@@"))]
    old = "\n".join(line[1:] for line in lines if line[:1] in " -")
    new = "\n".join(line[1:] for line in lines if line[:1] in " +")
    assert old in text
    return text.replace(old, new)


def test_each_statement_that_lets_outsiders_in_is_mended(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given(here, allow({"AWS": "*"}), token({"StringLike": {f"{GITHUB}:sub": "repo:org*"}}))
    change = who(capsys, "--own-account", OWN)[1]["change"]
    assert [edit["path"][:2] for edit in change["edits"]] == [["Statement", 0], ["Statement", 1]]


def test_a_role_in_a_template_is_chosen_by_its_name(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = {
        "Resources": {
            name: {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": policy(allow(principal))}}
            for name, principal in (("Shut", {"AWS": root(OWN)}), ("Open", {"AWS": "*"}))
        }
    }
    (here / "t.json").write_text(json.dumps(template), encoding="utf-8")
    assert who(capsys, "--own-account", OWN, file="t.json#Shut")[0] == 0
    code, answer = who(capsys, "--own-account", OWN, file="t.json")
    assert (code, answer["role"]["name"]) == (1, "Open")
    assert [(role["role"]["name"], role["answer"]) for role in answer["roles"]] == [("Shut", "no"), ("Open", "yes")]
    assert answer["change"]["edits"][0]["path"][:2] == ["Resources", "Open"]


def test_a_policy_inside_a_string_is_mended_there(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = json.dumps(policy(allow({"AWS": "*"}), allow({"AWS": "*"})))
    (here / "role.json").write_text(json.dumps({"AssumeRolePolicyDocument": text}), encoding="utf-8")
    change = who(capsys, "--own-account", OWN)[1]["change"]
    assert len(change["edits"]) == 2
    assert f'\\"AWS\\": \\"{root(OWN)}\\"' in change["diff"]


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["none.json"], 2, "none.json"),
        (["role.json#Else"], 2, "no policy of 'Else'"),
        (["role.json", "--own-account", "12"], 2, "twelve digits"),
        (["role.json", "--trusted-org", "org"], 2, "organization's id"),
        (["broken.json"], 3, "broken.json:1:"),
        (["template.json"], 2, "no trust policy in template.json"),
        (["list.json"], 2, "no trust policy in list.json"),
        (["text.json"], 2, "no trust policy in text.json"),
        (["identity.json"], 2, "no trust policy in identity.json"),
        (["bucket.json"], 2, "no trust policy in bucket.json"),
    ],
)
def test_wrong_input_is_told_with_a_hint(
    arguments: list[str], code: int, text: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given(here, allow({"AWS": root(OWN)}))
    (here / "broken.json").write_text('{"Version": ', encoding="utf-8")
    reading = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    others: dict[str, Any] = {
        "template.json": {"Resources": {}},
        "list.json": [1, 2],
        "text.json": "role",
        "identity.json": {"Version": "2012-10-17", "Statement": reading},
        "bucket.json": {"Version": "2012-10-17", "Statement": {**reading, "Principal": "*"}},
    }
    for name, data in others.items():
        (here / name).write_text(json.dumps(data), encoding="utf-8")
    assert run(["who", *arguments]) == code
    assert text in capsys.readouterr().err


def test_people_read_the_answer_with_its_places(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given(here, allow({"AWS": "*"}, Sid="Open"))
    assert run(["who", "role.json", "--own-account", OWN]) == 1
    out = capsys.readouterr().out
    assert "can an outsider assume it? yes" in out
    assert "let in by statement 'Open' at role.json:4:5" in out
    assert f'+        "AWS": "{root(OWN)}"' in out


def test_a_tenant_that_a_deny_spares_is_no_outsider(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    but = {"StringNotLike": {f"{GITHUB}:sub": "repo:octo/*"}}
    deny = allow(PROVIDER, but, "sts:AssumeRoleWithWebIdentity", Effect="Deny")
    given(here, token({"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}), deny)
    assert who(capsys, "--own-account", OWN)[1]["answer"] == "no"
    deny["Condition"] = {"StringNotLike": {f"{GITHUB}:sub": "repo:octo*"}}
    given(here, token(None), deny)
    code, answer = who(capsys, "--own-account", OWN)
    assert (code, answer["answer"]) == (1, "yes")
    assert answer["witness"]["context"][f"{GITHUB}:sub"].startswith("repo:octo-")
    (edit,) = answer["change"]["edits"]
    assert edit["value"]["StringEquals"] == {f"{GITHUB}:repository": "your-org/your-repo"}


def test_a_statement_without_any_principal_names_nobody(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    statement = allow({"AWS": "*"})
    del statement["Principal"]
    given(here, statement)
    code, answer = who(capsys)
    assert (code, answer["answer"], answer["trusted"]) == (3, "unknown", [])
