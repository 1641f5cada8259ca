"""`lictor plugins`: what is installed."""

import json

import click

from lictor.api import plugins_for
from lictor.cli.options import plugin_choice, plugin_options
from lictor.cli.problems import show_problems
from lictor.model import LEVELS

_SHOWN = 6
_EXIT_INCOMPLETE = 3


@click.command("plugins")
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@plugin_options
def command(output: str, blocked: tuple[str, ...], only_plugins: str | None) -> int:
    """List the plugins: name, distribution, version, and what each registers."""
    plugins = plugins_for(plugin_choice(blocked, only_plugins))
    show_problems(plugins.problems)
    if output == "json":
        data = [
            {
                "name": plugin.name,
                "distribution": plugin.distribution,
                "version": plugin.version,
                "module": plugin.module,
                "registered": {area: list(names) for area, names in plugin.registered.items()},
            }
            for plugin in plugins.plugins
        ]
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        for plugin in plugins.plugins:
            click.echo(f"{plugin.name} ({plugin.distribution} {plugin.version})")
            for area, names in plugin.registered.items():
                click.echo(f"  {area}: {_few(names)}")
    strongest = max((LEVELS.index(problem.level) for problem in plugins.problems), default=0)
    return _EXIT_INCOMPLETE if LEVELS[strongest] == "error" else 0


def _few(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
