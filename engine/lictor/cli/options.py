"""Options that several commands share, and the plain values they are turned into."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from lictor.api import PluginChoice, PolicyChoice
from lictor.cli import complete
from lictor.model import Level

F = TypeVar("F", bound=Callable[..., Any])


def plugin_options(command: F) -> F:
    """Add `-p no:NAME` and `--only-plugins`, as in pytest."""
    command = click.option(
        "-p", "blocked", multiple=True, metavar="no:NAME", help="Run without a plugin (lictor plugins lists them)."
    )(command)
    return click.option(
        "--only-plugins", metavar="NAMES", help="Load lictor's own plugins and these, separated by commas; '' for none."
    )(command)


def plugin_choice(blocked: Iterable[str], only_plugins: str | None) -> PluginChoice:
    """Read the plugin options."""
    names = []
    for text in blocked:
        prefix, _, name = text.partition(":")
        if prefix != "no" or not name:
            raise click.BadParameter(f"expected no:NAME, found '{text}'", param_hint="'-p'")
        names.append(name)
    only = None if only_plugins is None else tuple(name for name in only_plugins.split(",") if name)
    return PluginChoice(tuple(names), only)


def policy_options(command: F) -> F:
    """Add the options that choose rules."""
    for option in (
        click.option("--fail-on", type=click.Choice(["note", "warning", "error"]), help="Fail from this level on."),
        click.option(
            "--parameter", "parameters", multiple=True, metavar="NAME=JSON", help="Set a rule parameter for this run."
        ),
        click.option(
            "--only", multiple=True, metavar="RULE", shell_complete=complete.rules, help="Ask only this rule."
        ),
        click.option(
            "--rules",
            "rule_directories",
            multiple=True,
            metavar="DIR",
            help="Add the YAML rules in a directory. They are data: no Python in it is run.",
        ),
        click.option(
            "--ruleset",
            "rulesets",
            multiple=True,
            metavar="ID|FILE",
            shell_complete=complete.rulesets,
            help="Use this ruleset.",
        ),
    ):
        command = option(command)
    return command


def policy_choice(
    rulesets: tuple[str, ...],
    rule_directories: tuple[str, ...],
    only: tuple[str, ...],
    parameters: tuple[str, ...],
    fail_on: Level | None,
) -> PolicyChoice:
    """Read the options that choose rules."""
    values = dict(_parameter(text) for text in parameters)
    return PolicyChoice(rulesets, tuple(Path(directory) for directory in rule_directories), only, values, fail_on)


def _parameter(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"expected NAME=JSON, found '{text}'", param_hint="'--parameter'")
    try:
        return name, json.loads(value)
    except (ValueError, RecursionError):
        # a bare word can only be meant as text
        if value[:1] not in "[{\"'" and value not in ("", "True", "False", "None"):
            return name, value
        message = f"the value of '{name}' is not JSON: {value}"
        raise click.BadParameter(message, param_hint="'--parameter'") from None
