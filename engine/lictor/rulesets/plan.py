"""Decide what a run does: the rulesets after the command line had its say, and every rule they may ask."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lictor.errors import did_you_mean
from lictor.model import EffectiveRuleset, Gate, Level, Plan, Problem, Rule, RuleSetting
from lictor.registry import Registry
from lictor.rules import validate_parameters
from lictor.rulesets.locks import freezing
from lictor.rulesets.naming import Names, unknown_rule
from lictor.rulesets.settling import new_setting


def make_plan(
    rulesets: Iterable[EffectiveRuleset],
    rules: Mapping[str, Rule],
    *,
    registry: Registry,
    only: Iterable[str] = (),
    parameters: Mapping[str, Any] | None = None,
    fail_on: Level | None = None,
) -> tuple[Plan, tuple[Problem, ...]]:
    """Return the plan of a run.

    `rules` are those that can be asked, beside the ones written in the rulesets. `only` names the rules to ask (ids,
    aliases, globs); locked rules are asked all the same. `parameters` holds values by parameter name, or by
    `RULE.NAME` for one rule alone; locked rules keep theirs. `fail_on` takes the place of the rulesets' own.
    """
    chosen = tuple(rulesets)
    known = {**registry.rules, **rules}
    problems = list(_clashes(chosen))
    for ruleset in chosen:
        known |= ruleset.rules
    names = Names(known, {}, registry.kinds)
    wanted = _wanted(tuple(only), names, problems)
    planned = [_with_fail_on(ruleset, fail_on) for ruleset in chosen]
    if wanted is not None:
        # A rule that is off in every ruleset was still named: the first one asks it.
        on = {id_ for ruleset in chosen for id_, setting in ruleset.settings.items() if setting.is_on}
        started = {id_: known[id_] for id_ in sorted(wanted - on)}
        planned = [
            _narrowed(ruleset, wanted, {} if index else started, problems) for index, ruleset in enumerate(planned)
        ]
    for name, value in (parameters or {}).items():
        planned = _with_parameter(planned, name, value, known, problems)
    asked = {id_ for ruleset in planned for id_, setting in ruleset.settings.items() if _may_run(ruleset, id_, setting)}
    # What a wrong value is worth is said once, however many rulesets share the rule.
    return Plan(tuple(planned), {id_: known[id_] for id_ in sorted(asked)}), tuple(dict.fromkeys(problems))


def _may_run(ruleset: EffectiveRuleset, rule_id: str, setting: RuleSetting) -> bool:
    started = any(override.rules[rule_id].is_on for override in ruleset.overrides if rule_id in override.rules)
    return setting.is_on or setting.is_member or started


def _clashes(rulesets: tuple[EffectiveRuleset, ...]) -> Iterator[Problem]:
    """Say which rulesets have one id, and which rules mean different things to two rulesets."""
    seen: dict[str, EffectiveRuleset] = {}
    for ruleset in rulesets:
        other = seen.setdefault(ruleset.id, ruleset)
        if other is not ruleset:
            message = f"two rulesets are called '{ruleset.id}'"
            hint = "give each an id of its own"
            yield Problem("duplicate-name", message, "ruleset", hint=hint, location=ruleset.location)
    for index, ruleset in enumerate(rulesets):
        for rule_id, rule in ruleset.rules.items():
            for other in (*rulesets[:index], *rulesets[index + 1 :]):
                if rule_id in other.settings and other.rules.get(rule_id) != rule:
                    message = f"rule '{rule_id}' is written in ruleset '{ruleset.id}', and '{other.id}' means another"
                    hint = "give it an id of its own, or check with one ruleset at a time"
                    yield Problem("rule-exists", message, "ruleset", hint=hint, location=rule.location)


def _wanted(only: tuple[str, ...], names: Names, problems: list[Problem]) -> frozenset[str] | None:
    if not only:
        return None
    wanted: set[str] = set()
    for pattern in only:
        ids = names.resolve(pattern, names.rules)
        wanted.update(ids)
        if not ids:
            problem = unknown_rule(pattern, [*names.rules, *names.aliases], None)
            problems.append(problem._replace(phase="usage"))
    return frozenset(wanted)


def _narrowed(
    ruleset: EffectiveRuleset, wanted: frozenset[str], started: Mapping[str, Rule], problems: list[Problem]
) -> EffectiveRuleset:
    """Ask only the wanted rules, and start some that are off; locked rules and what locked groups need stay."""
    settings: dict[str, RuleSetting] = {}
    kept = [id_ for id_, setting in ruleset.settings.items() if setting.lock and setting.is_on and id_ not in wanted]
    for rule_id, setting in ruleset.settings.items():
        if rule_id in wanted or setting.lock:
            settings[rule_id] = setting._replace(is_on=True) if rule_id in started else setting
    for rule_id, rule in started.items():
        settings.setdefault(rule_id, new_setting(rule, is_on=True))
    if kept:
        message = f"ruleset '{ruleset.id}' locks {_listed(kept)}, so they are asked as well"
        problems.append(Problem("locked", message, "usage", "note"))
    # A group whose members were not all asked would judge by half of the answers.
    groups = tuple(
        group for group in ruleset.groups if all(id_ in settings for id_ in (*group.members, group.when) if id_)
    )
    members = {id_ for group in groups for id_ in (*group.members, group.when)}
    settings = {id_: setting._replace(is_member=id_ in members) for id_, setting in settings.items()}
    overrides = tuple(
        override._replace(rules={id_: change for id_, change in override.rules.items() if id_ in settings})
        for override in ruleset.overrides
    )
    asked = settings.keys() | {group.id for group in groups}
    waivers = tuple(waiver for waiver in ruleset.waivers if not asked.isdisjoint(waiver.rules))
    return ruleset._replace(settings=settings, groups=groups, overrides=overrides, waivers=waivers)


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown  # noqa: PLR2004 - as many as one line holds


def _with_fail_on(ruleset: EffectiveRuleset, fail_on: Level | None) -> EffectiveRuleset:
    if fail_on is None:
        return ruleset
    others = tuple(gate for gate in ruleset.gates if gate.fail_on is None)
    return ruleset._replace(gates=(Gate(fail_on=fail_on), *others))


def _with_parameter(
    rulesets: list[EffectiveRuleset],
    name: str,
    value: Any,  # noqa: ANN401 - any JSON value
    known: Mapping[str, Rule],
    problems: list[Problem],
) -> list[EffectiveRuleset]:
    rule_id, _, parameter = name.rpartition(".")
    takers = [id_ for id_, rule in known.items() if parameter in rule.parameters and rule_id in {"", id_}]
    if not takers:
        problems.append(_unknown_parameter(rule_id, parameter, known))
        return rulesets
    changed = []
    reached: list[str] = []
    kept: list[Problem] = []
    for ruleset in rulesets:
        settings = dict(ruleset.settings)
        for taker in takers:
            if taker not in settings:
                continue
            lock = freezing(ruleset.locks, taker, parameter)
            if lock is not None:
                message = f"parameter '{parameter}' of '{taker}' can't be set: ruleset '{lock.ruleset_id}' locks it"
                kept.append(Problem("locked", message, "usage", related_locations=(lock.location,)))
                continue
            reached.append(taker)
            setting = settings[taker]
            origins = {key: place for key, place in setting.origins.items() if key != f"parameters.{parameter}"}
            settings[taker] = setting._replace(parameters={**setting.parameters, parameter: value}, origins=origins)
        changed.append(ruleset._replace(settings=settings))
    problems.extend(problem._replace(level="warning") if reached else problem for problem in kept)
    for taker in dict.fromkeys(reached or takers[:1]):
        found = validate_parameters(known[taker], {parameter: value})
        problems.extend(problem._replace(phase="usage") for problem in found)
    return changed


def _unknown_parameter(rule_id: str, parameter: str, known: Mapping[str, Rule]) -> Problem:
    if rule_id and rule_id not in known:
        return unknown_rule(rule_id, known, None)._replace(phase="usage")
    names = sorted({name for id_, rule in known.items() if rule_id in {"", id_} for name in rule.parameters})
    hint = did_you_mean(parameter, names) or "lictor explain RULE lists a rule's parameters"
    owner = f"rule '{rule_id}' has no" if rule_id else "no rule has a"
    return Problem("unknown-parameter", f"{owner} parameter '{parameter}'", "usage", hint=hint)
