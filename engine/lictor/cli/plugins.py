"""`lictor plugins`: what is installed."""

import click

from lictor.api import plugins_for, rules_for
from lictor.cli.options import plugin_choice, plugin_options
from lictor.cli.problems import show_problems
from lictor.host import Plugin, Plugins
from lictor.model import LEVELS
from lictor.registry import Registry
from lictor.report import dump_json

_SHOWN = 6
_EXIT_INCOMPLETE = 3


@click.command("plugins")
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@plugin_options
def command(output: str, blocked: tuple[str, ...], only_plugins: str | None) -> int:
    """List the plugins: name, distribution, version, and what each registers."""
    choice = plugin_choice(blocked, only_plugins)
    plugins = plugins_for(choice)
    registry, found = rules_for(choice)
    problems = (*plugins.problems, *found)
    show_problems(problems)
    if output == "json":
        data = [
            {
                "name": plugin.name,
                "distribution": plugin.distribution,
                "version": plugin.version,
                "module": plugin.module,
                "registered": {area: list(names) for area, names in _registered(plugin, plugins, registry).items()},
            }
            for plugin in plugins.plugins
        ]
        click.echo(dump_json(data), nl=False)
    else:
        for plugin in plugins.plugins:
            click.echo(f"{plugin.name} ({plugin.distribution} {plugin.version})")
            for area, names in _registered(plugin, plugins, registry).items():
                click.echo(f"  {area}: {_few(names) if area in _MANY else ', '.join(names)}")
    strongest = max((LEVELS.index(problem.level) for problem in problems), default=0)
    return _EXIT_INCOMPLETE if LEVELS[strongest] == "error" else 0


def _registered(plugin: Plugin, plugins: Plugins, registry: Registry) -> dict[str, tuple[str, ...]]:
    """Return what a plugin registered, with the rules of its directories in place of the directories."""
    named = dict(plugin.registered)
    if any(source.plugin == plugin.name for source in plugins.rule_sources):
        read = (
            rule.id for rule in registry.rules.values() if rule.location and rule.distribution == plugin.distribution
        )
        named["rules"] = tuple(dict.fromkeys((*read, *named.get("rules", ()))))
    return named


_MANY = frozenset({"rules", "checks"})
"""Of these a few are shown: `lictor rules` lists them."""


def _few(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
