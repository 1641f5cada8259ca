"""Whether the policy of a bucket, topic or queue refuses what is sent without encryption, decided by its meaning."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lictor_plugins.reasoning.model import Policy

# What moves data: S3 user guide, "Enforcing TLS"; SNS developer guide, "Enforce encryption of data in transit"; SQS
# developer guide, "Security best practices". What else a service can do tells nobody what is stored.
_CALLS: Mapping[str, tuple[str, ...]] = {
    "s3": ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
    "sns": ("sns:Publish",),
    "sqs": ("sqs:SendMessage", "sqs:ReceiveMessage"),
}
_CALLER = "arn:aws:iam::999988887777:role/any-role"


def plain_transport(policy: Mapping[str, Any]) -> dict[str, Any]:
    """Return whether the policy of a bucket, topic or queue leaves a call without TLS unrefused, and which one: `call`.

    `answer` is "yes", "no" or "unknown"; "no" too for the policy of anything else. `service` is s3, sns or sqs.
    """
    service = _service(policy)
    told = {"answer": "no", "service": service, "call": "", "because": None}
    if not service:
        return told
    from lictor_plugins.functions.resource_stand_ins import with_stand_in_resources
    from lictor_plugins.reasoning.model import Principal, Statement
    from lictor_plugins.reasoning.questions import allows
    from lictor_plugins.reasoning.reading import policy_from

    read = policy_from(policy, "resource")
    ready = with_stand_in_resources(read)
    denies = tuple(statement for statement in ready.statements if statement.effect == "Deny")
    index = max((statement.index for statement in denies), default=0) + 1
    everything = Statement(
        index, "Allow", _CALLS[service], resources=_resources(ready, service), principals=(Principal("AWS", "*"),)
    )
    # Who may call at all is another question: the Deny statements are asked to stop a call that is allowed.
    asked = ready._replace(statements=(*denies, everything))
    caller = Principal("AWS", _CALLER)
    found = allows(asked, principal=caller, context={"aws:securetransport": "false"})
    told["answer"] = found.verdict
    if found.witness is not None:
        place = f" on {found.witness.resource}" if ready is read else ""
        told["call"] = f"{found.witness.action}{place}"
    told["because"] = found.because or None
    return told


def _service(policy: Mapping[str, Any]) -> str:
    """Return the one service that a policy speaks of, "" if it is none of these or can't be told."""
    found = {
        action.partition(":")[0].lower()
        for statement in policy["statements"]
        for action in (*statement["actions"], *statement["not_actions"])
        if action != "*"
    } or set(_services_of(policy))
    service = found.pop() if len(found) == 1 else ""
    return service if service in _CALLS else ""


def _services_of(policy: Mapping[str, Any]) -> Iterator[str]:
    for statement in policy["statements"]:
        for resource in statement["resources"]:
            parts = resource.split(":")
            if len(parts) > 2:  # noqa: PLR2004 - an ARN's third part
                yield parts[2]


def _resources(policy: "Policy", service: str) -> tuple[str, ...]:
    """Return what the policy is about, objects for buckets; "*" if it does not say."""
    stated = dict.fromkeys(resource for statement in policy.statements for resource in statement.resources or ())
    if service == "s3":
        stated = dict.fromkeys(text if "/" in text or text == "*" else f"{text}/*" for text in stated)
    return tuple(stated) or ("*",)
