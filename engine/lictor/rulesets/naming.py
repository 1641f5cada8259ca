"""Resolve the rule ids, aliases and globs that a ruleset file names; what stands for nothing is a Problem there."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from lictor.errors import did_you_mean
from lictor.model import EMPTY, Group, Kind, Location, Lock, Override, Path, Problem, Rule, SettingChange
from lictor.rulesets.globs import is_glob, matches_name
from lictor.rulesets.layers import Entry, Layer, Parsed, Placed
from lictor.rulesets.merging import compose
from lictor.values import NamedTuple


class Names:
    """What can be named."""

    def __init__(
        self,
        rules: Mapping[str, Rule],
        groups: Mapping[str, Group],
        kinds: Mapping[str, Kind],
        parameters: Mapping[str, frozenset[str]] = EMPTY,
        unseen: frozenset[str] = frozenset(),
    ) -> None:
        """Take rules by id, groups of the file and of those it extends, and kinds of subject.

        `parameters` holds, by rule, the names that the rule or one that would replace it declares. `unseen` are rules
        written in files that this one does not extend: its locks do not reach them.
        """
        self.rules = rules
        self.groups = groups
        self.kinds = kinds
        self.parameters = parameters
        self.unseen = unseen

    @cached_property
    def aliases(self) -> Mapping[str, tuple[str, ...]]:
        """Old ids and other tools' ids, with the rules that answer to each; one check may be many rules."""
        answering: dict[str, tuple[str, ...]] = {}
        for rule in self.rules.values():
            for alias in rule.aliases:
                answering[alias] = (*answering.get(alias, ()), rule.id)
        return answering

    def resolve(self, pattern: str, ids: Iterable[str]) -> tuple[str, ...]:
        """Return the ids that a pattern stands for, in order; none when it names nothing."""
        known = tuple(ids)
        if is_glob(pattern):
            return tuple(id_ for id_ in known if matches_name(pattern, id_))
        return (pattern,) if pattern in known else self.aliases.get(pattern, ())


class Resolved(NamedTuple):
    """A layer whose rules all exist, what was wrong, and the rules that its waivers name by id, with their places."""

    layer: Layer
    problems: tuple[Problem, ...]
    waived: tuple[tuple[str, Location], ...]


def resolve(parsed: Parsed, names: Names) -> Resolved:
    """Resolve every name in a ruleset file."""
    problems: list[Problem] = []
    both = {**names.rules, **names.groups}
    lookup = _Lookup(parsed, names, problems)
    layer = parsed.layer
    rules = lookup.changes(parsed.entries)
    locks = tuple(
        guard
        for index, lock in enumerate(layer.locks)
        for guard in lookup.lock(lock, index, [id_ for id_ in both if id_ not in names.unseen], rules)
    )
    waivers = tuple(
        waiver._replace(rules=lookup.ids(waiver.rules, ("waivers", index, "rules"), both))
        for index, waiver in enumerate(layer.waivers)
    )
    for index, waiver in enumerate(layer.waivers):
        lookup.check_kinds(waiver.where.kinds, ("waivers", index, "where", "kinds"))
    for index, override in enumerate(parsed.overrides):
        lookup.check_kinds(override.scope.kinds, ("overrides", index, "match", "kinds"))
    resolved = layer._replace(
        rules=rules,
        given={
            rule_id: {name: placed for name, placed in layer.parameters.items() if name in declared}
            for rule_id, declared in names.parameters.items()
            if declared & layer.parameters.keys()
        },
        inline={inline.rule.id: inline.rule for inline in parsed.inline},
        overrides=tuple(
            Override(override.scope, lookup.changes(override.entries, is_scoped=True), override.location)
            for override in parsed.overrides
        ),
        locks=locks,
        waivers=tuple(waiver for waiver in waivers if waiver.rules),
        groups={id_: lookup.group(group, index) for index, (id_, group) in enumerate(layer.groups.items())},
        supersedes=lookup.supersedes(layer.supersedes, both),
    )
    return Resolved(resolved, tuple(problems), tuple(_named(parsed, names, both)))


def unknown_rule(name: str, known: Iterable[str], location: Location | None) -> Problem:
    """Say that nothing has this name, and what was probably meant."""
    if is_glob(name):
        message, hint = f"no rule matches '{name}'", "drop it, or see 'lictor rules' for what there is"
    else:
        message, near = f"no rule '{name}'", did_you_mean(name, known)
        hint = f"{near} (lictor rules lists all)" if near else "lictor rules lists all; --rules DIR adds a directory's"
    return Problem("unknown-rule", message, "ruleset", hint=hint, location=location)


class _Lookup(NamedTuple):
    """Names resolved, with what can't be resolved added to `problems`."""

    parsed: Parsed
    names: Names
    problems: list[Problem]

    def one(self, pattern: str, known: Iterable[str], location: Location) -> tuple[str, ...]:
        ids = self.names.resolve(pattern, known)
        if not ids:
            self.problems.append(unknown_rule(pattern, [*known, *self.names.aliases], location))
        return ids

    def ids(self, patterns: Iterable[str], path: Path, known: Iterable[str]) -> tuple[str, ...]:
        found = (self.one(pattern, known, self.parsed.place((*path, i))) for i, pattern in enumerate(patterns))
        return tuple(dict.fromkeys(id_ for ids in found for id_ in ids))

    def changes(self, entries: Iterable[Entry], *, is_scoped: bool = False) -> dict[str, SettingChange]:
        """Resolve entries: an id wins over a glob, wherever it stands; of globs the later wins."""
        changes: dict[str, SettingChange] = {}
        for entry in sorted(entries, key=lambda entry: not is_glob(entry.pattern)):
            change = entry.change
            if is_scoped and is_glob(entry.pattern) and change.level:
                # 'grant-*: note' in an override is about the rules that are on: it must not start all the others.
                change = change._replace(is_on=None, has_been_on=False)
            for rule_id in self.one(entry.pattern, self.names.rules, entry.location):
                changes[rule_id] = compose(changes.get(rule_id, SettingChange()), change)
        return changes

    def lock(self, lock: Lock, index: int, known: Iterable[str], rules: dict[str, SettingChange]) -> Iterator[Lock]:
        """Resolve a lock. A rule that it names by id is thereby on; a locked group keeps its members as they are."""
        ids = self.ids(lock.rules, ("locks", index, "rules"), known)
        for pattern in lock.rules:
            if not is_glob(pattern):
                on = SettingChange(is_on=True, has_been_on=True, origins={"is-on": lock.location, "on": lock.location})
                for rule_id in self.names.resolve(pattern, self.names.rules):
                    if rules.get(rule_id, SettingChange()).is_on is not True:
                        rules[rule_id] = compose(rules.get(rule_id, SettingChange()), on)
        yield lock._replace(rules=ids)
        groups = [self.names.groups[id_] for id_ in ids if id_ in self.names.groups]
        members = dict.fromkeys(id_ for group in groups for id_ in (*group.members, group.when) if id_)
        inner = tuple(id_ for name in members for id_ in self.names.resolve(name, self.names.rules) if id_ not in ids)
        if inner:
            yield lock._replace(rules=inner, floor="none")

    def group(self, group: Group, index: int) -> Group:
        path: Path = ("combine", "groups", index)
        key = {"at-least": "of"}.get(group.operator, group.operator)
        if group.id in self.names.rules:
            message = f"group '{group.id}' has the id of a rule"
            place = self.parsed.place((*path, "id"))
            self.problems.append(Problem("duplicate-name", message, "ruleset", location=place))
        members: dict[str, float] = {}
        for number, (pattern, weight) in enumerate(group.members.items()):
            place = self.parsed.place((*path, key, pattern if group.operator == "weights" else number))
            members |= dict.fromkeys(self.one(pattern, self.names.rules, place), weight)
        when = group.when and self.one(group.when, self.names.rules, self.parsed.place((*path, "when")))
        return group._replace(members=members, when=when[0] if when else "")

    def supersedes(
        self, supersedes: Mapping[str, Placed[tuple[str, ...]]], known: Mapping[str, object]
    ) -> dict[str, Placed[tuple[str, ...]]]:
        resolved: dict[str, Placed[tuple[str, ...]]] = {}
        for name, placed in supersedes.items():
            hidden = tuple(id_ for pattern in placed.value for id_ in self.one(pattern, known, placed.location))
            for rule_id in self.one(name, known, placed.location):
                others = tuple(id_ for id_ in dict.fromkeys(hidden) if id_ != rule_id)
                resolved[rule_id] = Placed(others, placed.location)
        return resolved

    def check_kinds(self, kinds: Iterable[str], path: Path) -> None:
        for index, pattern in enumerate(kinds):
            if not any(matches_name(pattern, kind) for kind in self.names.kinds):
                near = did_you_mean(pattern, self.names.kinds)
                hint = near or f"kinds: {', '.join(sorted(self.names.kinds))}"
                message, place = f"no kind of subject '{pattern}'", self.parsed.place((*path, index))
                self.problems.append(Problem("unknown-kind", message, "ruleset", hint=hint, location=place))


def _named(parsed: Parsed, names: Names, known: Mapping[str, object]) -> Iterator[tuple[str, Location]]:
    for index, waiver in enumerate(parsed.layer.waivers):
        for number, pattern in enumerate(waiver.rules):
            if not is_glob(pattern):
                for rule_id in names.resolve(pattern, known):
                    yield rule_id, parsed.place(("waivers", index, "rules", number))
