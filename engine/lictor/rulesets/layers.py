"""What one ruleset file says, each value with its place; merging layers gives a layer again."""

import typing
from collections.abc import Callable, Mapping
from typing import Any, Generic, Literal, TypeVar

from lictor.model import EMPTY, Gate, Group, Location, Lock, Override, Path, Rule, Scope, SettingChange, Waiver
from lictor.values import NamedTuple

Value = TypeVar("Value")


class Placed(typing.NamedTuple, Generic[Value]):
    """A value and where it was written."""

    value: Value
    location: Location


class Layer(NamedTuple):
    """A ruleset file, or several merged; rules go by their ids, globs and aliases resolved.

    `rules` says what changes in each rule's setting, `given` which of `parameters` each rule takes, and `inline` holds
    rules written in the file. `require` maps a field that waivers must have to where that was asked. `sources` are the
    uris of the files, in their order.
    """

    id: str
    location: Location
    title: Placed[str] | None = None
    description: Placed[str] | None = None
    default_for: Placed[tuple[str, ...]] | None = None
    parameters: Mapping[str, Placed[Any]] = EMPTY
    given: Mapping[str, Mapping[str, Placed[Any]]] = EMPTY
    rules: Mapping[str, SettingChange] = EMPTY
    inline: Mapping[str, Rule] = EMPTY
    overrides: tuple[Override, ...] = ()
    locks: tuple[Lock, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    max_days: Placed[int] | None = None
    require: Mapping[str, Location] = EMPTY
    in_source: Placed[Literal["allow", "forbid"]] | None = None
    strategy: Placed[str] | None = None
    fail_at: Placed[float] | None = None
    groups: Mapping[str, Group] = EMPTY
    supersedes: Mapping[str, Placed[tuple[str, ...]]] = EMPTY
    gates: tuple[Gate, ...] = ()
    sources: tuple[str, ...] = ()


class Entry(NamedTuple):
    """One line of `rules:` as it is written: an id, an alias or a glob, and the change it asks for."""

    pattern: str
    change: SettingChange
    location: Location


class ParsedOverride(NamedTuple):
    """An override as it is written."""

    scope: Scope
    entries: tuple[Entry, ...]
    location: Location


class Inline(NamedTuple):
    """A rule that is written in a ruleset, and whether it says that it replaces another."""

    rule: Rule
    is_replacement: bool
    location: Location


class Parsed(NamedTuple):
    """A ruleset file before its rule ids, globs and aliases are resolved.

    `layer` has all that needs no resolving; its locks, waivers, groups and `supersedes` name what is written. `place`
    tells where a path of the file stands.
    """

    layer: Layer
    place: Callable[[Path], Location]
    extends: tuple[Placed[str], ...] = ()
    entries: tuple[Entry, ...] = ()
    overrides: tuple[ParsedOverride, ...] = ()
    inline: tuple[Inline, ...] = ()
