"""Matching of IAM actions and ARNs."""

from collections.abc import Iterable

from lictor import lazy_pattern
from lictor_plugins.arns import split_arn
from lictor_plugins.functions.globs import glob_match

ARN_PARTS = ("arn", "partition", "service", "region", "account", "resource")
# A type of resource with every name of it; in these services the resource begins with a name, and not with a type.
_ALL_OF_TYPE = lazy_pattern(r"([a-z-]+[:/])?[*][*:/]*")
_ALL = lazy_pattern(r"[*][*:/]*")
_TYPE = lazy_pattern(r"[a-z-]*[:/]")
_NAMED_WITHOUT_TYPE = frozenset({"s3", "sns", "sqs", "codecommit"})

# A parameter of CloudFormation, a variable of Terraform; what a resource or a module makes has another form.
INPUT = r"\$\{(?:(?:var|each)\.[^{}]*|[A-Za-z0-9]+)\}"
_INPUT = lazy_pattern(rf"{INPUT}(/[*]+)?")


def is_input(text: str) -> bool:
    """Tell whether a text is nothing but a parameter or a variable without a value, or all that lies below it.

    A reference to a resource of the same template looks the same; `unresolved` lists what is not known.

    >>> is_input("${BucketArn}/*"), is_input("${var.bucket_arn}"), is_input("arn:aws:s3:::${Bucket}/*")
    (True, True, False)
    """
    return _INPUT.fullmatch(text) is not None


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

    An action may need resources of two types: where one of them is named, not all are meant.

    >>> covers_everything(["arn:aws:ssm:*:*:parameter/*"], "ssm:GetParameter")
    True
    >>> covers_everything(["arn:aws:redshift:*:*:dbname:*/*", "arn:aws:redshift:*:*:dbuser:*/report"], "redshift:Get*")
    False
    """
    known = list(resources)
    if any(not each.strip("*") for each in known):
        return True
    service = action.partition(":")[0].lower()
    own = [parts for parts in map(split_arn, known) if len(parts) == len(ARN_PARTS) and parts[2] == service]
    every = [_is_every(service, *parts[3:]) for parts in own]
    types = {_type_of(parts[-1]) for parts, is_every in zip(own, every, strict=True) if is_every}
    others = {_type_of(parts[-1]) for parts, is_every in zip(own, every, strict=True) if not is_every}
    return "" in types or (bool(types) and others <= types)


def _type_of(resource: str) -> str:
    found = _TYPE.match(resource)
    return found[0] if found else ""


def _is_every(service: str, region: str, account: str, resource: str) -> bool:
    form = _ALL if service in _NAMED_WITHOUT_TYPE else _ALL_OF_TYPE
    return not region.strip("*") and not account.strip("*") and form.fullmatch(resource) is not None
