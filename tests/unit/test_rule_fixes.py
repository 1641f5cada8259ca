"""The fixes of the rules that ship: what each makes of a policy, and that none is made where it would widen access."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Lictor = Callable[..., Any]
ROLE = "arn:aws:iam::111122223333:role/Deploy"
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-logs/*"}
TRUST = {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "sts:AssumeRole"}
SAML = {
    "Effect": "Allow",
    "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/Okta"},
    "Action": "sts:AssumeRoleWithSAML",
}
TEAM = {"aws:PrincipalTag/team": "web"}
FOREVER = {"Version": "2012-10-17"}


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {**READ, "Condition": {operator: {key: value}}}


def denied(statement: dict[str, Any]) -> dict[str, Any]:
    return {**statement, "Effect": "Deny"}


def two(*statements: dict[str, Any]) -> dict[str, Any]:
    return {**FOREVER, "Statement": list(statements)}


MFA, ORGANIZATION = "aws:MultiFactorAuthPresent", ("aws:PrincipalOrgID", "o-a1b2c3d4e5")
NEVER = {**READ, "Condition": {"StringEquals": TEAM, "StringNotEquals": TEAM}}

FIXES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "an operator that is near": (
        "condition-unknown-operator",
        two({**READ, "Condition": {"StringEqual": TEAM}}),
        two({**READ, "Condition": {"StringEquals": TEAM}}),
    ),
    "Null with IfExists": (
        "condition-null-ifexists",
        two(when("NullIfExists", "aws:TokenIssueTime", "false")),
        two(when("Null", "aws:TokenIssueTime", "false")),
    ),
    "MFA that may be absent": (
        "condition-mfa-ifexists", two(when("BoolIfExists", MFA, "true")), two(when("Bool", MFA, "true"))
    ),
    "a Deny that access keys escape": (
        "condition-deny-missing",
        two(denied(when("Bool", MFA, "false"))),
        two(denied(when("BoolIfExists", MFA, "false"))),
    ),
    "a guard with IfExists": (
        "condition-ifexists-guard",
        two(when("StringEqualsIfExists", *ORGANIZATION)),
        two(when("StringEquals", *ORGANIZATION)),
    ),
    "a set operator for one value": (
        "condition-set-op-single",
        two(when("ForAllValues:StringEquals", *ORGANIZATION)),
        two(when("StringEquals", *ORGANIZATION)),
    ),
    "Like without a wildcard": (
        "condition-like-no-wildcard", two(when("StringLike", *ORGANIZATION)), two(when("StringEquals", *ORGANIZATION))
    ),
    "text for ARNs": (
        "condition-arn-stringlike",
        two(when("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x")),
        two(when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x")),
    ),
    "a private range among others": (
        "condition-sourceip-private",
        two(when("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "10.0.0.0/8"])),
        two(when("IpAddress", "aws:SourceIp", ["203.0.113.0/24"])),
    ),
    "a statement that never applies": ("condition-dead", two(READ, NEVER), two(READ)),
    "a statement that changes nothing": (
        "condition-redundant", two(READ, when("StringEquals", *ORGANIZATION)), two(READ)
    ),
    "no version": ("form-version-missing", {"Statement": [READ]}, {"Statement": [READ], **FOREVER}),
    "a version that there isn't": ("form-version-invalid", {**two(READ), "Version": "2012-10-18"}, two(READ)),
    "a Deny with a variable": (
        "grant-deny-variable-old",
        {**two(denied({**READ, "Resource": "arn:aws:s3:::x/${aws:username}"})), "Version": "2008-10-17"},
        two(denied({**READ, "Resource": "arn:aws:s3:::x/${aws:username}"})),
    ),
    "two of a name": (
        "form-duplicate-sid",
        two({**READ, "Sid": "Read"}, {**READ, "Sid": "Read"}),
        two({**READ, "Sid": "Read"}, {**READ, "Sid": "Read2"}),
    ),
    "an element that is near": (
        "form-unknown-element",
        two({**READ, "Conditions": {"Bool": {MFA: "true"}}}),
        two({**READ, "Condition": {"Bool": {MFA: "true"}}}),
    ),
    "an action that trust policies don't have": (
        "trust-bad-action",
        two({**TRUST, "Action": ["sts:AssumeRole", "s3:*"]}),
        two({**TRUST, "Action": ["sts:AssumeRole"]}),
    ),
    "a star in the call": ("trust-star-action", two({**TRUST, "Action": "sts:Assume*"}), two(TRUST)),
    "a bare star in a Deny": (
        "trust-bare-star",
        two(TRUST, {**denied(TRUST), "Principal": "*"}),
        two(TRUST, {**denied(TRUST), "Principal": {"AWS": "*"}}),
    ),
    "somebody deleted": (
        "trust-unique-id",
        two({**TRUST, "Principal": {"AWS": [ROLE, "AROAEXAMPLEID12345678"]}}),
        two({**TRUST, "Principal": {"AWS": [ROLE]}}),
    ),
    "SAML without an audience": (
        "trust-saml-aud",
        two(SAML),
        two({**SAML, "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}}),
    ),
}  # fmt: skip

REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "the only principal": ("trust-unique-id", two({**TRUST, "Principal": {"AWS": "AROAEXAMPLEID12345678"}})),
    "a variable": ("form-version-missing", {"Statement": [{**READ, "Resource": "arn:aws:s3:::x/${aws:username}"}]}),
    "an operator with two keys": (
        "condition-ifexists-guard",
        two({**READ, "Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1a2b3c4d5e", "ec2:Vpc": "v"}}}),
    ),
    "SAML elsewhere": (
        "trust-saml-aud",
        two({**SAML, "Principal": {"Federated": "arn:aws-cn:iam::111122223333:saml-provider/Okta"}}),
    ),
    "a key that may be known to AWS alone": (
        "condition-unknown-global-key",
        two(when("StringEquals", "aws:PrincipalOrgsID", "o-a1b2c3d4e5")),
    ),
}


def mended(directory: Path, lictor: Lictor, rule: str, policy: dict[str, Any]) -> Any:
    kind = "trust-policy" if any("Principal" in each for each in policy["Statement"]) else "identity-policy"
    file = directory / "policy.json"
    file.write_text(json.dumps(policy))
    (directory / "lictor.yaml").write_text(f"id: x\nrules: {{{rule}: error}}\n")
    ran = lictor(directory, "check", "--fix", "policy.json", "--kind", f"*.json=aws.iam.{kind}", "--only", rule)
    assert "Traceback" not in ran.err
    return json.loads(file.read_text())


@pytest.mark.parametrize("name", FIXES)
def test_a_fix_changes_what_is_wrong_and_nothing_else(name: str, tmp_path: Path, lictor: Lictor) -> None:
    rule, policy, expected = FIXES[name]
    assert mended(tmp_path, lictor, rule, policy) == expected


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_safe_is_left_alone(name: str, tmp_path: Path, lictor: Lictor) -> None:
    rule, policy = REFUSED[name]
    assert mended(tmp_path, lictor, rule, policy) == policy


def test_keys_are_renamed_in_templates_too(tmp_path: Path, lictor: Lictor) -> None:
    template = """\
Resources:
  Logs:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: s3:GetObject  # read
            Resource: arn:aws:s3:::acme-logs/*
            Condition:
              BoolIfExists: {aws:MultiFactorAuthPresent: "true"}  # people
"""
    (tmp_path / "template.yaml").write_text(template)
    lictor(tmp_path, "check", "--fix", "template.yaml", "--only", "condition-mfa-ifexists")
    assert (tmp_path / "template.yaml").read_text() == template.replace("BoolIfExists", "Bool")
