"""What a new rule starts from, for each kind that ships: a query, and documents that show it at work."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Example:
    """A small working rule. `kind` is set where a bare document does not tell what it is."""

    title: str
    for_each: str
    deny: str
    message: str
    why: str
    fix: str
    reference: str
    avoid: str
    prefer: str
    odd_name: str
    odd: str
    path: str
    odd_path: str = ""
    format: str = "json"
    kind: str = ""

    @property
    def fence(self) -> str:
        """What follows the page's ``` marks."""
        return f"{self.format} kind={self.kind}" if self.kind else self.format


def _json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return json.dumps(value, indent=2) + "\n"


def _policy(statement: Any) -> str:  # noqa: ANN401 - one statement or a list of them
    return _json({"Version": "2012-10-17", "Statement": statement})


def _trust() -> Example:
    def statement(principal: Any) -> dict[str, Any]:  # noqa: ANN401 - any principal
        return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}

    return Example(
        title="Trust policy lets any AWS principal assume the role",
        for_each="statements[?effect == 'Allow']",
        deny="principals[?kind == 'anyone']",
        message="Any AWS principal can assume {subject.name}: statement {each.sid || each.index} allows {found.value}",
        why="Whoever can assume the role has all that it has.",
        fix="Name the accounts or roles that need it.",
        reference="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        avoid=_policy([statement({"AWS": "*"})]),
        prefer=_policy([statement({"AWS": "arn:aws:iam::111122223333:role/deploy"})]),
        odd_name="a single statement in place of a list is found",
        odd=_policy(statement("*")),
        path="Statement[0].Principal.AWS",
        odd_path="Statement.Principal",
    )


def _policy_example(kind: str, extra: Mapping[str, Any], *, is_told_apart: bool = False) -> Example:
    def statement(action: str) -> dict[str, Any]:
        return {"Effect": "Allow", **extra, "Action": action, "Resource": "arn:aws:s3:::reports/*"}

    return Example(
        title="Policy allows every action",
        for_each="statements[?effect == 'Allow']",
        deny="actions[?@ == '*']",
        message="{subject.name} allows every action in statement {each.sid || each.index}",
        why="Actions that nobody thought of are allowed, today's and those that AWS adds later.",
        fix="List the actions that are needed.",
        reference="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
        avoid=_policy([statement("*")]),
        prefer=_policy([statement("s3:GetObject")]),
        odd_name="a single statement in place of a list is found",
        odd=_policy(statement("*")),
        path="Statement[0].Action",
        odd_path="Statement.Action",
        kind="" if is_told_apart else kind,
    )


_DOCUMENT = Example(
    title="A listener takes requests without encryption",
    for_each="listeners",
    deny="protocol == 'http' && protocol",
    message="Listener {each.name} of {subject.name} speaks {found}",
    why="Whoever is on the way reads and changes what is sent.",
    fix="Set `protocol` to `https`.",
    reference="https://jmespath.org/tutorial.html",
    avoid=_json({"listeners": [{"name": "web", "protocol": "http"}]}),
    prefer=_json({"listeners": [{"name": "web", "protocol": "https"}]}),
    odd_name="a document without listeners is not found",
    odd=_json({"name": "batch"}),
    path="listeners[0].protocol",
)

_CLOUDFORMATION = Example(
    title="A bucket can be read by everyone",
    for_each="",
    deny="Properties.AccessControl == 'PublicRead' && Properties.AccessControl",
    message="Bucket {subject.name} is open to everyone: {found}",
    why="Objects that are put there later are public too, whatever they hold.",
    fix="Leave `AccessControl` out and grant access in a bucket policy.",
    reference="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-s3-bucket.html",
    avoid="""\
Resources:
  Reports:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: PublicRead
""",
    prefer="""\
Resources:
  Reports:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: Private
""",
    odd_name="a resource without properties is not found",
    odd="""\
Resources:
  Reports:
    Type: AWS::S3::Bucket
""",
    path="Resources.Reports.Properties.AccessControl",
    format="yaml",
)

_POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: server
      image: registry.example/server:1
"""

_KUBERNETES = Example(
    title="A container runs privileged",
    for_each="spec.containers",
    deny="securityContext.privileged",
    message="Container {each.name} of {subject.name} runs privileged",
    why="A privileged container can do all that the node can.",
    fix="Remove `privileged`, and add the one capability that is needed.",
    reference="https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    avoid=f"{_POD}      securityContext:\n        privileged: true\n",
    prefer=f"{_POD}      securityContext:\n        privileged: false\n",
    odd_name="a container without a security context is not found",
    odd=_POD,
    path="spec.containers[0].securityContext.privileged",
    format="yaml",
)


def _terraform() -> Example:
    def plan(values: Mapping[str, Any]) -> str:
        resource = {"address": "aws_s3_bucket.reports", "mode": "managed", "type": "aws_s3_bucket", "name": "reports"}
        module = {"resources": [{**resource, "values": values}]}
        return _json({"format_version": "1.2", "planned_values": {"root_module": module}})

    return Example(
        title="A bucket can be read by everyone",
        for_each="",
        deny="type == 'aws_s3_bucket' && values.acl == 'public-read' && values.acl",
        message="Bucket {subject.name} is open to everyone: {found}",
        why="Objects that are put there later are public too, whatever they hold.",
        fix="Leave `acl` out and grant access in a bucket policy.",
        reference="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket",
        avoid=plan({"bucket": "reports", "acl": "public-read"}),
        prefer=plan({"bucket": "reports", "acl": "private"}),
        odd_name="a bucket without an acl is not found",
        odd=plan({"bucket": "reports"}),
        path="planned_values.root_module.resources[0].values.acl",
    )


def _role() -> Example:
    def dump(**attached: Any) -> str:
        trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = {
            "RoleName": "deploy",
            "Arn": "arn:aws:iam::111122223333:role/deploy",
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            **attached,
        }
        return _json({"UserDetailList": [], "RoleDetailList": [role]})

    def policy(name: str) -> dict[str, str]:
        return {"PolicyName": name, "PolicyArn": f"arn:aws:iam::aws:policy/{name}"}

    return Example(
        title="A role has administrator access",
        for_each="",
        deny="managed_policies[?ends_with(@, ':policy/AdministratorAccess')]",
        message="{subject.name} may do everything",
        why="Whoever can assume the role can do everything in the account.",
        fix="Attach a policy that allows what the work needs.",
        reference="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
        avoid=dump(AttachedManagedPolicies=[policy("ReadOnlyAccess"), policy("AdministratorAccess")]),
        prefer=dump(AttachedManagedPolicies=[policy("ReadOnlyAccess")]),
        odd_name="a role with nothing attached is not found",
        odd=dump(),
        path="RoleDetailList[0].AttachedManagedPolicies[1].PolicyArn",
    )


_ACCOUNT = {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}}

EXAMPLES: Final[Mapping[str, Example]] = {
    "document": _DOCUMENT,
    "cloudformation.resource": _CLOUDFORMATION,
    "kubernetes.object": _KUBERNETES,
    "terraform.resource": _terraform(),
    "aws.iam.role": _role(),
    "aws.iam.trust-policy": _trust(),
    "aws.iam.identity-policy": _policy_example("aws.iam.identity-policy", {}, is_told_apart=True),
    "aws.iam.permissions-boundary": _policy_example("aws.iam.permissions-boundary", {}),
    "aws.iam.resource-policy": _policy_example("aws.iam.resource-policy", _ACCOUNT, is_told_apart=True),
    "aws.iam.scp": _policy_example("aws.iam.scp", {}),
    "aws.iam.rcp": _policy_example("aws.iam.rcp", {"Principal": "*"}),
}
