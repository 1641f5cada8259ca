"""Who gets in, as queries ask it: known answers, questions that need not be asked, answers that are kept."""

import gc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor_plugins.functions.managed_policies import managed_policy
from lictor_plugins.functions.reasoning import outside_witness, stranger_witness
from lictor_plugins.functions.transport import plain_transport
from lictor_plugins.kinds.aws_iam.intrinsics import Template
from lictor_plugins.kinds.aws_iam.normalise import normalise
from lictor_plugins.reasoning import questions
from lictor_plugins.reasoning.model import Answer

OWN, OTHER, ORG = "111122223333", "444455556666", "o-a1b2c3d4e5"
Json = dict[str, Any]


def policy(*statements: Json) -> Json:
    return normalise({"Version": "2012-10-17", "Statement": list(statements)}, Template())


def allow(principal: Any = "*", condition: Json | None = None, action: str = "s3:GetObject", **more: Any) -> Json:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "arn:aws:s3:::acme/*", **more}
    return {**statement, "Condition": condition} if condition else statement


def deny(condition: Json | None = None, action: str = "s3:*") -> Json:
    return {**allow("*", condition, action), "Effect": "Deny"}


def equals(key: str, *values: Any) -> Json:
    return {"StringEquals": {key: list(values)}}


@pytest.mark.parametrize(
    "condition",
    [
        equals("aws:PrincipalOrgID", ORG),
        equals("AWS:principalaccount", OWN),
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORG}/r-ab12/*"}},
        {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/App-*"}},
        equals("aws:SourceAccount", OWN),
        equals("AWS:SourceOwner", OWN),
        equals("kms:CallerAccount", OWN),
        equals("s3:DataAccessPointAccount", OWN),
        {"StringLike": {"s3:DataAccessPointArn": f"arn:aws:s3:eu-west-1:{OWN}:accesspoint/*"}},
        {"StringLike": {"aws:userId": "AROAEXAMPLEID12345:*"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:acme"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        equals("aws:SourceVpce", "vpce-1a2b3c4d"),
        equals("aws:PrincipalAccount", "${aws:ResourceAccount}"),
        equals("aws:PrincipalOrgID", "${aws:ResourceOrgID}"),
        equals("aws:PrincipalOrgID", {"Ref": "Organization"}),
        {"ArnEquals": {"aws:SourceArn": {"Ref": "Topic"}}},
        {"ArnLike": {"aws:SourceArn": {"Fn::Sub": "arn:aws:sns:${AWS::Region}:${AWS::AccountId}:*"}}},
    ],
)
def test_a_condition_that_names_one_account_organization_source_or_network_keeps_strangers_out(condition: Json) -> None:
    assert stranger_witness(policy(allow("*", condition)), 0, "caller")["answer"] == "no"


@pytest.mark.parametrize(
    "condition",
    [
        None,
        {"StringLike": {"aws:PrincipalOrgID": "*"}},
        {"StringEqualsIfExists": {"aws:PrincipalOrgID": ORG}},
        {"StringEqualsIfExists": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/App"}},
        {"StringNotEquals": {"aws:PrincipalAccount": OWN}},
        {"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": f"{ORG}/*"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/App"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:orders"}},
        {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}},
        {"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
        equals("aws:PrincipalTag/team", "blue"),
        equals("aws:Referer", "https://acme.example"),
        {"StringLike": {"kms:CallerAccount": "*"}},
    ],
)
def test_a_condition_that_strangers_meet_keeps_nobody_out_and_one_of_them_is_shown(condition: Json | None) -> None:
    told = stranger_witness(policy(allow("*", condition)), 0, "caller")
    assert told["answer"] == "yes"
    assert told["witness"] == f"{told['caller']}{told['call']}{told['context']}"
    assert "calls s3:GetObject on arn:aws:s3:::acme/" in told["witness"]


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"StringNotEquals": {"aws:PrincipalOrgID": ORG}}, "no"),
        ({"StringNotLike": {"aws:userId": ["AROAEXAMPLEID12345:*", OWN]}}, "no"),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, "no"),
        ({"StringEquals": {"aws:PrincipalOrgID": ORG}}, "yes"),
        ({"Bool": {"aws:SecureTransport": "false"}}, "yes"),
        (
            {"StringNotEquals": {"aws:PrincipalOrgID": ORG}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}},
            "no",
        ),
        # Whoever does not sign in has no such key, so the Deny leaves them alone.
        ({"StringNotEquals": {"aws:PrincipalOrgID": ORG}, "Bool": {"aws:PrincipalIsAWSService": "false"}}, "yes"),
    ],
)
def test_a_deny_for_all_but_some_closes_what_an_allow_leaves_open(condition: Json, answer: str) -> None:
    assert stranger_witness(policy(allow(), deny(condition)), 0, "caller")["answer"] == answer
    assert stranger_witness(policy(allow(), deny(condition, "s3:PutObject")), 0, "caller")["answer"] == "yes"


def test_a_network_is_a_guard_only_where_it_is_asked_to_be() -> None:
    value = policy(allow("*", equals("aws:SourceVpce", {"Ref": "Endpoint"})))
    assert stranger_witness(value, 0, "caller")["answer"] == "no"
    assert stranger_witness(value, 0, "anywhere")["answer"] == "yes"


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        (None, "yes"),
        (equals("aws:SourceAccount", OWN), "no"),
        ({"StringEqualsIfExists": {"aws:SourceAccount": OWN}}, "yes"),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}, "yes"),
        ({"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{OWN}:trail/*"}}, "no"),
        ({"StringLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:*:*:*"}}, "yes"),
        (equals("lambda:EventSourceToken", "amzn1.ask.skill.1"), "no"),
    ],
)
def test_a_service_works_for_strangers_unless_a_condition_names_the_source(condition: Json, answer: str) -> None:
    value = policy(allow({"Service": "sns.amazonaws.com"}, condition))
    assert stranger_witness(value, 0, "service")["answer"] == answer
    assert stranger_witness(value, 0, "caller")["answer"] == "no"


@pytest.mark.parametrize(
    "resource",
    [
        {"Fn::GetAtt": ["Bucket", "Arn"]},
        {"Fn::Sub": "${Bucket.Arn}/*"},
        {"Fn::Join": ["", ["arn:aws:s3:::", {"Ref": "Bucket"}, "/*"]]},
        {"Fn::Sub": "arn:${AWS::Partition}:s3:::${Bucket}/*"},
        "execute-api:/stage/*",
    ],
)
def test_who_gets_in_does_not_hang_on_what_the_resource_is_called(resource: Any) -> None:
    closing = deny({"StringNotEquals": {"aws:PrincipalOrgID": ORG}}, "*")
    answers = [
        stranger_witness(policy(*statements), 0, "caller")["answer"]
        for statements in (
            [allow(Resource=resource)],
            [allow("*", equals("aws:PrincipalOrgID", ORG), Resource=resource)],
            [allow(Resource=resource), {**closing, "Resource": resource}],
            [allow(Resource=resource), {**closing, "Resource": "*"}],
            [allow(Resource=resource), {**closing, "Resource": "arn:aws:s3:::acme/*"}],
        )
    ]
    assert answers == ["yes", "no", "no", "no", "unknown"]


def test_what_is_not_known_before_deployment_is_unknown_and_says_why() -> None:
    told = stranger_witness(policy(allow("*", {"StringLike": {"aws:PrincipalOrgID": {"Ref": "Org"}}})), 0, "caller")
    assert (told["answer"], told["witness"]) == ("unknown", None)
    assert "${Org}" in told["because"]


@pytest.mark.parametrize(
    ("principal", "condition", "lists", "answer"),
    [
        ({"AWS": OTHER}, None, ([OWN], [], []), "yes"),
        ({"AWS": OTHER}, None, ([OWN], [OTHER], []), "no"),
        ({"AWS": OTHER}, equals("aws:PrincipalOrgID", ORG), ([OWN], [], [ORG]), "no"),
        ({"AWS": OTHER}, {"StringEqualsIfExists": {"aws:PrincipalOrgID": ORG}}, ([OWN], [], [ORG]), "yes"),
        ("*", equals("aws:PrincipalAccount", OTHER), ([OWN], [], []), "yes"),
        ("*", equals("aws:PrincipalAccount", OWN), ([OWN], [], []), "no"),
        ({"AWS": OTHER}, None, ([], [], []), "no"),
        ({"AWS": {"Fn::Sub": "arn:aws:iam::${Partner}:root"}}, None, ([OWN], [], []), "unknown"),
        ({"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}, None, ([OWN], [], []), "no"),
    ],
)
def test_an_outsider_is_of_no_own_or_trusted_account_or_organization(
    principal: Any, condition: Json | None, lists: tuple[list[str], list[str], list[str]], answer: str
) -> None:
    assert outside_witness(policy(allow(principal, condition)), 0, *lists)["answer"] == answer


def test_in_a_trust_policy_a_tenant_that_nobody_named_is_an_outsider() -> None:
    host = "token.actions.githubusercontent.com"
    provider = {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{host}"}
    answers = []
    for subject in ("repo:acme/shop:ref:refs/heads/main", "repo:*"):
        statement = {
            "Effect": "Allow",
            "Principal": provider,
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringLike": {f"{host}:sub": subject}},
        }
        answers.append(outside_witness(policy(statement), 0, [OWN], [], [])["answer"])
    assert answers == ["no", "yes"]


def test_no_question_is_asked_where_everybody_is_named_and_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> Answer:
        pytest.fail("a question was asked")

    monkeypatch.setattr(questions, "outside_access", never)
    value = policy(allow({"AWS": [OWN, f"arn:aws:iam::{OWN}:role/App"], "Service": "sns.amazonaws.com"}))
    assert outside_witness(value, 0, [OWN], [], [])["answer"] == "no"
    assert stranger_witness(value, 0, "caller")["answer"] == "no"
    assert stranger_witness(policy(deny()), 0, "caller")["answer"] == "no"


def test_a_question_is_asked_once_for_one_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def count(*_: object, **__: object) -> Answer:
        asked.append(1)
        return Answer("no")

    monkeypatch.setattr(questions, "outside_access", count)
    value = policy(allow())
    for _ in range(3):
        stranger_witness(value, 0, "caller")
    assert len(asked) == 1
    stranger_witness(policy(allow()), 0, "caller")
    stranger_witness(value, 0, "anywhere")
    assert len(asked) == 3


def test_an_answer_never_goes_to_another_policy() -> None:
    for _ in range(200):
        assert stranger_witness(policy(allow()), 0, "caller")["answer"] == "yes"
        gc.collect(0)
        assert stranger_witness(policy(allow("*", equals("aws:PrincipalOrgID", ORG))), 0, "caller")["answer"] == "no"


CONDITIONS = st.sampled_from(
    [
        None,
        equals("aws:PrincipalOrgID", ORG),
        {"StringNotEquals": {"aws:PrincipalOrgID": ORG}},
        {"StringEqualsIfExists": {"aws:PrincipalAccount": OWN}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        equals("aws:SourceAccount", OWN),
        equals("aws:PrincipalTag/team", "blue"),
        {"StringNotLike": {"aws:userId": "AROAEXAMPLEID12345:*"}},
    ]
)


@settings(max_examples=60, deadline=None)
@given(CONDITIONS, CONDITIONS)
def test_one_more_deny_never_lets_anybody_in(condition: Json | None, closing: Json | None) -> None:
    for way in ("caller", "anywhere"):
        before = stranger_witness(policy(allow("*", condition)), 0, way)["answer"]
        after = stranger_witness(policy(allow("*", condition), deny(closing)), 0, way)["answer"]
        assert (before, after) not in {("no", "yes"), ("no", "unknown")}


@settings(max_examples=40, deadline=None)
@given(CONDITIONS)
def test_who_gets_in_from_anywhere_is_no_fewer(condition: Json | None) -> None:
    value = policy(allow("*", condition))
    if stranger_witness(value, 0, "caller")["answer"] == "yes":
        assert stranger_witness(value, 0, "anywhere")["answer"] == "yes"


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"Bool": {"aws:SecureTransport": "false"}}, "no"),
        ({"BoolIfExists": {"AWS:securetransport": "false"}}, "no"),
        ({"StringNotEquals": {"aws:SecureTransport": "true"}}, "no"),
        ({"Bool": {"aws:SecureTransport": "true"}}, "yes"),
        ({"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalOrgID": ORG}}, "yes"),
        ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, "yes"),
        (None, "no"),
    ],
)
def test_plain_transport_is_refused_by_whatever_amounts_to_it(condition: Json | None, answer: str) -> None:
    assert plain_transport(policy(allow({"AWS": OWN}), deny(condition)))["answer"] == answer


def test_plain_transport_is_refused_for_a_bucket_that_a_template_makes() -> None:
    bucket = [{"Fn::GetAtt": ["B", "Arn"]}, {"Fn::Sub": "${B.Arn}/*"}]
    insecure = {**deny({"Bool": {"aws:SecureTransport": "false"}}), "Resource": bucket}
    assert plain_transport(policy(allow(Resource=bucket), insecure))["answer"] == "no"
    assert plain_transport(policy(allow(Resource=bucket)))["answer"] == "yes"


def test_plain_transport_is_asked_of_buckets_topics_and_queues_only() -> None:
    told = {
        action: plain_transport(policy(allow({"AWS": OWN}, action=action, Resource="*")))["answer"]
        for action in ("s3:GetObject", "sns:Publish", "SQS:SendMessage", "kms:Decrypt", "*")
    }
    assert told == {
        "s3:GetObject": "yes",
        "sns:Publish": "yes",
        "SQS:SendMessage": "yes",
        "kms:Decrypt": "no",
        "*": "no",
    }


@pytest.mark.parametrize(
    ("arn", "reach"),
    [
        ("arn:aws:iam::aws:policy/AdministratorAccess", "administrator"),
        ("arn:aws-cn:iam::aws:policy/PowerUserAccess", "administrator"),
        ("arn:${AWS::Partition}:iam::aws:policy/job-function/SystemAdministrator", "escalation"),
        ("AWSLambda_FullAccess", "escalation"),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", ""),
        (f"arn:aws:iam::{OWN}:policy/AdministratorAccess", ""),
    ],
)
def test_a_managed_policy_of_aws_is_known_by_its_arn_or_bare_name(arn: str, reach: str) -> None:
    assert managed_policy(arn)["reach"] == reach
