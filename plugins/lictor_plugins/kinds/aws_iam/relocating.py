"""Saying where what was found in a merged template stands in the document."""

from lictor_plugins.kinds.aws_iam.found import FoundPolicy, FoundRole
from lictor_plugins.kinds.sam_globals import Moved, below, stands_at


def relocated(found: FoundPolicy | FoundRole, moved: Moved) -> FoundPolicy | FoundRole:
    """Return what was found, with all its places in the document instead of the merged template."""
    return _policy(found, moved) if isinstance(found, FoundPolicy) else _principal(found, moved)


def _policy(found: FoundPolicy, moved: Moved) -> FoundPolicy:
    places = {part: stands_at(place, moved) for part, place in found.places.items()}
    if found.anchor is None and not places:
        places = dict(below(found.path, moved))
    anchor = None if found.anchor is None else stands_at(found.anchor, moved)
    return found._replace(path=stands_at(found.path, moved), anchor=anchor, places=places)


def _principal(found: FoundRole, moved: Moved) -> FoundRole:
    policies, attached = (
        tuple((name, _policy(policy, moved)) for name, policy in each) for each in (found.policies, found.attached)
    )
    return found._replace(
        path=stands_at(found.path, moved),
        places={part: stands_at(place, moved) for part, place in found.places.items()},
        trusts=tuple(_policy(trust, moved) for trust in found.trusts),
        policies=policies,
        attached=attached,
    )
