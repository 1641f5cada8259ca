"""The kind `aws.account`: what documents of a run know together, each part at its place in the document it is from."""

import json
from collections.abc import Callable
from pathlib import Path as File
from typing import Any

import jsonschema_rs
import pytest

from lictor import Budgets, Document, Path, Subject, parse_json, parse_yaml
from lictor_plugins.formats.cloudformation import load_template
from lictor_plugins.kinds.aws_iam import find_account, register_kinds, relate_accounts

Lictor = Callable[..., Any]

(KIND,) = [kind for kind in register_kinds() if kind.name == "aws.account"]
SCHEMA = jsonschema_rs.validator_for(dict(KIND.schema))

TEMPLATE = """\
Resources:
  Deployer:
    Type: AWS::IAM::Role
    Properties:
      RoleName: deployer
      ManagedPolicyArns: [!Ref Own, arn:aws:iam::aws:policy/AdministratorAccess]
      PermissionsBoundary: arn:aws:iam::111122223333:policy/fence
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {AWS: "*"}, Action: sts:AssumeRole}
  Profile: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: machine, Roles: [!Ref Deployer]}}
  Own:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: own
      Groups: [team]
      PolicyDocument: {Statement: {Effect: Allow, Action: "s3:*", Resource: "*"}}
"""
FENCE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}
DUMP = {
    "UserDetailList": [
        {
            "UserName": "eve",
            "Arn": "arn:aws:iam::111122223333:user/eve",
            "GroupList": ["team"],
            "AttachedManagedPolicies": [],
        }
    ],
    "GroupDetailList": [
        {
            "GroupName": "team",
            "Arn": "arn:aws:iam::111122223333:group/team",
            "GroupPolicyList": [{"PolicyName": "inline", "PolicyDocument": FENCE}],
            "AttachedManagedPolicies": [
                {"PolicyName": "own", "PolicyArn": "arn:aws:iam::111122223333:policy/own"},
            ],
        }
    ],
    "Policies": [
        {
            "PolicyName": "fence",
            "Arn": "arn:aws:iam::111122223333:policy/fence",
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": True, "Document": FENCE}],
        },
        {
            "PolicyName": "AdministratorAccess",
            "Arn": "arn:aws:iam::aws:policy/AdministratorAccess",
            "PolicyVersionList": [
                {
                    "VersionId": "v1",
                    "IsDefaultVersion": True,
                    "Document": {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
                }
            ],
        },
    ],
}
MANIFEST = """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: builder
  namespace: ci
  annotations:
    eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/deployer
"""


def documents() -> list[Document]:
    loaded = (
        load_template("app.yaml", TEMPLATE, Budgets()),
        parse_json("dump.json", json.dumps(DUMP, indent=2), Budgets()),
        parse_yaml("sa.yaml", MANIFEST, Budgets()),
    )
    return [document for each in loaded for document in each.documents]


def account(*chosen: Document) -> Subject:
    parts = [part for document in chosen or documents() for part in find_account(document, frozenset({"aws.account"}))]
    (subject,) = relate_accounts(parts)
    SCHEMA.validate(subject.value)
    return subject


def text_at(subject: Subject, path: Path) -> tuple[str, str]:
    document, place = subject.place(path)
    region = document.region_of(place)
    line = document.text.splitlines()[region.start_line - 1]
    end = region.end_column - 1 if region.start_line == region.end_line else None
    return document.uri, line[region.start_column - 1 : end]


def principal(subject: Subject, name: str) -> tuple[int, dict[str, Any]]:
    return next((index, each) for index, each in enumerate(subject.value["principals"]) if each["name"] == name)


def test_it_holds_everyone_and_every_managed_policy_of_all_documents() -> None:
    value = account().value
    assert value["accounts"] == ["111122223333"]
    assert value["documents"] == ["app.yaml", "dump.json", "sa.yaml"]
    # The template gives a policy to a group that it does not make; the dump makes it.
    assert [(each["type"], each["name"]) for each in value["principals"]] == [
        ("role", "deployer"),
        ("user", "eve"),
        ("group", "team"),
    ]
    assert [each["name"] for each in value["policies"]] == ["own", "fence", "AdministratorAccess"]


def test_a_role_is_resolved_across_documents() -> None:
    subject = account()
    index, role = principal(subject, "deployer")
    assert role["instance_profiles"] == ["machine"]
    own, admin = role["effective"]
    assert own["policy"]["statements"][0]["actions"] == ["s3:*"]
    assert (admin["is_aws_managed"], admin["policy"]["statements"][0]["actions"]) == (True, ["*"])
    assert role["permissions_boundary"]["policy"]["statements"][0]["actions"] == ["ec2:*"]
    here: Path = ("principals", index)
    assert text_at(subject, (*here, "trust", "statements", 0, "principals", 0)) == ("app.yaml", '"*"')
    assert text_at(subject, (*here, "effective", 0)) == ("app.yaml", "!Ref Own")
    actions: Path = ("policy", "statements", 0, "actions", 0)
    assert text_at(subject, (*here, "effective", 0, *actions)) == ("app.yaml", '"s3:*"')
    assert text_at(subject, (*here, "effective", 1, *actions)) == ("dump.json", '"*"')
    assert text_at(subject, (*here, "permissions_boundary", *actions)) == ("dump.json", '"ec2:*"')
    assert text_at(subject, (*here, "permissions_boundary", "arn")) == (
        "app.yaml",
        "arn:aws:iam::111122223333:policy/fence",
    )


def test_a_user_acts_under_the_policies_of_its_groups_too() -> None:
    subject = account()
    index, user = principal(subject, "eve")
    assert [(each["source"], each["name"], each["group"]) for each in user["effective"]] == [
        ("inline", "inline", "team"),
        ("managed", "own", "team"),
    ]
    place = ("principals", index, "effective", 0, "policy", "statements", 0, "actions", 0)
    assert text_at(subject, place) == ("dump.json", '"ec2:*"')


def test_a_policy_says_to_whom_it_is_attached_whichever_side_tells() -> None:
    subject = account()
    own = subject.value["policies"][0]
    assert own["attached_to"] == [
        {"type": "role", "name": "deployer"},
        {"type": "group", "name": "team"},
    ]
    assert text_at(subject, ("policies", 0, "attached_to", 0)) == ("app.yaml", "!Ref Own")


def test_a_service_account_knows_the_role_that_it_names() -> None:
    subject = account()
    (found,) = subject.value["service_accounts"]
    assert found["subject"] == "system:serviceaccount:ci:builder"
    assert subject.value["principals"][found["role"]]["name"] == "deployer"
    assert text_at(subject, ("service_accounts", 0, "role_arn"))[1].endswith(":role/deployer")
    assert text_at(subject, ("service_accounts", 0, "namespace")) == ("sa.yaml", "ci")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"oidc.eks.example.com/id/A:sub": "system:serviceaccount:ci:builder"}}, True),
        ({"StringLike": {"oidc.eks.example.com/id/A:sub": "system:serviceaccount:ci:*"}}, True),
        ({"StringEquals": {"oidc.eks.example.com/id/A:sub": "system:serviceaccount:ci:*"}}, False),
        ({"StringEquals": {"oidc.eks.example.com/id/A:sub": "system:serviceaccount:other:builder"}}, False),
        ({"StringNotEquals": {"oidc.eks.example.com/id/A:sub": "system:serviceaccount:ci:x"}}, None),
        ({}, True),
    ],
)
def test_a_service_account_knows_whether_its_role_lets_it_in(condition: Any, expected: bool | None) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.eks.example.com/id/A"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }
    arn = "arn:aws:iam::111122223333:role/deployer"
    role = {"RoleName": "deployer", "Arn": arn, "AssumeRolePolicyDocument": {"Statement": [statement]}}
    (first,) = parse_json("role.json", json.dumps({"Role": role}), Budgets()).documents
    (manifest,) = parse_yaml("sa.yaml", MANIFEST, Budgets()).documents
    subject = account(first, manifest)
    (found,) = subject.value["service_accounts"]
    assert found["is_admitted"] is expected
    place = ("service_accounts", 0, "trust", "statements", 0, "actions", 0)
    assert text_at(subject, place) == ("role.json", '"sts:AssumeRoleWithWebIdentity"')


def test_a_document_with_nothing_to_relate_is_no_part() -> None:
    (document,) = parse_json("x.json", '{"a": 1}', Budgets()).documents
    assert list(find_account(document, frozenset({"aws.account"}))) == []
    assert list(find_account(documents()[0], frozenset())) == []
    assert list(relate_accounts(())) == []


def test_accounts_that_differ_do_not_meet() -> None:
    other = json.loads(json.dumps(DUMP).replace("111122223333", "999999999999"))
    (document,) = parse_json("other.json", json.dumps(other), Budgets()).documents
    mine = json.loads(json.dumps(DUMP))
    mine["Policies"] = []
    (first,) = parse_json("mine.json", json.dumps(mine), Budgets()).documents
    _, eve = principal(account(first, document), "eve")
    assert [(each["name"], each["policy"] is None) for each in eve["effective"]] == [("inline", False), ("own", True)]


RULE = """\
id: acme-admin-behind-open-trust
title: Anyone can become an administrator
level: error
applies-to: [aws.account]
deny: >-
  principals[?type == 'role' && trust.statements[?principals[?kind == 'anyone']]].effective[]
  | [?policy.statements[?contains(actions, '*')]]
message: "anyone who takes the role may do everything that '{found.name}' allows"
"""


@pytest.mark.parametrize("words", [(), ("--jobs", "2")])
def test_a_rule_sees_documents_together_also_from_several_processes(
    words: tuple[str, ...], lictor: Lictor, tmp_path: File
) -> None:
    folder = tmp_path / "rules" / "admin"
    folder.mkdir(parents=True)
    (folder / "rule.yaml").write_text(RULE)
    (tmp_path / "app.yaml").write_text(TEMPLATE)
    (tmp_path / "dump.json").write_text(json.dumps(DUMP, indent=2))
    ran = lictor(
        tmp_path,
        *("check", "app.yaml", "dump.json", "--rules", "rules", "--only", "acme-admin-behind-open-trust"),
        *("-o", "json", "--no-cache", *words),
    )
    assert ran.code == 1, ran.err + ran.out
    (finding,) = json.loads(ran.out)["findings"]
    assert (finding["location"]["uri"], finding["location"]["region"]["start_line"]) == ("app.yaml", 6)
    assert finding["fingerprints"]["primaryLocationLineHash"]
