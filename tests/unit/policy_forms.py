"""One policy in every form that lictor reads, for tests that want the same findings of all of them."""

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import yaml

Policy = Mapping[str, Any]
Write = Callable[["Case"], str]
Decode = Callable[[str], str]

ACCOUNT = "123456789012"


class Case(NamedTuple):
    """A policy, and of what: `trust`, `identity`, or a resource that has one."""

    kind: str
    policy: Policy


class Form(NamedTuple):
    """A way to write a policy: the file's name, the text, and how a part of the text reads once it is decoded."""

    name: str
    file: str
    write: Write
    decode: Decode = str


class Resource(NamedTuple):
    """Where each form keeps the policies of a sort of resource. `answer` is what the AWS command line prints."""

    cloudformation: str
    property: tuple[str, ...]
    terraform: str
    attribute: str
    answer: Callable[[Any], Any]


def _attributes(policy: Any) -> Any:
    return {"Attributes": {"Policy": policy}}


RESOURCES: Mapping[str, Resource] = {
    "trust": Resource(
        "AWS::IAM::Role",
        ("AssumeRolePolicyDocument",),
        "aws_iam_role",
        "assume_role_policy",
        lambda policy: {
            "RoleDetailList": [
                {"RoleName": "r", "Path": "/", "AssumeRolePolicyDocument": policy, "RolePolicyList": []},
            ]
        },
    ),
    "identity": Resource(
        "AWS::IAM::Policy",
        ("PolicyDocument",),
        "aws_iam_policy",
        "policy",
        lambda policy: {
            "UserDetailList": [
                {
                    "UserName": "u",
                    "Arn": f"arn:aws:iam::{ACCOUNT}:user/u",
                    "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": policy}],
                    "AttachedManagedPolicies": [],
                }
            ]
        },
    ),
    "bucket": Resource(
        "AWS::S3::BucketPolicy",
        ("PolicyDocument",),
        "aws_s3_bucket_policy",
        "policy",
        lambda policy: {"Policy": policy},
    ),
    "key": Resource("AWS::KMS::Key", ("KeyPolicy",), "aws_kms_key", "policy", lambda policy: {"Policy": policy}),
    "topic": Resource("AWS::SNS::TopicPolicy", ("PolicyDocument",), "aws_sns_topic_policy", "policy", _attributes),
    "queue": Resource("AWS::SQS::QueuePolicy", ("PolicyDocument",), "aws_sqs_queue_policy", "policy", _attributes),
    "repository": Resource(
        "AWS::ECR::Repository",
        ("RepositoryPolicyText",),
        "aws_ecr_repository_policy",
        "policy",
        lambda policy: {"repositoryName": "app", "policyText": policy},
    ),
    "secret": Resource(
        "AWS::SecretsManager::ResourcePolicy",
        ("ResourcePolicy",),
        "aws_secretsmanager_secret_policy",
        "policy",
        lambda policy: {"Name": "s", "ResourcePolicy": policy},
    ),
}


def hcl(value: Any, indent: int = 0) -> str:
    """Write data as an HCL expression, in the layout that `terraform fmt` gives."""
    pad, inner = "  " * indent, "  " * (indent + 1)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, list):
        if not any(isinstance(item, dict | list) for item in value):
            return "[" + ", ".join(hcl(item) for item in value) + "]"
        return "[\n" + "".join(f"{inner}{hcl(item, indent + 1)},\n" for item in value) + f"{pad}]"
    if isinstance(value, dict):
        lines = (
            f"{inner}{key if re.fullmatch('[A-Za-z_]+', key) else hcl(key)} = {hcl(each, indent + 1)}\n"
            for key, each in value.items()
        )
        return "{\n" + "".join(lines) + f"{pad}}}"
    return json.dumps(value)


def _bare(case: Case) -> str:
    return json.dumps(case.policy, indent=2)


def _yaml(case: Case) -> str:
    return yaml.safe_dump(case.policy, sort_keys=False)


def template(case: Case, *, sam: bool = False) -> dict[str, Any]:
    """Return a CloudFormation template that holds the policy."""
    place = RESOURCES[case.kind]
    properties: dict[str, Any] = {}
    inner = properties
    for name in place.property[:-1]:
        inner = inner.setdefault(name, {})
    inner[place.property[-1]] = case.policy
    if case.kind == "identity":
        properties["PolicyName"] = "p"
    whole: dict[str, Any] = {"AWSTemplateFormatVersion": "2010-09-09"}
    resource = {"Type": place.cloudformation, "Properties": properties}
    if sam:
        whole["Transform"] = "AWS::Serverless-2016-10-31"
        if case.kind == "identity":
            resource = {"Type": "AWS::Serverless::StateMachine", "Properties": {"Policies": [case.policy]}}
        elif case.kind == "trust":
            resource = {"Type": "AWS::Serverless::Function", "Properties": properties}
    return {**whole, "Resources": {"Thing": resource}}


def _text_in_template(case: Case) -> str:
    whole = template(case)
    properties = whole["Resources"]["Thing"]["Properties"]
    name = RESOURCES[case.kind].property[-1]
    properties[name] = json.dumps(case.policy, indent=1)
    return yaml.dump(whole, sort_keys=False, default_style="|")


def _substituted_in_template(case: Case) -> str:
    whole = template(case)
    properties = whole["Resources"]["Thing"]["Properties"]
    name = RESOURCES[case.kind].property[-1]
    properties[name] = {"Fn::Sub": json.dumps(case.policy).replace("${", "${!")}
    return json.dumps(whole, indent=2)


def _joined(value: Any) -> Any:
    """Write ARNs as the CDK does, for every partition."""
    if isinstance(value, dict):
        return {key: _joined(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_joined(inner) for inner in value]
    if isinstance(value, str) and value.startswith("arn:aws:"):
        return {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, value.removeprefix("arn:aws")]]}
    return value


def _synthesised(case: Case) -> str:
    whole = template(Case(case.kind, _joined(case.policy)))
    whole["Resources"]["Thing"]["Metadata"] = {"aws:cdk:path": "Stack/Thing/Resource"}
    return json.dumps(whole, indent=1)


def _from_synthesised(text: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if isinstance(value, dict) and "Fn::Join" in value:
        return "arn:aws" + str(value["Fn::Join"][1][2])
    return text


def _resource(case: Case, expression: str) -> str:
    place = RESOURCES[case.kind]
    return f'resource "{place.terraform}" "thing" {{\n  {place.attribute} = {expression}\n}}\n'


def _jsonencode(case: Case) -> str:
    return _resource(case, f"jsonencode({hcl(case.policy, 1)})")


def _local(case: Case) -> str:
    return f"locals {{\n  wanted = {hcl(case.policy, 1)}\n}}\n" + _resource(case, "jsonencode(local.wanted)")


def _heredoc(case: Case) -> str:
    text = json.dumps(case.policy, indent=2).replace("${", "$${").replace("\n", "\n    ")
    return _resource(case, f"<<-EOT\n    {text}\n  EOT")


def _quoted(case: Case) -> str:
    return _resource(case, json.dumps(json.dumps(case.policy)).replace("${", "$${"))


def _document(case: Case) -> str:
    expression = "data.aws_iam_policy_document.wanted.json"
    version = case.policy["Version"]
    head = "" if version == "2012-10-17" else f"  version = {hcl(version)}\n"
    statements = case.policy["Statement"]
    blocks = "".join(map(_statement, statements if isinstance(statements, list) else [statements]))
    return _resource(case, expression) + f'data "aws_iam_policy_document" "wanted" {{\n{head}{blocks}}}\n'


_WORDS = {
    "Action": "actions",
    "NotAction": "not_actions",
    "Resource": "resources",
    "NotResource": "not_resources",
}


def _listed(value: Any) -> str:
    return hcl(value if isinstance(value, list) else [value])


def _statement(statement: Mapping[str, Any]) -> str:
    lines = []
    for name, value in statement.items():
        if name in {"Sid", "Effect"}:
            lines.append(f"{name.lower()} = {hcl(value)}")
        elif name in _WORDS:
            lines.append(f"{_WORDS[name]} = {_listed(value)}")
        elif name in {"Principal", "NotPrincipal"}:
            word = "principals" if name == "Principal" else "not_principals"
            for kind, who in ({"*": "*"} if value == "*" else value).items():
                lines.append(f"{word} {{\n      type = {hcl(kind)}\n      identifiers = {_listed(who)}\n    }}")
        elif name == "Condition":
            for operator, keys in value.items():
                for key, values in keys.items():
                    lines.append(
                        f"condition {{\n      test = {hcl(operator)}\n      variable = {hcl(key)}\n"
                        f"      values = {_listed(values)}\n    }}"
                    )
    return "  statement {\n" + "".join(f"    {line}\n" for line in lines) + "  }\n"


def _tf_json(case: Case) -> str:
    place = RESOURCES[case.kind]
    text = json.dumps(case.policy).replace("${", "$${")
    return json.dumps({"resource": {place.terraform: {"thing": {place.attribute: text}}}}, indent=2)


def _planned(case: Case) -> dict[str, Any]:
    place = RESOURCES[case.kind]
    return {
        "address": f"module.x[0].{place.terraform}.thing",
        "mode": "managed",
        "type": place.terraform,
        "name": "thing",
        "values": {"id": "x", place.attribute: json.dumps(case.policy)},
        "sensitive_values": {},
    }


def _plan(case: Case) -> str:
    module = {"address": "module.x[0]", "resources": [_planned(case)]}
    whole = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"child_modules": [module]}},
        "resource_changes": [
            {
                **_planned(case),
                "change": {"actions": ["create"], "after": _planned(case)["values"], "after_unknown": {}},
            }
        ],
    }
    return json.dumps(whole, indent=2)


def _state(case: Case) -> str:
    module = {"address": "module.x[0]", "resources": [_planned(case)]}
    values = {"root_module": {"child_modules": [module]}}
    return json.dumps({"format_version": "1.0", "terraform_version": "1.9.0", "values": values})


def _answer(case: Case) -> str:
    return json.dumps(RESOURCES[case.kind].answer(case.policy), indent=4)


def _answer_as_text(case: Case) -> str:
    return json.dumps(RESOURCES[case.kind].answer(json.dumps(case.policy)), indent=4)


def _answer_encoded(case: Case) -> str:
    return json.dumps(RESOURCES[case.kind].answer(quote(json.dumps(case.policy), safe="")), indent=4)


def _from_json_text(text: str) -> str:
    """Undo the escapes of a JSON string around JSON."""
    return str(json.loads(f'"{text}"')) if '\\"' in text else text


def _from_encoded(text: str) -> str:
    return unquote(text)


def _from_substituted(text: str) -> str:
    return _from_json_text(text).replace("${!", "${")


def _from_quoted(text: str) -> str:
    return _from_terraform(_from_json_text(text))


def _from_terraform(text: str) -> str:
    return text.replace("$${", "${")


FORMS = (
    Form("bare JSON", "p.json", _bare),
    Form("YAML", "p.yaml", _yaml),
    Form("CloudFormation YAML", "t.yaml", lambda case: yaml.safe_dump(template(case), sort_keys=False)),
    Form("CloudFormation JSON", "t.json", lambda case: json.dumps(template(case), indent=2)),
    Form("text in a template", "text.yaml", _text_in_template, _from_json_text),
    Form("Fn::Sub in a template", "sub.json", _substituted_in_template, _from_substituted),
    Form("template of the CDK", "Stack.template.json", _synthesised, _from_synthesised),
    Form("SAM", "sam.yaml", lambda case: yaml.safe_dump(template(case, sam=True), sort_keys=False)),
    Form("jsonencode", "encode.tf", _jsonencode, _from_terraform),
    Form("jsonencode of a local", "local.tf", _local, _from_terraform),
    Form("heredoc", "heredoc.tf", _heredoc, _from_terraform),
    Form("aws_iam_policy_document", "document.tf", _document, _from_terraform),
    Form("JSON syntax of Terraform", "p.tf.json", _tf_json, _from_quoted),
    Form("quoted string", "quoted.tf", _quoted, _from_quoted),
    Form("plan", "plan.json", _plan, _from_json_text),
    Form("state", "state.json", _state, _from_json_text),
    Form("answer, decoded", "answer.json", _answer),
    Form("answer, as text", "answer-text.json", _answer_as_text, _from_json_text),
    Form("answer, URL-encoded", "answer-encoded.json", _answer_encoded, _from_encoded),
)


_WHO = {
    "AWS": [
        "*",
        "arn:aws:iam::444455556666:root",
        "arn:aws:iam::444455556666:role/ci",
        "111122223333",
        "AROAABCDEFGHIJKLMNOP",
    ],
    "Service": ["ec2.amazonaws.com", "bedrock.amazonaws.com", "lambda.amazonaws.com", "sns.amazonaws.com"],
}
_GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
_SUB = "token.actions.githubusercontent.com:sub"
_AUD = "token.actions.githubusercontent.com:aud"
_CONDITIONS: tuple[dict[str, dict[str, Any]], ...] = (
    {"StringEquals": {"sts:ExternalId": "12345"}},
    {"StringLike": {"sts:ExternalId": ["a*", "b"]}},
    {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}},
    {"StringEquals": {"aws:PrincipalOrgID": "o-*"}},
    {"StringLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/app-*"]}},
    {"StringNotEquals": {"aws:PrincipalAccount": ["444455556666"]}},
    {"IpAddress": {"aws:SourceIp": ["0.0.0.0/0", "10.0.0.0/8"]}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}},
    {"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": "arn:aws:s3:::logs"}},
    {"StringEqual": {"aws:username": "x"}},
    {"StringLike": {"aws:PrincipalTag/team": "${aws:RequestTag/team}"}},
    {"DateLessThan": {"aws:CurrentTime": "tomorrow"}},
    {"NullIfExists": {"aws:PrincipalArn": "true"}},
)
_TOKENS: tuple[dict[str, dict[str, Any]], ...] = (
    {"StringEquals": {_AUD: "sts.amazonaws.com"}, "StringLike": {_SUB: ["repo:acme/app:*", "repo:acme*"]}},
    {"StringEquals": {_AUD: "sts.amazonaws.com", _SUB: "repo:acme/app:ref:main"}},
    {"StringLike": {_SUB: "*"}},
    {"StringEquals": {_AUD: "sts.amazonaws.com", "gitlab.com:sub": "project_path:a/b:*"}},
)
_ACTIONS = {
    "identity": ["*", "s3:*", "s3:GetObject", "iam:PassRole", "iam:CreateAccessKey", "sts:AssumeRole", "kms:Decrypt",
                 "s3:getobjct", "lambda:UpdateFunctionCode", "ec2:Describe*", "iam:Put*Policy",
                 "lambda:CreateFunction"],
    "bucket": ["s3:GetObject", "s3:*", "s3:PutObject"],
    "key": ["kms:*", "kms:Decrypt"],
    "topic": ["sns:Publish", "sns:*"],
    "queue": ["sqs:SendMessage", "sqs:*"],
    "repository": ["ecr:BatchGetImage", "ecr:*"],
    "secret": ["secretsmanager:GetSecretValue", "secretsmanager:*"],
    "trust": ["sts:AssumeRole", "sts:TagSession", "sts:*", "iam:PassRole"],
}  # fmt: skip
_RESOURCES = {
    "identity": ["*", f"arn:aws:iam::{ACCOUNT}:role/app-*", "arn:aws:iam::*:role/*", "arn:aws:s3:::logs/*",
                 "arn:aws:s3::logs", "arn:aws:s3:::home/${aws:username}/*"],
    "bucket": ["arn:aws:s3:::logs/*", "arn:aws:s3:::logs"],
    "key": ["*"],
    "topic": [f"arn:aws:sns:eu-west-1:{ACCOUNT}:news"],
    "queue": [f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"],
    "secret": ["*"],
}  # fmt: skip


def cases(seed: int, count: int) -> Iterator[Case]:
    """Yield policies with several defects each; the same seed gives the same."""
    dice = random.Random(seed)  # noqa: S311 - a test's choices are no secret
    kinds = tuple(RESOURCES)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        yield Case(kind, _policy(dice, kind))


def _policy(dice: random.Random, kind: str) -> Policy:
    statements = [_any_statement(dice, kind, f"S{number}") for number in range(dice.randint(1, 3))]
    version = dice.choice(["2012-10-17"] * 4 + ["2008-10-17"])
    alone = len(statements) == 1 and dice.random() < 0.5
    return {"Version": version, "Statement": statements[0] if alone else statements}


def _any_statement(dice: random.Random, kind: str, sid: str) -> dict[str, Any]:
    statement: dict[str, Any] = {"Sid": sid, "Effect": dice.choice(["Allow"] * 5 + ["Deny"])}
    is_token = kind == "trust" and dice.random() < 0.3
    if kind != "identity":
        statement["Principal"] = {"Federated": _GITHUB} if is_token else _principal(dice)
    actions = ["sts:AssumeRoleWithWebIdentity"] if is_token else _some(dice, _ACTIONS[kind])
    if dice.random() < 0.1:
        statement["NotAction"] = actions
    else:
        statement["Action"] = _lone(dice, actions)
    if kind in _RESOURCES:
        statement["Resource"] = _lone(dice, _some(dice, _RESOURCES[kind]))
    if is_token:
        statement["Condition"] = dice.choice(_TOKENS)
    elif dice.random() < 0.6:
        statement["Condition"] = dice.choice(_CONDITIONS)
    return statement


def _principal(dice: random.Random) -> Any:
    kind = dice.choice(["AWS", "AWS", "Service"])
    return {kind: _lone(dice, _some(dice, _WHO[kind]))}


def _some(dice: random.Random, each: list[str]) -> list[str]:
    return dice.sample(each, dice.randint(1, min(3, len(each))))


def _lone(dice: random.Random, each: list[str]) -> Any:
    return each[0] if len(each) == 1 and dice.random() < 0.5 else each
