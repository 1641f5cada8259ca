"""Which calls make a service act with a role that is passed to it."""

from collections.abc import Mapping

from lictor_plugins.functions.escalations import ESCALATIONS

_SUFFIX = ".amazonaws.com"

# Calls that take a role and run what the caller wants with it (service authorization reference, dependent action
# iam:PassRole, read 2026-11); those that escalations name are taken from there.
_MORE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "airflow": (("airflow:CreateEnvironment",),),
    "airflow-env": (("airflow:CreateEnvironment",),),
    "amplify": (("amplify:CreateApp", "amplify:UpdateApp"),),
    "appstream": (("appstream:CreateFleet", "appstream:CreateImageBuilder"),),
    "batch": (("batch:CreateComputeEnvironment",),),
    "bedrock": (("bedrock:CreateAgent", "bedrock:UpdateAgent"),),
    "codedeploy": (("codedeploy:CreateDeploymentGroup", "codedeploy:UpdateDeploymentGroup"),),
    "codepipeline": (("codepipeline:CreatePipeline", "codepipeline:UpdatePipeline"),),
    "ecs": (("ecs:CreateService",),),
    "eks": (("eks:CreateCluster",),),
    "elasticbeanstalk": (("elasticbeanstalk:CreateEnvironment", "elasticbeanstalk:UpdateEnvironment"),),
    "elasticmapreduce": (("elasticmapreduce:RunJobFlow",),),
    "emr-serverless": (("emr-serverless:StartJobRun",),),
    "events": (("events:PutTargets",),),
    "firehose": (("firehose:CreateDeliveryStream", "firehose:UpdateDestination"),),
    "iot": (("iot:CreateTopicRule", "iot:ReplaceTopicRule"),),
    "pipes": (("pipes:CreatePipe", "pipes:UpdatePipe"),),
    "pods.eks": (("eks:CreatePodIdentityAssociation", "eks:UpdatePodIdentityAssociation"),),
    "scheduler": (("scheduler:CreateSchedule", "scheduler:UpdateSchedule"),),
    "spotfleet": (("ec2:RequestSpotFleet",),),
    "ssm": (("ssm:StartAutomationExecution", "ssm:SendCommand"),),
    "states": (("states:CreateStateMachine", "states:UpdateStateMachine"),),
    "tasks.apprunner": (("apprunner:CreateService", "apprunner:UpdateService"),),
    "transfer": (("transfer:CreateUser", "transfer:CreateServer"),),
}


def starts(service: str) -> tuple[tuple[str, ...], ...]:
    """Return what it takes to start a service with a passed role: of each group of actions one; () if not known.

    >>> starts("ec2.amazonaws.com")
    (('ec2:RunInstances', 'ec2:RequestSpotInstances'),)
    """
    name = service.removesuffix(".cn").removesuffix(_SUFFIX)
    return _STARTS.get(name, ())


# Of several ways to start a service the first that is named counts.
_STARTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    **{
        way.service: tuple(tuple(call.action for call in step) for step in way.steps[1:])
        for way in reversed(tuple(ESCALATIONS.values()))
        if way.service
    },
    **_MORE,
}
