"""What the permissions boundaries of those who hold a policy leave of what it grants.

Each answer is "yes", "no" or "unknown", as in `grants`: "yes" where no boundary is known to limit every holder, and for
several boundaries what the widest of them leaves.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lictor import lazy_pattern
from lictor_plugins.functions.grants import NO, UNKNOWN, WORST_LAST, YES, covers_action, find_grant
from lictor_plugins.functions.iam import covers_everything

EVERYTHING = "everything"
"""All that an action is about, as against one resource of a class."""

_EVERY_ACTION = lazy_pattern(r"[*]+(:[*]+)?")
# Where these are not known, a statement that is not there to see may allow anything.
_WHOLE = frozenset({"policy", "Statement", "Effect", "Action", "NotAction"})


def within_boundary(policy: Mapping[str, Any], actions: Sequence[str], resource: str) -> str:
    """Return whether the boundaries of a policy or a principal leave one of some actions.

    `resource` is a class, as in `allows_action`, `*` for any resource, or `everything` for all that the action is
    about, without a condition. An action may be `*`: every action.

    >>> allow = {"effect": "Allow", "actions": ["s3:*"], "has_not_action": False, "resources": ["*"],
    ...          "has_not_resource": False, "conditions": []}
    >>> limit = {"statements": [allow], "unresolved": [], "malformed": []}
    >>> limited = {"boundaries": [{"arn": "arn:aws:iam::111122223333:policy/team", "policy": limit}]}
    >>> within_boundary(limited, ["s3:GetObject"], "everything"), within_boundary(limited, ["*"], "everything")
    ('yes', 'no')
    """
    limits = policy.get("boundaries", ())
    return worst(_left(each["policy"], actions, resource) for each in limits) if limits else YES


def worst(verdicts: Iterable[str]) -> str:
    """Return the verdict that says most is allowed; "no" of none."""
    return max(verdicts, key=WORST_LAST.index, default=NO)


def is_partly_unknown(limit: Mapping[str, Any]) -> bool:
    """Tell whether a boundary may allow more than can be read in it."""
    return bool(limit["malformed"]) or any(each["element"] in _WHOLE for each in limit["unresolved"])


def _left(limit: Mapping[str, Any] | None, actions: Sequence[str], resource: str) -> str:
    if limit is None:
        return UNKNOWN
    verdict = worst(_of_action(limit, action, resource) for action in actions)
    return UNKNOWN if verdict == NO and is_partly_unknown(limit) else verdict


def _of_action(limit: Mapping[str, Any], action: str, resource: str) -> str:
    return _everywhere(limit, action) if resource == EVERYTHING else find_grant(limit, action, resource).verdict


def _everywhere(limit: Mapping[str, Any], action: str) -> str:
    """Return whether an Allow without conditions covers an action on everything, and no such Deny does."""
    covering = [each for each in limit["statements"] if not each["conditions"] and _covers(each, action)]
    if any(each["effect"] == "Deny" and each["choice"] is None and _is_on_all(each) for each in covering):
        return NO
    unknown = {each["text"] for each in limit["unresolved"] if each["element"] == "Resource"}
    return worst(_reach(each, action, unknown) for each in covering if each["effect"] == "Allow")


def _reach(allow: Mapping[str, Any], action: str, unknown: set[str]) -> str:
    if allow["has_not_resource"] or covers_everything(allow["resources"], action):
        return YES
    return NO if unknown.isdisjoint(allow["resources"]) else UNKNOWN


def _covers(statement: Mapping[str, Any], action: str) -> bool:
    if action != "*":
        return covers_action(statement, action)
    return not statement["has_not_action"] and any(map(_EVERY_ACTION.fullmatch, statement["actions"]))


def _is_on_all(statement: Mapping[str, Any]) -> bool:
    return any(not pattern.strip("*") for pattern in statement["resources"])
