"""Whether one policy lets its holder call an action on any resource of a class, read statement by statement.

The answer is "yes", "no" or "unknown". "yes" means that an Allow covers the action on every resource of the class in
some account, that no Deny takes it back, and that no condition narrows what may be reached; a condition on the caller
(multi-factor authentication, a network) makes nobody less of an administrator.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from lictor_plugins.arns import split_arn
from lictor_plugins.functions.globs import glob_match
from lictor_plugins.functions.iam import arn_part

YES = "yes"
NO = "no"
UNKNOWN = "unknown"

ANYTHING = "*"
"""The class of an action that takes many types of resource: one resource of its service is enough."""

# A name that nobody guesses: a pattern that covers it covers every name.
_NAMES: Mapping[str, str] = {
    "role": "role/any-path/any-name-there-is",
    "user": "user/any-path/any-name-there-is",
    "group": "group/any-path/any-name-there-is",
    "policy": "policy/any-path/any-name-there-is",
    "function": "function:any-name-there-is",
}
OWN_USER = "own-user"
"""The class of an action for which the holder's own user, `${aws:username}`, does as well as every user."""

_OWN_NAME = "user/any-name-there-is"
_OWN_VARIABLE = re.compile(r"\$\{aws:username\}", re.IGNORECASE)
_WORST_LAST = (NO, UNKNOWN, YES)

# Conditions on these say what is reached, not who calls: the target's tags, the policy that is attached, the boundary
# that the target must have (IAM user guide, "IAM and AWS STS condition context keys").
_NARROWING = frozenset({"iam:policyarn", "iam:permissionsboundary", "iam:associatedresourcearn"})
_NARROWING_PREFIXES = ("aws:resourcetag/", "iam:resourcetag/", "ssm:resourcetag/")
_NARROWING_IF_KNOWN = frozenset({"aws:viaawsservice", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast"})
_ADMINISTRATOR = ":policy/AdministratorAccess"
_SERVICE_KEY = "iam:passedtoservice"


class Grant(NamedTuple):
    """Whether an action is allowed, and the number of the statement that says so (-1: none)."""

    verdict: str
    statement: int = -1


def allows_action(policy: Mapping[str, Any], action: str, resource: str) -> str:
    """Return "yes" if a policy lets its holder call an action on any resource of a class, else "no" or "unknown".

    `resource` is `role`, `user`, `own-user`, `group`, `policy`, `function`, or `*` for one resource of any type.

    >>> statement = {"index": 0, "effect": "Allow", "choice": None, "actions": ["iam:Pass*"], "not_actions": [],
    ...              "has_not_action": False, "resources": ["*"], "not_resources": [], "has_not_resource": False,
    ...              "has_resource": True, "conditions": []}
    >>> allows_action({"statements": [statement], "unresolved": []}, "iam:PassRole", "role")
    'yes'
    """
    return find_grant(policy, action, resource).verdict


def find_grant(policy: Mapping[str, Any], action: str, resource: str, service: str = "") -> Grant:
    """Return the strongest grant of an action in a policy; `service` is the one that a passed role goes to."""
    found = Grant(NO)
    for statement in policy["statements"]:
        if statement["effect"] == "Allow" and _covers_action(statement, action):
            reached = _reaches(statement, action, resource, policy["unresolved"])
            verdict = min(reached, _narrowed(statement["conditions"], service), key=_WORST_LAST.index)
            if verdict != NO:
                verdict = min(verdict, _left_by_denies(policy, statement, action, resource), key=_WORST_LAST.index)
            if _WORST_LAST.index(verdict) > _WORST_LAST.index(found.verdict):
                found = Grant(verdict, statement["index"])
    return found


def _covers_action(statement: Mapping[str, Any], action: str) -> bool:
    folded = action.lower()
    if statement["has_not_action"]:
        return not any(_covers(pattern.lower(), folded) for pattern in statement["not_actions"])
    return any(_covers(pattern.lower(), folded) for pattern in statement["actions"])


def _covers(pattern: str, action: str) -> bool:
    # Most patterns are plain names, of which a policy has hundreds.
    return pattern == action or (("*" in pattern or "?" in pattern) and glob_match(pattern, action))


def _reaches(statement: Mapping[str, Any], action: str, resource: str, unresolved: Iterable[Mapping[str, Any]]) -> str:
    if statement["has_not_resource"]:
        return (
            NO
            if any(_covers_class(pattern, action, _whole(resource)) for pattern in statement["not_resources"])
            else YES
        )
    if any(_covers_class(pattern, action, resource) for pattern in statement["resources"]):
        return YES
    unknown = {each["text"] for each in unresolved if each["element"] == "Resource"}
    return UNKNOWN if unknown.intersection(statement["resources"]) else NO


def _covers_class(pattern: str, action: str, resource: str) -> bool:
    """Tell whether a Resource pattern covers every resource of a class, of some account and region."""
    service = action.partition(":")[0]
    if resource == ANYTHING:
        return glob_match(arn_part(pattern, "service"), service) or pattern == "*"
    if not glob_match(arn_part(pattern, "service"), service):
        return False
    name = arn_part(pattern, "resource")
    if resource != OWN_USER:
        return glob_match(name, _NAMES[resource])
    return glob_match(name, _NAMES["user"]) or glob_match(_OWN_VARIABLE.sub("any-name-there-is", name), _OWN_NAME)


def _whole(resource: str) -> str:
    """Return the class that has to be taken away for an action to be gone."""
    return "user" if resource == OWN_USER else resource


def _narrowed(conditions: Iterable[Mapping[str, Any]], service: str) -> str:
    """Say whether conditions leave the class of resources whole: "no" if they can't all hold, or hold for a few."""
    verdicts = [YES]
    for condition in conditions:
        key, values = condition["key"], condition["values"]
        if condition["is_unresolved"] and key.startswith("${"):
            verdicts.append(UNKNOWN)
        elif key == _SERVICE_KEY:
            verdicts.append(_passes_to(condition, service))
        elif condition["operator"] == "Null" or condition["negated"]:
            # A tag that must be absent, or another policy than one: most resources are still reached.
            verdicts.append(UNKNOWN if key in _NARROWING else YES)
        elif key in _NARROWING or key.startswith(_NARROWING_PREFIXES):
            is_open = any(value in {"*", "?*"} or value.endswith(_ADMINISTRATOR) for value in values)
            verdicts.append(YES if is_open else UNKNOWN if condition["if_exists"] else NO)
        elif key in _NARROWING_IF_KNOWN:
            verdicts.append(NO if condition["operator"] == "Bool" and values == ["true"] else UNKNOWN)
    return min(verdicts, key=_WORST_LAST.index)


def _passes_to(condition: Mapping[str, Any], service: str) -> str:
    if not service or condition["operator"] == "Null":
        return YES
    is_named = any(glob_match(value, f"{service}.amazonaws.com") for value in condition["values"])
    if condition["is_unresolved"] and not is_named:
        return UNKNOWN
    return NO if is_named == condition["negated"] else YES


def _left_by_denies(policy: Mapping[str, Any], allow: Mapping[str, Any], action: str, resource: str) -> str:
    left = YES
    for deny in policy["statements"]:
        if (
            deny["effect"] != "Deny"
            or deny["choice"] not in (None, allow["choice"])
            or not _covers_action(deny, action)
        ):
            continue
        if not _denies_class(deny, allow, action, _whole(resource)):
            continue
        if not deny["conditions"]:
            return NO
        if any(each["key"] in _NARROWING or each["key"].startswith(_NARROWING_PREFIXES) for each in deny["conditions"]):
            left = UNKNOWN
    return left


def _denies_class(deny: Mapping[str, Any], allow: Mapping[str, Any], action: str, resource: str) -> bool:
    """Tell whether a Deny is about every resource of the class that the Allow reaches."""
    if deny["has_not_resource"]:
        return not any(_covers_class(pattern, action, resource) for pattern in deny["not_resources"])
    if resource == ANYTHING:
        return bool(allow["resources"]) and all(
            any(glob_match(wide, pattern) for wide in deny["resources"]) for pattern in allow["resources"]
        )
    accounts = {split_arn(pattern)[4] for pattern in allow["resources"] if len(split_arn(pattern)) > 4} or {"*"}  # noqa: PLR2004 - the account's place in an ARN
    return any(
        _covers_class(pattern, action, resource)
        and all(glob_match(arn_part(pattern, "account") or "*", account) for account in accounts)
        for pattern in deny["resources"]
    )
