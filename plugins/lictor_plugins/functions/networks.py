"""Conditions on where a call comes from: whether they name less than the whole internet."""

import re
from collections.abc import Iterable

from lictor import lazy_pattern

_MOUNT_TARGET_KEY = "elasticfilesystem:accessedviamounttarget"
# IAM user guide, "AWS global condition context keys", read 2026-11: keys that AWS sets and a caller can't choose.
_NETWORK_KEYS = frozenset(
    {
        "aws:sourceip",
        "aws:vpcsourceip",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourcevpcarn",
        "aws:vpceaccount",
        "aws:vpceorgid",
        _MOUNT_TARGET_KEY,
    }
)
_WILD = lazy_pattern(r"[*?]")
# S3 user guide, "The meaning of public": a range wider than /8, or /32 in IPv6, is as good as the whole internet.
_WIDE = lazy_pattern(r"[\d.]+/[0-7]|(?!fc00:)[\da-f]*:[\da-f:]*/([12]?\d|3[01])|\*", re.IGNORECASE)


def is_narrow_network(key: str, values: Iterable[str]) -> bool:
    """Tell whether each value of a condition on where a call comes from names less than the whole internet.

    >>> is_narrow_network("aws:sourceip", ["203.0.113.0/24"]), is_narrow_network("aws:sourceip", ["0.0.0.0/1"])
    (True, False)
    """
    known = list(values)
    if key not in _NETWORK_KEYS or not known or (key == _MOUNT_TARGET_KEY and known != ["true"]):
        return False
    return not any(_WIDE.fullmatch(value) or (key != "aws:sourceip" and _WILD.search(value)) for value in known)
