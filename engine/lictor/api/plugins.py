"""The installed plugins, what they register, and the rules that they bring."""

from collections.abc import Iterable, Iterator
from functools import cache

from lictor.api.release import release_for, released_rules
from lictor.api.requests import PluginChoice
from lictor.host import Plugins, find_entry_points
from lictor.model import Problem, Rule
from lictor.registry import Registry


@cache
def plugins_for(choice: PluginChoice) -> Plugins:
    """Load the installed plugins, once a process: what is installed does not change while it runs."""
    release = release_for(choice)
    if release is not None:
        return release.plugins
    from lictor.host import load_plugins  # and with it pluggy: not needed where plugins are known already

    return load_plugins(find_entry_points(), blocked=choice.blocked, only=choice.only)


@cache
def rules_for(choice: PluginChoice) -> tuple[Registry, tuple[Problem, ...]]:
    """Return the registry with the rules of every plugin read, and what is wrong with some of them."""
    from lictor.api.released import is_released

    plugins = plugins_for(choice)
    release = release_for(choice)
    if release is not None:
        return plugins.registry._replace(rules=released_rules()), ()
    return read_source_rules(plugins, "lictor" if is_released(plugins, choice) else None)


def read_source_rules(plugins: Plugins, released: str | None = None) -> tuple[Registry, tuple[Problem, ...]]:
    """Return the plugins' registry with their rules read, and what is wrong with some of them.

    Those of the distribution `released` are known to be right.
    """
    from lictor.rules import read_rule_directory

    registry, problems = plugins.registry, list(_shadowed_functions(plugins))
    for source in plugins.rule_sources:
        found: tuple[Problem, ...] = ()
        known = released_rules() if source.distribution == released else {}
        rules = tuple(rule for rule_id, rule in known.items() if rule_id not in plugins.registry.rules)
        if not known:
            # messages name the distribution: where it is installed is nobody's business
            rules, found = read_rule_directory(
                source.directory,
                source.distribution,
                allow_python=True,
                uri=source.distribution,
                validated=source.distribution == released,
            )
        registry, clashes = with_rules(registry, rules)
        problems += [*found, *clashes]
    return registry, tuple(problems)


def _shadowed_functions(plugins: Plugins) -> Iterator[Problem]:
    from lictor.query.functions import OWN_FUNCTIONS

    for plugin in plugins.plugins:
        for name in plugin.registered.get("functions", ()):
            if name in OWN_FUNCTIONS:
                message = f"function '{name}' of {plugin.distribution} has the name of one that all queries have"
                yield Problem("duplicate-name", message, "plugin", hint="give it a name of its own; it can't be called")


def with_rules(registry: Registry, rules: Iterable[Rule]) -> tuple[Registry, tuple[Problem, ...]]:
    """Add rules to a registry; an id that is taken is a Problem at the new rule's place."""
    known = dict(registry.rules)
    problems = []
    for rule in rules:
        taken = known.setdefault(rule.id, rule)
        if taken is not rule:
            owner = taken.distribution or (taken.location.uri if taken.location else "another rule")
            by = f" by {rule.distribution}" if rule.distribution else ""
            message = f"rule '{rule.id}' is there already, from {owner}, and is registered again{by}"
            hint = "give it an id of its own, or replace the rule in a ruleset with 'replace: true'"
            problems.append(Problem("duplicate-name", message, "rule", hint=hint, location=rule.location))
    return registry._replace(rules=known), tuple(problems)
