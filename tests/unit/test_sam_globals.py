"""What `Globals` of a SAM template give functions and APIs counts, and is found in `Globals`."""

import json
from typing import Any

import pytest

from lictor import Document, Subject, parse_json
from lictor.model import Budgets
from lictor_plugins.functions.escalations import escalation
from lictor_plugins.kinds.aws_iam import find
from lictor_plugins.kinds.aws_iam.found import IDENTITY_POLICY, RESOURCE_POLICY, ROLE, TRUST_POLICY
from lictor_plugins.kinds.general import CLOUDFORMATION_RESOURCE, find_cloudformation_resources

ESCALATING = {"Statement": [{"Effect": "Allow", "Action": "iam:PutRolePolicy", "Resource": "*"}]}
READING = {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
INVOKING = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}


def trusting(account: str) -> dict[str, Any]:
    principal = {"AWS": f"arn:aws:iam::{account}:root"}
    return {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]}


def function(**more: Any) -> dict[str, Any]:
    attributes = {name: more.pop(name) for name in ("IgnoreGlobals",) if name in more}
    return {"Type": "AWS::Serverless::Function", "Properties": {"Handler": "a.b", **more}, **attributes}


def template(given: Any, **resources: Any) -> Document:
    limit = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": READING}}
    data = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Globals": given,
        "Resources": {"Limit": limit, **resources},
    }
    return parse_json("x.json", json.dumps(data), Budgets()).documents[0]


def found(document: Document, kind: str) -> list[Subject]:
    return [subject for subject in find(document, frozenset({kind})) if subject.name != "Limit"]


def place(subject: Subject, *path: str | int) -> str:
    return ".".join(map(str, subject.place(path)[1]))


@pytest.mark.parametrize(
    ("own", "verdict", "stands"),
    [
        ({}, "no", "Globals.Function.PermissionsBoundary"),
        ({"IgnoreGlobals": ["Timeout"]}, "no", "Globals.Function.PermissionsBoundary"),
        ({"IgnoreGlobals": "*"}, "yes", None),
        ({"IgnoreGlobals": ["PermissionsBoundary"]}, "yes", None),
        ({"PermissionsBoundary": {"Ref": "AWS::NoValue"}}, "yes", None),
        (
            {"PermissionsBoundary": "arn:aws:iam::aws:policy/PowerUserAccess"},
            "no",
            "Resources.F.Properties.PermissionsBoundary",
        ),
        (
            {"PermissionsBoundary": "arn:aws:iam::111122223333:policy/of-another-stack"},
            "unknown",
            "Resources.F.Properties.PermissionsBoundary",
        ),
    ],
)
def test_a_function_has_the_boundary_of_globals_unless_it_says_otherwise(
    own: dict[str, Any], verdict: str, stands: str | None
) -> None:
    given = {"Function": {"PermissionsBoundary": {"Ref": "Limit"}, "Timeout": 3}}
    document = template(given, F=function(Policies=[ESCALATING], **own))
    [policy] = found(document, IDENTITY_POLICY)
    assert escalation(policy.value, "put-role-policy")["verdict"] == verdict
    assert place(policy, "statements", 0) == "Resources.F.Properties.Policies.0.Statement.0"
    [role] = found(document, ROLE)
    if stands is not None:
        assert place(role, "permissions_boundary") == stands
        assert place(policy, "boundaries", 0) == stands


def test_the_trust_policy_of_globals_is_found_there_and_once() -> None:
    given = {"Function": {"AssumeRolePolicyDocument": trusting("111122223333")}}
    document = template(given, F=function(), G=function(), H=function(RolePath="/h/"))
    [trust] = found(document, TRUST_POLICY)
    assert place(trust, "statements", 0, "principals", 0, "value") == (
        "Globals.Function.AssumeRolePolicyDocument.Statement.0.Principal.AWS"
    )
    assert [role.value["trust"]["statements"][0]["index"] for role in found(document, ROLE)] == [0, 0, 0]


def test_the_statements_of_globals_come_before_those_of_the_function() -> None:
    given = {"Function": {"AssumeRolePolicyDocument": {**trusting("111122223333"), "Version": "2012-10-17"}}}
    document = template(given, F=function(AssumeRolePolicyDocument=trusting("444455556666")))
    [trust] = found(document, TRUST_POLICY)
    principals = [each["principals"][0]["account"] for each in trust.value["statements"]]
    assert (principals, trust.value["version"]) == (["111122223333", "444455556666"], "2012-10-17")
    assert place(trust, "statements", 0, "actions", 0) == "Globals.Function.AssumeRolePolicyDocument.Statement.0.Action"
    own = "Resources.F.Properties.AssumeRolePolicyDocument.Statement"
    assert place(trust, "statements", 1, "actions", 0) == f"{own}.0.Action"
    assert place(trust, "version") == "Globals.Function.AssumeRolePolicyDocument.Version"


def test_what_sam_refuses_in_globals_is_not_taken() -> None:
    given = {"Function": {"Policies": [ESCALATING], "Role": "arn:aws:iam::111122223333:role/x"}}
    assert found(template(given, F=function(RolePath="/")), IDENTITY_POLICY) == []


@pytest.mark.parametrize(
    "given",
    [
        None,
        "x",
        [],
        {"Function": None},
        {"Function": []},
        {"Other": {"Policies": []}},
        {"AWS::IAM::ManagedPolicy": {"Path": "/x/"}},
    ],
)
def test_globals_of_another_shape_give_nothing(given: Any) -> None:
    document = template(given, F=function(Policies=[ESCALATING]), G={"Type": "AWS::Serverless::Function"})
    [policy] = found(document, IDENTITY_POLICY)
    assert place(policy) == "Resources.F.Properties.Policies.0"


@pytest.mark.parametrize(
    ("event", "names"),
    [
        ({"Type": "Api", "Properties": {"Path": "/"}}, ["Own", "ServerlessRestApi"]),
        ({"Type": "Api", "Properties": {"RestApiId": {"Ref": "Own"}}}, ["Own"]),
        ({"Type": "SQS"}, ["Own"]),
    ],
)
def test_the_resource_policy_of_globals_is_that_of_each_api(event: Any, names: list[str]) -> None:
    given = {"Api": {"Auth": {"ResourcePolicy": {"CustomStatements": [INVOKING]}}}}
    own = {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "x"}}
    policies = found(template(given, Own=own, F=function(Events={"Get": event})), RESOURCE_POLICY)
    assert [policy.name for policy in policies] == names
    assert {place(policy, "statements", 0, "actions", 0) for policy in policies} == {
        "Globals.Api.Auth.ResourcePolicy.CustomStatements.0.Action"
    }


def test_the_statements_of_globals_and_of_an_api_each_stand_where_they_are_written() -> None:
    given = {"Api": {"Auth": {"ResourcePolicy": {"CustomStatements": [INVOKING]}}}}
    auth = {"ResourcePolicy": {"CustomStatements": [{**INVOKING, "Effect": "Deny"}]}}
    own = {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "x", "Auth": auth}}
    [policy] = found(template(given, Own=own), RESOURCE_POLICY)
    assert [each["effect"] for each in policy.value["statements"]] == ["Allow", "Deny"]
    statements = "Auth.ResourcePolicy.CustomStatements"
    assert place(policy, "statements", 0, "actions", 0) == f"Globals.Api.{statements}.0.Action"
    assert place(policy, "statements", 1, "actions", 0) == f"Resources.Own.Properties.{statements}.0.Action"


def test_a_resource_of_a_template_has_what_globals_give_it() -> None:
    given = {"Function": {"FunctionUrlConfig": {"AuthType": "NONE"}, "Architectures": ["arm64"]}}
    document = template(given, F=function(Architectures=["x86_64"]), Q={"Type": "AWS::SQS::Queue"})
    [_, resource, queue] = find_cloudformation_resources(document, frozenset({CLOUDFORMATION_RESOURCE}))
    assert resource.value["Properties"]["FunctionUrlConfig"] == {"AuthType": "NONE"}
    assert resource.value["Properties"]["Architectures"] == ["x86_64"]
    assert place(resource, "Properties", "FunctionUrlConfig", "AuthType") == (
        "Globals.Function.FunctionUrlConfig.AuthType"
    )
    assert place(resource, "Properties", "Handler") == "Resources.F.Properties.Handler"
    assert queue.value == {"Type": "AWS::SQS::Queue"}
