"""Known answers of `lictor who`: whether somebody of no own or trusted account or organization can assume a role.

Each row is its own reason: the question in words, the statements, what is known of insiders, the answer.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from lictor import edited_data
from lictor.cli.group import run

Json = dict[str, Any]
OWN, OTHER, ORG = "111122223333", "444455556666", "o-a1b2c3d4e5"
ROOT, ALIEN = f"arn:aws:iam::{OWN}:root", f"arn:aws:iam::{OTHER}:root"
HOST = "token.actions.githubusercontent.com"
GITHUB = f"arn:aws:iam::{OWN}:oidc-provider/{HOST}"
GITLAB = f"arn:aws:iam::{OWN}:oidc-provider/gitlab.com"
TERRAFORM = f"arn:aws:iam::{OWN}:oidc-provider/app.terraform.io"
EKS = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
WEB, SAML = "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"
YES, NO = "yes", "no"
MADE_UP = "123456789012"
MINE = ("--own-account", OWN)
OURS = (*MINE, "--trusted-org", ORG)


def lets(principal: Any, condition: Json | None = None, action: Any = "sts:AssumeRole", **more: Any) -> Json:
    block = {} if condition is None else {"Condition": condition}
    return {"Effect": "Allow", "Principal": principal, "Action": action, **block, **more}


def bars(principal: Any, condition: Json | None = None, action: Any = "sts:AssumeRole") -> Json:
    return {**lets(principal, condition, action), "Effect": "Deny"}


def row(name: str, *statements: Json, is_open: str, given: tuple[str, ...] = MINE) -> Any:
    return pytest.param(list(statements), given, is_open, id=name)


def star(name: str, condition: Json, is_open: str, given: tuple[str, ...] = MINE) -> Any:
    return row(name, lets({"AWS": "*"}, condition), is_open=is_open, given=given)


def github(name: str, condition: Json, is_open: str) -> Any:
    return row(name, lets({"Federated": GITHUB}, condition, WEB), is_open=is_open)


def sub(value: Any, operator: str = "StringLike", **more: Any) -> Json:
    return {operator: {f"{HOST}:sub": value}, **more}


AUD = {"StringEquals": {f"{HOST}:aud": "sts.amazonaws.com"}}
WHO = [
    row("everybody", lets({"AWS": "*"}), is_open=YES),
    row("a bare star", lets("*"), is_open=YES),
    row("the own account", lets({"AWS": ROOT}), is_open=NO),
    row("the own account by its number", lets({"AWS": OWN}), is_open=NO),
    row("an own role", lets({"AWS": f"arn:aws:iam::{OWN}:role/x"}), is_open=NO),
    row("another account", lets({"AWS": ALIEN}), is_open=YES),
    row("another account that is trusted", lets({"AWS": ALIEN}), is_open=NO, given=(*MINE, "--trusted-account", OTHER)),
    row("another account beside the own", lets({"AWS": [ROOT, ALIEN]}), is_open=YES),
    row("another account is denied", lets({"AWS": ALIEN}), bars({"AWS": ALIEN}), is_open=NO),
    row("one user of it is denied", lets({"AWS": ALIEN}), bars({"AWS": f"arn:aws:iam::{OTHER}:user/x"}), is_open=YES),
    row("everybody, and everybody is denied", lets({"AWS": "*"}), bars("*"), is_open=NO),
    row(
        "everybody but members",
        lets({"AWS": "*"}),
        bars("*", {"StringNotEquals": {"aws:PrincipalOrgID": ORG}}),
        is_open=NO,
        given=OURS,
    ),
    row(
        "everybody but members, and who says nothing",
        lets({"AWS": "*"}),
        bars("*", {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG}}),
        is_open=NO,
        given=OURS,
    ),
    row("a service", lets({"Service": "ec2.amazonaws.com"}), is_open=NO),
    row("no call that assumes", lets({"AWS": "*"}, None, "sts:GetCallerIdentity"), is_open=NO),
    row("only tags", lets({"AWS": "*"}, None, "sts:TagSession"), is_open=NO),
    row("all of sts", lets({"AWS": "*"}, None, "sts:*"), is_open=YES),
    row("the call in capitals", lets({"AWS": "*"}, None, "STS:ASSUMEROLE"), is_open=YES),
    star("the own account by condition", {"StringEquals": {"aws:PrincipalAccount": OWN}}, NO),
    star("the own account by condition, absent or not", {"StringEqualsIfExists": {"aws:PrincipalAccount": OWN}}, NO),
    star("another account by condition", {"StringEquals": {"aws:PrincipalAccount": [OWN, OTHER]}}, YES),
    star("accounts that begin so", {"StringLike": {"aws:PrincipalAccount": "1111*"}}, YES),
    star("all but one account", {"StringNotEquals": {"aws:PrincipalAccount": OTHER}}, YES),
    star("all but the own", {"StringNotEquals": {"aws:PrincipalAccount": OWN}}, YES),
    star("an own role by condition", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}}, NO),
    star("such a role of any account", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ci"}}, YES),
    star("text that goes beyond the account", {"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}*:role/x"}}, NO),
    star("text that begins with the own account", {"StringLike": {"aws:PrincipalArn": f"*{OWN}*"}}, YES),
    star("a star without wildcards", {"StringEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}}, NO),
    star("the organization", {"StringEquals": {"aws:PrincipalOrgID": ORG}}, NO, OURS),
    star("the organization in any case", {"StringEqualsIgnoreCase": {"aws:PrincipalOrgID": ORG.upper()}}, NO, OURS),
    star("the organization is not trusted", {"StringEquals": {"aws:PrincipalOrgID": ORG}}, YES),
    star("the organization if there is one", {"StringEqualsIfExists": {"aws:PrincipalOrgID": ORG}}, YES, OURS),
    star("all but the organization", {"StringNotEquals": {"aws:PrincipalOrgID": ORG}}, YES, OURS),
    star("any organization", {"StringLike": {"aws:PrincipalOrgID": "o-*"}}, YES, OURS),
    star("an organization, whichever", {"Null": {"aws:PrincipalOrgID": "false"}}, YES, OURS),
    star(
        "a unit of the organization",
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORG}/r-ab12/ou-ab12-11111111/*"}},
        NO,
        OURS,
    ),
    star(
        "all values, of which there may be none",
        {"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": f"{ORG}/*"}},
        YES,
        OURS,
    ),
    star(
        "all values, and there is one",
        {"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": f"{ORG}/*"}, "Null": {"aws:PrincipalOrgPaths": "false"}},
        NO,
        OURS,
    ),
    star("a network", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, YES),
    star("a tag", {"StringEquals": {"aws:PrincipalTag/team": "red"}}, YES),
    star("an external id", {"StringEquals": {"sts:ExternalId": "x-1"}}, YES),
    star("MFA", {"Bool": {"aws:MultiFactorAuthPresent": "true"}}, YES),
    star(
        "two networks at once",
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "NotIpAddress": {"aws:SourceIp": "203.0.0.0/16"}},
        NO,
    ),
    star(
        "a key that is and is not there",
        {"StringEquals": {"aws:PrincipalTag/a": "b"}, "Null": {"aws:PrincipalTag/a": "true"}},
        NO,
    ),
    star(
        "less than none",
        {"NumericLessThan": {"aws:MultiFactorAuthAge": "10"}, "NumericGreaterThan": {"aws:MultiFactorAuthAge": "20"}},
        NO,
    ),
    star(
        "after it ended",
        {
            "DateGreaterThan": {"aws:CurrentTime": "2026-02-01T00:00:00Z"},
            "DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"},
        },
        NO,
    ),
    star("services alone, of people", {"Bool": {"aws:PrincipalIsAWSService": "true"}}, NO),
    star("what only services send", {"StringEquals": {"aws:SourceAccount": OWN}}, NO),
    star("what only services send, negated", {"StringNotEquals": {"aws:SourceAccount": OWN}}, YES),
    star(
        "what only services send, if it is there", {"ArnLikeIfExists": {"aws:SourceArn": f"arn:aws:sns:*:{OWN}:*"}}, YES
    ),
    github("any repository", AUD, YES),
    github("one repository", sub("repo:org/app:*", **AUD), NO),
    github("one branch", sub("repo:org/app:ref:refs/heads/main", "StringEquals"), NO),
    github("every repository", sub("repo:*"), YES),
    github("everything", sub("*"), YES),
    github("organizations that begin so", sub("repo:org*"), YES),
    github("every repository of the organization", sub("repo:org/*"), NO),
    github("one good and one bad value", sub(["repo:org/app:*", "repo:*"]), YES),
    github("a repository if it is told", sub("repo:org/app:*", "StringLikeIfExists"), YES),
    github("all values of the subject", sub("repo:org/app:*", "ForAllValues:StringLike"), YES),
    github("any value of the subject", sub("repo:org/app:*", "ForAnyValue:StringLike"), NO),
    github("not this repository", sub("repo:org/app:*", "StringNotLike"), YES),
    github("a star that is text", sub("repo:org/*", "StringEquals"), NO),
    github("the subject in any case", sub("REPO:ORG/APP:ref:refs/heads/main", "StringEqualsIgnoreCase"), NO),
    github("the claim under another spelling", {"StringLike": {f"{HOST.upper()}:SUB": "repo:org/app:*"}}, NO),
    github("another provider's claim", {"StringLike": {"gitlab.com:sub": "project_path:group/*"}}, NO),
    github("another provider's claim, negated", {"StringNotLike": {"gitlab.com:sub": "project_path:group/*"}}, YES),
    github("a question mark in the organization's name", sub("repo:or?/app:*"), YES),
    row("a token with the wrong call", lets({"Federated": GITHUB}), is_open=NO),
    row(
        "any repository, but others are denied",
        lets({"Federated": GITHUB}, AUD, WEB),
        bars({"Federated": GITHUB}, sub("repo:org/app:*", "StringNotLike"), WEB),
        is_open=NO,
    ),
    row(
        "any project",
        lets({"Federated": GITLAB}, {"StringEquals": {"gitlab.com:aud": "https://gitlab.com"}}, WEB),
        is_open=YES,
    ),
    row(
        "one project",
        lets(
            {"Federated": GITLAB},
            {"StringLike": {"gitlab.com:sub": "project_path:group/app:ref_type:branch:ref:*"}},
            WEB,
        ),
        is_open=NO,
    ),
    row(
        "any organization of Terraform",
        lets(
            {"Federated": TERRAFORM},
            {"StringLike": {"app.terraform.io:sub": "organization:*:project:p:workspace:w:run_phase:*"}},
            WEB,
        ),
        is_open=YES,
    ),
    row(
        "one organization of Terraform",
        lets(
            {"Federated": TERRAFORM},
            {"StringLike": {"app.terraform.io:sub": "organization:o:project:p:workspace:w:run_phase:*"}},
            WEB,
        ),
        is_open=NO,
    ),
    row(
        "an own cluster",
        lets(
            {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{EKS}"},
            {"StringEquals": {f"{EKS}:sub": "system:serviceaccount:ns:app"}},
            WEB,
        ),
        is_open=NO,
    ),
    row(
        "an own identity provider",
        lets(
            {"Federated": f"arn:aws:iam::{OWN}:saml-provider/corp"},
            {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
            SAML,
        ),
        is_open=NO,
    ),
    row(
        "another account's identity provider",
        lets({"Federated": f"arn:aws:iam::{OTHER}:saml-provider/corp"}, None, SAML),
        is_open=YES,
    ),
    row("Google without an audience", lets({"Federated": "accounts.google.com"}, None, WEB), is_open=YES),
    row(
        "Google with an audience",
        lets(
            {"Federated": "accounts.google.com"},
            {"StringEquals": {"accounts.google.com:aud": "66677788899900pro0"}},
            WEB,
        ),
        is_open=NO,
    ),
    row("without own accounts: who is named is an insider", lets({"AWS": ALIEN}), is_open=NO, given=()),
    row("without own accounts: everybody", lets({"AWS": "*"}), is_open=YES, given=()),
    row(
        "without own accounts: everybody of a named account",
        lets({"AWS": "*"}, {"StringEquals": {"aws:PrincipalAccount": OWN}}),
        lets({"AWS": ROOT}),
        is_open=NO,
        given=(),
    ),
    row(
        "a user of another account by condition",
        lets({"AWS": ALIEN}, {"StringEquals": {"aws:username": "x"}}),
        is_open=YES,
    ),
    row(
        "another account's role that can't be a user",
        lets({"AWS": f"arn:aws:iam::{OTHER}:role/x"}, {"StringLike": {"aws:username": "*"}}),
        is_open=NO,
    ),
    row(
        "another account's role of another account",
        lets({"AWS": ALIEN}, {"StringEquals": {"aws:PrincipalAccount": OWN}}),
        is_open=NO,
    ),
    row("the partition of China", lets({"AWS": f"arn:aws-cn:iam::{OTHER}:root"}), is_open=YES),
]
WIDENED = [
    pytest.param(lets({"AWS": ROOT}), lets({"AWS": OWN}), NO, id="the account's other name"),
    pytest.param(lets({"AWS": ROOT}), lets({"AWS": [ROOT]}), NO, id="a list of one"),
    pytest.param(lets({"AWS": ROOT}), lets({"AWS": f"arn:aws:iam::{OWN}:role/x"}), NO, id="a role of the account"),
    pytest.param(lets({"AWS": f"arn:aws:iam::{OWN}:role/x"}), lets({"AWS": ROOT}), YES, id="the account of the role"),
    pytest.param(
        lets({"AWS": "*"}, {"StringEquals": {"aws:PrincipalAccount": OWN}}),
        lets({"AWS": ROOT}),
        NO,
        id="a condition becomes a principal",
    ),
    pytest.param(
        lets({"AWS": ROOT}, {"StringEquals": {"sts:ExternalId": "a"}}), lets({"AWS": ROOT}), YES, id="a condition goes"
    ),
    pytest.param(
        lets({"AWS": ROOT}, {"StringEquals": {"sts:ExternalId": "a"}}),
        lets({"AWS": ROOT}, {"StringLike": {"sts:ExternalId": "a"}}),
        NO,
        id="another operator without wildcards",
    ),
    pytest.param(
        lets({"AWS": ROOT}, {"StringEquals": {"sts:ExternalId": "a*"}}),
        lets({"AWS": ROOT}, {"StringLike": {"sts:ExternalId": "a*"}}),
        YES,
        id="another operator with wildcards",
    ),
    pytest.param(
        lets({"AWS": ROOT}, {"StringEquals": {"sts:ExternalId": "a"}}),
        lets({"AWS": ROOT}, {"StringEqualsIfExists": {"sts:ExternalId": "a"}}),
        YES,
        id="if it exists",
    ),
    pytest.param(
        lets({"AWS": ROOT}, {"IpAddress": {"aws:SourceIp": "10.0.0.0/24"}}),
        lets({"AWS": ROOT}, {"IpAddress": {"aws:SourceIp": ["10.0.0.0/25", "10.0.0.128/25"]}}),
        NO,
        id="a network in two halves",
    ),
    pytest.param(
        lets({"AWS": ROOT}, {"IpAddress": {"aws:SourceIp": "10.0.0.0/24"}}),
        lets({"AWS": ROOT}, {"IpAddress": {"aws:SourceIp": "10.0.0.0/23"}}),
        YES,
        id="a wider network",
    ),
    pytest.param(
        lets({"AWS": ROOT}, {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}),
        lets({"AWS": ROOT}, {"NumericLessThanEquals": {"aws:MultiFactorAuthAge": "3600"}}),
        YES,
        id="one second more",
    ),
    pytest.param(
        lets({"Federated": GITHUB}, sub("repo:o/a:*"), WEB),
        lets({"Federated": GITHUB}, sub("repo:o/*"), WEB),
        YES,
        id="every repository",
    ),
    pytest.param(
        lets({"Federated": GITHUB}, sub("repo:o/*"), WEB),
        lets({"Federated": GITHUB}, sub(["repo:o/a:*", "repo:o/b:*"]), WEB),
        NO,
        id="two of all repositories",
    ),
    pytest.param(
        lets({"AWS": ROOT}, None, "sts:AssumeRole"),
        lets({"AWS": ROOT}, None, "sts:Assume*"),
        NO,
        id="calls that people can't make",
    ),
    pytest.param(lets({"AWS": ROOT}, None, "sts:AssumeRole"), lets({"AWS": ROOT}, None, "sts:*"), YES, id="tags too"),
]


@pytest.mark.parametrize(("statements", "given", "is_open"), WHO)
def test_whether_a_stranger_gets_in_is_told(
    statements: list[Json],
    given: tuple[str, ...],
    is_open: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("role.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": statements}), encoding="utf-8")
    code = run(["who", "role.json", "-o", "json", *given])
    answer = json.loads(capsys.readouterr().out)
    assert (answer["answer"], code) == (is_open, {YES: 1, NO: 0}.get(is_open, 3)), answer
    assert (answer["witness"] is None) is (is_open == NO)
    assert answer["because"]


@pytest.mark.parametrize(("old", "new", "is_wider"), WIDENED)
def test_whether_a_change_widens_is_told(
    old: Json,
    new: Json,
    is_wider: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, statement in (("old.json", old), ("new.json", new)):
        Path(name).write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}), encoding="utf-8")
    code = run(["diff", "old.json", "new.json", "-o", "json"])
    answer = json.loads(capsys.readouterr().out)
    assert (answer["answer"], code) == (is_wider, 1 if is_wider == YES else 0), answer


@pytest.mark.parametrize(("statements", "given", "is_open"), [row for row in WHO if row.values[2] == YES])
def test_the_change_that_is_proposed_shuts_strangers_out(
    statements: list[Json],
    given: tuple[str, ...],
    is_open: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    document: Any = {"Version": "2012-10-17", "Statement": statements}
    Path("role.json").write_text(json.dumps(document), encoding="utf-8")
    run(["who", "role.json", "-o", "json", *given])
    answer = json.loads(capsys.readouterr().out)
    change = answer["change"]
    for edit in change["edits"]:
        document = edited_data(document, tuple(edit["path"]), edit["action"], edit.get("value"))
    Path("role.json").write_text(json.dumps(document), encoding="utf-8")
    code = run(["who", "role.json", "-o", "json", *(given or ("--own-account", MADE_UP))])
    capsys.readouterr()
    assert (is_open, code, len(change["edits"]), change["leaves_nobody"]) == (YES, 0, 1, False), change
