"""Permission sets of IAM Identity Center: what is attached to them, and their boundary, wherever that is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from lictor import Document, Subject, parse_json
from lictor.documents.read import read_file
from lictor.model import Budgets
from lictor_plugins.formats import register_loaders
from lictor_plugins.functions.escalations import escalation
from lictor_plugins.kinds.aws_iam import find, find_account, relate_accounts
from lictor_plugins.kinds.aws_iam.found import ACCOUNT, IDENTITY_POLICY, PERMISSION_SET, PERMISSIONS_BOUNDARY

LOADERS = {loader.name: loader for loader in register_loaders()}
OWN = "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
ESCALATING = '{"Statement": [{"Effect": "Allow", "Action": "iam:PutRolePolicy", "Resource": "*"}]}'
READING = '{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'

CONFIGURATION = f"""
resource "aws_ssoadmin_permission_set" "ops" {{
  name = "ops"
}}
resource "aws_ssoadmin_permission_set_inline_policy" "ops" {{
  permission_set_arn = aws_ssoadmin_permission_set.ops.arn
  inline_policy      = jsonencode({ESCALATING})
}}
resource "aws_ssoadmin_managed_policy_attachment" "ops" {{
  permission_set_arn = aws_ssoadmin_permission_set.ops.arn
  managed_policy_arn = "{ADMIN}"
}}
resource "aws_ssoadmin_customer_managed_policy_attachment" "ops" {{
  permission_set_arn = aws_ssoadmin_permission_set.ops.arn
  customer_managed_policy_reference {{
    name = aws_iam_policy.team.name
    path = "/teams/"
  }}
}}
resource "aws_iam_policy" "team" {{
  name   = "team"
  path   = "/teams/"
  policy = jsonencode({ESCALATING})
}}
resource "aws_iam_policy" "limit" {{
  name   = "limit"
  policy = jsonencode({READING})
}}
"""
BY_NAME = """
  permissions_boundary {
    customer_managed_policy_reference {
      name = "limit"
    }
  }
"""


def boundary_attachment(block: str) -> str:
    return f"""
resource "aws_ssoadmin_permissions_boundary_attachment" "ops" {{
  permission_set_arn = aws_ssoadmin_permission_set.ops.arn
{block}
}}
"""


def read(tmp_path: Path, text: str) -> Document:
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    return read_file(tmp_path / "main.tf", "main.tf", LOADERS, Budgets()).documents[0]


def the_set(document: Document) -> Subject:
    [found] = find(document, frozenset({PERMISSION_SET}))
    return found


def verdicts(document: Document) -> dict[str, str]:
    found = find(document, frozenset({IDENTITY_POLICY}))
    return {subject.name: escalation(subject.value, "put-role-policy")["verdict"] for subject in found}


def line_of(subject: Subject, *path: str | int) -> str:
    document, place = subject.place(path)
    region = document.region_of(place)
    return document.text.splitlines()[region.start_line - 1].strip()


def test_terraform_attaches_policies_of_aws_and_of_the_account(tmp_path: Path) -> None:
    found = the_set(read(tmp_path, CONFIGURATION))
    assert found.value["managed_policies"] == [ADMIN, f"{OWN[:-1]}/teams/team"]
    assert line_of(found, "managed_policies", 0) == f'managed_policy_arn = "{ADMIN}"'
    assert line_of(found, "managed_policies", 1) == "name = aws_iam_policy.team.name"
    assert [each["policy"]["statements"][0]["actions"] for each in found.value["policies"]] == [["iam:PutRolePolicy"]]
    assert found.value["permissions_boundary"] is None


def test_terraform_lists_all_attachments_of_a_permission_set(tmp_path: Path) -> None:
    text = f"""
resource "aws_ssoadmin_managed_policy_attachments_exclusive" "ops" {{
  permission_set_arn  = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
  managed_policy_arns = ["{ADMIN}"]
}}
resource "aws_ssoadmin_customer_managed_policy_attachments_exclusive" "ops" {{
  permission_set_arn = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
  customer_managed_policy_reference {{
    name = "one"
  }}
  customer_managed_policy_reference {{
    name = "two"
  }}
}}
"""
    found = the_set(read(tmp_path, text))
    assert not found.value["is_declared"]
    assert found.value["managed_policies"] == [ADMIN, f"{OWN}one", f"{OWN}two"]


@pytest.mark.parametrize(
    ("block", "boundary", "line", "verdict"),
    [
        (BY_NAME, f"{OWN}limit", 'name = "limit"', "no"),
        (
            BY_NAME.replace('"limit"', "aws_iam_policy.limit.name"),
            f"{OWN}limit",
            "name = aws_iam_policy.limit.name",
            "no",
        ),
        (BY_NAME.replace('"limit"', '"other"'), f"{OWN}other", 'name = "other"', "unknown"),
        (
            'permissions_boundary {\n  managed_policy_arn = "arn:aws:iam::aws:policy/PowerUserAccess"\n}',
            "arn:aws:iam::aws:policy/PowerUserAccess",
            'managed_policy_arn = "arn:aws:iam::aws:policy/PowerUserAccess"',
            "no",
        ),
    ],
)
def test_terraform_gives_a_permission_set_a_boundary(
    tmp_path: Path, block: str, boundary: str, line: str, verdict: str
) -> None:
    document = read(tmp_path, CONFIGURATION + boundary_attachment(block))
    found = the_set(document)
    assert found.value["permissions_boundary"] == boundary
    assert line_of(found, "permissions_boundary") == line
    told = verdicts(document)
    assert {name: told[name] for name in ("ops", "team")} == {"ops": verdict, "team": verdict}
    kinds = {each.name: each.kind for each in find(document, frozenset({IDENTITY_POLICY, PERMISSIONS_BOUNDARY}))}
    assert (kinds["limit"] == PERMISSIONS_BOUNDARY) is boundary.endswith("/limit")


def test_an_account_knows_the_boundary_and_the_policies_of_a_permission_set(tmp_path: Path) -> None:
    document = read(tmp_path, CONFIGURATION + boundary_attachment(BY_NAME))
    [account] = relate_accounts(list(find_account(document, frozenset({ACCOUNT}))))
    [known] = account.value["principals"]
    assert known["permissions_boundary"]["policy"]["statements"][0]["actions"] == ["s3:*"]
    assert [each["policy"] is not None for each in known["effective"]] == [True, False, True]


def template(boundary: Any) -> Document:
    data = {
        "Resources": {
            "Ops": {
                "Type": "AWS::SSO::PermissionSet",
                "Properties": {
                    "Name": "ops",
                    "InlinePolicy": json.loads(ESCALATING),
                    "ManagedPolicies": [ADMIN],
                    "CustomerManagedPolicyReferences": [{"Name": "team", "Path": "/teams/"}],
                    "PermissionsBoundary": boundary,
                },
            },
            "Team": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {
                    "ManagedPolicyName": "team",
                    "Path": "/teams/",
                    "PolicyDocument": json.loads(ESCALATING),
                },
            },
            "Limit": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {"ManagedPolicyName": "limit", "PolicyDocument": json.loads(READING)},
            },
        }
    }
    return parse_json("x.json", json.dumps(data), Budgets()).documents[0]


@pytest.mark.parametrize(
    ("boundary", "verdict", "kind"),
    [
        ({"CustomerManagedPolicyReference": {"Name": "limit"}}, "no", PERMISSIONS_BOUNDARY),
        ({"CustomerManagedPolicyReference": {"Name": "other"}}, "unknown", IDENTITY_POLICY),
        ({"ManagedPolicyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}, "no", IDENTITY_POLICY),
        ({"ManagedPolicyArn": ADMIN}, "yes", IDENTITY_POLICY),
    ],
)
def test_a_template_gives_a_permission_set_all_that_limits_it(boundary: Any, verdict: str, kind: str) -> None:
    document = template(boundary)
    assert the_set(document).value["managed_policies"] == [ADMIN, f"{OWN[:-1]}/teams/team"]
    told = verdicts(document)
    assert {name: told[name] for name in ("Ops", "Team")} == {"Ops": verdict, "Team": verdict}
    kinds = {each.name: each.kind for each in find(document, frozenset({IDENTITY_POLICY, PERMISSIONS_BOUNDARY}))}
    assert kinds["Limit"] == kind
