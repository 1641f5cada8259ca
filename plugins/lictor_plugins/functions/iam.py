"""Matching of IAM actions and ARNs."""

from collections.abc import Iterable

from lictor_plugins.arns import split_arn
from lictor_plugins.functions.globs import glob_match

ARN_PARTS = ("arn", "partition", "service", "region", "account", "resource")


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
