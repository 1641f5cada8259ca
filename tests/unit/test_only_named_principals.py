"""Principals that a document only names, by what it attaches to them: rules about them find them there."""

import json
from pathlib import Path
from typing import Any

from lictor import Document, Subject, parse_json
from lictor.documents.read import read_file
from lictor.model import Budgets
from lictor_plugins.formats import register_loaders
from lictor_plugins.kinds.aws_iam import find, find_account, relate_accounts
from lictor_plugins.kinds.aws_iam.found import ACCOUNT, PRINCIPAL_KINDS

LOADERS = {loader.name: loader for loader in register_loaders()}
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def read(root: Path, name: str) -> Document:
    loaded = read_file(root / name, name, LOADERS, Budgets())
    assert loaded.problems == ()
    return loaded.documents[0]


def principals(document: Document) -> list[Subject]:
    return list(find(document, frozenset(PRINCIPAL_KINDS)))


def told(subjects: list[Subject]) -> list[tuple[str, str, bool, list[str]]]:
    return [
        (each.kind, each.value["name"], each.value["is_declared"], each.value["managed_policies"]) for each in subjects
    ]


def line_of(subject: Subject, *path: str | int) -> str:
    document, place = subject.place(path)
    region = document.region_of(place)
    return f"{document.uri}:{region.start_line}"


TERRAFORM = f"""
resource "aws_iam_user_policy_attachment" "a" {{
  user       = "alice"
  policy_arn = "{ADMIN}"
}}
resource "aws_iam_policy_attachment" "b" {{
  name       = "b"
  users      = ["bob", aws_iam_user.carol.name]
  groups     = ["devs"]
  roles      = [var.role]
  policy_arn = "{ADMIN}"
}}
resource "aws_iam_user" "carol" {{
  name = "carol"
}}
resource "aws_iam_user_policy" "c" {{
  user   = "alice"
  policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "*", Resource = "*" }}] }})
}}
resource "aws_iam_user_group_membership" "d" {{
  user   = aws_iam_user.carol.name
  groups = ["devs"]
}}
resource "aws_iam_group_membership" "e" {{
  name  = "e"
  users = ["dave"]
  group = "ops"
}}
variable "role" {{}}
"""


def test_terraform_names_principals_by_what_it_attaches_to_them(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM)
    found = principals(read(tmp_path, "main.tf"))
    assert told(found) == [
        ("aws.iam.user", "carol", True, [ADMIN]),
        ("aws.iam.user", "alice", False, [ADMIN]),
        ("aws.iam.role", "${var.role}", False, [ADMIN]),
        ("aws.iam.user", "bob", False, [ADMIN]),
        ("aws.iam.group", "devs", False, [ADMIN]),
        ("aws.iam.user", "dave", False, []),
    ]
    carol, alice, _, bob, _, dave = found
    assert (carol.value["groups"], dave.value["groups"]) == (["devs"], ["ops"])
    assert [line_of(alice, "managed_policies", 0), line_of(bob, "managed_policies", 0)] == ["main.tf:4", "main.tf:11"]
    assert [each["policy"]["statements"][0]["actions"] for each in alice.value["policies"]] == [["*"]]
    assert line_of(alice, "policies", 0, "policy", "statements", 0, "actions", 0) == "main.tf:18"


def test_each_file_of_a_module_tells_what_it_attaches(tmp_path: Path) -> None:
    first, _, rest = TERRAFORM.partition('resource "aws_iam_policy_attachment"')
    (tmp_path / "main.tf").write_text(first)
    (tmp_path / "more.tf").write_text(f'resource "aws_iam_policy_attachment"{rest}')
    assert [each.value["name"] for each in principals(read(tmp_path, "main.tf"))] == ["alice"]
    names = [each.value["name"] for each in principals(read(tmp_path, "more.tf"))]
    assert names == ["carol", "${var.role}", "bob", "devs", "alice", "dave"]


def test_a_plan_names_principals_by_what_it_attaches_to_them() -> None:
    def resource(kind: str, **values: Any) -> dict[str, Any]:
        return {"address": f"{kind}.x", "mode": "managed", "type": kind, "name": "x", "values": values}

    resources = [
        resource("aws_iam_role", name="known", assume_role_policy="{}"),
        resource("aws_iam_role_policy_attachment", role="known", policy_arn=ADMIN),
        resource("aws_iam_role_policy_attachment", role="elsewhere", policy_arn=ADMIN),
    ]
    plan = {"format_version": "1.2", "planned_values": {"root_module": {"resources": resources}}}
    found = principals(parse_json("plan.json", json.dumps(plan)).documents[0])
    assert told(found) == [
        ("aws.iam.role", "known", True, [ADMIN]),
        ("aws.iam.role", "elsewhere", False, [ADMIN]),
    ]


def template(**resources: Any) -> Document:
    text = json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})
    return parse_json("t.json", text).documents[0]


POLICY = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def test_a_template_names_principals_by_what_it_attaches_to_them() -> None:
    properties = {"PolicyName": "p", "PolicyDocument": POLICY, "Users": ["alice"], "Roles": ["elsewhere"]}
    document = template(
        Bare={"Type": "AWS::IAM::User"},
        Policy={"Type": "AWS::IAM::Policy", "Properties": properties},
        Members={"Type": "AWS::IAM::UserToGroupAddition", "Properties": {"GroupName": "g", "Users": ["bob"]}},
        Given={"Type": "AWS::IAM::UserPolicy", "Properties": {**properties, "UserName": {"Ref": "Bare"}}},
        Profile={"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": ["nothing-attached"]}},
    )
    found = principals(document)
    assert told(found) == [
        ("aws.iam.user", "Bare", True, []),
        ("aws.iam.user", "alice", False, []),
        ("aws.iam.role", "elsewhere", False, []),
        ("aws.iam.user", "bob", False, []),
    ]
    assert [len(each.value["policies"]) for each in found] == [1, 1, 1, 0]
    assert found[3].value["groups"] == ["g"]


def test_a_role_that_sam_makes_of_a_function_is_declared() -> None:
    function = {"Type": "AWS::Serverless::Function", "Properties": {"Policies": [POLICY]}}
    extra = {"PolicyName": "p", "PolicyDocument": POLICY, "Roles": [{"Ref": "FnRole"}]}
    found = principals(template(Fn=function, More={"Type": "AWS::IAM::Policy", "Properties": extra}))
    assert [(each.value["name"], each.value["is_declared"], len(each.value["policies"])) for each in found] == [
        ("FnRole", True, 2)
    ]


def test_a_role_that_is_only_named_is_none_of_the_account_and_a_user_is() -> None:
    properties = {"PolicyName": "p", "PolicyDocument": POLICY, "Users": ["alice"], "Roles": ["elsewhere"]}
    document = template(Policy={"Type": "AWS::IAM::Policy", "Properties": properties})
    (account,) = relate_accounts(list(find_account(document, frozenset({ACCOUNT}))))
    assert [each["name"] for each in account.value["principals"]] == ["alice"]
