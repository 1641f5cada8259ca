"""Policies in CloudFormation and SAM templates: where they are, and what intrinsic functions make of their parts."""

from typing import Any

import pytest

from lictor import Document, Subject
from lictor_plugins.kinds.aws_iam import find
from lictor_plugins.kinds.aws_iam.found import POLICY_KINDS
from lictor_plugins.kinds.general import find_cloudformation_resources

STATEMENT = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
POLICY = {"Statement": STATEMENT}


def template(resources: dict[str, Any], **more: Any) -> Document:
    return Document(
        "t.yaml",
        "yaml",
        {"Resources": resources, **more},
        "",
        locate=lambda *_: pytest.fail("positions are for findings"),
    )


def policies(resources: dict[str, Any], **more: Any) -> tuple[Subject, ...]:
    return tuple(find(template(resources, **more), frozenset(POLICY_KINDS)))


def role(trust: Any, **more: Any) -> dict[str, Any]:
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust, **more}}


def principals(value: Any, **more: Any) -> list[tuple[str, str]]:
    statement = {"Effect": "Allow", "Principal": {"AWS": value}, "Action": "sts:AssumeRole"}
    resources = {
        "R": role({"Statement": statement}),
        "Caller": role({"Statement": []}),
        "Saml": {"Type": "AWS::IAM::SAMLProvider"},
        **more.pop("Resources", {}),
    }
    subject = policies(resources, **more)[0]
    return [(each["kind"], each["value"]) for each in subject.value["statements"][0]["principals"]]


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        ("AWS::IAM::Policy", {"PolicyDocument": POLICY}, "aws.iam.identity-policy"),
        ("AWS::IAM::ManagedPolicy", {"PolicyDocument": POLICY}, "aws.iam.identity-policy"),
        ("AWS::IAM::RolePolicy", {"PolicyDocument": POLICY}, "aws.iam.identity-policy"),
        ("AWS::IAM::User", {"Policies": [{"PolicyDocument": POLICY}]}, "aws.iam.identity-policy"),
        ("AWS::S3::BucketPolicy", {"PolicyDocument": POLICY}, "aws.iam.resource-policy"),
        ("AWS::KMS::Key", {"KeyPolicy": POLICY}, "aws.iam.resource-policy"),
        ("AWS::ECR::Repository", {"RepositoryPolicyText": POLICY}, "aws.iam.resource-policy"),
        ("AWS::SecretsManager::ResourcePolicy", {"ResourcePolicy": POLICY}, "aws.iam.resource-policy"),
        ("AWS::DynamoDB::Table", {"ResourcePolicy": {"PolicyDocument": POLICY}}, "aws.iam.resource-policy"),
        ("AWS::Organizations::Policy", {"Type": "SERVICE_CONTROL_POLICY", "Content": POLICY}, "aws.iam.scp"),
        ("AWS::Serverless::Function", {"AssumeRolePolicyDocument": POLICY}, "aws.iam.trust-policy"),
        ("AWS::Serverless::Function", {"Policies": POLICY}, "aws.iam.identity-policy"),
        ("AWS::Serverless::Function", {"Policies": ["AWSLambdaExecute", POLICY]}, "aws.iam.identity-policy"),
    ],
)
def test_a_policy_is_found_in_the_property_that_holds_it(kind: str, properties: dict[str, Any], expected: str) -> None:
    (subject,) = policies({"X": {"Type": kind, "Properties": properties}})
    assert (subject.kind, subject.name) == (expected, "X")


def test_a_managed_policy_that_serves_as_a_boundary_is_one() -> None:
    resources = {
        "Fence": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": POLICY}},
        "R": role(POLICY, PermissionsBoundary={"Ref": "Fence"}),
    }
    assert policies(resources)[0].kind == "aws.iam.permissions-boundary"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"Ref": "AWS::AccountId"}, "account"),
        ({"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}, "account"),
        ({"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, ":root"]]}, "account"),
        ({"Fn::GetAtt": ["Caller", "Arn"]}, "role"),
        ({"Fn::GetAtt": "Caller.Arn"}, "role"),
        ({"Fn::Sub": "${Caller.Arn}"}, "role"),
        ({"Fn::Sub": ["arn:aws:iam::${Id}:root", {"Id": {"Ref": "AWS::AccountId"}}]}, "account"),
        ({"Fn::Sub": "arn:aws:iam::${Unknown}:root"}, "account"),
        ({"Ref": "Unknown"}, "unresolved"),
        ({"Fn::ImportValue": "x"}, "unresolved"),
        ({"Fn::FindInMap": ["a", "b", "c"]}, "unresolved"),
    ],
)
def test_what_is_fixed_in_kind_keeps_its_kind(value: Any, kind: str) -> None:
    assert [found for found, _ in principals(value)] == [kind]


def test_a_parameter_counts_with_its_default_and_a_mark() -> None:
    parameters = {
        "P": {"Type": "String", "Default": "*"},
        "L": {"Type": "CommaDelimitedList", "Default": "*, 111122223333"},
    }
    assert principals({"Ref": "P"}, Parameters=parameters) == [("anyone", "*")]
    assert principals({"Ref": "L"}, Parameters=parameters) == [("anyone", "*"), ("account", "111122223333")]


def test_both_branches_of_an_if_are_looked_at_each_at_its_place() -> None:
    value = {"Fn::If": ["Open", "*", {"Fn::If": ["X", ["111122223333"], {"Ref": "AWS::NoValue"}]}]}
    assert principals(value) == [("anyone", "*"), ("account", "111122223333")]
    trust = {
        "Statement": [{"Fn::If": ["C", {"Effect": "Allow", "Principal": {"AWS": value}}, {"Ref": "AWS::NoValue"}]}]
    }
    (subject,) = policies({"R": role(trust)})
    place = subject.path_in_document(("statements", 0, "principals", 1))
    assert place[4:7] == ("Statement", 0, "Fn::If")
    assert place[-5:] == ("AWS", "Fn::If", 2, "Fn::If", 1, 0)[-5:]


def test_a_provider_made_in_the_template_is_known_by_its_url() -> None:
    provider = {"Type": "AWS::IAM::OIDCProvider", "Properties": {"Url": "https://token.actions.githubusercontent.com"}}
    trust = {
        "Statement": {"Effect": "Allow", "Principal": {"Federated": {"Ref": "GitHub"}}, "Action": "sts:AssumeRole"}
    }
    (subject,) = policies({"R": role(trust), "GitHub": provider})
    (principal,) = subject.value["statements"][0]["principals"]
    assert (principal["kind"], principal["provider"]) == ("oidc-provider", "token.actions.githubusercontent.com")


def test_what_is_not_known_is_listed_and_not_dropped() -> None:
    for trust in (
        {"Fn::ImportValue": "x"},
        {"Statement": {"Fn::Transform": {"Name": "x"}}},
        {"Statement": [{"Ref": "X"}]},
    ):
        (subject,) = policies({"R": role(trust)})
        assert len(subject.value["unresolved"]) == 1


def test_json_in_a_substituted_text_keeps_its_places() -> None:
    text = (
        '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::${AWS::AccountId}:root"}, "Action": "*"}}'
    )
    (subject,) = policies({"R": role({"Fn::Sub": text})})
    (principal,) = subject.value["statements"][0]["principals"]
    assert principal["is_own_account"] is True
    assert subject.path_in_document(("statements", 0, "principals", 0))[-6:] == (
        "AssumeRolePolicyDocument",
        "Fn::Sub",
        "!json",
        "Statement",
        "Principal",
        "AWS",
    )


def test_json_that_is_joined_from_pieces_stands_at_the_join() -> None:
    joined = {"Fn::Join": ["", ['{"Statement": {"Effect": "Allow", "Principal": "', "*", '", "Action": "s3:Get"}}']]}
    (subject,) = policies({"R": role(joined)})
    assert subject.value["statements"][0]["principals"][0]["kind"] == "anyone"
    assert subject.path_in_document(("statements", 0, "principals", 0)) == subject.path


def test_text_that_is_not_json_is_malformed() -> None:
    (subject,) = policies({"R": role("not json")})
    assert subject.value["malformed"] == [
        {"element": "policy", "expected": "an object with a Statement", "found": "text", "statement": None}
    ]


def test_a_role_shows_its_trust_its_policies_and_their_places() -> None:
    more = {"Policies": [{"PolicyName": "p", "PolicyDocument": POLICY}], "Path": "/app/", "MaxSessionDuration": 7200}
    (subject,) = find(template({"R": role(POLICY, **more)}), frozenset({"aws.iam.role"}))
    assert (subject.value["name"], subject.value["path"], subject.value["max_session_duration"]) == ("R", "/app/", 7200)
    assert subject.value["policies"][0]["name"] == "p"
    base = ("Resources", "R", "Properties")
    inner = ("policies", 0, "policy", "statements", 0, "actions", 0)
    assert subject.path_in_document(inner) == (*base, "Policies", 0, "PolicyDocument", "Statement", "Action")
    assert subject.path_in_document(("trust", "statements", 0, "actions", 0))[3] == "AssumeRolePolicyDocument"
    assert subject.path_in_document(("path",)) == (*base, "Path")


def test_every_resource_of_a_template_is_a_subject_as_it_is() -> None:
    document = template({"A": {"Type": "AWS::SNS::Topic"}, "B": None, "Fn::ForEach::C": []})
    found = list(find_cloudformation_resources(document, frozenset({"cloudformation.resource"})))
    assert [(subject.name, subject.path) for subject in found] == [("A", ("Resources", "A")), ("B", ("Resources", "B"))]


def test_what_a_role_is_given_by_name_is_listed_with_its_places() -> None:
    arns = [{"Ref": "Fence"}, "arn:aws:iam::aws:policy/ReadOnlyAccess"]
    resources = {
        "Fence": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": POLICY}},
        "R": role(POLICY, ManagedPolicyArns=arns, PermissionsBoundary={"Fn::GetAtt": ["Fence", "Arn"]}),
    }
    (subject,) = find(template(resources), frozenset({"aws.iam.role"}))
    fence = "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${Fence}"
    assert subject.value["managed_policies"] == [fence, arns[1]]
    assert subject.value["permissions_boundary"] == fence
    assert subject.path_in_document(("managed_policies", 1))[-2:] == ("ManagedPolicyArns", 1)
    assert policies(resources)[0].kind == "aws.iam.permissions-boundary"


@pytest.mark.parametrize(
    "parameter",
    [
        {"Type": "String"},
        {"Type": "String", "Default": ""},
        {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a"},
    ],
)
def test_a_parameter_whose_value_is_not_in_the_template_is_unresolved(parameter: dict[str, Any]) -> None:
    assert principals({"Ref": "P"}, Parameters={"P": parameter}) == [("unresolved", "${P}")]


def test_a_resource_of_another_type_is_text_that_names_it() -> None:
    resources = {"Queue": {"Type": "AWS::SQS::Queue"}}
    for value in ({"Ref": "Queue"}, {"Fn::GetAtt": "Queue.Arn"}, {"Fn::Sub": "${!Literal}"}):
        assert [kind for kind, _ in principals(value, Resources=resources)] == ["unresolved"]


@pytest.mark.parametrize(("logical", "name"), [("TeamBoundary", None), ("P", "app-permissions-boundary")])
def test_a_managed_policy_that_is_named_a_boundary_is_one(logical: str, name: str | None) -> None:
    properties = {"PolicyDocument": POLICY, "ManagedPolicyName": name}
    (subject,) = policies({logical: {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}})
    assert subject.kind == "aws.iam.permissions-boundary"


def test_statements_of_one_branch_share_a_choice() -> None:
    pair = [STATEMENT, {**STATEMENT, "Effect": "Deny"}]
    statements = [
        STATEMENT,
        {"Fn::If": ["Prod", STATEMENT, pair]},
        {"Fn::If": ["Test", STATEMENT, {"Ref": "AWS::NoValue"}]},
    ]
    (subject,) = policies({"R": role({"Statement": statements})})
    assert [each["choice"] for each in subject.value["statements"]] == [
        None,
        "1.Fn::If.1",
        "1.Fn::If.2",
        "1.Fn::If.2",
        "2.Fn::If.1",
    ]


def test_conditions_that_are_not_known_leave_a_mark() -> None:
    condition = {"StringEquals": {"Fn::GetAtt": ["Claims", "Value"]}, "Bool": {"aws:SecureTransport": "true"}}
    (subject,) = policies({"R": role({"Statement": {**STATEMENT, "Condition": condition}})})
    conditions = subject.value["statements"][0]["conditions"]
    assert [(each["operator"], each["key"], each["is_unresolved"]) for each in conditions] == [
        ("StringEquals", "${Fn::GetAtt}", True),
        ("Bool", "aws:securetransport", False),
    ]
    assert subject.path_in_document(("statements", 0, "conditions", 0))[-1] == "StringEquals"


def test_conditions_that_hang_on_a_choice_are_listed_as_not_known() -> None:
    whole = {"Fn::If": ["Prod", {"Bool": {"aws:SecureTransport": "true"}}, {"Ref": "AWS::NoValue"}]}
    part = {"Bool": {"Fn::If": ["Prod", {"aws:SecureTransport": "true"}, {}]}}
    for condition in (whole, part):
        (subject,) = policies({"R": role({"Statement": {**STATEMENT, "Condition": condition}})})
        assert subject.value["unresolved"] == [{"element": "Condition", "text": "${Fn::If}"}]
        assert [each["key"] for each in subject.value["statements"][0]["conditions"]] == ["aws:securetransport"]


def test_a_permission_for_everyone_is_the_policy_that_it_becomes() -> None:
    def permission(principal: Any, **more: Any) -> dict[str, Any]:
        return {"Type": "AWS::Lambda::Permission", "Properties": {"Principal": principal, "Action": "lambda:*", **more}}

    resources = {"Open": permission("*"), "None": permission(None)}
    (subject,) = policies(resources)
    assert (subject.kind, subject.name) == ("aws.iam.resource-policy", "Open")
    assert subject.path_in_document(("statements", 0, "principals", 0)) == (
        "Resources",
        "Open",
        "Properties",
        "Principal",
    )
    (subject,) = policies({"R": permission("*", SourceAccount="111122223333", SourceArn={"Ref": "AWS::NoValue"})})
    assert [each["key"] for each in subject.value["statements"][0]["conditions"]] == ["aws:sourceaccount"]
