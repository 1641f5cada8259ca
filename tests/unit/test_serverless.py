"""The Serverless Framework's configuration: the roles that it makes for functions, and the template in it."""

from typing import Any

import pytest

from lictor import Document, Subject, lines_of, parse_yaml
from lictor_plugins.formats.cloudformation import TAGS
from lictor_plugins.kinds.aws_iam import find
from lictor_plugins.kinds.aws_iam.found import POLICY_KINDS, PRINCIPAL_KINDS
from lictor_plugins.kinds.aws_iam.serverless import is_serverless

SERVICE = """\
service: app
provider:
  name: aws
  iam:
    role:
      name: app-role
      managedPolicies: [arn:aws:iam::aws:policy/AdministratorAccess]
      statements:
        - {Effect: Allow, Action: "*", Resource: "*"}
        - {Effect: Allow, Action: "${self:custom.actions}", Resource: "arn:aws:s3:::${opt:stage}/${aws:username}"}
  apiGateway:
    resourcePolicy:
      - {Effect: Allow, Principal: "*", Action: execute-api:Invoke, Resource: "*"}
functions:
  clean:
    iamRoleStatements:
      - {Effect: Allow, Action: "iam:*", Resource: "*"}
resources:
  - Resources:
      Made:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: [{Effect: Allow, Principal: {AWS: "*"}, Action: sts:AssumeRole}]
"""
OLD = """\
service: app
provider:
  name: aws
  iamRoleStatements:
    - {Effect: Allow, Action: "*", Resource: "*"}
"""


def read(text: str) -> Document:
    (document,) = parse_yaml("serverless.yml", text, tags=TAGS).documents
    return document


def found(text: str, *kinds: str) -> list[Subject]:
    return list(find(read(text), frozenset(kinds)))


def slice_of(subject: Subject, *path: str | int) -> str:
    document, place = subject.place(path)
    return lines_of(document.text).slice(document.region_of(place))


def test_every_policy_of_a_service_is_found_at_its_place() -> None:
    shared, gateway, clean, made = found(SERVICE, *POLICY_KINDS)
    assert [(each.kind.removeprefix("aws.iam."), each.name) for each in (shared, gateway, clean, made)] == [
        ("identity-policy", "app"),
        ("resource-policy", "app"),
        ("identity-policy", "clean"),
        ("trust-policy", "Made"),
    ]
    assert slice_of(shared, "statements", 0, "actions", 0) == '"*"'
    assert slice_of(gateway, "statements", 0, "principals", 0) == '"*"'
    assert slice_of(clean, "statements", 0, "actions", 0) == '"iam:*"'
    assert slice_of(made, "statements", 0, "principals", 0) == '"*"'
    assert shared.value["unknown_elements"] == []


def test_variables_of_the_framework_are_open_and_those_of_iam_are_not() -> None:
    shared = found(SERVICE, *POLICY_KINDS)[0]
    assert [each["element"] for each in shared.value["unresolved"]] == ["Action"]
    assert shared.value["statements"][1]["resources"][0].endswith("/${aws:username}")


def test_the_roles_of_a_service_have_what_is_attached_to_them() -> None:
    shared, clean, made = found(SERVICE, *PRINCIPAL_KINDS)
    assert (shared.value["name"], shared.value["managed_policies"]) == (
        "app-role",
        ["arn:aws:iam::aws:policy/AdministratorAccess"],
    )
    assert slice_of(shared, "managed_policies", 0) == "arn:aws:iam::aws:policy/AdministratorAccess"
    assert [len(each.value["policies"]) for each in (shared, clean, made)] == [1, 1, 0]


def test_the_statements_of_earlier_versions_are_read_too() -> None:
    (policy,) = found(OLD, *POLICY_KINDS)
    assert slice_of(policy, "statements", 0, "actions", 0) == '"*"'


@pytest.mark.parametrize(
    "data",
    [
        {"service": "a", "provider": "aws", "functions": [1], "resources": "${file(x.yml)}"},
        {"service": "a", "provider": {"name": "aws", "iam": [], "apiGateway": 1}, "functions": {"f": 1}},
        {"service": "a", "provider": {"name": "aws", "iam": {"role": "arn:aws:iam::1:role/x"}}, "resources": [1]},
        {"service": "a", "provider": {"name": "aws", "iamRoleStatements": "${file(x.yml)}"}},
    ],
)
def test_odd_shapes_raise_nothing(data: Any) -> None:
    document = Document("serverless.yml", "yaml", data, "", locate=lambda *_: pytest.fail("not yet"))
    assert is_serverless(data)
    for subject in find(document, frozenset({*POLICY_KINDS, *PRINCIPAL_KINDS})):
        assert subject.value["unresolved" if "unresolved" in subject.value else "policies"] != []
