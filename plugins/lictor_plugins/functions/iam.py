"""Matching of IAM actions and ARNs."""

import re
from collections.abc import Iterable

from lictor_plugins.arns import split_arn
from lictor_plugins.functions.globs import glob_match

ARN_PARTS = ("arn", "partition", "service", "region", "account", "resource")
# A type of resource with every name of it; in these services the resource begins with a name, and not with a type.
_ALL_OF_TYPE = re.compile(r"([a-z-]+[:/])?[*][*:/]*")
_ALL = re.compile(r"[*][*:/]*")
_NAMED_WITHOUT_TYPE = frozenset({"s3", "sns", "sqs", "codecommit"})


def iam_action_match(pattern: str, action: str) -> bool:
    """Tell whether a pattern of an Action element covers an action; case does not count.

    >>> iam_action_match("IAM:Pass*", "iam:PassRole"), iam_action_match("*", "iam:PassRole")
    (True, True)
    """
    return glob_match(pattern.lower(), action.lower())


def arn_match(pattern: str, arn: str) -> bool:
    """Tell whether an ARN matches as `ArnLike` does it: six parts one by one, a star stays within its part.

    >>> arn_match("arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:role/Audit")
    True
    >>> arn_match("arn:aws:*", "arn:aws:iam::111122223333:role/Audit")
    False
    """
    patterns, parts = split_arn(pattern), split_arn(arn)
    return (
        len(patterns) == len(parts) == len(ARN_PARTS)
        and patterns[0] == parts[0]
        and all(glob_match(one, other) for one, other in zip(patterns[1:], parts[1:], strict=True))
    )


def arn_part(pattern: str, part: str) -> str:
    """Return one part of an ARN, or of a pattern for ARNs whose star stands for several parts; "" if there is none.

    Parts: partition, service, region, account, resource.

    >>> arn_part("arn:aws:iam::111122223333:role/Audit", "resource"), arn_part("*", "account")
    ('role/Audit', '*')
    >>> arn_part("arn:*:role/*", "resource"), arn_part("my-bucket", "resource")
    ('role/*', '')
    >>> arn_part("arn:aws:iam::${aws:PrincipalAccount}:role/*", "account")
    '${aws:PrincipalAccount}'
    """
    if part not in ARN_PARTS:
        return ""
    parts = split_arn(pattern)
    missing = len(ARN_PARTS) - len(parts)
    if missing:
        # The first star crosses the colons that are not written.
        star = next((index for index, text in enumerate(parts) if "*" in text), None)
        if star is None:
            return ""
        parts[star + 1 : star + 1] = ["*"] * missing
    return parts[ARN_PARTS.index(part)]


def actions_in(pattern: str, actions: Iterable[str]) -> list[str]:
    """Return those of some actions that a pattern of an Action element covers.

    >>> actions_in("s3:Get*", ["s3:GetObject", "iam:PassRole"])
    ['s3:GetObject']
    """
    return [action for action in actions if iam_action_match(pattern, action)]


def actions_in_all(patterns: Iterable[str], actions: Iterable[str]) -> bool:
    """Tell whether each of some actions is covered by one of the patterns.

    >>> actions_in_all(["s3:*", "iam:Pass*"], ["s3:GetObject", "iam:PassRole"]), actions_in_all([], ["s3:GetObject"])
    (True, False)
    """
    known = list(patterns)
    return all(any(iam_action_match(pattern, action) for pattern in known) for action in actions)


def covers_everything(resources: Iterable[str], action: str) -> bool:
    """Tell whether Resource patterns hold all that an action is about: a star, or an ARN with stars for all names.

    >>> covers_everything(["arn:aws:s3:::*/*"], "s3:GetObject"), covers_everything(["arn:aws:s3:::logs/*"], "s3:Get*")
    (True, False)
    >>> covers_everything(["arn:aws:ssm:*:*:parameter/*"], "ssm:GetParameter")
    True
    """
    return any(not each.strip("*") or _is_every(each, action) for each in resources if "*" in each)


def _is_every(pattern: str, action: str) -> bool:
    parts = split_arn(pattern)
    if len(parts) != len(ARN_PARTS):
        return False
    service, region, account, resource = parts[2:]
    if service != action.partition(":")[0].lower() or region.strip("*") or account.strip("*"):
        return False
    form = _ALL if service in _NAMED_WITHOUT_TYPE else _ALL_OF_TYPE
    return form.fullmatch(resource) is not None
