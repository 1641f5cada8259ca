"""Merging a ruleset with the one that extends it. The merge table is data: the code and its page are made of it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from lictor.model import Location, Lock, SettingChange
from lictor.rulesets.layers import Layer, Placed
from lictor.rulesets.locks import obey
from lictor.values import NamedTuple

Item = TypeVar("Item")


class MergeRow(NamedTuple):
    """How one key of a ruleset merges: `name` as in YAML, `field` of the layer, and the sentence for people."""

    name: str
    field: str
    merge: Callable[[Any, Any], Any]
    sentence: str


def compose(first: SettingChange, then: SettingChange) -> SettingChange:
    """Return the one change that does what two do one after the other."""
    return SettingChange(
        level=then.level or first.level,
        is_on=first.is_on if then.is_on is None else then.is_on,
        has_been_on=first.has_been_on or then.has_been_on,
        parameters={**first.parameters, **then.parameters},
        tags={**first.tags, **then.tags},
        origins={**first.origins, **then.origins},
    )


def _own(_parent: Item, child: Item) -> Item:
    return child


def _replace(parent: Item | None, child: Item | None) -> Item | None:
    return parent if child is None else child


def _by_key(parent: Mapping[str, Item], child: Mapping[str, Item]) -> dict[str, Item]:
    return {**parent, **child}


def _by_two_keys(
    parent: Mapping[str, Mapping[str, Item]], child: Mapping[str, Mapping[str, Item]]
) -> dict[str, Mapping[str, Item]]:
    return {**parent, **{key: {**parent.get(key, {}), **inner} for key, inner in child.items()}}


def _compose_by_rule(
    parent: Mapping[str, SettingChange], child: Mapping[str, SettingChange]
) -> dict[str, SettingChange]:
    return {**parent, **{id_: compose(parent.get(id_, SettingChange()), change) for id_, change in child.items()}}


def _append(parent: tuple[Item, ...], child: tuple[Item, ...]) -> tuple[Item, ...]:
    # The same file merged twice (a diamond of extends) says each thing once: a place tells it.
    merged: dict[Any, Item] = {}
    for item in (*parent, *child):
        merged.setdefault(_identity(item), item)
    return tuple(merged.values())


def _identity(item: Any) -> Any:  # noqa: ANN401 - whatever is appended: overrides, locks, waivers, gates, uris
    if isinstance(item, Lock):
        return (item.location, item.rules)  # a lock on a group is two: on the group, and on its members
    return getattr(item, "location", None) or item


def _lowest(parent: Placed[int] | None, child: Placed[int] | None) -> Placed[int] | None:
    if parent is None or child is None:
        return parent or child
    return child if child.value < parent.value else parent


def _union(parent: Mapping[str, Location], child: Mapping[str, Location]) -> dict[str, Location]:
    return {**child, **parent}


def _forbid(parent: Placed[str] | None, child: Placed[str] | None) -> Placed[str] | None:
    return parent if parent is not None and parent.value == "forbid" else child or parent


MERGE_TABLE: tuple[MergeRow, ...] = (
    MergeRow("id", "id", _own, "is the extending ruleset's own"),
    MergeRow("id", "location", _own, "is the extending ruleset's own"),
    MergeRow("title", "title", _own, "is the extending ruleset's own"),
    MergeRow("description", "description", _own, "is the extending ruleset's own"),
    MergeRow("default-for", "default_for", _own, "is the extending ruleset's own; it is not inherited"),
    MergeRow("parameters", "parameters", _by_key, "merge by name; the value replaces, and is validated again"),
    MergeRow("parameters", "given", _by_two_keys, "merge by name for each rule that has the parameter"),
    MergeRow(
        "rules",
        "rules",
        _compose_by_rule,
        "`level` replaces, but a lock's floor holds; `parameters` merge by name; `tags` add and remove; "
        "`off` remembers the level, so that `on` brings it back",
    ),
    MergeRow("rules (whole)", "inline", _by_key, "a whole rule replaces one of its id only with `replace: true`"),
    MergeRow("overrides", "overrides", _append, "append; the last one that matches wins"),
    MergeRow("locks", "locks", _append, "union; the highest floor counts"),
    MergeRow("waivers", "waivers", _append, "append"),
    MergeRow("waiver-policy.max-days", "max_days", _lowest, "the lowest counts"),
    MergeRow("waiver-policy.require", "require", _union, "union"),
    MergeRow("waiver-policy.in-source", "in_source", _forbid, "`forbid` stays"),
    MergeRow("combine.strategy", "strategy", _replace, "replaces"),
    MergeRow("combine.fail-at", "fail_at", _replace, "replaces"),
    MergeRow("combine.groups", "groups", _by_key, "merge by id; the whole group replaces, unless it is locked"),
    MergeRow("combine.supersedes", "supersedes", _by_key, "merge by rule; the list replaces"),
    MergeRow("gates", "gates", _append, "append; all must hold"),
    MergeRow("extends", "sources", _append, "later rulesets win; one that is reached twice is merged once"),
)
"""Every key of a ruleset and how it merges. Every field of a layer has a row; a test sees to that."""


def merge(parent: Layer, child: Layer) -> Layer:
    """Return what a ruleset means when it extends another. What the parent's locks forbid has no effect."""
    held = obey(child, parent.locks)
    return Layer(**{row.field: row.merge(getattr(parent, row.field), getattr(held, row.field)) for row in MERGE_TABLE})
