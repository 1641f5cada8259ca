"""What those of AWS's own managed policies say that serve as a boundary most often: documents only name them.

AWS managed policy reference (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html), read
2026-11.
"""

from collections.abc import Mapping
from typing import Any

from lictor import lazy_pattern
from lictor_plugins.kinds.aws_iam.found import PERMISSIONS_BOUNDARY, FoundPolicy

_AWS_POLICY = lazy_pattern(r"arn:[^:]+:iam::aws:policy/(.+)")


def _everywhere(*actions: str) -> Mapping[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*"}


_STATEMENTS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "AdministratorAccess": (_everywhere("*"),),
    "AmazonS3FullAccess": (_everywhere("s3:*", "s3-object-lambda:*"),),
    "AmazonS3ReadOnlyAccess": (
        _everywhere("s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"),
    ),
    "AmazonSQSFullAccess": (_everywhere("sqs:*"),),
    "IAMFullAccess": (
        _everywhere(
            "iam:*",
            "organizations:DescribeAccount",
            "organizations:DescribeOrganization",
            "organizations:DescribeOrganizationalUnit",
            "organizations:DescribePolicy",
            "organizations:ListChildren",
            "organizations:ListParents",
            "organizations:ListPoliciesForTarget",
            "organizations:ListRoots",
            "organizations:ListPolicies",
            "organizations:ListTargetsForPolicy",
        ),
    ),
    "IAMReadOnlyAccess": (
        _everywhere(
            "iam:GenerateCredentialReport",
            "iam:GenerateServiceLastAccessedDetails",
            "iam:Get*",
            "iam:List*",
            "iam:SimulateCustomPolicy",
            "iam:SimulatePrincipalPolicy",
        ),
    ),
    "PowerUserAccess": (
        {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
        _everywhere(
            "account:GetAccountInformation",
            "account:GetGovCloudAccountInformation",
            "account:GetPrimaryEmail",
            "account:ListRegions",
            "iam:CreateServiceLinkedRole",
            "iam:DeleteServiceLinkedRole",
            "iam:ListRoles",
            "organizations:DescribeEffectivePolicy",
            "organizations:DescribeOrganization",
        ),
    ),
}


def well_known(arn: str) -> FoundPolicy | None:
    """Return one of AWS's own policies, if it is one of those whose text is known.

    >>> well_known("arn:aws:iam::aws:policy/PowerUserAccess").name, well_known("arn:aws:iam::aws:policy/ReadOnlyAccess")
    ('PowerUserAccess', None)
    """
    match = _AWS_POLICY.fullmatch(arn)
    statements = _STATEMENTS.get(match[1]) if match else None
    if match is None or statements is None:
        return None
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    return FoundPolicy(policy, (), match[1], PERMISSIONS_BOUNDARY, "an ARN of one of AWS's own policies", is_made=True)
