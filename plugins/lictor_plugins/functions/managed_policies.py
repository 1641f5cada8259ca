"""What AWS's own managed policies give that reach furthest: one table.

Read 2026-11 in the AWS managed policy reference
(https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html), each policy's current version. A
policy is in the table if it makes its holder an administrator, gives nearly every service, or lets it pass any role to
a service that runs the holder's code. Policies under `service-role/` are left out: a service demands them as they are.
"""

from collections.abc import Mapping
from typing import Any, Literal

from lictor import NamedTuple, lazy_pattern
from lictor_plugins.functions.iam import INPUT

Reach = Literal["administrator", "escalation", "unknown", ""]


class ManagedPolicy(NamedTuple):
    """How far one of AWS's policies reaches, and what it gives, as the end of a sentence."""

    reach: Reach
    gives: str


def _administrator(gives: str) -> ManagedPolicy:
    return ManagedPolicy("administrator", gives)


def _escalation(gives: str) -> ManagedPolicy:
    return ManagedPolicy("escalation", gives)


def _passes(service: str) -> ManagedPolicy:
    return _escalation(f"any role that {service} can take, with what runs there")


_EVERYTHING_ELSE = "everything but the administration of users, roles and the organization"
_POLICIES: Mapping[str, ManagedPolicy] = {
    "AdministratorAccess": _administrator("everything on everything"),
    "AdministratorAccess-Amplify": _administrator("policies of its own making on roles, and any role for a function"),
    "AdministratorAccess-AWSElasticBeanstalk": _passes("EC2 or CloudFormation"),
    "AIDevOpsAgentActionsPolicy": _administrator(_EVERYTHING_ELSE),
    "AmazonDynamoDBFullAccesswithDataPipeline": _passes("EC2, Lambda or Data Pipeline"),
    "AmazonECS_FullAccess": _passes("ECS"),
    "AmazonElasticMapReduceFullAccess": _passes("EC2 or CloudFormation"),
    "AmazonRedshiftAllCommandsFullAccess": _passes("SageMaker"),
    "AmazonSageMakerCanvasDataPrepFullAccess": _passes("SageMaker"),
    "AmazonSageMakerCanvasFullAccess": _passes("SageMaker"),
    "AmazonSageMakerFullAccess": _passes("SageMaker"),
    "AmazonSageMakerPipelinesIntegrations": _passes("Lambda"),
    "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy": _passes("EC2 or CloudFormation"),
    "AWSLambda_FullAccess": _passes("Lambda"),
    "AWSMarketplaceFullAccess": _passes("EC2"),
    "AWSMcpServiceActionsFullAccess": _administrator("everything on everything, by way of AWS's MCP servers"),
    "EC2FastLaunchFullAccess": _passes("EC2"),
    "IAMFullAccess": _administrator("any policy for any user and role, its own included"),
    "job-function/DataScientist": _escalation("the code of any function, and so the rights of its role"),
    "job-function/SystemAdministrator": _escalation("the code of any function, and so the rights of its role"),
    "PowerUserAccess": _administrator(_EVERYTHING_ELSE),
    "SageMakerStudioAdminIAMDefaultExecutionPolicy": _passes("Glue or SageMaker"),
    "SageMakerStudioAdminIAMPermissiveExecutionPolicy": _passes("Glue or SageMaker"),
}
# What a parameter or a variable without a value names; what a resource or a module makes is a policy of one's own.
_UNKNOWN = lazy_pattern(rf"{INPUT}|arn:.+:iam::aws:policy/.*{INPUT}.*")
_ARN = lazy_pattern(r"arn:.+:iam::aws:policy/(.+)")


def managed_policy(arn: str) -> Mapping[str, Any]:
    """Return what one of AWS's managed policies gives: `name`, `reach` and the end of a sentence, `gives`.

    A policy that is not in the table has the reach "", and one that only an input names `unknown`. A bare name, as in
    SAM's `Policies`, is one of AWS's.

    >>> managed_policy("arn:aws:iam::aws:policy/AdministratorAccess")
    {'name': 'AdministratorAccess', 'reach': 'administrator', 'gives': 'everything on everything'}
    >>> managed_policy("arn:aws:iam::111122223333:policy/PowerUserAccess")["reach"]
    ''
    """
    match = _ARN.fullmatch(arn)
    name = match[1] if match else arn
    found = _POLICIES.get(name)
    if found is None and _UNKNOWN.fullmatch(arn):
        found = ManagedPolicy("unknown", "what is not known before it is deployed")
    if found is None:
        found = ManagedPolicy("", "")
    return {"name": name, "reach": found.reach, "gives": found.gives}


def arn_by_name(name: str) -> str | None:
    """Return the ARN of the policy of the table that has a name, in any partition.

    >>> arn_by_name("DataScientist"), arn_by_name("team-reader")
    ('arn:${AWS::Partition}:iam::aws:policy/job-function/DataScientist', None)
    """
    path = next((path for path in _POLICIES if path.rpartition("/")[2] == name), None)
    return None if path is None else f"arn:${{AWS::Partition}}:iam::aws:policy/{path}"
