"""What a permissions boundary takes away is not found, wherever the document says who holds the policy."""

import json
from pathlib import Path
from typing import Any

import pytest

from lictor import Document, Subject, parse_json
from lictor.documents.read import read_file
from lictor.model import Budgets
from lictor_plugins import formats
from lictor_plugins.functions.boundaries import within_boundary
from lictor_plugins.functions.escalations import boundary_escalates, escalation
from lictor_plugins.kinds.aws_iam import find
from lictor_plugins.kinds.aws_iam.found import IDENTITY_POLICY, ROLE

LOADERS = {loader.name: loader for loader in formats.register_loaders()}
ACCOUNT = "111122223333"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/limit"
EITHER = {"Type": "String", "AllowedValues": [BOUNDARY, "arn:aws:iam::aws:policy/IAMFullAccess"]}
ESCALATING = {"Effect": "Allow", "Action": "iam:PutRolePolicy", "Resource": "*"}
READING = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def policy(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def json_document(data: Any) -> Document:
    loaded = parse_json("x.json", json.dumps(data), Budgets())
    assert not loaded.problems
    return loaded.documents[0]


def verdicts(document: Document, way: str = "put-role-policy") -> dict[str, str]:
    """The verdict on each identity policy, by its name."""
    found = find(document, frozenset({IDENTITY_POLICY}))
    return {subject.name: escalation(subject.value, way)["verdict"] for subject in found}


def template(boundary: Any, **resources: Any) -> Document:
    """A template whose role `App` has an inline policy that escalates, and a policy `Limit` that only reads."""
    app = {
        "PermissionsBoundary": boundary,
        "AssumeRolePolicyDocument": TRUST,
        "Policies": [{"PolicyName": "own", "PolicyDocument": policy(ESCALATING)}],
    }
    limit = {"ManagedPolicyName": "limit", "PolicyDocument": policy(READING)}
    return json_document(
        {
            "Parameters": {
                "Given": {"Type": "String"},
                "Team": {"Type": "String", "Default": BOUNDARY},
                "Either": EITHER,
            },
            "Resources": {
                "App": {"Type": "AWS::IAM::Role", "Properties": app},
                "Limit": {"Type": "AWS::IAM::ManagedPolicy", "Properties": limit},
                **{name: {"Type": kind, "Properties": given} for name, (kind, given) in resources.items()},
            },
        }
    )


@pytest.mark.parametrize(
    ("boundary", "verdict"),
    [
        ({"Ref": "Limit"}, "no"),
        ({"Fn::GetAtt": ["Limit", "PolicyArn"]}, "no"),
        (BOUNDARY, "no"),
        ({"Ref": "Team"}, "no"),
        ({"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/limit"}, "no"),
        ({"Fn::If": ["Prod", {"Ref": "Limit"}, {"Ref": "Limit"}]}, "no"),
        ("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", "no"),
        ("arn:aws:iam::aws:policy/PowerUserAccess", "no"),
        ("arn:aws:iam::aws:policy/IAMFullAccess", "yes"),
        ("arn:aws:iam::aws:policy/AdministratorAccess", "yes"),
        ("arn:aws:iam::aws:policy/SomethingNew", "unknown"),
        ({"Ref": "Given"}, "unknown"),
        ({"Fn::ImportValue": "limit"}, "unknown"),
        (f"arn:aws:iam::{ACCOUNT}:policy/other", "unknown"),
        ({"Fn::If": ["Prod", {"Ref": "Limit"}, {"Ref": "Given"}]}, "unknown"),
        ({"Fn::If": ["Prod", {"Ref": "Limit"}, {"Ref": "AWS::NoValue"}]}, "yes"),
        ({"Ref": "AWS::NoValue"}, "yes"),
        ("", "yes"),
        ({"Ref": "Either"}, "yes"),
        ({"Fn::Transform": {"Name": "m"}}, "unknown"),
        (["x"], "unknown"),
    ],
)
def test_a_role_is_limited_by_the_boundary_that_a_template_gives_it(boundary: Any, verdict: str) -> None:
    assert verdicts(template(boundary))["App"] == verdict


def test_a_policy_that_stands_elsewhere_in_a_template_is_limited_where_each_holder_is() -> None:
    attached = {"PolicyName": "more", "PolicyDocument": policy(ESCALATING)}
    free = {"AssumeRolePolicyDocument": TRUST}
    document = template(
        {"Ref": "Limit"},
        Free=("AWS::IAM::Role", free),
        OfApp=("AWS::IAM::Policy", {**attached, "Roles": [{"Ref": "App"}]}),
        OfBoth=("AWS::IAM::Policy", {**attached, "Roles": [{"Ref": "App"}, {"Ref": "Free"}]}),
        OfGroup=("AWS::IAM::Policy", {**attached, "Roles": [{"Ref": "App"}], "Groups": ["staff"]}),
        OfAnother=("AWS::IAM::RolePolicy", {**attached, "RoleName": "not-made-here"}),
        Managed=("AWS::IAM::ManagedPolicy", {"PolicyDocument": policy(ESCALATING), "Roles": [{"Ref": "App"}]}),
        OfNobody=("AWS::IAM::ManagedPolicy", {"PolicyDocument": policy(ESCALATING)}),
    )
    assert verdicts(document) == {
        "App": "no",
        "OfApp": "no",
        "OfBoth": "yes",
        "OfGroup": "yes",
        "OfAnother": "yes",
        "Managed": "no",
        "OfNobody": "yes",
    }


def test_the_parts_of_a_boundary_stand_where_they_are_written() -> None:
    document = template({"Ref": "Limit"})
    subject = next(iter(find(document, frozenset({IDENTITY_POLICY}))))
    properties = ("Resources", "App", "Properties", "PermissionsBoundary")
    limit = ("Resources", "Limit", "Properties", "PolicyDocument", "Statement", 0, "Action")
    assert subject.place(("boundaries", 0, "arn"))[1] == properties
    assert subject.place(("boundaries", 0, "policy", "statements", 0, "actions", 0))[1] == limit
    known = next(iter(find(template("arn:aws:iam::aws:policy/IAMFullAccess"), frozenset({IDENTITY_POLICY}))))
    assert known.place(("boundaries", 0, "policy", "statements", 0))[1] == properties


def test_a_boundary_that_is_not_read_in_full_leaves_a_way_open() -> None:
    document = template(
        {"Ref": "Other"}, Other=("AWS::IAM::ManagedPolicy", {"PolicyDocument": policy({"Ref": "More"})})
    )
    assert verdicts(document)["App"] == "unknown"
    [role] = [each for each in find(document, frozenset({ROLE})) if each.name == "App"]
    assert boundary_escalates(role.value) == "unknown"
    assert within_boundary(role.value, ["s3:GetObject"], "everything") == "unknown"


@pytest.mark.parametrize(
    ("statements", "actions", "verdict"),
    [
        ([READING], ["s3:GetObject"], "yes"),
        ([READING], ["sqs:SendMessage", "s3:GetObject"], "yes"),
        ([READING], ["sqs:SendMessage"], "no"),
        ([READING, {**READING, "Effect": "Deny", "Action": "s3:Get*"}], ["s3:GetObject"], "no"),
        ([{**READING, "Resource": "arn:aws:s3:::one/*"}], ["s3:GetObject"], "no"),
        ([{**READING, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}], ["s3:GetObject"], "no"),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], ["s3:GetObject"], "yes"),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], ["*"], "no"),
        ([{"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::one/*"}], ["s3:GetObject"], "yes"),
        ([{"Effect": "Allow", "Action": "*", "Resource": "*"}], ["*"], "yes"),
        ([{"Effect": "Allow", "Action": "s3:*", "Resource": {"Ref": "Given"}}], ["s3:GetObject"], "unknown"),
    ],
)
def test_what_is_left_of_everything(statements: list[Any], actions: list[str], verdict: str) -> None:
    document = template({"Ref": "Own"}, Own=("AWS::IAM::ManagedPolicy", {"PolicyDocument": policy(*statements)}))
    subject = next(iter(find(document, frozenset({IDENTITY_POLICY}))))
    assert within_boundary(subject.value, actions, "everything") == verdict


CONFIGURATION = """
variable "boundary" { type = string }
variable "none" { default = null }
variable "empty" { default = "" }
resource "aws_iam_policy" "limit" {
  name   = "limit"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}
"""


def terraform(boundary: str) -> str:
    return f"""
resource "aws_iam_role" "app" {{
  assume_role_policy   = jsonencode({json.dumps(TRUST)})
  permissions_boundary = {boundary}
}}
resource "aws_iam_role_policy" "inline" {{
  role   = aws_iam_role.app.id
  policy = jsonencode({{ Statement = [{json.dumps(ESCALATING)}] }})
}}
resource "aws_iam_policy" "managed" {{
  policy = jsonencode({{ Statement = [{json.dumps(ESCALATING)}] }})
}}
resource "aws_iam_role_policy_attachment" "managed" {{
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.managed.arn
}}
"""


@pytest.mark.parametrize(
    ("boundary", "verdict"),
    [
        ("aws_iam_policy.limit.arn", "no"),
        ('"arn:aws:iam::aws:policy/PowerUserAccess"', "no"),
        ("var.boundary", "unknown"),
        ("data.aws_iam_policy.other.arn", "unknown"),
        ("var.none", "unknown"),
        ("var.empty", "unknown"),
        ("null", "yes"),
        ('var.boundary == "" ? null : aws_iam_policy.limit.arn', "yes"),
    ],
)
def test_a_role_is_limited_by_the_boundary_that_terraform_gives_it(tmp_path: Path, boundary: str, verdict: str) -> None:
    (tmp_path / "main.tf").write_text(terraform(boundary), encoding="utf-8")
    (tmp_path / "limit.tf").write_text(CONFIGURATION, encoding="utf-8")
    loaded = read_file(tmp_path / "main.tf", "main.tf", LOADERS, Budgets())
    assert verdicts(loaded.documents[0]) == {"inline": verdict, "managed": verdict}


def test_a_boundary_that_another_module_makes_is_not_the_policy_that_this_one_calls_so(tmp_path: Path) -> None:
    other = """
resource "aws_iam_policy" "limit" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
output "arn" { value = aws_iam_policy.limit.arn }
"""
    calling = 'module "other" {\n  source = "./other"\n}\n' + terraform("module.other.arn")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "main.tf").write_text(other, encoding="utf-8")
    (tmp_path / "limit.tf").write_text(CONFIGURATION.replace('  name   = "limit"\n', ""), encoding="utf-8")
    (tmp_path / "main.tf").write_text(calling, encoding="utf-8")
    loaded = read_file(tmp_path / "main.tf", "main.tf", LOADERS, Budgets())
    assert verdicts(loaded.documents[0]) == {"inline": "unknown", "managed": "unknown"}


@pytest.mark.parametrize(
    ("action", "verdict"), [("s3:*", "no"), ("iam:*", "yes")], ids=["what it forbids", "what it allows"]
)
def test_a_boundary_of_another_module_is_known_by_its_name(tmp_path: Path, action: str, verdict: str) -> None:
    boundary = f"""
resource "aws_iam_policy" "this" {{
  name   = "limit"
  policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "{action}", Resource = "*" }}] }})
}}
output "arn" {{ value = aws_iam_policy.this.arn }}
"""
    role = 'variable "boundary" { type = string }\n' + terraform("var.boundary")
    root = """
module "boundary" { source = "./boundary" }
module "role" {
  source   = "./role"
  boundary = module.boundary.arn
}
"""
    for name, text in {"main.tf": root, "boundary/main.tf": boundary, "role/main.tf": role}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    loaded = read_file(tmp_path / "role" / "main.tf", "role/main.tf", LOADERS, Budgets())
    assert set(verdicts(loaded.documents[0]).values()) == {verdict}


def plan(module: str, boundary: list[str] | None) -> Document:
    """A plan that makes a role with an inline policy, a managed policy for it, and a boundary, all in one module."""
    prefix = f"{module}." if module else ""

    def resource(
        kind: str, called: str, unknown: dict[str, Any], **values: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        address = f"{prefix}{kind}.{called}"
        planned = {"address": address, "mode": "managed", "type": kind, "name": called, "values": values}
        return planned, {"address": address, "change": {"after_unknown": unknown}}

    made = [
        resource("aws_iam_policy", "limit", {"arn": True}, policy=json.dumps(policy(READING))),
        resource("aws_iam_policy", "work", {"arn": True}, policy=json.dumps(policy(ESCALATING))),
        resource(
            "aws_iam_role",
            "app",
            {"arn": True, "permissions_boundary": True},
            name="app",
            assume_role_policy=json.dumps(TRUST),
            inline_policy=[{"name": "own", "policy": json.dumps(policy(ESCALATING))}],
        ),
        resource("aws_iam_role_policy_attachment", "work", {"policy_arn": True}, role="app"),
    ]
    expressions = {} if boundary is None else {"permissions_boundary": {"references": boundary}}
    attached = {"policy_arn": {"references": ["aws_iam_policy.work.arn", "aws_iam_policy.work"]}}
    inner = {
        "resources": [
            {"address": "aws_iam_role.app", "expressions": expressions},
            {"address": "aws_iam_role_policy_attachment.work", "expressions": attached},
        ]
    }
    planned = {"resources": [each for each, _ in made]}
    own = module.partition(".")[2].partition("[")[0]
    return json_document(
        {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "planned_values": {"root_module": {"child_modules": [planned]} if module else planned},
            "resource_changes": [change for _, change in made],
            "configuration": {"root_module": {"module_calls": {own: {"module": inner}}} if module else inner},
        }
    )


LIMIT = ["aws_iam_policy.limit.arn", "aws_iam_policy.limit"]


@pytest.mark.parametrize("module", ["", "module.team", 'module.team["a.b"]'])
@pytest.mark.parametrize(
    ("boundary", "verdict"),
    [(LIMIT, "no"), (["var.boundary"], "unknown"), ([*LIMIT, "var.x"], "unknown"), (None, "unknown")],
)
def test_a_plan_tells_which_boundary_a_role_will_have(module: str, boundary: list[str] | None, verdict: str) -> None:
    told = verdicts(plan(module, boundary))
    assert {name.rpartition(".")[2]: each for name, each in told.items() if not name.endswith("limit")} == {
        "app": verdict,
        "work": verdict,
    }


def dump(count: int | None = 1, **role: Any) -> dict[str, Any]:
    def managed(arn: str, statement: Any, **counts: Any) -> dict[str, Any]:
        versions = [{"Document": policy(statement), "VersionId": "v1", "IsDefaultVersion": True}]
        return {"PolicyName": arn.rpartition("/")[2], "Arn": arn, "PolicyVersionList": versions, **counts}

    work = f"arn:aws:iam::{ACCOUNT}:policy/work"
    app = {
        "RoleName": "app",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/app",
        "Path": "/",
        "AssumeRolePolicyDocument": TRUST,
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": policy(ESCALATING)}],
        "AttachedManagedPolicies": [{"PolicyName": "work", "PolicyArn": work}],
        "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": BOUNDARY},
        **role,
    }
    counts = {} if count is None else {"AttachmentCount": count}
    return {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": [app],
        "Policies": [
            managed(work, ESCALATING, **counts),
            managed(BOUNDARY, READING, AttachmentCount=0, PermissionsBoundaryUsageCount=1),
        ],
    }


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        (dump(), {"app": "no", "work": "no"}),
        (dump(count=None), {"app": "no", "work": "no"}),
        (dump(count=2), {"app": "no", "work": "yes"}),  # held by somebody of another page
        (dump(PermissionsBoundary={}), {"app": "yes", "work": "yes"}),
        (
            dump(PermissionsBoundary={"PermissionsBoundaryArn": BOUNDARY.replace("limit", "gone")}),
            {"app": "unknown", "work": "unknown"},
        ),
    ],
)
def test_the_boundaries_of_a_dump_are_those_of_its_policies(
    monkeypatch: pytest.MonkeyPatch, data: Any, verdict: dict[str, str]
) -> None:
    assert verdicts(json_document(data)) == verdict
    monkeypatch.setattr(formats, "_LARGE", 0)
    streamed = formats.stream_json("dump.json", json.dumps(data), Budgets())
    assert streamed is not None
    assert verdicts(streamed) == verdict


@pytest.mark.parametrize(
    ("boundary", "verdict"),
    [
        ("arn:aws:iam::aws:policy/PowerUserAccess", "no"),
        ("arn:aws:iam::aws:policy/IAMFullAccess", "yes"),
        ("${self:custom.boundary}", "unknown"),
        ({"Ref": "Limit"}, "no"),
    ],
)
def test_the_role_of_a_service_is_limited_by_its_boundary(boundary: Any, verdict: str) -> None:
    role = {"permissionsBoundary": boundary, "statements": [ESCALATING]}
    limit = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy(READING)}}
    service = {
        "service": "orders",
        "provider": {"name": "aws", "iam": {"role": role}},
        "resources": {"Resources": {"Limit": limit}},
    }
    assert verdicts(json_document(service))["orders"] == verdict


def test_a_policy_alone_is_limited_by_nothing() -> None:
    [subject] = find(json_document(policy(ESCALATING)), frozenset({IDENTITY_POLICY}))
    assert isinstance(subject, Subject)
    assert subject.value["boundaries"] == []
    assert escalation(subject.value, "put-role-policy")["verdict"] == "yes"
