"""Policies in Terraform: wherever one is written, it says the same, and each part of it stands where it was written."""

import json
from pathlib import Path
from typing import Any

import pytest

from lictor import Budgets, Document, Subject, lines_of, parse_json
from lictor.documents.read import Shared, read_file
from lictor_plugins.formats import register_loaders
from lictor_plugins.kinds.aws_iam import find
from lictor_plugins.kinds.aws_iam.found import POLICY_KINDS, PRINCIPAL_KINDS
from lictor_plugins.kinds.general import find_terraform_resources

LOADERS = {loader.name: loader for loader in register_loaders()}
ALL = frozenset({*POLICY_KINDS, *PRINCIPAL_KINDS})


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def read(root: Path, name: str, shared: Shared | None = None) -> Document:
    loaded = read_file(root / name, name, LOADERS, Budgets(), shared)
    assert loaded.problems == ()
    return loaded.documents[0]


def subjects(root: Path, name: str = "main.tf", wanted: frozenset[str] = frozenset(POLICY_KINDS)) -> list[Subject]:
    return list(find(read(root, name), wanted))


def one(root: Path, text: str, **files: str) -> Subject:
    write(root, {"main.tf": text, **{name.replace("_", "."): value for name, value in files.items()}})
    found = subjects(root)
    assert len(found) == 1
    return found[0]


def slice_of(subject: Subject, *path: str | int) -> tuple[str, str]:
    document, place = subject.place(path)
    return document.uri, lines_of(document.text).slice(document.region_of(place))


def content(subject: Subject) -> dict[str, Any]:
    """A policy without what only tells where and how it was found."""
    value = json.loads(json.dumps(subject.value))
    value.pop("role")
    for statement in value["statements"]:
        for name in ("elements", "choice"):
            statement.pop(name)
    return value


ANYTHING = 'jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })'

BARE = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Partner",
            "Effect": "Allow",
            "Principal": {"AWS": ["arn:aws:iam::111122223333:root", "*"]},
            "Action": ["sts:AssumeRole"],
            "Condition": {"StringLike": {"sts:ExternalId": ["a*", "b"]}},
        }
    ],
}
JSONENCODE = """
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Partner"
      Effect    = "Allow"
      Principal = { AWS = ["arn:aws:iam::111122223333:root", "*"] }
      Action    = ["sts:AssumeRole"]
      Condition = { StringLike = { "sts:ExternalId" = ["a*", "b"] } }
    }]
  })
}
"""
HEREDOC = f"""
resource "aws_iam_role" "r" {{
  assume_role_policy = <<-EOT
    {json.dumps(BARE, indent=2).replace(chr(10), chr(10) + "    ")}
  EOT
}}
"""
DOCUMENT = """
resource "aws_iam_role" "r" {
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "Partner"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root", "*"]
    }
    condition {
      test     = "StringLike"
      variable = "sts:ExternalId"
      values   = ["a*", "b"]
    }
  }
}
"""
PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.9.0",
    "planned_values": {
        "root_module": {
            "child_modules": [
                {
                    "resources": [
                        {
                            "address": "module.x.aws_iam_role.r",
                            "mode": "managed",
                            "type": "aws_iam_role",
                            "name": "r",
                            "values": {"name": "r", "assume_role_policy": json.dumps(BARE)},
                        }
                    ]
                }
            ]
        }
    },
    "prior_state": {"values": {"root_module": {"resources": []}}},
}
PLACES: list[tuple[str | int, ...]] = [
    ("statements", 0, "principals", 1),
    ("statements", 0, "actions", 0),
    ("statements", 0, "conditions", 0, "values", 1),
    ("statements", 0, "sid"),
]


@pytest.mark.parametrize("text", [JSONENCODE, HEREDOC, DOCUMENT], ids=["jsonencode", "heredoc", "document"])
def test_a_policy_says_the_same_in_hcl_as_in_bare_json_and_each_part_has_its_place(tmp_path: Path, text: str) -> None:
    bare = next(iter(find(parse_json("bare.json", json.dumps(BARE)).documents[0], frozenset(POLICY_KINDS))))
    subject = one(tmp_path, text)
    assert (subject.kind, content(subject)) == (bare.kind, content(bare))
    assert [slice_of(subject, *path)[1] for path in PLACES] == [slice_of(bare, *path)[1] for path in PLACES]


def test_a_policy_says_the_same_in_a_plan_as_in_bare_json() -> None:
    bare = next(iter(find(parse_json("bare.json", json.dumps(BARE)).documents[0], frozenset(POLICY_KINDS))))
    plan = parse_json("plan.json", json.dumps(PLAN)).documents[0]
    (subject,) = find(plan, frozenset(POLICY_KINDS))
    assert (subject.kind, subject.name, content(subject)) == (bare.kind, "r", content(bare))
    assert [slice_of(subject, *path)[1].replace("\\", "") for path in PLACES] == [
        slice_of(bare, *path)[1] for path in PLACES
    ]


def test_a_plan_that_only_tells_its_changes_is_read_as_what_they_come_to() -> None:
    role = {"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r"}
    after = {"name": "r", "assume_role_policy": json.dumps(BARE)}
    changes = [
        {**role, "change": {"actions": ["delete"], "before": after, "after": None}},
        {**role, "change": {"actions": ["create"], "before": None, "after": after}},
    ]
    for plan in ({"resource_changes": changes}, {"planned_values": {"root_module": {}}, "resource_changes": changes}):
        (subject,) = find(parse_json("plan.json", json.dumps(plan)).documents[0], frozenset(POLICY_KINDS))
        assert subject.path[:5] == ("resource_changes", 1, "change", "after", "assume_role_policy")
        assert slice_of(subject, *PLACES[1])[1] == '\\"sts:AssumeRole\\"'


def test_a_plan_tells_of_policy_documents_that_no_resource_holds() -> None:
    def document(name: str, **values: str) -> dict[str, object]:
        facts = {"mode": "data", "type": "aws_iam_policy_document", "name": name}
        return {**facts, "address": f"data.aws_iam_policy_document.{name}", "values": values}

    text = json.dumps(BARE)
    part = text.replace("sts:AssumeRole", "sts:TagSession")
    role = {"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r"}
    held = {**role, "values": {"name": "r", "assume_role_policy": json.dumps(BARE, indent=2)}}
    plan = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [held]}},
        "prior_state": {
            "values": {
                "root_module": {
                    "resources": [
                        {**held, "values": {"name": "r", "assume_role_policy": part}},
                        document("held", json=text, minified_json=text),
                    ],
                    "child_modules": [{"resources": [document("unused", json=part, minified_json=part)]}],
                }
            }
        },
    }
    subjects = list(find(parse_json("plan.json", json.dumps(plan)).documents[0], frozenset(POLICY_KINDS)))
    assert [each.name for each in subjects] == ["r", "unused"]
    held["values"] = {"name": "r", "assume_role_policy": json.dumps({**BARE, "Statement": []})}
    subjects = list(find(parse_json("plan.json", json.dumps(plan)).documents[0], frozenset(POLICY_KINDS)))
    assert [each.name for each in subjects] == ["r", "held", "unused"]
    assert subjects[2].path[:4] == ("prior_state", "values", "root_module", "child_modules")
    assert slice_of(subjects[2], *PLACES[1])[1] == '\\"sts:TagSession\\"'


def test_a_plan_says_what_it_does_not_know_yet() -> None:
    values = {"address": "aws_sqs_queue_policy.q", "mode": "managed", "type": "aws_sqs_queue_policy", "name": "q"}
    plan = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [{**values, "values": {}}]}},
        "resource_changes": [{**values, "change": {"after": {}, "after_unknown": {"id": True, "policy": True}}}],
    }
    (subject,) = find(parse_json("plan.json", json.dumps(plan)).documents[0], frozenset(POLICY_KINDS))
    assert subject.value["unresolved"] == [{"element": "policy", "text": "${aws_sqs_queue_policy.q.policy}"}]


def test_a_plan_says_what_it_does_not_know_inside_a_block() -> None:
    values = {"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r"}
    plan = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [{**values, "values": {"inline_policy": [{"name": "a"}]}}]}},
        "resource_changes": [{**values, "change": {"after_unknown": {"inline_policy": [{"policy": True}]}}}],
    }
    (subject,) = find(parse_json("plan.json", json.dumps(plan)).documents[0], frozenset(POLICY_KINDS))
    assert subject.value["unresolved"][0]["text"] == "${aws_iam_role.r.inline_policy[0].policy}"


def test_optional_attributes_are_left_out_where_they_are_not_there(tmp_path: Path) -> None:
    text = """
locals {
  statements = {
    one = { actions = ["s3:Get*"], resources = ["*"] }
    two = { actions = ["s3:*"], resources = ["*"], effect = "Deny", conditions = [{ key = "aws:x", values = ["y"] }] }
  }
}
data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = local.statements
    content {
      sid       = try(statement.value.sid, null)
      effect    = lookup(statement.value, "effect", null)
      actions   = try(statement.value.actions, [])
      resources = try(statement.value["resources"], null)
      dynamic "condition" {
        for_each = try(statement.value.conditions, [])
        content {
          test     = "StringEquals"
          variable = condition.value.key
          values   = condition.value.values
        }
      }
    }
  }
}
"""
    value = one(tmp_path, text).value
    assert [(each["effect"], len(each["conditions"])) for each in value["statements"]] == [("Allow", 0), ("Deny", 1)]
    assert (value["malformed"], value["unresolved"]) == ([], [])


OPTIONAL = """
variable "create" { default = true }
variable "enable_saml" { default = false }
variable "permissions" {
  type = map(object({ sid = optional(string), actions = optional(list(string)), not_actions = optional(list(string)) }))
  default = null
}
data "aws_partition" "current" {
  count = var.create ? 1 : 0
}
data "aws_iam_policy_document" "this" {
  count = var.create ? 1 : 0
  dynamic "statement" {
    for_each = var.enable_saml ? [1] : []
    content {
      actions = compact(distinct(concat(["sts:AssumeRoleWithSAML"], [])))
    }
  }
  dynamic "statement" {
    for_each = var.permissions != null ? var.permissions : {}
    content {
      sid         = try(coalesce(statement.value.sid, statement.key))
      actions     = statement.value.actions
      not_actions = statement.value.not_actions
      dynamic "principals" {
        for_each = statement.value.principals != null ? statement.value.principals : []
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }
    }
  }
}
resource "aws_iam_role" "this" {
  count              = var.create ? 1 : 0
  assume_role_policy = data.aws_iam_policy_document.this[0].json
}
"""


def test_a_module_with_optional_parts_comes_out_as_its_caller_wants_it(tmp_path: Path) -> None:
    call = """
module "role" {
  source = "./role"
  permissions = {
    Partner = {
      actions    = ["sts:AssumeRole"]
      principals = [{ type = "AWS", identifiers = ["*"] }]
    }
  }
}
"""
    write(tmp_path, {"main.tf": call, "role/main.tf": OPTIONAL})
    (subject,) = subjects(tmp_path, "role/main.tf")
    (statement,) = subject.value["statements"]
    assert (statement["sid"], statement["has_not_action"]) == ("Partner", False)
    assert slice_of(subject, "statements", 0, "principals", 0)[1] == "principals.value.identifiers"
    assert subject.value["unresolved"] == []


def test_a_module_that_nobody_calls_leaves_open_what_a_caller_may_say(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": OPTIONAL})
    (subject,) = subjects(tmp_path)
    assert subject.value["unresolved"] != []


def test_a_state_file_is_read_as_a_plan_is() -> None:
    state = {
        "version": 4,
        "lineage": "x",
        "resources": [
            {
                "mode": "managed",
                "type": "aws_iam_role",
                "name": "r",
                "instances": [{"attributes": {"name": "r", "assume_role_policy": json.dumps(BARE)}}],
            }
        ],
    }
    (subject,) = find(parse_json("terraform.tfstate.json", json.dumps(state)).documents[0], frozenset(POLICY_KINDS))
    assert subject.path[:6] == ("resources", 0, "instances", 0, "attributes", "assume_role_policy")
    assert subject.kind == "aws.iam.trust-policy"


def test_a_document_in_another_file_is_found_there(tmp_path: Path) -> None:
    role, _, policy = DOCUMENT.partition("data ")
    subject = one(tmp_path, role, iam_tf=f"data {policy}")
    assert subject.document.uri == "main.tf"
    assert slice_of(subject, "statements", 0, "principals", 1) == ("iam.tf", '"*"')
    assert subjects(tmp_path, "iam.tf") == []


def test_a_document_that_nothing_uses_is_found_by_what_it_says(tmp_path: Path) -> None:
    text = 'data "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["*"]\n    resources = ["*"]\n  }\n}\n'
    subject = one(tmp_path, text)
    assert (subject.kind, subject.name) == ("aws.iam.identity-policy", "d")
    assert slice_of(subject, "statements", 0, "actions", 0) == ("main.tf", '"*"')


def test_documents_are_made_of_others(tmp_path: Path) -> None:
    text = """
data "aws_iam_policy_document" "base" {
  statement {
    sid       = "A"
    actions   = ["s3:Get*"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "whole" {
  source_policy_documents = [data.aws_iam_policy_document.base.json, var.more]
  override_policy_documents = [
    jsonencode({ Statement = [{ Sid = "B", Effect = "Deny", Action = "*", Resource = "*" }] })
  ]
  statement {
    sid         = "B"
    not_actions = ["iam:*"]
    not_resources = ["arn:aws:s3:::&{aws:username}"]
  }
}
resource "aws_iam_policy" "p" {
  policy = data.aws_iam_policy_document.whole.minified_json
}
"""
    subject = one(tmp_path, text)
    assert [(each["sid"], each["effect"]) for each in subject.value["statements"]] == [("A", "Allow"), ("B", "Deny")]
    assert subject.value["unresolved"] == [{"element": "Statement", "text": "${var.more}"}]


def test_dynamic_statements_are_all_there(tmp_path: Path) -> None:
    text = """
data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = { a = ["s3:Get*"], b = ["s3:Put*"] }
    iterator = each_one
    content {
      sid       = each_one.key
      actions   = each_one.value
      resources = ["*"]
      dynamic "principals" {
        for_each = try(var.gone[each_one.key], [])
        content {
          type        = "AWS"
          identifiers = principals.value
        }
      }
    }
  }
}
"""
    statements = one(tmp_path, text).value["statements"]
    assert [(each["sid"], each["actions"]) for each in statements] == [("a", ["s3:Get*"]), ("b", ["s3:Put*"])]


def role(principal: str, more: str = "") -> str:
    statement = f'{{ Effect = "Allow", Principal = {{ AWS = {principal} }}, Action = "sts:AssumeRole" }}'
    policy = f'jsonencode({{ Version = "2012-10-17", Statement = [{statement}] }})'
    return f'{more}\nresource "aws_iam_role" "r" {{\n  name = "r"\n  assume_role_policy = {policy}\n}}\n'


@pytest.mark.parametrize(
    ("principal", "more", "expected"),
    [
        ("var.x", 'variable "x" { default = "*" }', [("*", "anyone", True, False)]),
        ("var.x", 'variable "x" {}', [("${var.x}", "unresolved", False, True)]),
        ("var.x", "", [("${var.x}", "unresolved", False, True)]),
        ("local.x", 'locals { x = ["111122223333"] }', [("111122223333", "account", False, False)]),
        (
            "data.aws_caller_identity.c.account_id",
            'data "aws_caller_identity" "c" {}',
            [("${AWS::AccountId}", "account", False, False)],
        ),
        (
            "aws_iam_role.other.arn",
            'resource "aws_iam_user" "x" {}\nresource "aws_iam_role" "other" {\n  name = "o"\n  path = "/p/"\n}',
            [("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/p/o", "role", False, False)],
        ),
        ('"arn:aws:iam::${var.x}:root"', 'variable "x" {}', [("arn:aws:iam::${var.x}:root", "account", False, True)]),
        (
            'var.x ? "*" : "111122223333"',
            'variable "x" { default = false }',
            [("111122223333", "account", False, True), ("*", "anyone", False, True)],
        ),
        ('true ? "*" : "111122223333"', "", [("*", "anyone", False, False)]),
        (
            'concat(["111122223333"], var.x)',
            'variable "x" {}',
            [("111122223333", "account", False, False), ("${var.x}", "unresolved", False, True)],
        ),
        ('"$${aws:x}"', "", [("${aws:x}", "unresolved", False, False)]),
    ],
)
def test_what_a_principal_comes_to(tmp_path: Path, principal: str, more: str, expected: list[Any]) -> None:
    subject = one(tmp_path, role(principal, more))
    found = [
        (each["value"], each["kind"], each["is_assumed"], each["is_unresolved"])
        for statement in subject.value["statements"]
        for each in statement["principals"]
    ]
    if "?" in principal and "true" not in principal:
        found = [(value, kind, is_assumed, True) for value, kind, is_assumed, _ in found]
    assert found == expected


def test_values_given_in_tfvars_are_no_assumptions(tmp_path: Path) -> None:
    subject = one(tmp_path, role("var.x", 'variable "x" { default = "111122223333" }'), a_auto_tfvars='x = "*"\n')
    (principal,) = subject.value["statements"][0]["principals"]
    assert (principal["kind"], principal["is_assumed"]) == ("anyone", False)
    assert slice_of(subject, "statements", 0, "principals", 0) == ("main.tf", "var.x")


def test_nothing_is_passed_over_where_nothing_is_known(tmp_path: Path) -> None:
    for expression in ("var.policy", "jsonencode(var.policy)", "data.aws_iam_policy.x.policy", "module.gone.json"):
        text = f'resource "aws_iam_policy" "p" {{\n  policy = {expression}\n}}\n'
        assert one(tmp_path, text).value["unresolved"][0]["element"] == "policy", expression


def test_a_policy_that_is_no_json_is_malformed(tmp_path: Path) -> None:
    subject = one(tmp_path, 'resource "aws_iam_policy" "p" {\n  policy = "{]"\n}\n')
    assert subject.value["malformed"][0]["found"] == "text"


def test_each_instance_is_found_once_for_each_way_it_comes_out(tmp_path: Path) -> None:
    text = """
resource "aws_sqs_queue_policy" "q" {
  for_each = { a = "*", b = "111122223333", c = "*" }
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = { AWS = each.value }, Action = "sqs:*", Resource = "*" }]
  })
}
resource "aws_sqs_queue_policy" "none" {
  count  = 0
  policy = jsonencode({ Statement = [] })
}
"""
    write(tmp_path, {"main.tf": text})
    found = subjects(tmp_path)
    assert [subject.name for subject in found] == ['q["a"]', 'q["b"]']


MODULE = role("var.trusted", 'variable "trusted" { type = list(string) }')


def test_a_module_is_read_with_the_arguments_of_its_callers(tmp_path: Path) -> None:
    calls = """
module "one" {
  source  = "./modules/role"
  trusted = ["*"]
}
module "two" {
  source  = "./modules/role"
  trusted = ["111122223333"]
}
"""
    write(tmp_path, {"main.tf": calls, "modules/role/main.tf": MODULE})
    found = subjects(tmp_path, "modules/role/main.tf")
    assert [subject.value["statements"][0]["principals"][0]["value"] for subject in found] == ["*", "111122223333"]
    assert slice_of(found[0], "statements", 0, "principals", 0) == ("modules/role/main.tf", "var.trusted")
    assert subjects(tmp_path) == []


def test_a_policy_that_a_caller_gives_stands_at_the_caller(tmp_path: Path) -> None:
    module = 'variable "policy" {}\nresource "aws_iam_policy" "p" {\n  policy = var.policy\n}\n'
    call = f'module "m" {{\n  source = "../m"\n  policy = {ANYTHING}\n}}\n'
    write(tmp_path, {"env/main.tf": call, "m/main.tf": module})
    (subject,) = subjects(tmp_path, "m/main.tf")
    assert slice_of(subject, "statements", 0, "actions", 0) == ("env/main.tf", '"*"')


def test_what_a_module_from_elsewhere_is_given_is_found_by_what_it_says(tmp_path: Path) -> None:
    call = f'module "m" {{\n  source = "org/m/aws"\n  policy = {ANYTHING}\n}}\n'
    subject = one(tmp_path, call)
    assert (subject.kind, subject.name) == ("aws.iam.identity-policy", "m")


def test_the_output_of_a_module_is_known(tmp_path: Path) -> None:
    module = 'resource "aws_iam_role" "x" {\n  name = "inner"\n}\noutput "arn" {\n  value = aws_iam_role.x.arn\n}\n'
    write(tmp_path, {"m/main.tf": module, "main.tf": role("module.m.arn", 'module "m" {\n  source = "./m"\n}')})
    (subject,) = subjects(tmp_path)
    assert subject.value["statements"][0]["principals"][0]["name"] == "inner"


def test_files_are_read_where_they_are_inside_the_root(tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text('{"Statement": []}')
    root = tmp_path / "root"
    policy = 'file("${path.module}/policies/p.json")'
    write(root, {"main.tf": f'resource "aws_iam_policy" "p" {{\n  policy = {policy}\n}}\n'})
    write(root, {"policies/p.json": '{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'})
    (subject,) = subjects(root)
    assert slice_of(subject, "statements", 0, "actions", 0) == ("policies/p.json", '"*"')
    for escape in ("../outside.json", "policies/link.json", str(outside)):
        (root / "policies/link.json").unlink(missing_ok=True)
        (root / "policies/link.json").symlink_to(outside)
        write(root, {"main.tf": f'resource "aws_iam_policy" "p" {{\n  policy = file("{escape}")\n}}\n'})
        (subject,) = subjects(root)
        assert subject.value["unresolved"][0]["text"] == "${file(...)}", escape


def test_a_document_tells_which_other_files_it_is_made_of(tmp_path: Path) -> None:
    call = 'module "m" {\n  source  = "./m"\n  trusted = jsondecode(file("t.json"))\n}\n'
    write(tmp_path, {"main.tf": call, "other/x.tf": "", "t.json": '["*"]', "x.txt": ""})
    write(tmp_path, {"m/main.tf": MODULE, "m/variables.tf": "", "terraform.tfvars": "a = 1\n"})
    shared = Shared()
    found = [read_file(tmp_path / name, name, LOADERS, Budgets(), shared) for name in ("m/main.tf", "main.tf")]
    assert [loaded.sources for loaded in found] == [
        ("m/variables.tf", "main.tf", "t.json", "terraform.tfvars"),
        ("t.json", "terraform.tfvars"),
    ]


def test_templates_are_filled_in(tmp_path: Path) -> None:
    template = '{"Statement": [{"Effect": "Allow", "Action": "${action}", "Resource": ${jsonencode(list)}}]}'
    write(
        tmp_path,
        {
            "p.tftpl": template,
            "main.tf": 'resource "aws_iam_policy" "p" {\n'
            '  policy = templatefile("p.tftpl", { action = "s3:*", list = ["a", "b"] })\n}\n',
        },
    )
    (subject,) = subjects(tmp_path)
    assert subject.value["statements"][0]["resources"] == ["a", "b"]
    assert slice_of(subject, "statements", 0, "actions", 0) == ("p.tftpl", '"${action}"')


def test_a_role_has_what_is_attached_to_it(tmp_path: Path) -> None:
    attached = """
resource "aws_iam_role_policy_attachment" "admin" {
  role       = aws_iam_role.r.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
resource "aws_iam_role_policy" "own" {
  name   = "own"
  role   = aws_iam_role.r.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
"""
    main = role('"*"').rstrip().removesuffix("}") + (
        '  max_session_duration = 7200\n  permissions_boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"\n'
        '  managed_policy_arns = ["arn:aws:iam::aws:policy/IAMFullAccess"]\n'
        '  inline_policy {\n    name = "in"\n    policy = jsonencode({ Statement = [] })\n  }\n}\n'
    )
    write(tmp_path, {"main.tf": main, "attached.tf": attached})
    (subject,) = subjects(tmp_path, wanted=frozenset({"aws.iam.role"}))
    value = subject.value
    assert value["max_session_duration"] == 7200
    assert [arn.rpartition("/")[2] for arn in value["managed_policies"]] == ["IAMFullAccess", "AdministratorAccess"]
    assert [policy["name"] for policy in value["policies"]] == ["in", "own"]
    assert slice_of(subject, "managed_policies", 1)[0] == "attached.tf"
    assert slice_of(subject, "policies", 1, "policy", "statements", 0, "actions", 0) == ("attached.tf", '"*"')


@pytest.mark.parametrize(
    ("kind", "attribute", "expected"),
    [
        ("aws_s3_bucket_policy", "policy", "aws.iam.resource-policy"),
        ("aws_kms_key", "policy", "aws.iam.resource-policy"),
        ("aws_opensearch_domain", "access_policies", "aws.iam.resource-policy"),
        ("aws_glacier_vault", "access_policy", "aws.iam.resource-policy"),
        ("aws_organizations_policy", "type    = var.type\n  content", "aws.iam.scp"),
        ("aws_organizations_policy", 'type    = upper("resource_control_policy")\n  content', "aws.iam.rcp"),
        ("aws_organizations_policy", "content", "aws.iam.scp"),
        ("aws_iot_policy", "policy", "aws.iam.identity-policy"),
        ("aws_ssoadmin_permission_set_inline_policy", "inline_policy", "aws.iam.identity-policy"),
        ("aws_vpc_endpoint", "policy", "aws.iam.endpoint-policy"),
        ("aws_something_new", "some_policy", "aws.iam.identity-policy"),
    ],
)
def test_each_resource_has_its_kind_of_policy(tmp_path: Path, kind: str, attribute: str, expected: str) -> None:
    assert one(tmp_path, f'resource "{kind}" "x" {{\n  {attribute} = {ANYTHING}\n}}\n').kind == expected


def test_a_boundary_is_told_by_who_uses_it(tmp_path: Path) -> None:
    text = """
resource "aws_iam_policy" "limit" {
  name   = "limit"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
resource "aws_iam_user" "u" {
  permissions_boundary = aws_iam_policy.limit.arn
}
"""
    assert one(tmp_path, text).kind == "aws.iam.permissions-boundary"


def test_a_lambda_permission_is_the_statement_that_it_becomes(tmp_path: Path) -> None:
    text = """
resource "aws_lambda_permission" "p" {
  action         = "lambda:InvokeFunction"
  principal      = "s3.amazonaws.com"
  source_account = var.account
}
"""
    subject = one(tmp_path, text)
    (statement,) = subject.value["statements"]
    assert statement["principals"][0]["service"] == "s3"
    assert statement["conditions"][0]["values"] == ["${var.account}"]
    assert slice_of(subject, "statements", 0, "conditions", 0) == ("main.tf", "var.account")


def test_a_permission_of_an_event_bus_is_the_statement_that_it_becomes(tmp_path: Path) -> None:
    text = """
resource "aws_cloudwatch_event_permission" "p" {
  principal    = "*"
  statement_id = "organization"
  condition {
    key   = "aws:PrincipalOrgID"
    type  = "StringEquals"
    value = "o-a1b2c3d4e5"
  }
}
"""
    subject = one(tmp_path, text)
    (statement,) = subject.value["statements"]
    assert (subject.kind, statement["actions"]) == ("aws.iam.resource-policy", ["events:PutEvents"])
    assert statement["principals"][0]["kind"] == "anyone"
    assert statement["conditions"][0]["key"] == "aws:principalorgid"
    assert slice_of(subject, "statements", 0, "conditions", 0) == ("main.tf", '"o-a1b2c3d4e5"')


def test_resources_of_a_configuration_look_like_those_of_a_plan(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'resource "aws_s3_bucket" "b" {\n  count  = 1\n  bucket = "x"\n}\n'})
    (subject,) = find_terraform_resources(read(tmp_path, "main.tf"), frozenset({"terraform.resource"}))
    values = {"bucket": "x"}
    plain = {"address": "aws_s3_bucket.b[0]", "mode": "managed", "type": "aws_s3_bucket", "name": "b", "values": values}
    assert subject.value == plain
    assert slice_of(subject, "values", "bucket") == ("main.tf", '"x"')
    plan = {"format_version": "1.2", "planned_values": {"root_module": {"resources": [plain]}}}
    document = parse_json("plan.json", json.dumps(plan)).documents[0]
    (planned,) = find_terraform_resources(document, frozenset({"terraform.resource"}))
    assert planned.value == plain
    assert slice_of(planned, "values", "bucket") == ("plan.json", '"x"')


def test_names_that_are_made_of_each_other_come_to_an_end(tmp_path: Path) -> None:
    text = (
        "locals {\n  a = local.b\n  b = [local.a]\n}\n"
        'module "m" {\n  source = "./"\n}\n'
        'resource "aws_iam_policy" "p" {\n  name = aws_iam_policy.p.arn\n  policy = jsonencode(local.a)\n}\n'
    )
    write(tmp_path, {"main.tf": text})
    assert len(subjects(tmp_path, wanted=ALL)) == 1


def test_without_the_parser_one_problem_is_told_for_all_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lictor_plugins.formats.terraform.parse.is_installed", lambda: False)
    write(tmp_path, {"a.tf": "", "b.tf": ""})
    shared = Shared()
    found = [read_file(tmp_path / name, name, LOADERS, Budgets(), shared) for name in ("a.tf", "b.tf")]
    assert [[problem.code for problem in loaded.problems] for loaded in found] == [["missing-extra"], []]
    assert "lictor[terraform]" in found[0].problems[0].hint
