"""From merged layers to the effective ruleset: defaults filled in, floors applied, values validated."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lictor.errors import did_you_mean
from lictor.model import (
    NEW_ACCESS_RULE,
    EffectiveRuleset,
    Group,
    Location,
    Lock,
    Problem,
    Rule,
    RuleSetting,
    SettingChange,
    WaiverPolicy,
)
from lictor.registry import Registry
from lictor.rules import default_parameters, validate_parameters
from lictor.rulesets.floors import lock_of
from lictor.rulesets.layers import Layer
from lictor.rulesets.scope import higher, tagged

DEFAULT_STRATEGY = "deny-overrides"


def settle(layer: Layer, registry: Registry) -> tuple[EffectiveRuleset, tuple[Problem, ...]]:
    """Make the effective ruleset of a layer into which all its ancestors were merged."""
    rules = {**registry.rules, **layer.inline}
    problems = [*_unknown_parameters(layer, rules), *_strategy_problems(layer, registry), *_circles(layer)]
    locks = layer.locks
    members = {id_ for group in layer.groups.values() for id_ in (*group.members, group.when) if id_}
    settings = {}
    for rule_id in _asked(layer, members):
        settings[rule_id] = _setting(rules[rule_id], layer, locks, is_member=rule_id in members)
        problems += _bad_parameters(rules[rule_id], settings[rule_id])
    if NEW_ACCESS_RULE in rules and any(gate.no_new_access for gate in layer.gates):
        known = settings.get(NEW_ACCESS_RULE, new_setting(rules[NEW_ACCESS_RULE], is_on=True))
        settings[NEW_ACCESS_RULE] = known._replace(is_on=True)
    for override in layer.overrides:
        for rule_id, change in override.rules.items():
            for name, value in change.parameters.items():
                place = change.origins.get(f"parameters.{name}")
                problems += validate_parameters(rules[rule_id], {name: value}, place)
    ruleset = EffectiveRuleset(
        id=layer.id,
        title=layer.title.value if layer.title else "",
        description=layer.description.value if layer.description else "",
        default_for=layer.default_for.value if layer.default_for else (),
        settings=settings,
        parameters={name: placed.value for name, placed in layer.parameters.items()},
        overrides=layer.overrides,
        locks=locks,
        waivers=layer.waivers,
        waiver_policy=WaiverPolicy(
            layer.max_days.value if layer.max_days else None,
            tuple(layer.require),
            layer.in_source.value if layer.in_source else "allow",
        ),
        strategy=layer.strategy.value if layer.strategy else DEFAULT_STRATEGY,
        groups=tuple(_floored(group, locks) for group in layer.groups.values()),
        supersedes={rule_id: placed.value for rule_id, placed in layer.supersedes.items()},
        gates=layer.gates,
        rules=layer.inline,
        fail_at=layer.fail_at.value if layer.fail_at else None,
        layers=layer.sources,
        origins=dict(_origins(layer)),
        location=layer.location,
    )
    return ruleset, tuple(dict.fromkeys(problems))


def new_setting(rule: Rule, *, is_on: bool) -> RuleSetting:
    """Return the setting of a rule that no ruleset mentions."""
    return RuleSetting(rule.level, is_on, default_parameters(rule), rule.tags, origins=_rule_origins(rule))


def _asked(layer: Layer, members: Iterable[str]) -> Iterable[str]:
    started = (id_ for override in layer.overrides for id_, change in override.rules.items() if change.is_on)
    return dict.fromkeys((*layer.rules, *started, *sorted(members)))


def _setting(rule: Rule, layer: Layer, locks: tuple[Lock, ...], *, is_member: bool) -> RuleSetting:
    change = layer.rules.get(rule.id)
    lock = lock_of(locks, rule.id)
    level = (change.level if change else None) or rule.level
    origins = {**_rule_origins(rule), **(change.origins if change else {})}
    origins.pop("on", None)
    if lock is not None and higher(level, lock.floor) != level:
        level, origins["level"] = lock.floor, lock.location
    parameters = default_parameters(rule)
    own: Mapping[str, Any] = change.parameters if change else {}
    for name, placed in layer.given.get(rule.id, {}).items():
        if name not in rule.parameters:
            continue  # it is for another rule of this id, which a lock keeps out or which was replaced
        parameters[name] = placed.value
        if name not in own:
            origins[f"parameters.{name}"] = placed.location
    return RuleSetting(
        level=level,
        is_on=change is not None and change.is_on is not False,
        parameters={**parameters, **own},
        tags=tagged(rule.tags, change or SettingChange()),
        lock=lock,
        is_member=is_member,
        origins=origins,
    )


def _rule_origins(rule: Rule) -> dict[str, Location]:
    if rule.location is None:
        return {}
    return dict.fromkeys(("level", *(f"parameters.{name}" for name in rule.parameters)), rule.location)


def _floored(group: Group, locks: tuple[Lock, ...]) -> Group:
    lock = lock_of(locks, group.id)
    return group._replace(level=higher(group.level, lock.floor)) if lock else group


def _origins(layer: Layer) -> Iterator[tuple[str, Location]]:
    scalars = {
        "title": layer.title,
        "description": layer.description,
        "default-for": layer.default_for,
        "waiver-policy.max-days": layer.max_days,
        "waiver-policy.in-source": layer.in_source,
        "combine.strategy": layer.strategy,
        "combine.fail-at": layer.fail_at,
    }
    for key, placed in scalars.items():
        if placed is not None:
            yield key, placed.location
    yield from ((f"parameters.{name}", placed.location) for name, placed in layer.parameters.items())
    yield from ((f"waiver-policy.require.{name}", location) for name, location in layer.require.items())
    yield from ((f"combine.supersedes.{name}", placed.location) for name, placed in layer.supersedes.items())


def _bad_parameters(rule: Rule, setting: RuleSetting) -> Iterator[Problem]:
    for name, value in setting.parameters.items():
        place = setting.origins.get(f"parameters.{name}")
        if place is not None and place != rule.location:
            yield from validate_parameters(rule, {name: value}, place)


def _unknown_parameters(layer: Layer, rules: Mapping[str, Rule]) -> Iterator[Problem]:
    declared = {name for rule in rules.values() for name in rule.parameters}
    for name, placed in layer.parameters.items():
        if name not in declared:
            hint = did_you_mean(name, sorted(declared)) or "lictor explain RULE lists a rule's parameters"
            message = f"no rule has a parameter '{name}'"
            yield Problem("unknown-parameter", message, "ruleset", hint=hint, location=placed.location)


def _strategy_problems(layer: Layer, registry: Registry) -> Iterator[Problem]:
    strategy = layer.strategy
    if strategy is not None and strategy.value not in registry.combiners:
        known = ", ".join(sorted(registry.combiners))
        hint = did_you_mean(strategy.value, registry.combiners) or f"strategies: {known}"
        message = f"no strategy '{strategy.value}'"
        yield Problem("unknown-strategy", message, "ruleset", hint=hint, location=strategy.location)


def _circles(layer: Layer) -> Iterator[Problem]:
    """Say which rules hide themselves by way of others: then nothing would be left to show."""
    for rule_id, placed in layer.supersedes.items():
        reached: set[str] = set()
        waiting = list(placed.value)
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting += layer.supersedes[name].value if name in layer.supersedes else ()
        if rule_id in reached:
            message = f"'{rule_id}' supersedes a rule that supersedes it"
            hint = "name in 'supersedes' only rules that say less"
            yield Problem("supersedes-cycle", message, "ruleset", hint=hint, location=placed.location)
