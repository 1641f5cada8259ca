"""What a shell offers to complete: rule ids, rulesets, kinds, output formats."""

from collections.abc import Iterable

import click

from lictor.api import PluginChoice, plugins_for


def rules(_context: click.Context, _parameter: click.Parameter, text: str) -> list[str]:
    """Offer rule ids."""
    from lictor.api import rules_for

    registry, _ = rules_for(PluginChoice())
    return _starting(registry.rules, text)


def rulesets(_context: click.Context, _parameter: click.Parameter, text: str) -> list[str]:
    """Offer rulesets by id."""
    return _starting(plugins_for(PluginChoice()).registry.rulesets, text)


def kinds(_context: click.Context, _parameter: click.Parameter, text: str) -> list[str]:
    """Offer kinds of subject."""
    return _starting(plugins_for(PluginChoice()).registry.kinds, text)


def formats(_context: click.Context, _parameter: click.Parameter, text: str) -> list[str]:
    """Offer output formats."""
    return _starting(plugins_for(PluginChoice()).registry.reporters, text)


def _starting(names: Iterable[str], text: str) -> list[str]:
    return sorted(name for name in names if name.startswith(text))
