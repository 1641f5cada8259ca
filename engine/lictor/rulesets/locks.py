"""Locks: what a ruleset says against one above it has no effect, and is told to whoever wrote it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lictor.model import LEVELS, Level, Location, Lock, Problem, SettingChange
from lictor.rulesets.floors import lock_of, lock_problem
from lictor.rulesets.layers import Layer, Placed


def freezing(locks: Iterable[Lock], rule_id: str, parameter: str) -> Lock | None:
    """Return the first lock that keeps a rule's parameter as it is, if one does."""
    return next((lock for lock in locks if rule_id in lock.rules and parameter not in lock.free_parameters), None)


def obey(layer: Layer, locks: Iterable[Lock]) -> Layer:
    """Return a layer without what locks above it forbid: turning off, parameters, replaced rules and groups.

    Levels stay as written; the floor is applied when all layers are merged.
    """
    held = tuple(locks)
    locked = frozenset(rule_id for lock in held for rule_id in lock.rules)
    if not locked:
        return layer
    return layer._replace(
        rules={id_: _allowed(id_, change, held) if id_ in locked else change for id_, change in layer.rules.items()},
        given={id_: _free(id_, values, held) if id_ in locked else values for id_, values in layer.given.items()},
        inline={id_: rule for id_, rule in layer.inline.items() if id_ not in locked},
        groups={id_: group for id_, group in layer.groups.items() if id_ not in locked},
    )


def obey_beside(layer: Layer, locks: Iterable[Lock]) -> Layer:
    """Return a layer without what locks anywhere else in the ruleset forbid: as `obey`, and in its overrides."""
    held = tuple(locks)
    return obey(layer, held)._replace(
        overrides=tuple(
            override._replace(rules={id_: _allowed(id_, change, held) for id_, change in override.rules.items()})
            for override in layer.overrides
        ),
    )


def without_waived_locks(layer: Layer, locks: Iterable[Lock]) -> Layer:
    """Return a layer whose waivers no longer name the locked rules."""
    locked = frozenset(rule_id for lock in locks for rule_id in lock.rules)
    kept = (waiver._replace(rules=tuple(id_ for id_ in waiver.rules if id_ not in locked)) for waiver in layer.waivers)
    return layer._replace(waivers=tuple(waiver for waiver in kept if waiver.rules))


def attempts(
    layer: Layer,
    foreign: Iterable[Lock],
    own: Iterable[Lock],
    named: Iterable[tuple[str, Location]] = (),
) -> Iterator[Problem]:
    """Say what in a layer tries to weaken a lock.

    `foreign` locks stand in rulesets that this one extends or stands beside; against `own` ones, only overrides and
    waivers can sin. `named` are the rules that waivers name by id, and where.
    """
    outside = tuple(foreign)
    every = (*outside, *own)
    for rule_id, change in layer.rules.items():
        yield from _weakenings(rule_id, change, outside, frozen=outside)
    for override in layer.overrides:
        for rule_id, change in override.rules.items():
            yield from _weakenings(rule_id, change, every, frozen=outside)
    for rule_id, rule in layer.inline.items():
        yield from _refused(lock_of(outside, rule_id), f"rule '{rule_id}' can't be replaced", rule.location)
    for group_id, group in layer.groups.items():
        yield from _refused(lock_of(outside, group_id), f"group '{group_id}' can't be replaced", group.location)
    for rule_id, location in named:
        yield from _refused(lock_of(every, rule_id), f"'{rule_id}' can't be waived", location)
    for name, placed in layer.parameters.items():
        takers = [rule_id for rule_id, values in layer.given.items() if name in values]
        yield from _unreached(name, placed.location, outside, takers)


def _allowed(rule_id: str, change: SettingChange, locks: tuple[Lock, ...]) -> SettingChange:
    """Leave out of a change what locks forbid: off (an earlier on comes back) and parameters that are not free."""
    if lock_of(locks, rule_id) is None:
        return change
    lost = {f"parameters.{name}" for name in change.parameters if freezing(locks, rule_id, name)}
    origins = {key: place for key, place in change.origins.items() if key not in lost}
    is_on = change.is_on
    if is_on is False:
        is_on = True if change.has_been_on else None
        origins.pop("is-on", None)
        if change.has_been_on and "on" in origins:
            origins["is-on"] = origins["on"]
    return change._replace(
        is_on=is_on,
        parameters={name: value for name, value in change.parameters.items() if f"parameters.{name}" not in lost},
        origins=origins,
    )


def _free(rule_id: str, values: Mapping[str, Placed[Any]], locks: tuple[Lock, ...]) -> dict[str, Placed[Any]]:
    return {name: placed for name, placed in values.items() if not freezing(locks, rule_id, name)}


def _weakenings(
    rule_id: str, change: SettingChange, locks: tuple[Lock, ...], frozen: tuple[Lock, ...]
) -> Iterator[Problem]:
    lock = lock_of(locks, rule_id)
    if lock is not None and change.level and LEVELS.index(change.level) < LEVELS.index(lock.floor):
        message = f"level of '{rule_id}' can't be '{change.level}', below its floor '{lock.floor}'"
        yield lock_problem(lock, message, change.origins.get("level"))
    if change.is_on is False:
        yield from _refused(lock, f"'{rule_id}' can't be turned off", change.origins.get("is-on"))
    for name in change.parameters:
        holder = freezing(frozen, rule_id, name)
        yield from _refused(
            holder, f"parameter '{name}' of '{rule_id}' can't be changed", change.origins.get(f"parameters.{name}")
        )


def _refused(lock: Lock | None, message: str, location: Location | None) -> Iterator[Problem]:
    if lock is not None:
        yield lock_problem(lock, message, location)


def _unreached(name: str, location: Location | None, locks: tuple[Lock, ...], takers: list[str]) -> Iterator[Problem]:
    """Say which locked rules a parameter for all rules does not reach; an error when it reaches no other."""
    kept = {rule_id: lock for rule_id in takers if (lock := freezing(locks, rule_id, name))}
    for rule_id, lock in kept.items():
        level: Level = "warning" if len(kept) < len(takers) else "error"
        yield lock_problem(lock, f"parameter '{name}' does not reach '{rule_id}'", location, level)
