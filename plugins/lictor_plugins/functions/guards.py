"""Who a statement for anyone still keeps out, judged by what its conditions mean.

A condition counts as a guard only when a caller from outside can't satisfy it: the key is set by AWS, the operator
is positive, absence does not pass, and every value names one account, organisation or network. Anything that can't
be judged is "unknown", never a guess.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lictor_plugins.functions.globs import glob_match
from lictor_plugins.functions.iam import arn_part, iam_action_match

IDENTITY = "identity"
NETWORK = "network"
UNKNOWN = "unknown"
NONE = "none"

_WEAKEST_FIRST = (NONE, UNKNOWN, NETWORK, IDENTITY)

# IAM user guide, "AWS global condition context keys", read 2026-11: keys that AWS sets and a caller can't choose.
_ACCOUNT_KEYS = {
    "aws:principalaccount",
    "aws:sourceaccount",
    "aws:sourceowner",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
}
_ORGANIZATION_KEYS = {"aws:principalorgid", "aws:sourceorgid"}
_ORGANIZATION_PATH_KEYS = {"aws:principalorgpaths", "aws:sourceorgpaths"}
_ARN_KEYS = {"aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"}
_UNIQUE_ID_KEY = "aws:userid"
_MOUNT_TARGET_KEY = "elasticfilesystem:accessedviamounttarget"
_NETWORK_KEYS = {
    "aws:sourceip",
    "aws:vpcsourceip",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourcevpcarn",
    "aws:vpceaccount",
    "aws:vpceorgid",
    _MOUNT_TARGET_KEY,
}
_GUARD_KEYS = (
    _ACCOUNT_KEYS | _ORGANIZATION_KEYS | _ORGANIZATION_PATH_KEYS | _ARN_KEYS | _NETWORK_KEYS | {_UNIQUE_ID_KEY}
)

# Keys that a caller from any account can satisfy: what it sends, how it signed in, when it calls, what tags it carries.
_CALLER_KEYS = {
    "aws:currenttime",
    "aws:epochtime",
    "aws:tokenissuetime",
    "aws:multifactorauthpresent",
    "aws:multifactorauthage",
    "aws:securetransport",
    "aws:useragent",
    "aws:referer",
    "aws:requestedregion",
    "aws:principaltype",
    "aws:username",
    "aws:tagkeys",
    "aws:viaawsservice",
    "aws:calledvia",
    "aws:sourceidentity",
    "sts:externalid",
    "sts:rolesessionname",
    "sts:sourceidentity",
    "sts:transitivetagkeys",
    "sts:durationseconds",
    "s3:prefix",
    "s3:delimiter",
    "s3:max-keys",
    "s3:x-amz-acl",
    "s3:x-amz-server-side-encryption",
    "s3:signatureversion",
    "s3:authtype",
    "lambda:functionurlauthtype",
    "lambda:invokedviafunctionurl",
    "sns:protocol",
    "sns:endpoint",
}
_CALLER_PREFIXES = ("aws:principaltag/", "aws:requesttag/")

_ACCOUNT = re.compile(r"\d{12}|\$\{[^{}]*\}")
_WILD = re.compile(r"[*?]")
_VARIABLE = re.compile(r"\$\{[^{}]*\}")
# A policy variable such as ${aws:username} holds what the caller is; ${AWS::AccountId} and ${Name} are a template's.
_POLICY_VARIABLE = re.compile(r"\$\{(?!AWS::)[^{}:]*:[^{}]*\}")
_OWN_VARIABLES = {"${aws:resourceaccount}", "${aws:resourceorgid}", "${aws:resourceorgpaths}"}
_ORGANIZATION_PATH = re.compile(r"o-[a-z0-9]+/.*")
_LITERAL_OPERATORS = {"StringEquals", "StringEqualsIgnoreCase"}
_GLOB_OPERATORS = {"StringLike", "ArnLike", "ArnEquals"}
_UNIQUE_ID = re.compile(r"(AIDA|AROA|AGPA)[A-Z0-9]{12,}(:.*)?|\d{12}")
# S3 user guide, "The meaning of public": a range wider than /8, or /32 in IPv6, is as good as the whole internet.
_WIDE = re.compile(r"[\d.]+/[0-7]|(?!fc00:)[\da-f]*:[\da-f:]*/([12]?\d|3[01])|\*", re.IGNORECASE)


def guard(statement: Mapping[str, Any], statements: Iterable[Mapping[str, Any]]) -> str:
    """Return what keeps strangers out of an Allow for anyone: "identity", "network", "none", or "unknown".

    `statements` are all of the policy's: a Deny for everyone outside closes what the Allow leaves open.

    >>> condition = {"key": "aws:principalorgid", "operator": "StringEquals", "values": ["o-a1b2c3d4e5"],
    ...              "if_exists": False, "set_operator": None, "negated": False, "is_unresolved": False}
    >>> guard({"conditions": [condition], "actions": ["sts:AssumeRole"]}, [])
    'identity'
    >>> guard({"conditions": [{**condition, "if_exists": True}], "actions": ["sts:AssumeRole"]}, [])
    'none'
    """
    own = _strongest(_strength(condition, statement["conditions"]) for condition in statement["conditions"])
    if own == IDENTITY:
        return own
    denies = (
        _deny_strength(deny, statement)
        for deny in statements
        if deny["effect"] == "Deny" and deny["choice"] in (None, statement["choice"])
    )
    return _strongest([own, *denies])


def is_narrow_network(key: str, values: Iterable[str]) -> bool:
    """Tell whether each value of a condition on where a call comes from names less than the whole internet.

    >>> is_narrow_network("aws:sourceip", ["203.0.113.0/24"]), is_narrow_network("aws:sourceip", ["0.0.0.0/1"])
    (True, False)
    """
    known = list(values)
    return (
        key in _NETWORK_KEYS
        and bool(known)
        and _pinned({"key": key, "operator": "", "values": known}) == NETWORK
        and (key != _MOUNT_TARGET_KEY or known == ["true"])
    )


def _strongest(strengths: Iterable[str]) -> str:
    return max(strengths, key=_WEAKEST_FIRST.index, default=NONE)


def _strength(condition: Mapping[str, Any], all_conditions: Iterable[Mapping[str, Any]]) -> str:
    """Say what one condition of an Allow keeps out."""
    key = condition["key"]
    if key not in _GUARD_KEYS:
        return NONE if key in _CALLER_KEYS or key.startswith(_CALLER_PREFIXES) else UNKNOWN
    if condition["operator"] == "Null" or condition["negated"] or condition["if_exists"]:
        return NONE
    if condition["set_operator"] == "ForAllValues" and not _is_present(key, all_conditions):
        return NONE
    return _pinned(condition)


def _is_present(key: str, conditions: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether `Null: false` makes sure that a key is there."""
    return any(
        other["key"] == key and other["operator"] == "Null" and other["values"] == ["false"] for other in conditions
    )


def _pinned(condition: Mapping[str, Any]) -> str:
    """Say whether every value of a condition names one account, organisation or network."""
    key, operator, values = condition["key"], condition["operator"].replace("Not", "", 1), condition["values"]
    if not values:
        return UNKNOWN
    if key in _NETWORK_KEYS:
        is_open = any(_WIDE.fullmatch(value) or (key != "aws:sourceip" and _WILD.search(value)) for value in values)
        return NONE if is_open else NETWORK
    if operator not in _LITERAL_OPERATORS | _GLOB_OPERATORS:
        return UNKNOWN
    if operator == "StringLike" and condition["is_unresolved"]:
        return UNKNOWN
    if operator in _LITERAL_OPERATORS and not any(_VARIABLE.search(value) for value in values):
        # Text compared letter for letter: a star in it matches nobody.
        return UNKNOWN if key in _ORGANIZATION_PATH_KEYS and condition["set_operator"] is None else IDENTITY
    return _strongest_of_all(_names_one(key, value, condition) for value in values)


def _strongest_of_all(strengths: Iterable[str]) -> str:
    return min(strengths, key=_WEAKEST_FIRST.index)


def _names_one(key: str, value: str, condition: Mapping[str, Any]) -> str:
    if any(variable.lower() not in _OWN_VARIABLES for variable in _POLICY_VARIABLE.findall(value)):
        # Compared with itself it says nothing, compared with another key of the caller's who knows.
        return UNKNOWN
    if key in _ARN_KEYS:
        return _names_one_account(key, value)
    if key == _UNIQUE_ID_KEY:
        return IDENTITY if _UNIQUE_ID.fullmatch(value) else NONE
    if key in _ORGANIZATION_PATH_KEYS:
        if condition["set_operator"] is None:
            return UNKNOWN
        return IDENTITY if _ORGANIZATION_PATH.fullmatch(value) else NONE
    return NONE if _WILD.search(_VARIABLE.sub("", value)) else IDENTITY


def _names_one_account(key: str, value: str) -> str:
    if _VARIABLE.fullmatch(value):
        return IDENTITY
    if _ACCOUNT.fullmatch(arn_part(value, "account")):
        return IDENTITY
    # An S3 bucket's ARN has no account, but names one bucket.
    is_bucket = key == "aws:sourcearn" and value.startswith("arn:aws") and ":s3:::" in value
    return IDENTITY if is_bucket and not _WILD.search(value) else NONE


def _deny_strength(deny: Mapping[str, Any], allow: Mapping[str, Any]) -> str:
    """Say what a Deny statement keeps out of an Allow for anyone: "none" where it does not touch it."""
    if not _covers(deny["actions"], allow["actions"] or ["*"], iam_action_match):
        return UNKNOWN if deny["not_actions"] else NONE
    everything = ["*"] if allow["has_not_resource"] else []
    if not _covers(deny["resources"], allow["resources"] or everything, glob_match):
        return UNKNOWN if deny["not_resources"] else NONE
    if deny["has_not_principal"]:
        return UNKNOWN
    denies_anyone = any(principal["kind"] == "anyone" for principal in deny["principals"])
    return _strength_of_deny(deny["conditions"]) if denies_anyone else NONE


def _strength_of_deny(conditions: Iterable[Mapping[str, Any]]) -> str:
    guards = [condition for condition in conditions if not _spares_services(condition)]
    if len(guards) != 1:
        # Without a condition it denies everyone; with several, all of which must hold, it is for the reader to say.
        return UNKNOWN if guards else IDENTITY
    condition = guards[0]
    if condition["key"] not in _GUARD_KEYS:
        return NONE if condition["key"] in _CALLER_KEYS else UNKNOWN
    # A negated operator is true for a key that is absent, so strangers without the key are denied as well.
    return _pinned(condition) if condition["negated"] and condition["set_operator"] is None else NONE


def _covers(patterns: Iterable[str], values: Iterable[str], matches: Callable[[str, str], bool]) -> bool:
    return all(any(matches(pattern, value) for pattern in patterns) for value in values)


def _spares_services(condition: Mapping[str, Any]) -> bool:
    """Tell whether a condition only leaves AWS services out of a Deny."""
    return bool(condition["key"] == "aws:principalisawsservice" and condition["values"] == ["false"])
