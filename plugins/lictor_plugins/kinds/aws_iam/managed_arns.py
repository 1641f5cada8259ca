"""Comparing the ARNs of managed policies, whose partition and account templates leave open."""

from lictor_plugins.arns import split_arn

_PARTS = 6
_OPEN = "${"


def key_of(arn: str | None) -> str:
    """Return what an ARN says apart from partition and account.

    >>> key_of("arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/team")
    'policy/team'
    """
    parts = split_arn(arn or "")
    return parts[-1] if len(parts) == _PARTS else arn or ""


def account_of(arn: str | None) -> str | None:
    """Return the account in an ARN; None where it is left open.

    >>> account_of("arn:aws:iam::aws:policy/ReadOnlyAccess"), account_of("arn:aws:iam::${AWS::AccountId}:policy/team")
    ('aws', None)
    """
    parts = split_arn(arn or "")
    account = parts[4] if len(parts) == _PARTS else ""
    return None if not account or _OPEN in account else account


def same_account(one: str | None, other: str | None) -> bool:
    """Tell whether two accounts may be one; what is left open may be any."""
    return not one or not other or one == other


def own_arn(name: str, path: str | None = None) -> str:
    """Return the ARN that a managed policy has by its name in whichever account it is.

    >>> own_arn("team")
    'arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/team'
    """
    return f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy{path or '/'}{name}"
