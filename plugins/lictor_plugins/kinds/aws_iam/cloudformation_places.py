"""Which property of which CloudFormation or SAM resource holds which kind of policy.

Property paths from the CloudFormation and SAM references, read 2026-11; "*" stands for each element of a list.
"""

from collections.abc import Mapping
from typing import NamedTuple

from lictor_plugins.kinds.aws_iam.found import (
    ENDPOINT_POLICY,
    GROUP,
    IDENTITY_POLICY,
    PERMISSION_SET,
    RESOURCE_POLICY,
    ROLE,
    USER,
)

INLINE = ("Policies", "*", "PolicyDocument")
_DOCUMENT = ("PolicyDocument",)
_POLICY = ("Policy",)
_RESOURCE_POLICY = ("ResourcePolicy",)

# Resource type to where its resource policies are.
_RESOURCE_PLACES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "AWS::APS::ResourcePolicy": (_DOCUMENT,),
    "AWS::ApiGateway::DomainNameV2": (_POLICY,),
    "AWS::ApiGateway::RestApi": (_POLICY,),
    "AWS::Backup::BackupVault": (("AccessPolicy",),),
    "AWS::Backup::LogicallyAirGappedBackupVault": (("AccessPolicy",),),
    "AWS::Bedrock::KnowledgeBasePolicy": (_DOCUMENT,),
    "AWS::Bedrock::ResourcePolicy": (_DOCUMENT,),
    "AWS::CloudTrail::ResourcePolicy": (_RESOURCE_POLICY,),
    "AWS::CodeArtifact::Domain": (("PermissionsPolicyDocument",),),
    "AWS::CodeArtifact::Repository": (("PermissionsPolicyDocument",),),
    "AWS::Comprehend::EntityRecognizer": (("ModelPolicy",),),
    "AWS::DynamoDB::GlobalTable": (
        ("Replicas", "*", "ResourcePolicy", "PolicyDocument"),
        ("Replicas", "*", "ReplicaStreamSpecification", "ResourcePolicy", "PolicyDocument"),
    ),
    "AWS::DynamoDB::Table": (
        ("ResourcePolicy", "PolicyDocument"),
        ("StreamSpecification", "ResourcePolicy", "PolicyDocument"),
    ),
    "AWS::ECR::PublicRepository": (("RepositoryPolicyText",),),
    "AWS::ECR::RegistryPolicy": (("PolicyText",),),
    "AWS::ECR::Repository": (("RepositoryPolicyText",),),
    "AWS::EFS::FileSystem": (("FileSystemPolicy",),),
    "AWS::Elasticsearch::Domain": (("AccessPolicies",),),
    "AWS::EventSchemas::RegistryPolicy": (_POLICY,),
    "AWS::Events::EventBus": (_POLICY,),
    "AWS::EventsV2::ResourcePolicy": (_DOCUMENT,),
    "AWS::FSx::S3AccessPointAttachment": (("S3AccessPoint", "Policy"),),
    "AWS::KMS::Key": (("KeyPolicy",),),
    "AWS::KMS::ReplicaKey": (("KeyPolicy",),),
    "AWS::Kinesis::ResourcePolicy": (_RESOURCE_POLICY,),
    "AWS::Lambda::ResourcePolicy": (_DOCUMENT,),
    "AWS::Lex::ResourcePolicy": (_POLICY,),
    "AWS::Logs::DeliveryDestination": (("DeliveryDestinationPolicy", "DeliveryDestinationPolicy"),),
    "AWS::Logs::Destination": (("DestinationPolicy",),),
    "AWS::Logs::LogGroup": (("ResourcePolicyDocument",),),
    "AWS::Logs::ResourcePolicy": (_DOCUMENT,),
    "AWS::MSK::ClusterPolicy": (_POLICY,),
    "AWS::MediaPackageV2::ChannelPolicy": (_POLICY,),
    "AWS::MediaPackageV2::OriginEndpointPolicy": (_POLICY,),
    "AWS::MediaStore::Container": (_POLICY,),
    "AWS::MediaTailor::ChannelPolicy": (_POLICY,),
    "AWS::OSIS::Pipeline": (("ResourcePolicy", "Policy"),),
    "AWS::Oam::Sink": (_POLICY,),
    "AWS::Omics::SequenceStore": (("S3AccessPolicy",),),
    "AWS::OpenSearchService::Domain": (("AccessPolicies",),),
    "AWS::Organizations::ResourcePolicy": (("Content",),),
    "AWS::PaymentCryptography::Key": (_POLICY,),
    "AWS::RUM::AppMonitor": (("ResourcePolicy", "PolicyDocument"),),
    "AWS::Redshift::Cluster": (("NamespaceResourcePolicy",),),
    "AWS::RedshiftServerless::Namespace": (("NamespaceResourcePolicy",),),
    "AWS::S3::AccessPoint": (_POLICY,),
    "AWS::S3::BucketPolicy": (_DOCUMENT,),
    "AWS::S3::MultiRegionAccessPointPolicy": (_POLICY,),
    "AWS::S3Express::AccessPoint": (_POLICY,),
    "AWS::S3Express::BucketPolicy": (_DOCUMENT,),
    "AWS::S3Files::FileSystemPolicy": (_POLICY,),
    "AWS::S3ObjectLambda::AccessPointPolicy": (_DOCUMENT,),
    "AWS::S3Outposts::AccessPoint": (_POLICY,),
    "AWS::S3Outposts::BucketPolicy": (_DOCUMENT,),
    "AWS::S3Tables::TableBucketPolicy": (_RESOURCE_POLICY,),
    "AWS::S3Tables::TablePolicy": (_RESOURCE_POLICY,),
    "AWS::S3Vectors::VectorBucketPolicy": (_POLICY,),
    "AWS::SMSVOICE::ResourcePolicy": (_DOCUMENT,),
    "AWS::SNS::TopicInlinePolicy": (_DOCUMENT,),
    "AWS::SNS::TopicPolicy": (_DOCUMENT,),
    "AWS::SQS::QueueInlinePolicy": (_DOCUMENT,),
    "AWS::SQS::QueuePolicy": (_DOCUMENT,),
    "AWS::SSM::ResourcePolicy": (_POLICY,),
    "AWS::SageMaker::ModelPackageGroup": (("ModelPackageGroupPolicy",),),
    "AWS::SecretsManager::ResourcePolicy": (_RESOURCE_POLICY,),
    "AWS::Serverless::Api": (_POLICY,),
    "AWS::VpcLattice::AuthPolicy": (_POLICY,),
    "AWS::VpcLattice::ResourcePolicy": (_POLICY,),
    "AWS::XRay::ResourcePolicy": (_DOCUMENT,),
}

PLACES: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "AWS::IAM::Policy": ((_DOCUMENT, IDENTITY_POLICY),),
    "AWS::IAM::ManagedPolicy": ((_DOCUMENT, IDENTITY_POLICY),),
    "AWS::IAM::UserPolicy": ((_DOCUMENT, IDENTITY_POLICY),),
    "AWS::IAM::GroupPolicy": ((_DOCUMENT, IDENTITY_POLICY),),
    "AWS::IAM::RolePolicy": ((_DOCUMENT, IDENTITY_POLICY),),
    "AWS::IoT::Policy": ((_DOCUMENT, IDENTITY_POLICY),),
    "AWS::EC2::VPCEndpoint": ((_DOCUMENT, ENDPOINT_POLICY),),
    **{kind: tuple((place, RESOURCE_POLICY) for place in places) for kind, places in _RESOURCE_PLACES.items()},
}
"""Resource type to where its policies are, and of which kind."""


class PrincipalPlaces(NamedTuple):
    """The properties of a resource that is a principal; "" where it has none.

    `inline` leads to its policies' documents; `managed` are lists of ARNs or names of managed policies.
    """

    kind: str
    name: str
    inline: tuple[str, ...]
    managed: str
    path: str = "Path"
    boundary: str = "PermissionsBoundary"
    duration: str = "MaxSessionDuration"
    trust: str = ""


PRINCIPALS: Mapping[str, PrincipalPlaces] = {
    "AWS::IAM::Role": PrincipalPlaces(ROLE, "RoleName", INLINE, "ManagedPolicyArns", trust="AssumeRolePolicyDocument"),
    "AWS::IAM::User": PrincipalPlaces(USER, "UserName", INLINE, "ManagedPolicyArns"),
    "AWS::IAM::Group": PrincipalPlaces(GROUP, "GroupName", INLINE, "ManagedPolicyArns"),
    "AWS::SSO::PermissionSet": PrincipalPlaces(PERMISSION_SET, "Name", ("InlinePolicy",), "ManagedPolicies"),
    "AWS::Serverless::Function": PrincipalPlaces(
        ROLE, "", ("Policies", "*"), "Policies", "RolePath", trust="AssumeRolePolicyDocument"
    ),
    "AWS::Serverless::StateMachine": PrincipalPlaces(ROLE, "", ("Policies", "*"), "Policies", "RolePath"),
}
"""The resources that are principals, or that make one: SAM makes a role for a function or a state machine."""


class PermissionPlaces(NamedTuple):
    """A statement of a resource policy as a resource. `conditions`: property to operator and key."""

    conditions: Mapping[str, tuple[str, str]]
    default_action: str


_SOURCES = {
    "SourceAccount": ("StringEquals", "aws:SourceAccount"),
    "SourceArn": ("ArnLike", "aws:SourceArn"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
}
PERMISSIONS: Mapping[str, PermissionPlaces] = {
    "AWS::Lambda::Permission": PermissionPlaces(_SOURCES, "lambda:*"),
    "AWS::Lambda::LayerVersionPermission": PermissionPlaces(
        {"OrganizationId": ("StringEquals", "aws:PrincipalOrgID")}, "lambda:GetLayerVersion"
    ),
    "AWS::Signer::ProfilePermission": PermissionPlaces({}, "signer:*"),
    "AWS::Events::EventBusPolicy": PermissionPlaces({}, "events:PutEvents"),
}
"""Resources that are one statement of a resource policy, by their properties."""
