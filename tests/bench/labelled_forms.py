"""A labelled policy in the form that a tool reads: bare JSON, a CloudFormation template, Terraform."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from labelled_cases import Case


class _Home(NamedTuple):
    """Where a policy lives: the type of a CloudFormation resource, its other properties, the policy's property."""

    type: str
    properties: Mapping[str, Any]
    policy: str


_QUEUE = "https://sqs.eu-west-1.amazonaws.com/111122223333/web"
_TRUST = _Home("AWS::IAM::Role", {}, "AssumeRolePolicyDocument")
_IDENTITY = _Home("AWS::IAM::ManagedPolicy", {}, "PolicyDocument")
_CLOUDFORMATION = {
    "s3": _Home("AWS::S3::BucketPolicy", {"Bucket": "acme-logs"}, "PolicyDocument"),
    "sqs": _Home("AWS::SQS::QueuePolicy", {"Queues": [_QUEUE]}, "PolicyDocument"),
    "sns": _Home("AWS::SNS::TopicPolicy", {"Topics": ["arn:aws:sns:eu-west-1:111122223333:web"]}, "PolicyDocument"),
    "kms": _Home("AWS::KMS::Key", {}, "KeyPolicy"),
    "ecr": _Home("AWS::ECR::Repository", {}, "RepositoryPolicyText"),
    "secretsmanager": _Home("AWS::SecretsManager::ResourcePolicy", {"SecretId": "web"}, "ResourcePolicy"),
}  # fmt: skip
_TERRAFORM = {
    "s3": ("aws_s3_bucket_policy", 'bucket = "acme-logs"', "policy"),
    "sqs": ("aws_sqs_queue_policy", f'queue_url = "{_QUEUE}"', "policy"),
    "sns": ("aws_sns_topic_policy", 'arn = "arn:aws:sns:eu-west-1:111122223333:web"', "policy"),
    "kms": ("aws_kms_key", 'description = "web"', "policy"),
    "ecr": ("aws_ecr_repository_policy", 'repository = "web"', "policy"),
    "glacier": ("aws_glacier_vault", 'name = "web"', "access_policy"),
}


def bare(case: Case) -> str | None:
    """Return the policy as JSON."""
    return json.dumps(case.policy, indent=2, ensure_ascii=False)


def cloudformation(case: Case) -> str | None:
    """Return a template with the one resource that the policy belongs to; None where there is no such type."""
    homes = {"trust": _TRUST, "identity": _IDENTITY}
    home = homes.get(case.area.kind) or _CLOUDFORMATION.get(_service(case))
    if home is None:
        return None
    properties = {**home.properties, home.policy: case.policy}
    return json.dumps({"Resources": {"It": {"Type": home.type, "Properties": properties}}}, indent=2)


def terraform(case: Case) -> str | None:
    """Return a Terraform resource with the policy in a heredoc; None where there is no such type."""
    if case.area.kind == "trust":
        home = ("aws_iam_role", 'name = "it"', "assume_role_policy")
    elif case.area.kind == "identity":
        home = ("aws_iam_policy", 'name = "it"', "policy")
    elif _service(case) in _TERRAFORM:
        home = _TERRAFORM[_service(case)]
    else:
        return None
    type_name, rest, attribute = home
    text = json.dumps(case.policy, indent=2, ensure_ascii=False).replace("${", "$${")
    return f'resource "{type_name}" "it" {{\n  {rest}\n  {attribute} = <<EOF\n{text}\nEOF\n}}\n'


FORMS: Mapping[str, tuple[str, Callable[[Case], str | None]]] = {
    "bare": ("json", bare),
    "cloudformation": ("json", cloudformation),
    "terraform": ("tf", terraform),
}


def _service(case: Case) -> str:
    action = case.policy["Statement"][0].get("Action") or ["s3:"]
    first = action if isinstance(action, str) else action[0]
    return "sqs" if first == "*" else first.partition(":")[0].lower()
