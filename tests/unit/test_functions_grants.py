"""What a policy allows, and which ways from there to administrator rights are open."""

from typing import Any

import pytest

from lictor_plugins.functions.escalations import ESCALATIONS, escalation
from lictor_plugins.functions.grants import allows_action
from lictor_plugins.kinds.aws_iam.intrinsics import Template
from lictor_plugins.kinds.aws_iam.normalise import normalise


def policy_of(*statements: dict[str, Any]) -> Any:
    return normalise({"Version": "2012-10-17", "Statement": list(statements)}, Template())


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


ROLES = "arn:aws:iam::111122223333:role/*"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow("iam:PassRole")], "yes"),
        ([allow("IAM:pass*", ROLES)], "yes"),
        ([{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}], "yes"),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], "no"),
        ([{"Effect": "Allow", "Action": "*", "NotResource": ROLES}], "no"),
        ([{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:iam::*:role/Admin"}], "yes"),
        ([allow("iam:PassRole", "arn:aws:iam::111122223333:role/app-*")], "no"),
        ([allow("iam:PassRole", "arn:aws:s3:::a")], "no"),
        ([allow("*"), deny("iam:PassRole")], "no"),
        ([allow("*"), deny("iam:PassRole", ROLES)], "yes"),
        ([allow("iam:PassRole", ROLES), deny("iam:*", ROLES)], "no"),
        ([allow("*"), {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}], "no"),
        ([allow("*"), deny("iam:PassRole", Condition={"Bool": {"aws:SecureTransport": "false"}})], "yes"),
        ([allow("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})], "yes"),
        ([allow("*", Condition={"StringEquals": {"aws:ResourceTag/team": "a"}})], "no"),
        ([allow("*", Condition={"StringEqualsIfExists": {"aws:ResourceTag/team": "a"}})], "yes"),
        ([allow("*", Condition={"Null": {"aws:ResourceTag/team": "true"}})], "yes"),
        ([allow("*"), deny("*", Condition={"StringEquals": {"aws:ResourceTag/guarded": "true"}})], "yes"),
        ([allow("*"), deny("*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})], "yes"),
        ([allow("*"), deny("*", Condition={"StringNotEquals": {"aws:ResourceTag/open": "true"}})], "no"),
        (
            [
                allow("*"),
                deny("*", Condition={"Null": {"aws:username": "true"}}),
                deny("*", Condition={"Null": {"aws:username": "false"}}),
            ],
            "no",
        ),
        (
            [
                allow(
                    "*",
                    Condition={
                        "IpAddress": {"aws:SourceIp": "10.0.0.0/8"},
                        "NotIpAddress": {"aws:SourceIp": "10.0.0.0/7"},
                    },
                )
            ],
            "no",
        ),
        (
            [
                allow(
                    "*", Condition={"StringEquals": {"aws:PrincipalTag/a": "b"}, "Null": {"aws:PrincipalTag/a": "true"}}
                )
            ],
            "no",
        ),
        ([allow("iam:PassRole", "arn:aws:iam::*:role/${aws:PrincipalTag/team}")], "unknown"),
        ([allow("iam:PassRole", "arn:aws-cn:iam::111122223333:role/*")], "yes"),
        ([allow("*"), {"Effect": "Deny", "Action": "*", "NotResource": ROLES}], "no"),
        ([{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}, allow("iam:PassRole", ROLES)], "yes"),
        ([allow("iam:*"), {"Effect": "Deny", "NotAction": ["iam:Get*", "iam:PassRole"], "Resource": "*"}], "yes"),
        ([allow("*", Condition={"Bool": {"aws:ViaAWSService": "true"}})], "no"),
        ([allow("iam:PassRole", {"Ref": "Role"})], "unknown"),
    ],
)
def test_an_action_on_any_role_is_allowed_denied_or_unknown(statements: Any, expected: str) -> None:
    assert allows_action(policy_of(*statements), "iam:PassRole", "role") == expected


def test_the_own_user_counts_only_where_it_is_enough() -> None:
    policy = policy_of(allow("iam:*", "arn:aws:iam::*:user/${aws:username}"))
    assert escalation(policy, "put-user-policy")["verdict"] == "yes"
    assert escalation(policy, "create-access-key")["verdict"] == "no"


def test_a_deny_of_the_own_user_leaves_the_others() -> None:
    policy = policy_of(allow("iam:*"), deny("iam:PutUserPolicy", "arn:aws:iam::*:user/${aws:username}"))
    assert escalation(policy, "put-user-policy")["verdict"] == "yes"


def test_a_way_of_several_steps_names_all_its_statements() -> None:
    policy = policy_of(allow("ec2:RunInstances"), allow("s3:*"), allow("iam:PassRole"))
    assert escalation(policy, "passrole-ec2") == {
        "verdict": "yes",
        "statement": 2,
        "statements": [0, 2],
        "action": "iam:PassRole",
    }


@pytest.mark.parametrize("name", ESCALATIONS)
def test_every_way_is_open_to_an_administrator_and_closed_to_a_reader(name: str) -> None:
    assert escalation(policy_of(allow("*")), name)["verdict"] == "yes"
    assert escalation(policy_of(allow(["*:Get*", "*:List*", "*:Describe*"])), name)["verdict"] == "no"
    assert escalation(policy_of(allow("*"), deny("*")), name)["verdict"] == "no"


INSTANCES, DOCUMENTS = "arn:aws:ec2:*:*:instance/*", "arn:aws:ssm:*:*:document/*"
SHELL = "arn:aws:ssm:eu-west-1::document/AWS-RunShellScript"


@pytest.mark.parametrize(
    ("way", "statements", "expected"),
    [
        ("ssm-send-command", [allow("ssm:SendCommand", [INSTANCES, DOCUMENTS])], "yes"),
        ("ssm-send-command", [allow("ssm:SendCommand", [INSTANCES, SHELL])], "yes"),
        ("ssm-send-command", [allow("ssm:SendCommand", DOCUMENTS)], "no"),
        ("ssm-send-command", [allow("ssm:SendCommand", INSTANCES)], "no"),
        ("ssm-send-command", [allow("ssm:SendCommand"), deny("ssm:SendCommand", INSTANCES)], "no"),
        ("ssm-start-session", [allow("ssm:StartSession", "arn:aws:ec2:*:*:instance/i-0123")], "no"),
        ("ssm-start-session", [allow("ssm:*", Condition={"StringLike": {"ssm:resourceTag/team": "a"}})], "no"),
        ("update-stack", [allow("cloudformation:*", Condition={"Null": {"cloudformation:RoleArn": "false"}})], "no"),
        ("update-stack", [allow("cloudformation:*", Condition={"Null": {"cloudformation:RoleArn": "true"}})], "yes"),
        (
            "execute-command",
            [allow("ecs:*", Condition={"ArnEquals": {"ecs:cluster": "arn:aws:ecs:::cluster/a"}})],
            "no",
        ),
        ("launch-template", [allow("ec2:*", Condition={"StringEquals": {"ec2:ResourceTag/team": "a"}})], "no"),
        ("permission-set", [allow("sso:*", "arn:aws:sso:::permissionSet/*")], "yes"),
        ("permission-set", [allow("sso:*", "arn:aws:sso:::permissionSet/ssoins-0123/ps-4567")], "no"),
    ],
)
def test_a_way_is_open_where_its_own_resources_are_all_allowed(way: str, statements: Any, expected: str) -> None:
    assert escalation(policy_of(*statements), way)["verdict"] == expected
