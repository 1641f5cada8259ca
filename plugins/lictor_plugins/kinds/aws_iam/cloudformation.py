"""Policies in CloudFormation and SAM templates: which property of which resource holds which kind of policy."""

from collections.abc import Iterator, Mapping
from typing import Any

from lictor import Document, Path
from lictor_plugins.kinds.aws_iam.found import (
    IDENTITY_POLICY,
    PERMISSIONS_BOUNDARY,
    RCP,
    RESOURCE_POLICY,
    SCP,
    TRUST_POLICY,
    FoundPolicy,
    FoundRole,
    role_facts,
    unwrap,
)
from lictor_plugins.kinds.aws_iam.intrinsics import Template, branches, intrinsic, members, texts

_INLINE = ("Policies", "*", "PolicyDocument")

# Property paths from the CloudFormation and SAM references, read 2026-11; "*" stands for each element of a list.
_PLACES: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "AWS::IAM::Policy": ((("PolicyDocument",), IDENTITY_POLICY),),
    "AWS::IAM::ManagedPolicy": ((("PolicyDocument",), IDENTITY_POLICY),),
    "AWS::IAM::UserPolicy": ((("PolicyDocument",), IDENTITY_POLICY),),
    "AWS::IAM::GroupPolicy": ((("PolicyDocument",), IDENTITY_POLICY),),
    "AWS::IAM::RolePolicy": ((("PolicyDocument",), IDENTITY_POLICY),),
    "AWS::IAM::User": ((_INLINE, IDENTITY_POLICY),),
    "AWS::IAM::Group": ((_INLINE, IDENTITY_POLICY),),
    "AWS::SSO::PermissionSet": ((("InlinePolicy",), IDENTITY_POLICY),),
    "AWS::Serverless::Function": (
        (("AssumeRolePolicyDocument",), TRUST_POLICY),
        (("Policies", "*"), IDENTITY_POLICY),
    ),
    "AWS::Serverless::StateMachine": ((("Policies", "*"), IDENTITY_POLICY),),
    "AWS::S3::BucketPolicy": ((("PolicyDocument",), RESOURCE_POLICY),),
    "AWS::S3::AccessPoint": ((("Policy",), RESOURCE_POLICY),),
    "AWS::S3::MultiRegionAccessPointPolicy": ((("Policy",), RESOURCE_POLICY),),
    "AWS::S3Express::BucketPolicy": ((("PolicyDocument",), RESOURCE_POLICY),),
    "AWS::S3ObjectLambda::AccessPointPolicy": ((("PolicyDocument",), RESOURCE_POLICY),),
    "AWS::S3Outposts::AccessPoint": ((("Policy",), RESOURCE_POLICY),),
    "AWS::S3Outposts::BucketPolicy": ((("PolicyDocument",), RESOURCE_POLICY),),
    "AWS::S3Tables::TableBucketPolicy": ((("ResourcePolicy",), RESOURCE_POLICY),),
    "AWS::S3Tables::TablePolicy": ((("ResourcePolicy",), RESOURCE_POLICY),),
    "AWS::SNS::TopicPolicy": ((("PolicyDocument",), RESOURCE_POLICY),),
    "AWS::SNS::TopicInlinePolicy": ((("PolicyDocument",), RESOURCE_POLICY),),
    "AWS::SQS::QueuePolicy": ((("PolicyDocument",), RESOURCE_POLICY),),
    "AWS::SQS::QueueInlinePolicy": ((("PolicyDocument",), RESOURCE_POLICY),),
    "AWS::KMS::Key": ((("KeyPolicy",), RESOURCE_POLICY),),
    "AWS::KMS::ReplicaKey": ((("KeyPolicy",), RESOURCE_POLICY),),
    "AWS::SecretsManager::ResourcePolicy": ((("ResourcePolicy",), RESOURCE_POLICY),),
    "AWS::ECR::Repository": ((("RepositoryPolicyText",), RESOURCE_POLICY),),
    "AWS::ECR::PublicRepository": ((("RepositoryPolicyText",), RESOURCE_POLICY),),
    "AWS::ECR::RegistryPolicy": ((("PolicyText",), RESOURCE_POLICY),),
    "AWS::EFS::FileSystem": ((("FileSystemPolicy",), RESOURCE_POLICY),),
    "AWS::Backup::BackupVault": ((("AccessPolicy",), RESOURCE_POLICY),),
    "AWS::OpenSearchService::Domain": ((("AccessPolicies",), RESOURCE_POLICY),),
    "AWS::Elasticsearch::Domain": ((("AccessPolicies",), RESOURCE_POLICY),),
    "AWS::ApiGateway::RestApi": ((("Policy",), RESOURCE_POLICY),),
    "AWS::Logs::ResourcePolicy": ((("PolicyDocument",), RESOURCE_POLICY),),
    "AWS::CodeArtifact::Domain": ((("PermissionsPolicyDocument",), RESOURCE_POLICY),),
    "AWS::CodeArtifact::Repository": ((("PermissionsPolicyDocument",), RESOURCE_POLICY),),
    "AWS::DynamoDB::Table": ((("ResourcePolicy", "PolicyDocument"), RESOURCE_POLICY),),
    "AWS::DynamoDB::GlobalTable": ((("Replicas", "*", "ResourcePolicy", "PolicyDocument"), RESOURCE_POLICY),),
    "AWS::Kinesis::ResourcePolicy": ((("ResourcePolicy",), RESOURCE_POLICY),),
    "AWS::Backup::LogicallyAirGappedBackupVault": ((("AccessPolicy",), RESOURCE_POLICY),),
    "AWS::Events::EventBus": ((("Policy",), RESOURCE_POLICY),),
    "AWS::EventSchemas::RegistryPolicy": ((("Policy",), RESOURCE_POLICY),),
    "AWS::MSK::ClusterPolicy": ((("Policy",), RESOURCE_POLICY),),
    "AWS::MediaStore::Container": ((("Policy",), RESOURCE_POLICY),),
    "AWS::Lex::ResourcePolicy": ((("Policy",), RESOURCE_POLICY),),
    "AWS::Oam::Sink": ((("Policy",), RESOURCE_POLICY),),
    "AWS::Organizations::ResourcePolicy": ((("Content",), RESOURCE_POLICY),),
    "AWS::SSM::ResourcePolicy": ((("Policy",), RESOURCE_POLICY),),
    "AWS::VpcLattice::ResourcePolicy": ((("Policy",), RESOURCE_POLICY),),
    "AWS::XRay::ResourcePolicy": ((("PolicyDocument",), RESOURCE_POLICY),),
}
_ORGANIZATION_TYPES = {"SERVICE_CONTROL_POLICY": SCP, "RESOURCE_CONTROL_POLICY": RCP}
# Statements of a resource policy as resources: which property becomes which condition.
_PERMISSIONS = frozenset({"AWS::Lambda::Permission", "AWS::Lambda::LayerVersionPermission"})
_PERMISSION_CONDITIONS = {
    "SourceAccount": ("StringEquals", "aws:SourceAccount"),
    "SourceArn": ("ArnLike", "aws:SourceArn"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "OrganizationId": ("StringEquals", "aws:PrincipalOrgID"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
}
_SAM_STATEMENT_KEYS = frozenset({"Statement", "statement", "Statements"})


def find_in_template(document: Document) -> Iterator[FoundPolicy | FoundRole]:
    """Yield every policy and role of a template, in the order of its resources."""
    data = document.data
    resources = data["Resources"]
    parameters = data.get("Parameters")
    template = Template(parameters if isinstance(parameters, dict) else {}, resources)
    boundaries = frozenset(_boundaries(resources))
    for logical, resource in resources.items():
        properties = resource.get("Properties") if isinstance(resource, dict) else None
        if not isinstance(properties, dict):
            continue
        path: Path = ("Resources", logical, "Properties")
        kind = resource.get("Type")
        if kind == "AWS::IAM::Role":
            yield _role(str(logical), properties, path, template)
        elif kind == "AWS::Organizations::Policy":
            organization_kind = _ORGANIZATION_TYPES.get(str(properties.get("Type")))
            if organization_kind is not None and "Content" in properties:
                yield from _policies(properties, path, ("Content",), organization_kind, str(logical), template)
        elif kind in _PERMISSIONS:
            yield from _public_permission(properties, path, str(logical), template)
        else:
            for place, policy_kind in _PLACES.get(str(kind), ()):
                is_boundary = logical in boundaries or _is_named_boundary(logical, properties)
                chosen = PERMISSIONS_BOUNDARY if kind == "AWS::IAM::ManagedPolicy" and is_boundary else policy_kind
                for found in _policies(properties, path, place, chosen, str(logical), template):
                    if place[-1] != "*" or _is_sam_policy(found.raw):
                        yield found


def _public_permission(
    properties: Mapping[str, Any], path: Path, logical: str, template: Template
) -> Iterator[FoundPolicy]:
    """Read a permission for everyone as the policy that it becomes; all of it is said to stand at its Principal."""
    if all(text.text != "*" for text in texts(properties.get("Principal"), template) or ()):
        return
    conditions: dict[str, dict[str, Any]] = {}
    for name, (operator, key) in _PERMISSION_CONDITIONS.items():
        for value, _ in branches(properties.get(name), ()):
            if value is not None:
                conditions.setdefault(operator, {})[key] = value
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": properties.get("Action", "lambda:*"),
        "Resource": "*",
        **({"Condition": conditions} if conditions else {}),
    }
    raw = {"Version": "2012-10-17", "Statement": [statement]}
    anchor = (*path, "Principal")
    yield FoundPolicy(raw, path, logical, RESOURCE_POLICY, "the type of the resource", template, None, anchor)


def _is_sam_policy(raw: Any) -> bool:  # noqa: ANN401 - any JSON value
    """SAM policies may also be names of managed policies and SAM's own policy templates."""
    return isinstance(raw, dict) and not _SAM_STATEMENT_KEYS.isdisjoint(raw)


def _is_named_boundary(logical: str, properties: Mapping[str, Any]) -> bool:
    """Tell whether a policy is meant as a boundary for roles of other templates, by its name."""
    return "boundary" in f"{logical} {properties.get('ManagedPolicyName')}".lower()


def _boundaries(resources: Mapping[str, Any]) -> Iterator[str]:
    """Yield the logical names of managed policies that serve as a boundary in the same template."""
    for resource in resources.values():
        properties = resource.get("Properties") if isinstance(resource, dict) else None
        if isinstance(properties, dict):
            for boundary, _ in branches(properties.get("PermissionsBoundary"), ()):
                name = intrinsic(boundary)
                if name == "Ref" and isinstance(boundary[name], str):
                    yield boundary[name]
                elif name == "Fn::GetAtt" and boundary[name]:
                    argument = boundary[name]
                    yield str(argument.split(".")[0] if isinstance(argument, str) else argument[0])


def _policies(  # noqa: PLR0917 - what is looked for, where, and what is known of it
    value: Any,  # noqa: ANN401 - any JSON value
    path: Path,
    place: tuple[str, ...],
    kind: str,
    name: str,
    template: Template,
    role: Mapping[str, Any] | None = None,
) -> Iterator[FoundPolicy]:
    """Follow a property path down to policies, through lists and the branches of `Fn::If`."""
    if not place:
        for branch, branch_path in branches(value, path):
            raw, inner, anchor, inner_template = unwrap(branch, branch_path, template)
            told_by = f"the property '{_property(path)}'"
            yield FoundPolicy(raw, inner, name, kind, told_by, inner_template, role, anchor)
        return
    first, *rest = place
    if first == "*":
        for member, member_path in members(value, path):
            yield from _policies(member, member_path, tuple(rest), kind, name, template, role)
        return
    for branch, branch_path in branches(value, path):
        if isinstance(branch, dict) and first in branch:
            yield from _policies(branch[first], (*branch_path, first), tuple(rest), kind, name, template, role)


def _property(path: Path) -> str:
    return next((element for element in reversed(path) if isinstance(element, str) and element != "Fn::If"), "")


def _role(logical: str, properties: Mapping[str, Any], path: Path, template: Template) -> FoundRole:
    facts = role_facts(
        _text(properties.get("RoleName"), template) or logical, None, None, _text(properties.get("Path"), template)
    )
    duration = properties.get("MaxSessionDuration")
    managed: list[str] = []
    places: dict[Path, Path] = {
        ("name",): (*path, "RoleName"),
        ("path",): (*path, "Path"),
        ("max_session_duration",): (*path, "MaxSessionDuration"),
        ("permissions_boundary",): (*path, "PermissionsBoundary"),
    }
    if "ManagedPolicyArns" in properties:
        for member, place in members(properties["ManagedPolicyArns"], (*path, "ManagedPolicyArns")):
            for text in texts(member, template) or ():
                places["managed_policies", len(managed)] = place
                managed.append(text.text)
    more = {
        "max_session_duration": duration if isinstance(duration, int) else None,
        "permissions_boundary": _text(properties.get("PermissionsBoundary"), template),
        "managed_policies": managed,
    }
    trust_place = ("AssumeRolePolicyDocument",)
    has_trust = properties.get("AssumeRolePolicyDocument") is not None
    found_trusts = _policies(properties, path, trust_place, TRUST_POLICY, logical, template, facts)
    trusts = tuple(found_trusts) if has_trust else ()
    policies = tuple(
        (_policy_name(properties, found.path, template), found)
        for found in _policies(properties, path, _INLINE, IDENTITY_POLICY, logical, template, facts)
    )
    return FoundRole(path, logical, {**facts, **more}, places, trusts, policies)


def _policy_name(properties: Mapping[str, Any], path: Path, template: Template) -> str | None:
    """Return the PolicyName beside the PolicyDocument that `path` leads into."""
    value: Any = properties
    for element in path[3 : path.index("PolicyDocument")]:
        value = value[element]
    return _text(value.get("PolicyName"), template)


def _text(value: Any, template: Template) -> str | None:  # noqa: ANN401 - any JSON value
    found = texts(value, template)
    return found[0].text if found else None
