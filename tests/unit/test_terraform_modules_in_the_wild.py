"""Terraform as modules are really written: values with defaults, several files, templates that choose and repeat."""

import datetime as dt
from pathlib import Path

import pytest

from lictor import Budgets, CheckRequest, Document, PolicyChoice, Subject, check, lines_of
from lictor.documents.read import read_file
from lictor_plugins.formats import register_loaders
from lictor_plugins.kinds.aws_iam import find
from lictor_plugins.kinds.aws_iam.found import POLICY_KINDS

LOADERS = {loader.name: loader for loader in register_loaders()}


def subjects(root: Path, **files: str) -> list[Subject]:
    write(root, files)
    loaded = read_file(root / "main.tf", "main.tf", LOADERS, Budgets())
    assert loaded.problems == ()
    document: Document = loaded.documents[0]
    return list(find(document, frozenset(POLICY_KINDS)))


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name.replace("__", ".")).write_text(text, encoding="utf-8")


def slice_of(subject: Subject, *path: str | int) -> tuple[str, str]:
    document, place = subject.place(path)
    return document.uri, lines_of(document.text).slice(document.region_of(place))


STAR = '{"Statement": [{"Sid": "Extra", "Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}'


def test_attributes_that_are_left_out_have_the_default_of_their_type(tmp_path: Path) -> None:
    main = """
variable "roles" {
  type = map(object({
    trusted = list(object({ arn = string, session = optional(bool) }))
    actions = optional(list(string), ["s3:*"])
  }))
}
resource "aws_iam_policy" "p" {
  for_each = var.roles
  policy   = jsonencode({ Statement = [{
    Effect = "Allow", Action = each.value.actions, Resource = each.value.trusted[0].session == null ? "*" : "none"
  }] })
}
"""
    values = 'roles = {\n  a = { trusted = [{ arn = "x" }] }\n  b = { trusted = [{ arn = "y" }], actions = ["*"] }\n}\n'
    one, two = subjects(tmp_path, main__tf=main, terraform__tfvars=values)
    assert [each.value["statements"][0]["actions"] for each in (one, two)] == [["s3:*"], ["*"]]
    assert [each.value["statements"][0]["resources"] for each in (one, two)] == [["*"], ["*"]]
    assert one.value["unresolved"] == two.value["unresolved"] == []


def test_a_statement_of_another_file_is_found_there(tmp_path: Path) -> None:
    main = """
data "aws_iam_policy_document" "all" {
  source_policy_documents = [file("extra.json")]
  statement {
    actions   = ["iam:*"]
    resources = ["*"]
  }
}
resource "aws_iam_policy" "p" {
  policy = data.aws_iam_policy_document.all.json
}
"""
    (policy,) = subjects(tmp_path, main__tf=main, extra__json=STAR)
    assert [slice_of(policy, "statements", index, "actions", 0) for index in (0, 1)] == [
        ("extra.json", '"ec2:*"'),
        ("main.tf", '"iam:*"'),
    ]


def test_a_policy_that_a_module_from_elsewhere_is_given_stands_at_its_argument(tmp_path: Path) -> None:
    main = f'module "m" {{\n  source = "terraform-aws-modules/iam/aws"\n  policy = jsonencode({STAR})\n}}\n'
    (policy,) = subjects(tmp_path, main__tf=main)
    assert slice_of(policy, "statements", 0, "actions", 0) == ("main.tf", '"ec2:*"')
    document, place = policy.place(())
    assert document.data["module"]["m"]["policy"]
    assert place[:2] == ("module", "m")


def test_a_policy_in_yaml_has_its_places(tmp_path: Path) -> None:
    main = 'resource "aws_iam_policy" "p" {\n  policy = jsonencode(yamldecode(file("p.yaml")))\n}\n'
    text = 'Statement:\n  - Effect: Allow\n    Action: ["iam:*"]\n    Resource: "*"\n'
    (policy,) = subjects(tmp_path, main__tf=main, p__yaml=text)
    assert slice_of(policy, "statements", 0, "actions", 0) == ("p.yaml", '"iam:*"')
    assert slice_of(policy, "statements", 0, "resources", 0) == ("p.yaml", '"*"')


LOOP = """
variable "accounts" { default = ["111122223333", "444455556666"] }
variable "open" { default = false }
resource "aws_sqs_queue" "q" {
  policy = <<EOT
{"Statement": [
%{ for index, account in var.accounts ~}
  {"Effect": "Allow", "Principal": {"AWS": "${account}"}, "Action": "sqs:*", "Resource": "*"}
  %{~ if index < length(var.accounts) - 1 ~}
  ,
  %{~ endif ~}
%{ endfor ~}
%{ if var.open },{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}%{ endif }
]}
EOT
}
"""


def test_a_template_that_repeats_and_chooses_comes_out_in_each_way(tmp_path: Path) -> None:
    found = subjects(tmp_path, main__tf=LOOP)
    said = [[one["value"] for each in policy.value["statements"] for one in each["principals"]] for policy in found]
    assert said == [["111122223333", "444455556666"], ["111122223333", "444455556666", "*"]]
    assert slice_of(found[1], "statements", 2, "principals", 0) == ("main.tf", '"*"')


def test_a_text_with_a_choice_in_it_is_one_of_several(tmp_path: Path) -> None:
    main = """
variable "account" { default = "" }
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ Statement = [{
    Effect    = "Allow"
    Action    = "sts:AssumeRole"
    Principal = { AWS = "arn:aws:iam::${var.account == "" ? "444455556666" : var.account}:root" }
  }] })
}
"""
    (trust,) = subjects(tmp_path, main__tf=main)
    values = [each["value"] for each in trust.value["statements"][0]["principals"]]
    assert values[0] == "arn:aws:iam::444455556666:root"
    assert len(values) == 2


MODULE = """
module "f" {
  source = "terraform-aws-modules/lambda/aws"
  policy_statements = {
    read = {
      actions   = ["s3:GetObject"]
      resources = ["arn:aws:s3:::a/*"]
      condition = {
        mine  = { test = "StringEquals", variable = "aws:PrincipalTag/a", values = ["1"] }
        yours = { test = "StringEquals", variable = "aws:PrincipalTag/b", values = ["2"] }
      }
    }
    all = { effect = "Allow", actions = ["s3:*"], resources = ["*"], sid = null }
  }
  trust = [{
    actions    = ["sts:AssumeRole"]
    principals = [{ type = "AWS", identifiers = ["111122223333"] }, { type = "AWS", identifiers = ["*"] }]
  }]
  rules = [{ actions = ["read", "write"], resources = ["pods"] }]
}
"""


def test_statements_that_a_module_takes_as_objects_are_a_policy(tmp_path: Path) -> None:
    grants, trust = subjects(tmp_path, main__tf=MODULE)
    assert [grants.kind, trust.kind] == ["aws.iam.identity-policy", "aws.iam.trust-policy"]
    assert [each["actions"] for each in grants.value["statements"]] == [["s3:GetObject"], ["s3:*"]]
    conditions = grants.value["statements"][0]["conditions"]
    assert [(each["operator"], each["key"], each["values"]) for each in conditions] == [
        ("StringEquals", "aws:principaltag/a", ["1"]),
        ("StringEquals", "aws:principaltag/b", ["2"]),
    ]
    assert slice_of(grants, "statements", 1, "actions", 0) == ("main.tf", '"s3:*"')
    assert [each["value"] for each in trust.value["statements"][0]["principals"]] == ["111122223333", "*"]
    assert slice_of(trust, "statements", 0, "principals", 1) == ("main.tf", '"*"')


@pytest.mark.parametrize("asked", ["local.owners[var.stage]", 'lookup(local.owners, var.stage, "333333333333")'])
def test_what_a_map_holds_under_a_key_that_nobody_knows_is_one_of_its_values(tmp_path: Path, asked: str) -> None:
    main = f"""
variable "stage" {{}}
locals {{ owners = {{ dev = "*", prod = "444455556666" }} }}
resource "aws_iam_role" "r" {{
  assume_role_policy = jsonencode({{ Statement = [{{
    Effect    = "Allow"
    Action    = "sts:AssumeRole"
    Principal = {{ AWS = {asked} }}
  }}] }})
}}
"""
    (trust,) = subjects(tmp_path, main__tf=main)
    values = [each["value"] for each in trust.value["statements"][0]["principals"]]
    assert values == ["*", "444455556666", "333333333333"][: 3 if "lookup" in asked else 2]
    assert slice_of(trust, "statements", 0, "principals", 0) == ("main.tf", '"*"')


def test_a_policy_in_a_file_of_its_own_is_found_once_and_there(tmp_path: Path) -> None:
    trust = '{"Statement": [{\n"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}\n'
    main = 'resource "aws_iam_role" "r" {\n  assume_role_policy = file("${path.module}/trust.json")\n}\n'
    write(tmp_path, {"main.tf": main, "trust.json": trust})
    policy = PolicyChoice(only=("trust-wildcard-principal",))
    report = check(CheckRequest((".",), tmp_path, dt.date(2026, 11, 24), policy))
    assert [(each.location.uri, each.location.region, each.subject.name) for each in report.findings] == [
        ("trust.json", (2, 41, 2, 44), "r")
    ]
