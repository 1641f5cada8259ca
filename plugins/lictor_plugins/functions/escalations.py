"""Ways from what a policy grants to administrator rights: one table, and the question which of them are open."""

from collections.abc import Mapping
from typing import Any

from lictor import NamedTuple
from lictor_plugins.functions.boundaries import is_partly_unknown, worst
from lictor_plugins.functions.grants import ANYTHING, NO, OWN_USER, UNKNOWN, WORST_LAST, YES, Grant, find_grant


class Call(NamedTuple):
    """An action and the class of resources that it has to be allowed on."""

    action: str
    resource: str = ANYTHING


Step = tuple[Call, ...]
"""One thing that the holder must be able to do, by any of some calls."""


class Escalation(NamedTuple):
    """What has to be allowed together. The first step is the one that a finding points at.

    `service` is the service that a passed role goes to. `takes_role` says that the holder gets at a role which
    something else has already.
    """

    steps: tuple[Step, ...]
    service: str = ""
    takes_role: bool = False


def _one(*calls: Call) -> Escalation:
    return Escalation((calls,))


def _take(*steps: Step) -> Escalation:
    return Escalation(steps, takes_role=True)


def _pass_role(service: str, *others: tuple[str, ...]) -> Escalation:
    return Escalation(((Call("iam:PassRole", "role"),), *(tuple(map(Call, actions)) for actions in others)), service)


# The ways that were published for AWS (Rhino Security Labs, "AWS IAM Privilege Escalation: Methods and Mitigation",
# 2018; pathfinding.cloud; what services added since), checked against the service authorization reference, 2026-11.
ESCALATIONS: Mapping[str, Escalation] = {
    "create-policy-version": _one(Call("iam:CreatePolicyVersion", "policy")),
    "set-default-policy-version": _one(Call("iam:SetDefaultPolicyVersion", "policy")),
    "attach-user-policy": _one(Call("iam:AttachUserPolicy", OWN_USER)),
    "attach-group-policy": _one(Call("iam:AttachGroupPolicy", "group")),
    "attach-role-policy": _one(Call("iam:AttachRolePolicy", "role")),
    "put-user-policy": _one(Call("iam:PutUserPolicy", OWN_USER)),
    "put-group-policy": _one(Call("iam:PutGroupPolicy", "group")),
    "put-role-policy": _one(Call("iam:PutRolePolicy", "role")),
    "add-user-to-group": _one(Call("iam:AddUserToGroup", "group")),
    "update-assume-role-policy": _one(Call("iam:UpdateAssumeRolePolicy", "role")),
    "create-access-key": _one(Call("iam:CreateAccessKey", "user")),
    "create-login-profile": _one(Call("iam:CreateLoginProfile", "user")),
    "update-login-profile": _one(Call("iam:UpdateLoginProfile", "user")),
    "delete-boundary": _one(
        Call("iam:DeleteRolePermissionsBoundary", "role"), Call("iam:DeleteUserPermissionsBoundary", OWN_USER)
    ),
    "put-boundary": _one(
        Call("iam:PutRolePermissionsBoundary", "role"), Call("iam:PutUserPermissionsBoundary", OWN_USER)
    ),
    "assume-root": _one(Call("sts:AssumeRoot")),
    "update-function-code": _take((Call("lambda:UpdateFunctionCode", "function"),)),
    "update-dev-endpoint": _take((Call("glue:UpdateDevEndpoint", "dev-endpoint"),)),
    "update-function-configuration": _take((Call("lambda:UpdateFunctionConfiguration", "function"),)),
    # The document that is run must be one that runs what the caller wants.
    "ssm-send-command": _take(
        (Call("ssm:SendCommand", "instance"),),
        (
            Call("ssm:SendCommand", "document"),
            Call("ssm:SendCommand", "shell-document"),
            Call("ssm:SendCommand", "powershell-document"),
        ),
    ),
    "ssm-start-session": _take((Call("ssm:StartSession", "instance"),)),
    "instance-connect": _take(
        (
            Call("ec2-instance-connect:SendSSHPublicKey", "instance"),
            Call("ec2-instance-connect:SendSerialConsoleSSHPublicKey", "instance"),
        )
    ),
    "instance-user-data": _take(
        (Call("ec2:ModifyInstanceAttribute", "instance"),),
        (Call("ec2:StopInstances", "instance"),),
        (Call("ec2:StartInstances", "instance"),),
    ),
    "launch-template": _take(
        (Call("ec2:CreateLaunchTemplateVersion", "launch-template"),),
        (Call("ec2:ModifyLaunchTemplate", "launch-template"),),
    ),
    "execute-command": _take((Call("ecs:ExecuteCommand", "task"),)),
    "update-stack": _take((Call("cloudformation:UpdateStack", "stack"),)),
    "change-set": _take(
        (Call("cloudformation:CreateChangeSet", "stack"),), (Call("cloudformation:ExecuteChangeSet", "stack"),)
    ),
    "start-build": _take((Call("codebuild:StartBuild", "project"), Call("codebuild:StartBuildBatch", "project"))),
    "update-app": _take((Call("apprunner:UpdateService", "app"),)),
    "notebook-url": _take((Call("sagemaker:CreatePresignedNotebookInstanceUrl", "notebook"),)),
    "notebook-lifecycle": _take(
        (Call("sagemaker:UpdateNotebookInstanceLifecycleConfig", "notebook-lifecycle"),),
        (Call("sagemaker:StopNotebookInstance", "notebook"),),
        (Call("sagemaker:StartNotebookInstance", "notebook"),),
    ),
    "update-saml-provider": _take((Call("iam:UpdateSAMLProvider", "saml-provider"),)),
    "permission-set": Escalation(
        (
            (
                Call("sso:AttachManagedPolicyToPermissionSet", "permission-set"),
                Call("sso:PutInlinePolicyToPermissionSet", "permission-set"),
            ),
            (
                Call("sso:ProvisionPermissionSet", "permission-set"),
                Call("sso:CreateAccountAssignment", "permission-set"),
            ),
        )
    ),
    "passrole-ec2": _pass_role("ec2", ("ec2:RunInstances", "ec2:RequestSpotInstances")),
    "passrole-instance-profile": _pass_role(
        "ec2", ("ec2:AssociateIamInstanceProfile", "ec2:ReplaceIamInstanceProfileAssociation")
    ),
    "passrole-autoscaling": _pass_role(
        "ec2",
        ("autoscaling:CreateLaunchConfiguration", "ec2:CreateLaunchTemplate", "ec2:CreateLaunchTemplateVersion"),
        ("autoscaling:CreateAutoScalingGroup", "autoscaling:UpdateAutoScalingGroup"),
    ),
    "passrole-lambda": _pass_role(
        "lambda",
        ("lambda:CreateFunction",),
        (
            "lambda:InvokeFunction",
            "lambda:CreateEventSourceMapping",
            "lambda:AddPermission",
            "lambda:CreateFunctionUrlConfig",
        ),
    ),
    "passrole-cloudformation": _pass_role(
        "cloudformation", ("cloudformation:CreateStack", "cloudformation:CreateChangeSet", "cloudformation:UpdateStack")
    ),
    "passrole-stackset": _pass_role(
        "cloudformation",
        ("cloudformation:CreateStackSet", "cloudformation:UpdateStackSet"),
        ("cloudformation:CreateStackInstances", "cloudformation:UpdateStackSet"),
    ),
    "passrole-ssm": Escalation(
        (
            (Call("iam:PassRole", "role"),),
            (
                Call("ssm:StartAutomationExecution", "document"),
                Call("ssm:StartAutomationExecution", "automation-definition"),
            ),
        ),
        "ssm",
    ),
    "passrole-stepfunctions": _pass_role(
        "states", ("states:CreateStateMachine", "states:UpdateStateMachine"), ("states:StartExecution",)
    ),
    "passrole-scheduler": _pass_role("scheduler", ("scheduler:CreateSchedule", "scheduler:UpdateSchedule")),
    "passrole-batch": _pass_role("ecs-tasks", ("batch:RegisterJobDefinition",), ("batch:SubmitJob",)),
    "passrole-emr": _pass_role("ec2", ("elasticmapreduce:RunJobFlow",)),
    "passrole-emr-serverless": _pass_role("emr-serverless", ("emr-serverless:StartJobRun",)),
    "passrole-apprunner": _pass_role("tasks.apprunner", ("apprunner:CreateService", "apprunner:UpdateService")),
    "passrole-glue": _pass_role(
        "glue", ("glue:CreateDevEndpoint", "glue:CreateJob", "glue:CreateSession", "glue:UpdateJob")
    ),
    "passrole-sagemaker": _pass_role(
        "sagemaker",
        ("sagemaker:CreateNotebookInstance", "sagemaker:CreateTrainingJob", "sagemaker:CreateProcessingJob"),
    ),
    "passrole-codebuild": _pass_role(
        "codebuild",
        ("codebuild:CreateProject", "codebuild:UpdateProject"),
        ("codebuild:StartBuild", "codebuild:StartBuildBatch"),
    ),
    "passrole-ecs": _pass_role(
        "ecs-tasks", ("ecs:RegisterTaskDefinition",), ("ecs:RunTask", "ecs:StartTask", "ecs:CreateService")
    ),
    "passrole-datapipeline": _pass_role(
        "datapipeline",
        ("datapipeline:CreatePipeline",),
        ("datapipeline:PutPipelineDefinition",),
        ("datapipeline:ActivatePipeline",),
    ),
    "passrole-bedrock-agentcore": _pass_role(
        "bedrock-agentcore",
        ("bedrock-agentcore:CreateCodeInterpreter",),
        ("bedrock-agentcore:InvokeCodeInterpreter",),
    ),
    "iam-full": Escalation(
        (
            (Call("iam:CreatePolicyVersion", "policy"),),
            (Call("iam:AttachRolePolicy", "role"),),
            (Call("iam:PutUserPolicy", "user"),),
            (Call("iam:UpdateAssumeRolePolicy", "role"),),
            (Call("iam:CreateAccessKey", "user"),),
        )
    ),
}


def escalation(policy: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return whether a way to administrator rights is open: its verdict, its first statement, all its statements.

    `name` is one of the table's. `action` is what the first statement allows for it. Where permissions boundaries limit
    the policy, the way is open if one of them leaves it open too.

    >>> escalation({"statements": [], "unresolved": []}, "create-policy-version")
    {'verdict': 'no', 'statement': -1, 'statements': [], 'action': ''}
    """
    way = ESCALATIONS[name]
    found = _way(policy, way, None)
    limits = policy.get("boundaries", ())
    if not limits or found["verdict"] == NO:
        return found
    limited = [_unknown(found) if each["policy"] is None else _way(policy, way, each["policy"]) for each in limits]
    return max(limited, key=lambda each: WORST_LAST.index(each["verdict"]))


def boundary_escalates(policy: Mapping[str, Any]) -> str:
    """Return whether the boundaries of a principal leave any way open to one who may do everything else.

    >>> boundary_escalates({"boundaries": []}), boundary_escalates({"boundaries": [{"policy": None}]})
    ('yes', 'unknown')
    """
    limits = policy.get("boundaries", ())
    return worst(UNKNOWN if each["policy"] is None else _any_way(each["policy"]) for each in limits) if limits else YES


def _any_way(limit: Mapping[str, Any]) -> str:
    verdict = worst(_way(limit, way, None)["verdict"] for way in ESCALATIONS.values())
    return UNKNOWN if verdict == NO and is_partly_unknown(limit) else verdict


def _way(policy: Mapping[str, Any], way: Escalation, limit: Mapping[str, Any] | None) -> dict[str, Any]:
    grants = []
    for step in way.steps:
        grants.append(_best(policy, step, way.service, limit))
        if grants[-1][0].verdict == NO:
            return {"verdict": NO, "statement": -1, "statements": [], "action": ""}
    verdict = UNKNOWN if any(grant.verdict == UNKNOWN for grant, _ in grants) else YES
    statements = sorted({grant.statement for grant, _ in grants})
    return {"verdict": verdict, "statement": grants[0][0].statement, "statements": statements, "action": grants[0][1]}


def _unknown(found: Mapping[str, Any]) -> dict[str, Any]:
    return {**found, "verdict": UNKNOWN}


def _best(policy: Mapping[str, Any], step: Step, service: str, limit: Mapping[str, Any] | None) -> tuple[Grant, str]:
    best, allowed = Grant(NO), ""
    for call in step:
        grant = find_grant(policy, call.action, call.resource, service)
        if limit is not None and grant.verdict != NO:
            left = find_grant(limit, call.action, call.resource, service).verdict
            left = UNKNOWN if left == NO and is_partly_unknown(limit) else left
            grant = grant._replace(verdict=min(grant.verdict, left, key=WORST_LAST.index))
        if grant.verdict == YES:
            return grant, call.action
        if grant.verdict == UNKNOWN and best.verdict == NO:
            best, allowed = grant, call.action
    return best, allowed
