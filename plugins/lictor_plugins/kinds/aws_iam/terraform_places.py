"""Which attribute of which Terraform resource holds which kind of policy.

Resource types and attributes from the AWS provider's documentation, read 2026-11; "*" stands for each of a list.
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

Place = tuple[tuple[str, ...], str]

_POLICY = ("policy",)
_RESOURCE_POLICIES: Mapping[str, tuple[str, ...]] = {
    "aws_acmpca_policy": _POLICY,
    "aws_api_gateway_domain_name": _POLICY,
    "aws_api_gateway_rest_api": _POLICY,
    "aws_api_gateway_rest_api_policy": _POLICY,
    "aws_backup_vault_policy": _POLICY,
    "aws_bedrock_resource_policy": _POLICY,
    "aws_cloudsearch_domain_service_access_policy": ("access_policy",),
    "aws_cloudtrail_event_data_store_policy": ("resource_policy",),
    "aws_cloudwatch_event_bus_policy": _POLICY,
    "aws_cloudwatch_log_delivery_destination_policy": ("delivery_destination_policy",),
    "aws_cloudwatch_log_destination_policy": ("access_policy",),
    "aws_cloudwatch_log_resource_policy": ("policy_document",),
    "aws_codeartifact_domain_permissions_policy": ("policy_document",),
    "aws_codeartifact_repository_permissions_policy": ("policy_document",),
    "aws_codebuild_resource_policy": _POLICY,
    "aws_dynamodb_resource_policy": _POLICY,
    "aws_ecr_registry_policy": _POLICY,
    "aws_ecr_repository_creation_template": ("repository_policy",),
    "aws_ecr_repository_policy": _POLICY,
    "aws_ecrpublic_repository_policy": _POLICY,
    "aws_efs_file_system_policy": _POLICY,
    "aws_elasticsearch_domain": ("access_policies",),
    "aws_elasticsearch_domain_policy": ("access_policies",),
    "aws_glacier_vault": ("access_policy",),
    "aws_glacier_vault_lock": _POLICY,
    "aws_glue_resource_policy": _POLICY,
    "aws_kinesis_resource_policy": _POLICY,
    "aws_kms_external_key": _POLICY,
    "aws_kms_key": _POLICY,
    "aws_kms_key_policy": _POLICY,
    "aws_kms_replica_external_key": _POLICY,
    "aws_kms_replica_key": _POLICY,
    "aws_lex_resource_policy": _POLICY,
    "aws_media_store_container_policy": _POLICY,
    "aws_msk_cluster_policy": _POLICY,
    "aws_networkfirewall_resource_policy": _POLICY,
    "aws_oam_sink_policy": _POLICY,
    "aws_opensearch_domain": ("access_policies",),
    "aws_opensearch_domain_policy": ("access_policies",),
    "aws_organizations_resource_policy": ("content",),
    "aws_redshift_resource_policy": _POLICY,
    "aws_rekognition_project_policy": ("policy_document",),
    "aws_route53profiles_resource_policy": _POLICY,
    "aws_s3_access_point": _POLICY,
    "aws_s3_bucket": _POLICY,
    "aws_s3_bucket_policy": _POLICY,
    "aws_s3control_access_point_policy": _POLICY,
    "aws_s3control_bucket_policy": _POLICY,
    "aws_s3control_multi_region_access_point_policy": ("details", "*", "policy"),
    "aws_s3control_object_lambda_access_point_policy": _POLICY,
    "aws_s3tables_table_bucket_policy": ("resource_policy",),
    "aws_s3tables_table_policy": ("resource_policy",),
    "aws_s3vectors_vector_bucket_policy": _POLICY,
    "aws_sagemaker_model_package_group_policy": ("resource_policy",),
    "aws_schemas_registry_policy": _POLICY,
    "aws_secretsmanager_secret": _POLICY,
    "aws_secretsmanager_secret_policy": _POLICY,
    "aws_ses_identity_policy": _POLICY,
    "aws_sesv2_email_identity_policy": _POLICY,
    "aws_sns_topic": _POLICY,
    "aws_sns_topic_policy": _POLICY,
    "aws_sqs_queue": _POLICY,
    "aws_sqs_queue_policy": _POLICY,
    "aws_ssmincidents_resource_policy": _POLICY,
    "aws_vpclattice_auth_policy": _POLICY,
    "aws_vpclattice_resource_policy": _POLICY,
    "aws_xray_resource_policy": ("policy_document",),
}

PLACES: Mapping[str, tuple[Place, ...]] = {
    **{kind: ((place, RESOURCE_POLICY),) for kind, place in _RESOURCE_POLICIES.items()},
    "aws_iam_policy": ((_POLICY, IDENTITY_POLICY),),
    "aws_iot_policy": ((_POLICY, IDENTITY_POLICY),),
    "aws_iam_role_policy": ((_POLICY, IDENTITY_POLICY),),
    "aws_iam_user_policy": ((_POLICY, IDENTITY_POLICY),),
    "aws_iam_group_policy": ((_POLICY, IDENTITY_POLICY),),
    "aws_ssoadmin_permission_set_inline_policy": ((("inline_policy",), IDENTITY_POLICY),),
    "aws_transfer_access": ((_POLICY, IDENTITY_POLICY),),
    "aws_transfer_user": ((_POLICY, IDENTITY_POLICY),),
    "aws_vpc_endpoint": ((_POLICY, ENDPOINT_POLICY),),
    "aws_vpc_endpoint_policy": ((_POLICY, ENDPOINT_POLICY),),
}


class PrincipalPlaces(NamedTuple):
    """The attributes of a resource that is a principal."""

    kind: str
    trust: str = ""
    inline: str = ""


PRINCIPALS: Mapping[str, PrincipalPlaces] = {
    "aws_iam_role": PrincipalPlaces(ROLE, "assume_role_policy", "inline_policy"),
    "aws_iam_user": PrincipalPlaces(USER),
    "aws_iam_group": PrincipalPlaces(GROUP),
    "aws_ssoadmin_permission_set": PrincipalPlaces(PERMISSION_SET),
}

# What attaches policies to principals: the attributes that name the principals, by kind, and the policies' ARNs.
ATTACHMENTS: Mapping[str, tuple[Mapping[str, str], str]] = {
    "aws_iam_role_policy_attachment": ({"role": ROLE}, "policy_arn"),
    "aws_iam_role_policy_attachments_exclusive": ({"role_name": ROLE}, "policy_arns"),
    "aws_iam_user_policy_attachment": ({"user": USER}, "policy_arn"),
    "aws_iam_user_policy_attachments_exclusive": ({"user_name": USER}, "policy_arns"),
    "aws_iam_group_policy_attachment": ({"group": GROUP}, "policy_arn"),
    "aws_iam_group_policy_attachments_exclusive": ({"group_name": GROUP}, "policy_arns"),
    "aws_iam_policy_attachment": ({"roles": ROLE, "users": USER, "groups": GROUP}, "policy_arn"),
    "aws_ssoadmin_managed_policy_attachment": ({"permission_set_arn": PERMISSION_SET}, "managed_policy_arn"),
    "aws_ssoadmin_managed_policy_attachments_exclusive": (
        {"permission_set_arn": PERMISSION_SET},
        "managed_policy_arns",
    ),
}
# What gives permission sets policies that each account has by a name, in blocks of one type.
REFERENCES = frozenset(
    {
        "aws_ssoadmin_customer_managed_policy_attachment",
        "aws_ssoadmin_customer_managed_policy_attachments_exclusive",
    }
)
REFERENCE = "customer_managed_policy_reference"
# What gives permission sets a boundary: the type of the block that says which.
BOUNDARIES: Mapping[str, str] = {"aws_ssoadmin_permissions_boundary_attachment": "permissions_boundary"}
# What puts users into groups: the attributes that name them.
MEMBERSHIPS: Mapping[str, tuple[str, str]] = {
    "aws_iam_user_group_membership": ("user", "groups"),
    "aws_iam_group_membership": ("users", "group"),
}
INLINE: Mapping[str, tuple[str, str]] = {
    "aws_iam_role_policy": ("role", ROLE),
    "aws_iam_user_policy": ("user", USER),
    "aws_iam_group_policy": ("group", GROUP),
    "aws_ssoadmin_permission_set_inline_policy": ("permission_set_arn", PERMISSION_SET),
}


class PermissionPlaces(NamedTuple):
    """A statement of a resource policy as a resource. `conditions`: attribute to operator and key."""

    default_action: str
    conditions: Mapping[str, tuple[str, str]]


# Resources that are a statement of a resource policy, as in CloudFormation.
PERMISSIONS: Mapping[str, PermissionPlaces] = {
    "aws_lambda_permission": PermissionPlaces(
        "lambda:*",
        {
            "source_account": ("StringEquals", "aws:SourceAccount"),
            "source_arn": ("ArnLike", "aws:SourceArn"),
            "principal_org_id": ("StringEquals", "aws:PrincipalOrgID"),
            "function_url_auth_type": ("StringEquals", "lambda:FunctionUrlAuthType"),
            "event_source_token": ("StringEquals", "lambda:EventSourceToken"),
        },
    ),
    "aws_lambda_layer_version_permission": PermissionPlaces(
        "lambda:GetLayerVersion", {"organization_id": ("StringEquals", "aws:PrincipalOrgID")}
    ),
    "aws_cloudwatch_event_permission": PermissionPlaces("events:PutEvents", {}),
    "aws_signer_signing_profile_permission": PermissionPlaces("signer:*", {}),
}
