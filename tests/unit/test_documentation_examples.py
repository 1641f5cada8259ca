"""Policies as AWS's guides print them: what is found in those that were once found wrong, and in some beside them.

The examples are written after the IAM, S3, KMS, DynamoDB, Lambda, Secrets Manager, EventBridge, API Gateway and Glacier
guides. Notes on what any bucket or role may have are left out.
"""

import datetime as dt
import json
from typing import Any

import pytest

from lictor.api import CheckRequest, PolicyChoice, check

TODAY = dt.date(2026, 12, 1)
OF_EVERY_BUCKET = "resource-insecure-transport"

Example = tuple[str, list[dict[str, Any]], list[str]]


def allow(
    action: Any, resource: Any = "*", condition: Any = None, principal: Any = None, **more: Any
) -> dict[str, Any]:
    """Return a statement; keys that are None are left out."""
    parts = {"Principal": principal, "Action": action, "Resource": resource, "Condition": condition}
    return {"Effect": "Allow", **{name: value for name, value in parts.items() if value is not None}, **more}


def deny(*parts: Any, **more: Any) -> dict[str, Any]:
    return {**allow(*parts, **more), "Effect": "Deny"}


ROOT = {"AWS": "arn:aws:iam::111122223333:root"}
ADMINISTRATOR = {"AWS": "arn:aws:iam::111122223333:role/ExampleAdminRole"}
TABLE = "arn:aws:dynamodb:*:*:table/MyTable"
INVOKE, STAGES = "execute-api:Invoke", "execute-api:/*/*/*"
EXAMPLES: list[Example] = [
    (
        "API Gateway: allow or deny API traffic based on the source address",
        [
            allow(INVOKE, STAGES, principal="*"),
            deny(INVOKE, STAGES, {"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}}, "*"),
        ],
        ["resource-network-only Statement[0].Principal"],
    ),
    (
        "DynamoDB: row-level access based on an Amazon Cognito ID",
        [
            allow(
                [
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ],
                [TABLE],
                {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${cognito-identity.amazonaws.com:sub}"]}},
            )
        ],
        [],
    ),
    (
        "DynamoDB: access to specific columns",
        [
            allow(
                ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem"],
                [TABLE],
                {
                    "ForAllValues:StringEquals": {"dynamodb:Attributes": ["column-1", "column-2"]},
                    "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
                },
            )
        ],
        [],
    ),
    (
        "Secrets Manager: read a group of secrets in a batch",
        [
            allow(["secretsmanager:BatchGetSecretValue", "secretsmanager:ListSecrets"]),
            allow("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:111122223333:secret:app-a1b2c3"),
        ],
        [],
    ),
    (
        "IAM: permissions boundary of the example company",
        [allow(["s3:*", "cloudwatch:*", "ec2:*"])],
        [
            "grant-service-star Statement[0].Action[0]",
            "grant-service-star Statement[0].Action[2]",
        ],
    ),
    (
        "IAM: users manage their own devices for a second factor",
        [
            allow("iam:CreateVirtualMFADevice", "arn:aws:iam::*:mfa/*"),
            allow(["iam:EnableMFADevice", "iam:ListMFADevices"], "arn:aws:iam::*:user/${aws:username}"),
            deny(None, condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, NotAction="iam:*"),
        ],
        [],
    ),
    (
        "S3: see all buckets in the console",
        [allow(["s3:ListAllMyBuckets", "s3:GetBucketLocation"], ["arn:aws:s3:::*"])],
        [],
    ),
    (
        "KMS: the default key policy",
        [
            allow("kms:*", principal=ROOT),
            allow(["kms:Create*", "kms:Describe*", "kms:Put*"], principal=ADMINISTRATOR),
            allow(["kms:Encrypt", "kms:Decrypt"], principal=ADMINISTRATOR),
        ],
        [],
    ),
    (
        "Glacier: deny deletion of archives that are not old",
        [
            deny(
                "glacier:DeleteArchive",
                ["arn:aws:glacier:us-west-2:123456789012:vaults/examplevault"],
                {"NumericLessThan": {"glacier:ArchiveAgeInDays": "365"}},
                "*",
            )
        ],
        [],
    ),
    (
        "EventBridge: accounts of an organization send events",
        [
            allow(
                "events:PutEvents",
                "arn:aws:events:us-east-1:123456789012:event-bus/central",
                {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}},
                "*",
            )
        ],
        [],
    ),
    (
        "Lambda: only layers of one account",
        [
            allow(
                ["lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"],
                condition={"ForAllValues:StringLike": {"lambda:Layer": ["arn:aws:lambda:*:123456789012:layer:*:*"]}},
            )
        ],
        [],
    ),
    (
        "S3: read-only access for anybody",
        [allow(["s3:GetObject", "s3:GetObjectVersion"], ["arn:aws:s3:::amzn-s3-demo-bucket/*"], principal="*")],
        ["resource-wildcard-principal Statement[0].Principal"],
    ),
    (
        "IAM: pass a role that a tag names",
        [allow("iam:PassRole", "*", {"StringEquals": {"iam:ResourceTag/team": "${aws:PrincipalTag/team}"}})],
        ["grant-passrole-star Statement[0].Resource"],
    ),
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return what is found in each file, of one run over all of them."""
    root = tmp_path_factory.mktemp("examples")
    for number, (title, statements, _) in enumerate(EXAMPLES):
        text = json.dumps({"Version": "2012-10-17", "Statement": statements})
        (root / name_of(number, title)).write_text(text, encoding="utf-8")
    report = check(CheckRequest((".",), root, TODAY, PolicyChoice(rulesets=("aws-iam-strict",))))
    assert report.problems == ()
    said: dict[str, list[str]] = {}
    for each in report.findings:
        if each.rule_id != OF_EVERY_BUCKET:
            said.setdefault(each.location.uri, []).append(f"{each.rule_id} {each.location.logical}")
    return said


def name_of(number: int, title: str) -> str:
    return f"{number}-boundary.json" if "boundary" in title else f"{number}.json"


@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=[title for title, _, _ in EXAMPLES])
def test_what_is_found_in_an_example_can_be_defended(found: dict[str, list[str]], number: int) -> None:
    title, _, expected = EXAMPLES[number]
    assert sorted(found.get(name_of(number, title), [])) == expected
