"""Read a ruleset: parse it and all that it extends, resolve names, hold locks, merge, settle."""

from collections.abc import Mapping
from functools import reduce

from lictor.model import EffectiveRuleset, Lock, Problem, Rule
from lictor.registry import Registry
from lictor.rulesets.extends import Family, Find, read_family
from lictor.rulesets.layers import Layer
from lictor.rulesets.locks import attempts, obey_beside, without_waived_locks
from lictor.rulesets.merging import merge
from lictor.rulesets.naming import Names, Resolved, resolve
from lictor.rulesets.settling import settle


def read_ruleset(
    text: str, uri: str, *, find: Find, registry: Registry, validated: frozenset[str] = frozenset()
) -> tuple[EffectiveRuleset | None, tuple[Rule, ...], tuple[Problem, ...]]:
    """Return the effective ruleset, the rules written inside it, and what is wrong.

    `find` gives what `extends` names. There is no ruleset when a file could not be parsed: everything that is wrong
    with the files is said, and what depends on them is not guessed at. `validated` are texts of files that are known
    to be right.
    """
    family = read_family(text, uri, find, validated)
    if any(problem.level == "error" for problem in family.problems):
        return None, (), family.problems
    rules, problems = _with_inline(family, registry.rules)
    resolved = _resolve(family, rules, registry)
    for each in resolved.values():
        problems += each.problems
    layers, refused = _hold_locks(family, resolved)
    ruleset, found = settle(reduce(merge, layers), registry)
    problems = [*family.problems, *problems, *refused, *found]
    return ruleset, tuple(ruleset.rules.values()), tuple(dict.fromkeys(problems))


def _with_inline(family: Family, known: Mapping[str, Rule]) -> tuple[Mapping[str, Rule], list[Problem]]:
    """Add the rules written in rulesets; one whose id is taken must say that it replaces."""
    rules = dict(known)
    problems = []
    for parsed in family.layers.values():
        for inline in parsed.inline:
            taken = rules.get(inline.rule.id)
            if taken is not None and not inline.is_replacement:
                problems.append(
                    Problem(
                        "rule-exists",
                        f"rule '{taken.id}' is there already",
                        "ruleset",
                        hint="add 'replace: true' to replace it, or give the new rule an id of its own",
                        location=inline.location,
                        related_locations=(taken.location,) if taken.location else (),
                    )
                )
            elif taken is None and inline.is_replacement:
                message = f"'replace' is here, but there is no rule '{inline.rule.id}'"
                problems.append(Problem("unknown-rule", message, "ruleset", location=inline.location))
            rules[inline.rule.id] = inline.rule
    return rules, problems


def _resolve(family: Family, rules: Mapping[str, Rule], registry: Registry) -> dict[str, Resolved]:
    inline = {uri: {each.rule.id for each in parsed.inline} for uri, parsed in family.layers.items()}
    declared = {rule_id: set(rule.parameters) for rule_id, rule in registry.rules.items()}
    for parsed in family.layers.values():
        for each in parsed.inline:
            declared.setdefault(each.rule.id, set()).update(each.rule.parameters)
    parameters = {rule_id: frozenset(names) for rule_id, names in declared.items() if names}
    resolved = {}
    for uri, parsed in family.layers.items():
        lineage = family.lineages[uri]
        above = [each.layer for name, each in family.layers.items() if name in lineage]
        groups = {id_: group for layer in above for id_, group in layer.groups.items()}
        seen = {id_ for name in lineage for id_ in inline.get(name, ())}
        unseen = frozenset(
            id_ for ids in inline.values() for id_ in ids if id_ not in seen and id_ not in registry.rules
        )
        resolved[uri] = resolve(parsed, Names(rules, groups, registry.kinds, parameters, unseen))
    return resolved


def _hold_locks(family: Family, resolved: Mapping[str, Resolved]) -> tuple[list[Layer], list[Problem]]:
    """Take out of each layer what a lock elsewhere forbids.

    A lock binds every file but its own and those that its own extends: also one that `extends` happens to name first.
    """
    held: list[Layer] = []
    problems: list[Problem] = []
    layers = {uri: each.layer for uri, each in resolved.items()}
    every = [(uri, lock) for uri, layer in layers.items() for lock in layer.locks]
    for uri, layer in layers.items():
        foreign: list[Lock] = [lock for owner, lock in every if uri not in family.lineages[owner]]
        own = [lock for owner, lock in every if owner == uri]
        named = resolved[uri].waived
        problems += attempts(layer, foreign, own, named)
        exact = {id_ for id_, _ in named}
        narrowed = [lock._replace(rules=tuple(id_ for id_ in lock.rules if id_ in exact)) for lock in (*foreign, *own)]
        held.append(without_waived_locks(obey_beside(layer, foreign), narrowed))
    return held, problems
