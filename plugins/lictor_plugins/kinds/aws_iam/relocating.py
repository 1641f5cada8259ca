"""Saying where what was found in a merged template stands in the document."""

from collections.abc import Mapping

from lictor import EMPTY, Path
from lictor_plugins.kinds.aws_iam.found import FoundPolicy, FoundRole
from lictor_plugins.kinds.sam_globals import Moved, below, stands_at


def relocated(found: FoundPolicy | FoundRole, moved: Mapping[Path, Moved]) -> FoundPolicy | FoundRole:
    """Return what was found, with all its places in the document instead of the merged template.

    `moved` has what has moved in each resource, by the resource's path.
    """
    mine = next(
        (moved[found.path[:length]] for length in range(len(found.path) + 1) if found.path[:length] in moved), EMPTY
    )
    if not mine:
        return found
    return _policy(found, mine) if isinstance(found, FoundPolicy) else _principal(found, mine)


def _policy(found: FoundPolicy, moved: Moved) -> FoundPolicy:
    places = {part: stands_at(place, moved) for part, place in found.places.items()}
    if found.anchor is None:
        starts = found.places or {(): found.path}
        places.update(((*part, *rest), place) for part, start in starts.items() for rest, place in below(start, moved))
    anchor = None if found.anchor is None else stands_at(found.anchor, moved)
    return found._replace(path=stands_at(found.path, moved), anchor=anchor, places=places)


def _principal(found: FoundRole, moved: Moved) -> FoundRole:
    return found._replace(
        path=stands_at(found.path, moved),
        places={part: stands_at(place, moved) for part, place in found.places.items()},
        trusts=tuple(_policy(trust, moved) for trust in found.trusts),
        policies=tuple((name, _policy(policy, moved)) for name, policy in found.policies),
    )
