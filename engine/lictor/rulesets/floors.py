"""Which lock holds a rule, and how to say so: all that the rest of a run needs to know of locks."""

from collections.abc import Iterable

from lictor.model import LEVELS, Level, Location, Lock, Problem


def lock_of(locks: Iterable[Lock], rule_id: str) -> Lock | None:
    """Return the lock with the highest floor on a rule or group; of equals, the first."""
    return max(
        (lock for lock in locks if rule_id in lock.rules), key=lambda lock: LEVELS.index(lock.floor), default=None
    )


def lock_problem(lock: Lock, message: str, location: Location | None, level: Level = "error") -> Problem:
    """Say that a lock keeps something from happening, and where the lock stands."""
    region = lock.location.region
    place = f"{lock.location.uri}:{region.start_line}" if region else lock.location.uri
    return Problem(
        "locked",
        f"{message}: ruleset '{lock.ruleset_id}' locks it at {place}",
        "ruleset",
        level,
        hint="change the ruleset that holds the lock, or drop this line",
        location=location,
        related_locations=(lock.location,),
    )
