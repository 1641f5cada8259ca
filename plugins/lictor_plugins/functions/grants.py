"""Whether one policy lets its holder call an action on any resource of a class.

The answer is "yes", "no" or "unknown". "yes" means that an Allow covers the action on a resource of the class that
nobody guesses the name of and that has no tags, that no Deny takes it back, and that some caller can meet the
conditions: one on the caller (multi-factor authentication, a network) makes nobody less of an administrator. What
plain texts tell at once is decided here; the rest is asked of the reasoning (`grant_questions`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from lictor import NamedTuple, lazy_pattern
from lictor_plugins.functions.globs import glob_match
from lictor_plugins.functions.iam import arn_part
from lictor_plugins.functions.reasoning import remembered

YES = "yes"
NO = "no"
UNKNOWN = "unknown"

ANYTHING = "*"
"""The class of an action that takes many types of resource: one resource of its service is enough."""

OWN_USER = "own-user"
"""The class of an action for which the holder's own user, `${aws:username}`, does as well as every user."""

# A name that nobody guesses: a pattern that covers it covers every name.
NAMES: Mapping[str, str] = {
    "role": "role/any-path/any-name-there-is",
    "user": "user/any-path/any-name-there-is",
    "group": "group/any-path/any-name-there-is",
    "policy": "policy/any-path/any-name-there-is",
    "function": "function:any-name-there-is",
    "dev-endpoint": "devEndpoint/any-name-there-is",
    "instance": "instance/any-name-there-is",
    "document": "document/any-name-there-is",
    "shell-document": "document/AWS-RunShellScript",
    "powershell-document": "document/AWS-RunPowerShellScript",
    "automation-definition": "automation-definition/any-name-there-is:any-version",
    "stack": "stack/any-name-there-is/any-id",
    "launch-template": "launch-template/any-name-there-is",
    "project": "project/any-name-there-is",
    "task": "task/any-cluster/any-name-there-is",
    "app": "service/any-name-there-is/any-id",
    "notebook": "notebook-instance/any-name-there-is",
    "notebook-lifecycle": "notebook-instance-lifecycle-config/any-name-there-is",
    "saml-provider": "saml-provider/any-name-there-is",
    "permission-set": "permissionSet/any-instance/any-name-there-is",
    OWN_USER: "user/any-name-there-is",
}
# What ARNs of a class look like where they don't follow from the action (service authorization reference, 2026-11).
_OF_OTHER_SERVICES: Mapping[str, str] = {"instance": "ec2"}
_OF_AWS = frozenset({"shell-document", "powershell-document", "permission-set"})
_WITHOUT_REGION = frozenset({"permission-set"})
_VARIABLE = lazy_pattern(r"\$\{[^{}]*\}")
WORST_LAST = (NO, UNKNOWN, YES)


class Grant(NamedTuple):
    """Whether an action is allowed, and the number of the statement that says so (-1: none)."""

    verdict: str
    statement: int = -1


def allows_action(policy: Mapping[str, Any], action: str, resource: str) -> str:
    """Return "yes" if a policy lets its holder call an action on any resource of a class, else "no" or "unknown".

    `resource` is one of `NAMES`, or `*` for one resource of any type.

    >>> statement = {"index": 0, "effect": "Allow", "choice": None, "actions": ["iam:Pass*"], "not_actions": [],
    ...              "has_not_action": False, "resources": ["*"], "not_resources": [], "has_not_resource": False,
    ...              "has_resource": True, "conditions": []}
    >>> allows_action({"statements": [statement], "unresolved": []}, "iam:PassRole", "role")
    'yes'
    """
    return find_grant(policy, action, resource).verdict


def find_grant(policy: Mapping[str, Any], action: str, resource: str, service: str = "") -> Grant:
    """Return the strongest grant of an action in a policy; `service` is the one that a passed role goes to."""
    bearing = [statement for statement in policy["statements"] if covers_action(statement, action)]
    allows = [each for each in bearing if each["effect"] == "Allow" and _may_reach(each, action, resource)]
    if not allows:
        return Grant(NO)
    if all(each["effect"] == "Allow" for each in bearing):
        plain = next(filter(_is_plain, allows), None)
        if plain is not None:
            return Grant(YES, plain["index"])

    def question() -> dict[str, Any]:
        from lictor_plugins.functions.grant_questions import reaches  # with the reasoning, which most runs don't need

        found = Grant(NO)
        for each in allows:
            verdict = reaches(policy, each["index"], action, resource, service)
            if WORST_LAST.index(verdict) > WORST_LAST.index(found.verdict):
                found = Grant(verdict, each["index"])
        return found._asdict()

    return Grant(**remembered(policy, ("grant", action, resource, service), question))


def covers_action(statement: Mapping[str, Any], action: str) -> bool:
    """Tell whether a statement is about an action."""
    folded = action.lower()
    if statement["has_not_action"]:
        return not any(_covers(pattern.lower(), folded) for pattern in statement["not_actions"])
    return any(_covers(pattern.lower(), folded) for pattern in statement["actions"])


def _covers(pattern: str, action: str) -> bool:
    # Most patterns are plain names, of which a policy has hundreds.
    return pattern == action or (("*" in pattern or "?" in pattern) and glob_match(pattern, action))


def _is_plain(statement: Mapping[str, Any]) -> bool:
    """Tell whether nothing keeps a statement from any resource."""
    return "*" in statement["resources"] and not statement["conditions"] and statement["choice"] is None


def _may_reach(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    """Tell whether the patterns of a statement may cover resources of a class; the rest need not be asked about."""
    if statement["has_not_resource"]:
        return True
    return bool(patterns_of_class(statement["resources"], action, resource))


def patterns_of_class(patterns: Iterable[str], action: str, resource: str) -> list[str]:
    """Return those of some Resource patterns that may cover every resource of a class, of some account and region."""
    return [pattern for pattern in patterns if _may_cover(pattern, action, resource)]


def _may_cover(pattern: str, action: str, resource: str) -> bool:
    # What a variable or a template brings in may be anything.
    pattern = _VARIABLE.sub("*", pattern)
    if not pattern.strip("*"):
        return True
    if not glob_match(arn_part(pattern, "service"), service_of(action, resource)):
        return False
    return resource == ANYTHING or glob_match(arn_part(pattern, "resource"), NAMES[resource])


def service_of(action: str, resource: str) -> str:
    """Return the service in the ARNs of a class of resources that an action is about.

    >>> service_of("ssm:SendCommand", "instance"), service_of("ssm:SendCommand", "document")
    ('ec2', 'ssm')
    """
    return _OF_OTHER_SERVICES.get(resource, action.partition(":")[0])


def stand_in(action: str, resource: str, partition: str, region: str, account: str) -> str:
    """Return the ARN of the resource of a class that nobody guesses the name of.

    >>> stand_in("iam:PassRole", "role", "aws", "eu-west-1", "111122223333")
    'arn:aws:iam::111122223333:role/any-path/any-name-there-is'
    """
    service = service_of(action, resource)
    place = "" if service == "iam" or resource in _WITHOUT_REGION else region
    owner = "" if resource in _OF_AWS else account
    return f"arn:{partition}:{service}:{place}:{owner}:{NAMES[resource]}"
